"""What a rule asks about the properties of events: sums, averages, the largest, the first and the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from msgspec import Meta

from tidings.events.windows import Path
from tidings.rules import dates
from tidings.rules.amounts import Amount
from tidings.rules.narrowing import People
from tidings.rules.stored import Stored
from tidings.rules.tree import Scope
from tidings.rules.values import MISSING, Comparison, Missing

PARTS = 10_000
"""Sums are made of ten-thousandths, so that every database adds them exactly."""
MOST = 1e11
"""Larger numbers are passed over when adding: there are no orders of a hundred thousand million."""
How = Literal["sum", "min", "max", "avg"]
_MADE: dict[How, Callable[[str], str]] = {
    "sum": lambda n: f"coalesce(sum({n}), 0e0)",
    "avg": lambda n: f"(sum({n}) / nullif(count({n}), 0))",
    "min": lambda n: f"min({n})",
    "max": lambda n: f"max({n})",
}
_SAID = {"sum": "the sum of", "avg": "the average", "min": "the smallest", "max": "the largest"}


class Measure(Amount, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{property: total, gte: 100}`: how much a property comes to; what is no number is passed over."""

    property: Path
    missing: Annotated[Missing, Meta(title="Without any", description="The answer when there is no number.")] = "no"

    def value(self, scope: Scope, how: How) -> str:
        """What the lines `e` come to; sums and averages in ten-thousandths."""
        number = Stored(scope, "e.properties", self.property.split(".")).number
        if how in ("sum", "avg"):
            number = f"case when abs({number}) < {MOST!r} then {scope.dialect.rounded(f'({number} * {PARTS}e0)')} end"
        return _MADE[how](number)

    def who_has(self, scope: Scope, mine: str) -> People:
        """Whoever has such a sum of the lines that `mine` names."""
        test = self.sql(scope, self.value(scope, "sum"), PARTS)
        return People(
            f"select e.contact_id from event e where {mine} group by e.contact_id having {test}", is_exact=True
        )

    def asked_of(self, scope: Scope, how: How, source: str) -> str:
        """The answer about the lines that `source` (` from event e where …`) names."""
        value = self.value(scope, how)
        test = self.sql(scope, value, PARTS if how in ("sum", "avg") else 1)
        return f"(select case when {value} is null then {MISSING[self.missing]} else {test} end{source})"

    def told(self, how: How) -> str:
        """As a person says it."""
        return f"{_SAID[how]} {self.property} is {self.words()}"


class Picked(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{property: plan, eq: pro}` about a property of the first or last event, or `{in_last: 7d}` about when it was."""

    property: Annotated[
        str, Meta(max_length=200, title="Property", description="Of the event; its time when empty.", examples=["plan"])
    ] = ""

    def __post_init__(self) -> None:
        Comparison.__post_init__(self)
        operator, _ = self.operators()[0]
        if not self.property and not (self.is_of_dates and operator not in ("in_next", "anniversary", "month")):
            raise ValueError(
                "Expected a property, or before, after, on, between, in_last or more_than_ago about its time"
            )
        if not self.property and self.zone is not None:
            raise ValueError("Expected no `zone`: the time of an event goes by the workspace's")

    def asked_of(self, scope: Scope, source: str) -> str:
        """The answer about the one line that `source` leaves."""
        operator, value = self.operators()[0]
        if self.property:
            test = self.compare(scope, "e.properties", self.property.split("."))
        else:
            test = dates.happened(scope, operator, value, "e.at")
        one = f"(select case {test} when true then 1 when false then 0 else 2 end {source})"
        return (
            f"(case coalesce({one}, 3) when 1 then (1 = 1) when 0 then (1 = 0) when 3 then {MISSING[self.missing]} end)"
        )

    def turn(self, scope: Scope, source: str) -> str | None:
        """When the answer changes by itself while the line stays."""
        operator, value = self.operators()[0]
        if self.property:
            text = self.changes(scope, "e.properties", self.property.split("."))
        else:
            text = dates.changes(scope, operator, value, "e.at")
        return None if text is None else f"(select {text} {source})"

    def told(self) -> str:
        """As a person says it."""
        return f"{self.property} {self.words()}" if self.property else self.words().removeprefix("is ")
