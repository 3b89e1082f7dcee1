"""What one import changed of people is taken back, as far as nobody has changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import lists, values as kept
from tidings.contacts.attributes import flat
from tidings.contacts.models import Update
from tidings.contacts.rows import load, queries, tags_of
from tidings.contacts.updates import update
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])


class _Line(Struct, frozen=True, array_like=True):
    id: int
    contact_id: int
    at: int
    path: str
    old: str | None
    new: str | None
    cause: str


def take_back(tx: Tx, ids: Sequence[int], change_set: int, cause: str, now: int) -> dict[int, list[str]]:
    """Attributes, tags and lists are as they were before, where they are still as the import or the bulk action left them.
    Contact -> paths that changed by that."""
    before: dict[tuple[int, str], Any] = {}
    after: dict[tuple[int, str], Any] = {}
    for line in tx.rows(queries.set_changes, _Line, change_set=change_set, ids=sorted(ids)):
        place = (line.contact_id, line.path)
        before.setdefault(place, None if line.old is None else msgspec.json.decode(line.old))
        after[place] = None if line.new is None else msgspec.json.decode(line.new)
    people, tags, on = load(tx, ids), tags_of(tx, ids), lists.lists_of(tx, ids)
    values = {i: flat(_object.decode(person.attributes)) for i, person in people.items()}
    changes: dict[int, tuple[dict[str, Any], list[str], list[str]]] = {}
    for (contact_id, path), left in after.items():
        if contact_id not in people:
            continue
        was, mine = before[contact_id, path], changes.setdefault(contact_id, ({}, [], []))
        if path.startswith("tag:"):
            if (path[4:] in tags.get(contact_id, [])) == bool(left):
                tagged = mine[1] if was else mine[2]
                tagged.append(path[4:])
        elif path.startswith("list:"):
            if (path[5:] in on.get(contact_id, [])) == bool(left):
                _relist(tx, path[5:], contact_id, is_on=bool(was), cause=cause, now=now)
        elif values[contact_id].get(path) == left:
            _put(mine[0], path.split("."), was)
    updates = [
        Update(contact_id=i, attributes=attributes, add_tags=add, remove_tags=remove)
        for i, (attributes, add, remove) in changes.items()
    ]
    return update(tx, updates, now, cause) if updates else {}


def _put(attributes: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        attributes = attributes.setdefault(part, {})
    attributes[path[-1]] = value


def _relist(tx: Tx, name: str, contact_id: int, *, is_on: bool, cause: str, now: int) -> None:
    if any(one.name == name for one in lists.all_lists(tx)):
        (lists.join if is_on else lists.leave)(tx, name, [contact_id], source=cause, now=now)


def untouched(tx: Tx, ids: Sequence[int], change_set: int) -> list[int]:
    """Who of these was changed by nothing but this import."""
    touched = set(tx.values(queries.changed_otherwise, ids=sorted(ids), change_set=change_set))
    return [contact_id for contact_id in ids if contact_id not in touched]


def forget(tx: Tx, ids: Iterable[int]) -> None:
    """People whom only an import had made are gone, with what this room knew of them."""
    some = sorted(ids)
    kept.forget(tx, some)
    for statement in (
        queries.forget_identifiers_of,
        queries.forget_addresses,
        queries.forget_tags,
        queries.forget_members,
        queries.forget_companies,
        queries.forget_changes,
        queries.forget_people,
    ):
        tx.run(statement, ids=some)
