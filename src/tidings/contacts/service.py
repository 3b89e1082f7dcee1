"""The verbs of contacts: resolve who called, write what is known of them, merge two into one, read them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import attributes as facts
from tidings.contacts.addresses import addresses, zone
from tidings.contacts.identity import Directory, Same, settle
from tidings.contacts.models import Claim, Contact, Identifier, Key, Update
from tidings.runtime import sql
from tidings.runtime.chance import share_of
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound

queries = sql.load("tidings.contacts")
_object = msgspec.json.Decoder(dict[str, Any])


class Settled(Struct, frozen=True):
    """Who called: one contact per claim up to (not including) the first that needs a merge."""

    contacts: list[int]
    same: Same | None


class ContactAddress(Struct, frozen=True, array_like=True):
    """Where a contact is reached."""

    contact_id: int
    kind: str
    value: str


class Tagged(Struct, frozen=True, array_like=True):
    """A tag of a contact."""

    contact_id: int
    name: str


class Change(Struct, frozen=True, array_like=True):
    """One line of history; `old` and `new` are JSON text or None."""

    id: int
    contact_id: int
    at: int
    path: str
    old: str | None
    new: str | None
    cause: str


def resolve(tx: Tx, claims: Sequence[Claim], now: int) -> Settled:
    """Find or make the contact of each call and hold it. Stops before the first call that shows two to be one."""
    wanted = {key for claim in claims for key in claim.keys}
    directory = _directory(tx, claims, wanted)
    settled = list[int]()
    same: Same | None = None
    for claim in claims:
        outcome = settle(directory, claim)
        if isinstance(outcome, Same):
            same = outcome
            break
        settled.append(outcome)
    written = _write(tx, directory, now)
    lock(tx, {contact for contact in settled if contact > 0})
    if same is not None:
        same = Same(written.get(same.winner, same.winner), written.get(same.loser, same.loser))
    return Settled([written.get(contact, contact) for contact in settled], same)


def _directory(tx: Tx, claims: Sequence[Claim], wanted: set[Key]) -> Directory:
    known = _find(tx, wanted)
    owner = {(found.kind, found.value): found.contact_id for found in known}
    unsettled = {
        owner[key]
        for claim in claims
        if len({owner.get(key) for key in claim.keys}) > 1
        for key in claim.keys
        if key in owner
    }
    if unsettled:
        known = known + tx.rows(queries.find_identifiers_of, Identifier, ids=sorted(unsettled))
    return Directory((found.kind, found.value, found.contact_id) for found in known)


def _find(tx: Tx, keys: Iterable[Key]) -> list[Identifier]:
    return tx.rows(
        queries.find_identifiers, Identifier, keys=[{"kind": kind, "value": value} for kind, value in sorted(keys)]
    )


def _write(tx: Tx, directory: Directory, now: int) -> dict[int, int]:
    """Write new contacts and identifiers; what a concurrent writer made first is taken over. Number -> id."""
    if not directory.added:
        return {}
    ids = dict(
        zip((number for number, _, _ in directory.created), tx.new_ids("contact", len(directory.created)), strict=True)
    )
    if ids:
        people = [
            {"id": ids[number], "share": share_of(*key), "is_verified": 0 if is_browser else 1}
            for number, key, is_browser in directory.created
        ]
        tx.run(queries.insert_contacts, contacts=people, now=now)
    rows = [
        {"kind": kind, "value": value, "contact_id": ids.get(contact, contact), "is_verified": 0 if is_browser else 1}
        for (kind, value), contact, is_browser in sorted(directory.added)
    ]
    if tx.run(queries.insert_identifiers, identifiers=rows, now=now) == len(rows):
        return ids
    return _yield_to_winner(tx, directory, ids)


def _yield_to_winner(tx: Tx, directory: Directory, ids: dict[int, int]) -> dict[int, int]:
    owner = {(found.kind, found.value): found.contact_id for found in _find(tx, [key for key, _, _ in directory.added])}
    lost = {number: owner[key] for number, key, _ in directory.created if owner[key] != ids[number]}
    if lost:
        gone = [ids[number] for number in lost]
        tx.run(queries.forget_identifiers_of, ids=gone)
        tx.run(queries.forget_contacts, ids=gone)
    return ids | lost


def lock(tx: Tx, ids: Iterable[int]) -> None:
    """Hold contacts until the commit, ascending by id (CORRECTNESS 5)."""
    if tx.dialect.name != "sqlite":
        tx.values(queries.lock_contacts, ids=sorted(ids))


def load(tx: Tx, ids: Iterable[int]) -> dict[int, Contact]:
    """Contacts by id; those that do not exist are left out."""
    return {contact.id: contact for contact in tx.rows(queries.load_contacts, Contact, ids=sorted(ids))}


def update(tx: Tx, updates: Sequence[Update], now: int, cause: str) -> dict[int, list[str]]:
    """Write what is known of people, with history. Contact -> paths that changed; unchanged ones are left out."""
    before = load(tx, {change.contact_id for change in updates})
    values = {contact.id: _object.decode(contact.attributes) for contact in before.values()}
    tags = _tags(tx, updates)
    changes = list[dict[str, Any]]()
    verified = {contact.id for contact in before.values() if contact.is_verified}
    for change in updates:
        if change.contact_id not in before:
            continue
        contact = before[change.contact_id]
        old = values[contact.id]
        if not change.is_browser:
            verified.add(contact.id)
        may_overwrite = not (change.is_browser and contact.id in verified)
        new = facts.merged(old, facts.normal(change.attributes), may_overwrite=may_overwrite)
        changes += [_history(contact.id, path, one, other) for path, one, other in facts.differences(old, new)]
        values[contact.id] = new
        changes += _retag(change, tags)
    _save(tx, before, values, updates, changes, now, cause)
    changed: dict[int, list[str]] = {}
    for line in changes:
        changed.setdefault(line["contact_id"], []).append(line["path"])
    return changed


def _history(contact_id: int, path: str, old: Any, new: Any) -> dict[str, Any]:
    def text(value: Any) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    return {"contact_id": contact_id, "path": path, "old": text(old), "new": text(new), "value": new}


def _tags(tx: Tx, updates: Sequence[Update]) -> dict[int, set[str]]:
    ids = sorted({change.contact_id for change in updates if change.add_tags or change.remove_tags})
    found: dict[int, set[str]] = {contact_id: set() for contact_id in ids}
    if ids:
        for tag in tx.rows(queries.tags_of, Tagged, ids=ids):
            found[tag.contact_id].add(tag.name)
    return found


def _retag(change: Update, tags: dict[int, set[str]]) -> list[dict[str, Any]]:
    mine, lines = tags.get(change.contact_id, set()), list[dict[str, Any]]()
    for name in change.add_tags:
        if name not in mine:
            mine.add(name)
            lines.append(_history(change.contact_id, f"tag:{name}", None, True))
    for name in change.remove_tags:
        if name in mine:
            mine.discard(name)
            lines.append(_history(change.contact_id, f"tag:{name}", True, None))
    return lines


def _save(
    tx: Tx,
    before: dict[int, Contact],
    values: dict[int, dict[str, Any]],
    updates: Sequence[Update],
    changes: list[dict[str, Any]],
    now: int,
    cause: str,
) -> None:
    verified = {change.contact_id for change in updates if not change.is_browser}
    plain = [line for line in changes if not line["path"].startswith("tag:")]
    touched = sorted(
        {line["contact_id"] for line in plain} | {i for i in verified if i in before and not before[i].is_verified}
    )
    if touched:
        tx.run(
            queries.save_contacts,
            contacts=[_row(before[i], values[i], is_verified=i in verified) for i in touched],
            now=now,
        )
        given_up = {(line["contact_id"], line["path"]) for line in plain if line["new"] is None}
        _save_addresses(tx, touched, values, given_up, now)
        types = {line["path"]: facts.type_of(line["value"]) for line in plain if line["value"] is not None}
        tx.run(queries.learn_attributes, attributes=[{"path": p, "type": t} for p, t in types.items()], now=now)
    if tagged := [line for line in changes if line["path"].startswith("tag:")]:
        ids = sorted({line["contact_id"] for line in tagged})
        last = {(line["contact_id"], line["path"][4:]): line["value"] for line in tagged}
        put = [{"contact_id": i, "name": name} for (i, name), value in last.items() if value]
        gone = [{"contact_id": i, "name": name} for (i, name), value in last.items() if not value]
        tx.run(queries.insert_tags, tags=put, now=now)
        tx.run(queries.delete_tags, tags=gone, ids=ids)
    if changes:
        history = [{key: line[key] for key in ("contact_id", "path", "old", "new")} for line in changes]
        tx.run(queries.insert_changes, changes=history, now=now, cause=cause)


def _row(contact: Contact, values: dict[str, Any], *, is_verified: bool) -> dict[str, Any]:
    return {
        "id": contact.id,
        "attributes": values,
        "zone": zone(values.get("timezone")) or contact.zone,
        "is_verified": 1 if is_verified or contact.is_verified else 0,
    }


def _save_addresses(
    tx: Tx, ids: list[int], values: dict[int, dict[str, Any]], given_up: set[tuple[int, str]], now: int
) -> None:
    rows = [{"contact_id": i, "kind": kind, "value": value} for i in ids for kind, value in addresses(values[i])]
    away = [
        {"contact_id": i, "kind": kind, "value": ""}
        for i, kind in sorted(given_up)
        if kind in ("email", "phone") and kind not in values[i]
    ]
    if rows or away:
        tx.run(queries.replace_addresses_away, addresses=[*rows, *away], ids=ids)
        tx.run(queries.insert_addresses, addresses=rows, now=now)


def addresses_of(tx: Tx, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Contact -> kind -> address."""
    found: dict[int, dict[str, str]] = {}
    for row in tx.rows(queries.addresses_of, ContactAddress, ids=sorted(ids)):
        found.setdefault(row.contact_id, {})[row.kind] = row.value
    return found


def holders(tx: Tx, kind: str, value: str) -> list[int]:
    """Every contact that is reached at an address."""
    return tx.values(queries.holders_of_address, kind=kind, value=value)


def tags_of(tx: Tx, ids: Iterable[int]) -> dict[int, list[str]]:
    """Contact -> tags, sorted."""
    found: dict[int, list[str]] = {}
    for tag in tx.rows(queries.tags_of, Tagged, ids=sorted(ids)):
        found.setdefault(tag.contact_id, []).append(tag.name)
    return found


def identifiers_of(tx: Tx, ids: Iterable[int]) -> list[Identifier]:
    """Every identifier of some contacts."""
    return tx.rows(queries.find_identifiers_of, Identifier, ids=sorted(ids))


def get(tx: Tx, contact_id: int) -> Contact:
    """One contact; whoever was merged answers with whom they were merged into."""
    contact = tx.row(queries.find_contact, Contact, id=contact_id)
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    return contact


def page(tx: Tx, *, before: int, limit: int, text: str = "") -> list[Contact]:
    """Contacts by id, newest first; with `text`, those with an identifier that begins with it."""
    if text:
        folded = text.strip().lower()
        return tx.rows(
            queries.search_contacts, Contact, before=before, limit=limit, text=folded, text_end=folded + "\U0010ffff"
        )
    return tx.rows(queries.page_contacts, Contact, before=before, limit=limit)


def changes_of(tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int) -> list[Change]:
    """History, newest first, before an instant."""
    return tx.rows(queries.changes_of, Change, ids=sorted(ids), before=before, before_id=before_id, limit=limit)


def with_aliases(tx: Tx, contact_id: int) -> list[int]:
    """A contact and everybody who was merged into it; events and sent messages keep the loser's id."""
    return [contact_id, *tx.values(queries.aliases_of, id=contact_id)]


def reach(tx: Tx, contact_id: int, kind: str, value: str, now: int) -> None:
    """A contact is reached here from now on; what stood there before of this kind goes."""
    row = {"contact_id": contact_id, "kind": kind, "value": value}
    tx.run(queries.replace_addresses_away, addresses=[row], ids=[contact_id])
    tx.run(queries.insert_addresses, addresses=[row], now=now)
    line = {
        "contact_id": contact_id,
        "path": f"address:{kind}",
        "old": None,
        "new": msgspec.json.encode(value).decode(),
    }
    tx.run(queries.insert_changes, changes=[line], now=now, cause="link")


def survivors(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """Who the given contacts are now: themselves, or whom they were merged into."""
    return {row.id: row.now_id for row in tx.rows(queries.survivors, _Survivor, ids=sorted(set(ids)))}


class _Survivor(Struct, frozen=True, array_like=True):
    id: int
    now_id: int


def join_company(tx: Tx, contact_id: int, key: str, traits: dict[str, Any], now: int) -> None:
    """Somebody belongs to a company; its attributes are merged."""
    found = tx.row(queries.find_company, _Company, key=key)
    new = facts.merged(_object.decode(found.attributes) if found else {}, traits)
    tx.run(queries.upsert_company, key=key, attributes=new, now=now)
    company = tx.row(queries.find_company, _Company, key=key)
    assert company is not None, "just written"
    tx.run(queries.insert_member, company_id=company.id, contact_id=contact_id, now=now)


class _Company(Struct, frozen=True, array_like=True):
    id: int
    attributes: str


def merge(tx: Tx, same: Same, now: int, cause: str) -> None:
    """Make the loser part of the winner in this room; the other rooms follow in flow. The winner's values stay."""
    lock(tx, {same.winner, same.loser})
    both = load(tx, {same.winner, same.loser})
    winner, loser = both[same.winner], both[same.loser]
    whole = {
        "attributes": _object.decode(loser.attributes),
        "zone": loser.zone,
        "share": loser.share,
        "created_at": loser.created_at,
        "identifiers": [[found.kind, found.value] for found in identifiers_of(tx, [loser.id])],
        "addresses": addresses_of(tx, [loser.id]).get(loser.id, {}),
        "tags": tags_of(tx, [loser.id]).get(loser.id, []),
    }
    names = {"winner": winner.id, "loser": loser.id}
    tx.run(queries.record_merge, **names, now=now, cause=cause, whole=whole)
    old = _object.decode(winner.attributes)
    new = facts.merged(old, _object.decode(loser.attributes), may_overwrite=False)
    lines = [_history(winner.id, path, one, other) for path, one, other in facts.differences(old, new)]
    lines.append(_history(winner.id, "merged", None, loser.id))
    history = [{key: line[key] for key in ("contact_id", "path", "old", "new")} for line in lines]
    tx.run(queries.insert_changes, changes=history, now=now, cause=cause)
    row = _row(winner, new, is_verified=bool(winner.is_verified or loser.is_verified))
    tx.run(queries.save_contacts, contacts=[row | {"zone": row["zone"] or loser.zone}], now=now)
    for statement in (queries.move_identifiers, queries.move_addresses, queries.move_tags):
        tx.run(statement, **names)
    tx.run(queries.move_members, **names)
    for statement in (queries.delete_addresses, queries.delete_tags_of, queries.delete_members_of):
        tx.run(statement, loser=loser.id)
    tx.run(queries.mark_merged, **names, now=now)
