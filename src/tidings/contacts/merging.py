"""Two contacts turn out to be one person: the loser becomes part of the winner, and is kept whole in the log."""

from __future__ import annotations

from typing import Any

import msgspec

from tidings.contacts import attributes as facts
from tidings.contacts.identity import Same
from tidings.contacts.rows import addresses_of, identifiers_of, load, lock, queries, tags_of
from tidings.contacts.updates import history, row_of, stored
from tidings.contacts.values import follow
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])


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
    lines = [history(winner.id, path, one, other) for path, one, other in facts.differences(old, new)]
    lines.append(history(winner.id, "merged", None, loser.id))
    history_lines = [stored(line) for line in lines]
    tx.run(queries.insert_changes, changes=history_lines, now=now, cause=cause, change_set=None)
    row = row_of(winner, new, is_verified=bool(winner.is_verified or loser.is_verified))
    tx.run(queries.save_contacts, contacts=[row | {"zone": row["zone"] or loser.zone}], now=now)
    known = {winner.id: old, loser.id: whole["attributes"]}
    follow(tx, known, known.__getitem__, {winner.id: new})
    for statement in (queries.move_identifiers, queries.move_addresses, queries.move_tags):
        tx.run(statement, **names)
    tx.run(queries.move_members, **names)
    tx.run(queries.move_list_members, **names)
    for statement in (
        queries.delete_addresses,
        queries.delete_tags_of,
        queries.delete_members_of,
        queries.delete_list_members_of,
    ):
        tx.run(statement, loser=loser.id)
    tx.run(queries.mark_merged, **names, now=now)
    tx.run(queries.count_aliases, winner=winner.id)
