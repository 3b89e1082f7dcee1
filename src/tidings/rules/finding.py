"""Rules asked of everybody: the people of whom a rule is true, a page at a time, and how many they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable, Sequence
from typing import Literal, Protocol, cast

from msgspec import Struct

from tidings.rules.choosing import NOTHING, Choice, Chosen, Reach, choose, parts, people_of, place_of, within
from tidings.rules.evaluate import Compiled, Exact
from tidings.rules.narrowing import Place
from tidings.rules.tree import Condition, Group, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

Order = Literal["newest", "changed"]
COUNT_UP_TO = 10_000
"""People are counted one by one up to here, unless the exact number is asked for."""


class Hit(Struct, frozen=True, array_like=True):
    """Somebody of whom it is true; `at` is what the order goes by: when they changed, or their id again."""

    id: int
    at: int


_KEYS = {"newest": "c.id", "changed": "c.changed_at"}
_ALIASES = "(select count(*) from contact a where a.merged_into_id = d.id)"
"""Quicker from its small index than from the row of each."""
_COLUMN = re.compile(r"\bc\.(\w+)")


def _everybody(scope: Scope, some: Sequence[Condition], choice: Choice, wanted: str) -> str:
    """`from … where …`: those of whom all of a rule is true, as `c`; `wanted` is what else is read of them."""
    asked = dict(choice.others)
    did = people_of(some[choice.driver], scope) if choice.driver is not None and choice.is_of_events else None
    tests = list[str]()
    for i, part in enumerate(some):
        is_kept = i in asked or (i == choice.driver and not choice.is_of_events)
        place = place_of(part) if is_kept else None
        if place is not None and i != choice.driver:
            tests.append(_belongs(scope, place, is_set=asked[i] == "set"))
        if did is not None and did.is_exact and i == choice.driver:
            tests.append(f"(c.alias_count = 0 or {part.sql(scope)})")
        elif place is None or not place.is_exact:
            tests.append(part.sql(scope))
    where = " and ".join(tests) or "1 = 1"
    there = "c.merged_into_id is null"
    if choice.driver is None:
        return f"from contact c {NOTHING} where {there} and {where}"
    if did is not None:
        # Whoever others became part of is asked as well: what the others did is theirs.
        joined = "select w.merged_into_id from contact w where w.merged_into_id is not null"
        return f"from contact c {NOTHING} where c.id in ({did.text} union all {joined}) and {there} and {where}"
    ids = " union all ".join(_each(scope, cast(Place, place_of(some[choice.driver])), "v"))
    used = set(_COLUMN.findall(f"{where} {wanted}"))
    if used <= {"id", "alias_count"}:  # nobody has values who is not there, or part of somebody
        source = (
            f"({ids}) c" if "alias_count" not in used else f"(select d.id, {_ALIASES} as alias_count from ({ids}) d) c"
        )
        return f"from {source} {NOTHING} where {where}"
    return f"from contact c {NOTHING} where c.id in ({ids}) and {there} and {where}"


def _each(scope: Scope, place: Place, row: str) -> list[str]:
    """Queries for the ids of a place, one for each value: each comes sorted by id."""
    each = [Place(place.path, (value,)) for value in place.values] or [place]
    return [f"select {row}.contact_id as id from contact_value {row} where {within(scope, one, row)}" for one in each]


def _belongs(scope: Scope, place: Place, *, is_set: bool) -> str:
    """Whether somebody is in a place: by sets that are made once, or by a look for each. (With the plus SQLite does not begin with
    the set.)"""
    if is_set:
        return "(" + " or ".join(f"+c.id in ({ids})" for ids in _each(scope, place, "w")) + ")"
    return f"exists (select 1 from contact_value w where {within(scope, place, 'w')} and w.contact_id = c.id)"


@functools.lru_cache(maxsize=512)
def _page(rule: Exact, dialect: Hashable, order: str, choice: Choice) -> Compiled:
    scope, key = Scope(cast(Dialect, dialect)), _KEYS[order]
    found = _everybody(scope, parts(rule.rule), choice, key)
    after = f"({key} < :before or ({key} = :before and c.id < :before_id))"
    text = f"select c.id, {key} {found} and {after} order by {key} desc, c.id desc limit :limit"
    return Compiled(Statement("people", text), scope.parameters, scope.moving)


@functools.lru_cache(maxsize=512)
def _count(rule: Exact, dialect: Hashable, choice: Choice, *, is_whole: bool) -> Compiled:
    scope = Scope(cast(Dialect, dialect))
    found = _everybody(scope, parts(rule.rule), choice, "")
    text = f"select count(*) {found}" if is_whole else f"select count(*) from (select c.id {found} limit :most) found"
    return Compiled(Statement("people_counted", text), scope.parameters, scope.moving)


def _chosen(tx: Tx, rule: Condition | None, now: int, reach: Reach) -> tuple[Exact, Chosen]:
    whole: Condition = rule if rule is not None else Group("all", ())
    return Exact(whole), choose(tx, parts(rule), now, reach)


def page(tx: Tx, rule: Condition | None, now: int, *, order: Order, before: tuple[int, int], limit: int) -> list[Hit]:
    """People of whom a rule is true (all without one), latest first, behind (`at`, id)."""
    exact, chosen = _chosen(tx, rule, now, "newest" if order == "newest" else "all")
    asked = _page(exact, cast(Hashable, tx.dialect), order, chosen.choice)
    names = {"before": before[0], "before_id": before[1], "limit": limit, "now": now, "nothing": {}}
    return tx.rows(asked.statement, Hit, **names, **asked.bound(tx, now))


class _Share(Struct, frozen=True, array_like=True):
    part: str
    count: int


class Expression(Protocol):
    """Something that is one of a few words for each contact."""

    def standing(self, scope: Scope) -> str: ...


def split(tx: Tx, rule: Condition | None, by: Expression, now: int) -> dict[str, int]:
    """How many of those of whom a rule is true (all without one) stand where; parts with nobody are left out."""
    _, chosen = _chosen(tx, rule, now, "all")
    scope = Scope(tx.dialect)
    part = by.standing(scope)
    found = _everybody(scope, parts(rule), chosen.choice, part)
    text = f"select {part}, count(*) {found} group by 1"
    asked = Compiled(Statement("people_split", text), scope.parameters, scope.moving)
    rows = tx.rows(asked.statement, _Share, now=now, nothing={}, **asked.bound(tx, now))
    return {row.part: row.count for row in rows}


def count(
    tx: Tx, rule: Condition | None, now: int, *, up_to: int = COUNT_UP_TO, exact: bool = False
) -> tuple[int, bool]:
    """(how many, whether that is exact): past `up_to` nobody counts on, unless the `exact` number is asked for."""
    held, chosen = _chosen(tx, rule, now, "all" if exact else "some")
    asked = _count(held, cast(Hashable, tx.dialect), chosen.choice, is_whole=exact)
    names = {} if exact else {"most": up_to + 1}
    found = int(tx.value(asked.statement, now=now, nothing={}, **names, **asked.bound(tx, now)))
    return (found, True) if exact else (min(found, up_to), found <= up_to)


def total(tx: Tx) -> int:
    """How many people there are."""
    return int(tx.value(TOTAL))


TOTAL = Statement("total", "select count(*) from contact where merged_into_id is null")


def plan(tx: Tx, rule: Condition | None, now: int) -> list[str]:
    """How everybody of whom a rule is true is found, in sentences."""
    some = parts(rule)
    chosen = choose(tx, some, now)
    choice = chosen.choice
    if choice.driver is None:
        return ["Everybody is asked: nothing in the rule tells quickly who comes into question."]
    said = some[choice.driver].sentence()
    if choice.is_of_events:
        return [f"Those come into question of whom the events say that “{said}” may be true."]
    number = f"more than {chosen.counted_to:,}" if chosen.candidates is None else f"about {chosen.candidates:,}"
    told = [f"Those come into question of whom “{said}” is true: {number}, by the values that are kept."]
    for i, how in choice.others:
        by = "a set of them" if how == "set" else "a look for each"
        told.append(f"“{some[i].sentence()}” is answered by the values that are kept, with {by}.")
    return told
