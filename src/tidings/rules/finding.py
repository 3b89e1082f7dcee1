"""Rules asked of everybody: the people of whom a rule is true, a page at a time, and how many they are."""

from __future__ import annotations

import functools
from collections.abc import Hashable
from typing import Literal, Protocol, cast

from msgspec import Struct

from tidings.rules.evaluate import Compiled
from tidings.rules.tree import Condition, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

Order = Literal["newest", "changed"]
COUNT_UP_TO = 10_000
"""People are counted one by one up to here."""


class Hit(Struct, frozen=True, array_like=True):
    """Somebody of whom it is true; `at` is what the order goes by: when they changed, or their id again."""

    id: int
    at: int


_KEYS = {"newest": "c.id", "changed": "c.changed_at"}
# One row of nothing: conditions about a run or an event at hand have none to look at here.
_FROM = (
    "from contact c join (select 0 as key, 0 as contact_id, 0 as run_id, {{json nothing}} as properties, 0 as since) b "
    "on b.key = 0 where c.merged_into_id is null and "
)


@functools.lru_cache(maxsize=512)
def _compiled(words: str, dialect: Hashable, order: str, rule: _Held) -> tuple[Compiled, Compiled]:
    scope = Scope(cast(Dialect, dialect))
    where = rule.rule.sql(scope) if rule.rule is not None else "1 = 1"
    key = _KEYS[order]
    page = (
        f"select c.id, {key} {_FROM} ({where}) and ({key} < :before or ({key} = :before and c.id < :before_id)) "
        f"order by {key} desc, c.id desc limit :limit"
    )
    count = f"select count(*) from (select c.id {_FROM} ({where}) limit :most) found"
    return (
        Compiled(Statement("people", page), scope.parameters, scope.moving),
        Compiled(Statement("people_counted", count), scope.parameters, scope.moving),
    )


class _Held:
    """A rule that the cache holds by its words, since Python holds 0, 0.0 and False for equal."""

    def __init__(self, rule: Condition | None) -> None:
        self.rule = rule

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)


def _asked(tx: Tx, rule: Condition | None, order: Order) -> tuple[Compiled, Compiled]:
    return _compiled(repr(rule), cast(Hashable, tx.dialect), order, _Held(rule))


def page(tx: Tx, rule: Condition | None, now: int, *, order: Order, before: tuple[int, int], limit: int) -> list[Hit]:
    """People of whom a rule is true (all without one), latest first, behind (`at`, id)."""
    asked, _ = _asked(tx, rule, order)
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
    scope = Scope(tx.dialect)
    where = rule.sql(scope) if rule is not None else "1 = 1"
    text = f"select part, count(*) from (select {by.standing(scope)} as part {_FROM} ({where})) found group by part"
    asked = Compiled(Statement("people_split", text), scope.parameters, scope.moving)
    rows = tx.rows(asked.statement, _Share, now=now, nothing={}, **asked.bound(tx, now))
    return {row.part: row.count for row in rows}


def count(tx: Tx, rule: Condition | None, now: int, *, up_to: int = COUNT_UP_TO) -> tuple[int, bool]:
    """(how many, whether that is exact): past `up_to` nobody counts on."""
    _, asked = _asked(tx, rule, "newest")
    found = int(tx.value(asked.statement, now=now, nothing={}, most=up_to + 1, **asked.bound(tx, now)))
    return min(found, up_to), found <= up_to


def total(tx: Tx) -> int:
    """How many people there are."""
    return int(tx.value(TOTAL))


TOTAL = Statement("total", "select count(*) from contact where merged_into_id is null")
EVERYBODY = 2**62
"""Count them all."""
