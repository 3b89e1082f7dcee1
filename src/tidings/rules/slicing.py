"""A rule asked of everybody slice by slice: in each, only those are looked at who come into question, now or later."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence
from typing import cast

from msgspec import Struct

from tidings.rules.choosing import people_of, place_of, ready_paths, within
from tidings.rules.evaluate import Compiled, Exact
from tidings.rules.narrowing import Place
from tidings.rules.tree import Condition, Group, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

SLICE = 2_000
"""People who are looked at in one slice: some 20 ms, where events are added up 40."""
LOOKED_AHEAD = 4_000
"""Ids among which the place with the fewest people is looked for."""
WINDOW = 64_000
"""Ids over which one slice goes at most, where kept values tell who comes into question."""
EVENT_WINDOW = 4_000
"""The same where events tell it: every event of these people is passed over."""
WIDER = {"sqlite": 1, "postgres": 4}
"""So many times as many at once: SQLite's one writer has others waiting, Postgres only those who write the same people."""


class Slice(Struct, frozen=True, kw_only=True):
    """Of everybody up to `end` (and after where the last slice ended), those who come into question. Of the others the rule is not
    true, and time alone will not change that. `rest`: what is still to be asked of these, as long as nobody writes them."""

    ids: list[int]
    end: int
    rest: Condition


def next_slice(tx: Tx, rule: Condition, now: int, *, after: int, last: int) -> Slice | None:
    """The next slice, no further than `last`. None: nothing tells who comes into question."""
    # Groups inside are left whole: when time changes something is kept of everybody of whom only a part inside of one is not true.
    some = rule.rules if isinstance(rule, Group) and rule.how == "all" else (rule,)
    return _by_values(tx, some, after, last) or _by_events(tx, rule, some, now, after, last)


def _by_values(tx: Tx, some: Sequence[Condition], after: int, last: int) -> Slice | None:
    """Those of the place with the fewest of the next people, as far as the others hold them as well."""
    known = [place for part in some if (place := _telling(part))]
    ready = ready_paths(tx) if known else set()
    places = [place for place in known if place.path in ready]
    if not places:
        return None
    end, most = _size(tx, WINDOW, after, last)
    best = (
        min(places, key=lambda place: _count(tx, place, after, min(after + LOOKED_AHEAD, end)))
        if len(places) > 1
        else places[0]
    )
    others = [place for place in places if place is not best]
    ids = _in_places(tx, best, others, after, end, most + 1)
    rest = [part for part in some if not ((place := _telling(part)) and place.is_exact and place.path in ready)]
    return _cut(ids, end, Group("all", tuple(rest)), most)


def _telling(part: Condition) -> Place | None:
    """A place that has each value in order of people, and of everybody else the answer is no."""
    place = place_of(part)
    return place if place and place.values and place.is_known else None


def _size(tx: Tx, window: int, after: int, last: int) -> tuple[int, int]:
    """(the last id, how many people at most) of the next slice."""
    wider = WIDER[tx.dialect.name]
    return min(after + window * wider, last), SLICE * wider


def _cut(ids: list[int], end: int, rest: Condition, most: int) -> Slice:
    """No more than so many; it then ends with the last of them."""
    return Slice(ids=ids[:most], end=ids[most - 1] if len(ids) > most else end, rest=rest)


def _each(scope: Scope, place: Place, test: str) -> str:
    """The next people of a place, in order: each value has them in order."""
    after = "v.contact_id > :after and v.contact_id <= :end"
    return " union all ".join(
        f"select id from (select v.contact_id as id from contact_value v where {within(scope, Place(place.path, (value,)), 'v')} "
        f"and {after}{test} order by v.contact_id limit :most) s{number}"
        for number, value in enumerate(place.values)
    )


def _count(tx: Tx, place: Place, after: int, end: int) -> int:
    scope = Scope(tx.dialect)
    text = Statement("in_window", f"select count(*) from ({_each(scope, place, '')}) found")
    return int(tx.value(text, after=after, end=end, most=SLICE, **scope.parameters))


def _in_places(tx: Tx, place: Place, others: Sequence[Place], after: int, end: int, most: int) -> list[int]:
    scope = Scope(tx.dialect)
    looks = [
        f"select 1 from contact_value w where {within(scope, other, 'w')} and w.contact_id = v.contact_id "
        "and w.contact_id > :after and w.contact_id <= :end"  # said again, so that both sets can be matched at once
        for other in others
    ]
    each = _each(scope, place, "".join(f" and exists ({look})" for look in looks))
    text = Statement("in_places", f"select id from ({each}) found order by id limit :most")
    return tx.values(text, after=after, end=end, most=most, **scope.parameters)


def _by_events(tx: Tx, rule: Condition, some: Sequence[Condition], now: int, after: int, last: int) -> Slice | None:
    """By the one condition that time may change: if others may change as well, their instants are kept of everybody."""
    timed = [part for part in some if part.boundary(Scope(tx.dialect)) is not None]
    for part in timed if len(timed) == 1 else ():
        asked = _did(Exact(part), cast(Hashable, tx.dialect))
        if asked is not None:
            end, most = _size(tx, EVENT_WINDOW, after, last)
            names = {"after": after, "end": end, "most": most + 1, "now": now}
            return _cut(tx.values(asked.statement, **names, **asked.bound(tx, now)), end, rule, most)
    return None


@functools.lru_cache(maxsize=512)
def _did(part: Exact, dialect: Hashable) -> Compiled | None:
    """Who did it between two ids; and whoever others became part of, since what those did is theirs."""
    scope = Scope(cast(Dialect, dialect))
    did = people_of(part.rule, scope, between=(":after", ":end"))
    joined = "select w.merged_into_id from contact w where w.merged_into_id > :after and w.merged_into_id <= :end"
    if did is None:
        return None
    text = f"select contact_id from ({did.text} union {joined}) found order by contact_id limit :most"
    return Compiled(Statement("did", text), scope.parameters, scope.moving)
