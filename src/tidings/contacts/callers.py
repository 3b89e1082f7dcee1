"""Who called: each call finds its contact or makes one; what a concurrent writer made first is taken over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.contacts.identity import Directory, Same, settle
from tidings.contacts.models import Claim, Identifier, Key
from tidings.contacts.rows import lock, queries
from tidings.runtime.chance import share_of
from tidings.runtime.database import Tx


class Settled(Struct, frozen=True):
    """Who called: one contact per claim up to (not including) the first that needs a merge."""

    contacts: list[int]
    same: Same | None
    made: frozenset[int] = frozenset()
    """Those who were nobody before."""


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
    made = frozenset(written[number] for number in written if number < 0)
    return Settled([written.get(contact, contact) for contact in settled], same, made)


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


def owners(tx: Tx, keys: Iterable[Key]) -> dict[Key, int]:
    """Identifier -> the contact that it belongs to; those that nobody has are left out."""
    return {(found.kind, found.value): found.contact_id for found in _find(tx, set(keys))}
