"""Rules asked of people: one query per rule for a whole batch."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from tidings.rules.calendar import Moment
from tidings.rules.tree import Condition, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

ZONE = Statement("zone", "select value from setting where name = 'zone'")


class Asked(Struct, frozen=True, kw_only=True):
    """One question of a batch: about whom, inside which run, with which properties at hand."""

    key: int
    contact_id: int
    run_id: int = 0
    properties: msgspec.Raw = msgspec.Raw(b"{}")
    since: int = 0


class _Answer(Struct, frozen=True, array_like=True):
    key: int
    answer: int | None


class Compiled(Struct, frozen=True):
    """A rule as one statement with its bound parameters, and those that follow from the moment."""

    statement: Statement
    parameters: dict[str, Any]
    moving: dict[str, Callable[[Moment], Any]]

    def bound(self, tx: Tx, now: int) -> dict[str, Any]:
        """Every parameter, as it is at an instant in the workspace's zone."""
        if not self.moving:
            return self.parameters
        moment = Moment(now, zone_of(tx))
        return self.parameters | {name: value(moment) for name, value in self.moving.items()}


def zone_of(tx: Tx) -> str:
    """The zone of the workspace: the one in which it is today."""
    found = tx.value(ZONE)
    return str(msgspec.json.decode(found)) if found else "UTC"


class Exact:
    """A rule as a key: Python holds 0, 0.0 and False for equal, a rule does not."""

    def __init__(self, rule: Condition) -> None:
        self.rule = rule

    def __hash__(self) -> int:
        return hash(self.rule)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and (self.rule is other.rule or repr(self.rule) == repr(other.rule))


BATCH = (
    "from {{rows batch: key integer, contact_id integer, run_id integer, properties json, since integer}} b "
    "join contact c on c.id = b.contact_id and :now = :now"
)
"""Those who are asked about: `b` is the question, `c` the contact."""


def compiled(rule: Hashable, dialect: Hashable) -> Compiled:
    """The statement that answers a rule (a `Condition`) for a batch, in a dialect."""
    assert isinstance(rule, Struct), "conditions are frozen structs"
    return _compiled(Exact(cast(Condition, rule)), dialect)


@functools.lru_cache(maxsize=4096)
def _compiled(exact: Exact, dialect: Hashable) -> Compiled:
    scope = Scope(cast(Dialect, dialect))
    text = f"select b.key, case {exact.rule.sql(scope)} when true then 1 when false then 0 end {BATCH}"
    return Compiled(Statement("rule", text), scope.parameters, scope.moving)


def evaluate(tx: Tx, rule: Condition | None, batch: Sequence[Asked], now: int) -> dict[int, bool | None]:
    """Key -> yes, no or unknown (None). No rule means yes. A contact that does not exist answers no."""
    if rule is None or not batch:
        return {asked.key: True for asked in batch}
    question = compiled(cast(Hashable, rule), cast(Hashable, tx.dialect))
    rows = tx.rows(question.statement, _Answer, batch=list(batch), now=now, **question.bound(tx, now))
    answers: dict[int, bool | None] = {asked.key: False for asked in batch}
    answers |= {row.key: None if row.answer is None else bool(row.answer) for row in rows}
    return answers
