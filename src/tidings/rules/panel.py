"""Many rules asked of many people at once: one statement for all of them, with the answers and the instants at which time changes them."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Sequence
from typing import cast

from msgspec import Struct

from tidings.rules.calendar import Moment
from tidings.rules.evaluate import Compiled, Exact, zone_of
from tidings.rules.tree import Condition, Scope
from tidings.runtime.clock import MINUTE
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

RULES_AT_ONCE = 40
"""Rules in one statement: longer ones cost more to prepare than they save."""
QUARTER = 15 * MINUTE


class Asked(Struct, frozen=True, array_like=True):
    """Somebody, and the instant as of which they are asked about."""

    contact_id: int
    now: int


class Judged(Struct, frozen=True, array_like=True):
    """What came out about somebody: for each rule in order whether it is true, and the next instant at which time alone may change
    that (0: never)."""

    contact_id: int
    answers: str
    boundaries: str

    @property
    def instants(self) -> list[int]:
        """The boundaries, one for each rule."""
        return [int(one) if one else 0 for one in self.boundaries.split(",")]


class _Row(Struct, frozen=True):
    contact_id: int
    now: int


def judge(tx: Tx, rules: Sequence[Condition], asked: Sequence[Asked]) -> Iterable[tuple[int, list[bool], list[int]]]:
    """(contact, whether each rule is true of them, the next boundary of each or 0). People who are not there, or were merged into
    somebody, are left out."""
    if len(rules) <= RULES_AT_ONCE:
        for row in _asked(tx, rules, asked):
            yield row.contact_id, [answer == "1" for answer in row.answers], row.instants
        return
    found: dict[int, tuple[list[bool], list[int]]] = {}
    for start in range(0, len(rules), RULES_AT_ONCE):
        for row in _asked(tx, rules[start : start + RULES_AT_ONCE], asked):
            answers, instants = found.setdefault(row.contact_id, ([], []))
            answers += [answer == "1" for answer in row.answers]
            instants += row.instants
    for contact_id, (answers, instants) in found.items():
        yield contact_id, answers, instants


def _asked(tx: Tx, rules: Sequence[Condition], asked: Sequence[Asked]) -> list[Judged]:
    if not asked or not rules:
        return []
    compiled = _compiled(tuple(Exact(rule) for rule in rules), cast(Hashable, tx.dialect))
    if not compiled.moving:
        return tx.rows(compiled.statement, Judged, batch=_rows(asked), nothing={}, **compiled.parameters)
    zone, found = zone_of(tx), list[Judged]()
    quarters: dict[int, list[Asked]] = {}
    for one in asked:
        quarters.setdefault(one.now // QUARTER, []).append(one)
    for some in quarters.values():
        moment = Moment(some[0].now, zone)
        moving = {name: value(moment) for name, value in compiled.moving.items()}
        found += tx.rows(compiled.statement, Judged, batch=_rows(some), nothing={}, **compiled.parameters, **moving)
    return found


def _rows(asked: Sequence[Asked]) -> list[_Row]:
    return [_Row(one.contact_id, one.now) for one in asked]


@functools.lru_cache(maxsize=512)
def _compiled(rules: tuple[Exact, ...], dialect: Hashable) -> Compiled:
    scope = Scope(cast(Dialect, dialect), now="b.now")
    answers = " || ".join(f"case when {one.rule.sql(scope)} then '1' else '0' end" for one in rules)
    parts = [one.rule.boundary(scope) for one in rules]
    instants = " || ',' || ".join("''" if one is None else f"coalesce(cast({one} as text), '')" for one in parts)
    text = (
        f"select c.id, {answers}, {instants} from (select g.contact_id as key, g.contact_id, 0 as run_id, "
        "{{json nothing}} as properties, 0 as since, g.now from {{rows batch: contact_id integer, now integer}} g) b "
        "join contact c on c.id = b.contact_id and c.merged_into_id is null"
    )
    return Compiled(Statement("panel", text), scope.parameters, scope.moving)


def has_boundary(rule: Condition, dialect: Dialect) -> bool:
    """Whether time alone may ever change its answer."""
    return rule.boundary(Scope(dialect)) is not None
