"""Attributes that live rules ask about are kept by value as well, so that a rule finds its few people among millions at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.contacts.rows import lock, queries
from tidings.rules.narrowing import at, has_values, rows_of
from tidings.runtime.database import Tx
from tidings.runtime.sql import Statement

SLICE = 300
"""Contacts that are read in one slice of filling; it aims at 20 ms."""
CLEARED = 2_000
"""Rows that go in one slice of clearing."""
MOST = 1_000_000
"""Rows of an attribute are counted up to here."""
CLEARING = -1
"""The position of a path whose old rows, if there are any, are still to go."""
HOLD_PEOPLE = Statement("hold_people", "lock table contact in share row exclusive mode")
"""Postgres alone, for the length of one statement: whoever writes people without knowing of a new path has ended before it is there."""
_object = msgspec.json.Decoder(dict[str, Any])


class ValuePath(Struct, frozen=True, array_like=True):
    """An attribute whose values are kept: `filling` from the first contact on, `ready`, or `dropping`."""

    path: str
    state: Literal["filling", "ready", "dropping"]
    position: int


class Told(Struct, frozen=True, kw_only=True):
    """How far an attribute is: the rows that it has (up to a million), and which part of the people was read."""

    path: str
    state: Literal["filling", "ready", "dropping"]
    rows: int
    progress: float


class _Known(Struct, frozen=True, array_like=True):
    id: int
    attributes: str


def paths(tx: Tx) -> list[ValuePath]:
    """Every attribute whose values are kept, in whatever state."""
    return tx.rows(queries.value_paths, ValuePath)


def want(tx: Tx, wanted: Iterable[str], now: int) -> bool:
    """These attributes are asked about by what is live: new ones begin to fill, others are dropped, slice by slice (`advance`).
    Whether there is anything to do."""
    known = {one.path: one for one in paths(tx)}
    asked = {path for path in wanted if has_values(path)}
    new = sorted(path for path in asked if path not in known or known[path].state == "dropping")
    unused = sorted(path for path, one in known.items() if path not in asked and one.state != "dropping")
    if new and tx.dialect.name != "sqlite":
        tx.run(HOLD_PEOPLE)
    if new:
        tx.run(queries.fill_paths, paths=new, now=now)
    if unused:
        tx.run(queries.drop_paths, paths=unused)
    return bool(new or unused)


def advance(tx: Tx) -> bool:
    """Do the next slice of what is to be filled or dropped. Whether more may be to do."""
    open_ = [one for one in paths(tx) if one.state != "ready"]
    if not open_:
        return False
    for one in open_:
        if one.state == "dropping" or one.position == CLEARING:
            _clear(tx, one)
            return True
    position = min(one.position for one in open_)
    _fill(tx, [one.path for one in open_ if one.position == position], position)
    return True


def _clear(tx: Tx, one: ValuePath) -> None:
    if tx.run(queries.clear_values, path=one.path, limit=CLEARED) == CLEARED:
        return
    if one.state == "dropping":
        tx.run(queries.forget_path, path=one.path)
    else:
        tx.run(queries.path_reached, paths=[one.path], position=0, state="filling")


def _fill(tx: Tx, together: list[str], position: int) -> None:
    """Read the next people. They are held first: whoever writes them at this moment has been waited for, or waits for us and knows
    the path by then."""
    ids = tx.values(queries.people_after, after=position, limit=SLICE)
    lock(tx, ids)
    rows = [
        {"path": path, "value": value, "contact_id": person.id}
        for person in tx.rows(queries.attributes_of, _Known, ids=ids)
        for attributes in (_object.decode(person.attributes),)
        for path in together
        for value in rows_of(at(attributes, path))
    ]
    if rows:
        tx.run(queries.insert_values, rows=rows)
    state = "filling" if len(ids) == SLICE else "ready"
    tx.run(queries.path_reached, paths=together, position=ids[-1] if ids else position, state=state)


def follow(tx: Tx, ids: Iterable[int], before: Callable[[int], Any], after: Mapping[int, Any]) -> None:
    """Attributes of people were written, in this transaction and after their rows: the kept values follow."""
    kept = [one.path for one in paths(tx)]
    if not kept:
        return
    gone, new = list[dict[str, Any]](), list[dict[str, Any]]()
    for contact_id in ids:
        was, now = before(contact_id), after.get(contact_id)
        for path in kept:
            old, fresh = rows_of(at(was, path)), rows_of(at(now, path))
            if old != fresh:
                place = {"path": path, "contact_id": contact_id}
                gone += [place | {"value": value} for value in old if value not in fresh]
                new += [place | {"value": value} for value in fresh if value not in old]
    if gone:
        tx.run(queries.delete_values, rows=gone)
    if new:
        tx.run(queries.insert_values, rows=new)


def forget(tx: Tx, ids: Iterable[int]) -> None:
    """Nothing is kept of people who are about to go."""
    some = sorted(ids)
    if paths(tx):
        known = {one.id: _object.decode(one.attributes) for one in tx.rows(queries.attributes_of, _Known, ids=some)}
        follow(tx, known, known.__getitem__, {})


def report(tx: Tx) -> list[Told]:
    """How far each attribute is."""
    last = int(tx.value(queries.last_person) or 0)
    return [
        Told(
            path=one.path,
            state=one.state,
            rows=int(tx.value(queries.count_values, path=one.path, most=MOST)),
            progress=1.0 if one.state == "ready" else round(max(one.position, 0) / max(last, 1), 3),
        )
        for one in paths(tx)
    ]


def told(one: Told) -> str:
    """How far an attribute is, for people: `country (ready, 52,000 rows)`."""
    part = f" {one.progress:.0%}" if one.state == "filling" else ""
    return f"{one.path} ({one.state}{part}, {one.rows:,}{'+' if one.rows >= MOST else ''} rows)"
