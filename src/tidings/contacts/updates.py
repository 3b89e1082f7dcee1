"""What is known of people is written with its history: attributes, tags, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.contacts import attributes as facts
from tidings.contacts.addresses import addresses, zone
from tidings.contacts.models import Contact, Tagged, Update
from tidings.contacts.rows import load, queries
from tidings.contacts.values import follow
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])


def update(
    tx: Tx, updates: Sequence[Update], now: int, cause: str, *, change_set: int | None = None
) -> dict[int, list[str]]:
    """Write what is known of people, with history. Contact -> paths that changed; unchanged ones are left out. `change_set`: the
    import that may take it back."""
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
        changes += [history(contact.id, path, one, other) for path, one, other in facts.differences(old, new)]
        values[contact.id] = new
        changes += _retag(change, tags)
    _save(tx, before, values, updates, changes, now, cause, change_set)
    changed: dict[int, list[str]] = {}
    for line in changes:
        changed.setdefault(line["contact_id"], []).append(line["path"])
    return changed


def history(contact_id: int, path: str, old: Any, new: Any) -> dict[str, Any]:
    """A line of history; None is absent."""

    def text(value: Any) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    return {"contact_id": contact_id, "path": path, "old": text(old), "new": text(new), "value": new}


def stored(line: dict[str, Any]) -> dict[str, Any]:
    """A line of history as it is written."""
    return {key: line[key] for key in ("contact_id", "path", "old", "new")}


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
            lines.append(history(change.contact_id, f"tag:{name}", None, True))
    for name in change.remove_tags:
        if name in mine:
            mine.discard(name)
            lines.append(history(change.contact_id, f"tag:{name}", True, None))
    return lines


def _save(
    tx: Tx,
    before: dict[int, Contact],
    values: dict[int, dict[str, Any]],
    updates: Sequence[Update],
    changes: list[dict[str, Any]],
    now: int,
    cause: str,
    change_set: int | None,
) -> None:
    verified = {change.contact_id for change in updates if not change.is_browser}
    plain = [line for line in changes if not line["path"].startswith("tag:")]
    touched = sorted(
        {line["contact_id"] for line in plain} | {i for i in verified if i in before and not before[i].is_verified}
    )
    if touched:
        tx.run(
            queries.save_contacts,
            contacts=[row_of(before[i], values[i], is_verified=i in verified) for i in touched],
            now=now,
        )
        follow(
            tx,
            [i for i in touched if before[i].merged_into_id is None],
            lambda i: _object.decode(before[i].attributes),
            values,
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
        lines = [stored(line) for line in changes]
        tx.run(queries.insert_changes, changes=lines, now=now, cause=cause, change_set=change_set)


def row_of(contact: Contact, values: dict[str, Any], *, is_verified: bool) -> dict[str, Any]:
    """A contact as it is to be saved."""
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
    tx.run(queries.insert_changes, changes=[line], now=now, cause="link", change_set=None)
