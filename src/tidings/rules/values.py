"""Comparing a value inside JSON with what a marketer wrote: typed, folded, and explicit about what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tidings.rules import dates
from tidings.rules.amounts import SIGNS, Times
from tidings.rules.local import Zone
from tidings.rules.stored import Stored, fold as fold
from tidings.rules.tree import Scope
from tidings.runtime import machines, patterns

Missing = Literal["yes", "no", "unknown"]
Text = Annotated[str, Meta(max_length=1_000)]
Scalar = Text | int | float | bool
Many = Annotated[tuple[Scalar, ...], Meta(max_length=200)]
MISSING = {"yes": "(1 = 1)", "no": "(1 = 0)", "unknown": "null"}


class Other(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{attribute: plan_limit, times: 0.8, plus: 0}`: another attribute of the person, to compare with."""

    attribute: Annotated[str, Meta(min_length=1, max_length=200)]
    times: Annotated[float, Meta(ge=-1e9, le=1e9)] = 1.0
    plus: Annotated[float, Meta(ge=-1e9, le=1e9)] = 0.0

    @property
    def is_changed(self) -> bool:
        return (self.times, self.plus) != (1, 0)

    def __str__(self) -> str:
        times = f"{self.times:g} times " if self.times != 1 else ""
        plus = f" {'plus' if self.plus > 0 else 'minus'} {abs(self.plus):g}" if self.plus else ""
        return f"{times}their {self.attribute}{plus}"


Ordered = Text | int | float | Other
Duration = Annotated[str, Meta(max_length=10, examples=["30d"])]
Date = Annotated[str, Meta(max_length=40, examples=["2026-01-31"])]


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Exactly one operator, and what the answer is when there is no value (`missing`, no by default)."""

    eq: Scalar | Other | None = None
    ne: Scalar | Other | None = None
    in_: Many | None = msgspec.field(default=None, name="in")
    not_in: Many | None = None
    contains: Text | None = None
    not_contains: Text | None = None
    starts_with: Text | None = None
    ends_with: Text | None = None
    matches: Text | None = None
    gt: Ordered | None = None
    gte: Ordered | None = None
    lt: Ordered | None = None
    lte: Ordered | None = None
    between: tuple[Text | int | float, Text | int | float] | None = None
    has: Scalar | None = None
    has_any: Many | None = None
    has_all: Many | None = None
    has_none: Many | None = None
    length: Times | None = None
    before: Date | None = None
    after: Date | None = None
    on: Date | None = None
    in_last: Duration | None = None
    in_next: Duration | None = None
    more_than_ago: Duration | None = None
    more_than_ahead: Duration | None = None
    anniversary: Annotated[str, Meta(max_length=10, examples=["today", "3d"])] | None = None
    month: int | Literal["this"] | None = None
    empty: bool | None = None
    zone: Zone | None = None
    missing: Missing = "no"

    def __post_init__(self) -> None:
        found = self.operators()
        if len(found) != 1:
            raise ValueError("Expected exactly one operator (eq, ne, in, gt, contains, before, in_last, empty, …)")
        (operator, value), *_ = found
        if operator in dates.OPERATORS and (operator != "between" or self.is_of_dates):
            dates.check(operator, value)
        if operator == "matches":
            machines.check(value)
        if self.zone is not None and not self.is_of_dates:
            raise ValueError("Expected `zone` beside a date only")

    def operators(self) -> list[tuple[str, Any]]:
        """(operator, what is written under it) of each that is written."""
        return [
            (name, value)
            for name in Comparison.__struct_fields__
            if name not in ("zone", "missing") and (value := getattr(self, name)) is not None
        ]

    @property
    def is_of_dates(self) -> bool:
        """Whether it compares with dates; between two texts that are dates it does."""
        operator, value = self.operators()[0]
        return all(map(dates.is_written, value)) if operator == "between" else operator in dates.OPERATORS

    def compare(self, scope: Scope, column: str, keys: list[str]) -> str:
        """The three-valued expression for the value at `keys` inside a JSON column."""
        operator, value = self.operators()[0]
        stored = Stored(scope, column, keys)
        if operator == "empty":
            return stored.is_empty if value else f"(not {stored.is_empty})"
        is_there = stored.is_there
        if isinstance(value, Other):
            other = Stored(scope, "c.attributes", value.attribute.split("."))
            test, is_there = _against(scope, operator, value, stored, other), f"{is_there} and {other.is_there}"
        elif self.is_of_dates:
            test = dates.test(scope, operator, value, stored.text, self.zone or "workspace")
        else:
            test = TESTS[operator](scope, stored, value)
        return f"(case when {is_there} then coalesce({test}, (1 = 0)) else {MISSING[self.missing]} end)"

    @property
    def of_nothing(self) -> str:
        """The answer where there is no value."""
        return MISSING[self.missing] if self.empty is None else f"({1 if self.empty else 0} = 1)"

    def changes(self, scope: Scope, column: str, keys: list[str]) -> str | None:
        """The next instant at which time alone may change the answer."""
        if not self.is_of_dates:
            return None
        operator, value = self.operators()[0]
        return dates.boundary(scope, operator, value, Stored(scope, column, keys).text, self.zone or "workspace")

    def shown(self, scope: Scope, column: str, keys: list[str]) -> str:
        """What stands there, as text."""
        return Stored(scope, column, keys).shown

    def others(self) -> list[str]:
        """The attributes of the person that it compares with."""
        value = self.operators()[0][1]
        return [value.attribute] if isinstance(value, Other) else []

    def words(self) -> str:
        """As a person says it."""
        operator, value = self.operators()[0]
        if self.is_of_dates:
            return dates.words(operator, value) + (" where they live" if self.zone == "contact" else "")
        if operator == "empty":
            return "is empty" if value else "is not empty"
        if operator == "length":
            return f"has {value.words() or 'at least 1 time'}".replace(" times", " entries").replace(" time", " entry")
        if operator == "between":
            return f"is between {value[0]} and {value[1]}"
        told = " or ".join(map(said, value)) if isinstance(value, tuple) else said(value)
        if operator == "has_all":
            told = told.replace(" or ", " and ")
        return f"{SAYS[operator]} {told}"


def said(value: Any) -> str:
    """A value as a person says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value) or "nothing"


SAYS = {
    "eq": "is",
    "ne": "is not",
    "in_": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "begins with",
    "ends_with": "ends with",
    "matches": "matches",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "has": "has",
    "has_any": "has one of",
    "has_all": "has all of",
    "has_none": "has none of",
}
REACH = (1e-200, 1e200)
"""Numbers that are smaller or larger are not calculated with: databases disagree there, or raise."""


def _against(scope: Scope, operator: str, value: Other, stored: Stored, other: Stored) -> str:
    """One stored value against another."""
    known = f"case when o.n = 0 or abs(o.n) between {REACH[0]!r} and {REACH[1]!r} then o.n end"
    times, plus = (f"cast({scope.bind(float(number))} as real)" for number in (value.times, value.plus))
    if value.is_changed:
        there = f"{known} * {times} + {plus}"
        return (
            f"(select {stored.number} {SIGNS[operator]} ({there}) from (select {other.number} as n limit 1) o limit 1)"
        )
    if operator not in ("eq", "ne"):
        return f"({stored.number} {SIGNS[operator]} {other.number})"
    same = f"{stored.number} = {other.number}"
    alike = f"coalesce(case when {stored.kind} = 'number' then {same} when {stored.kind} = 'text' then {stored.folded} = {other.folded} "
    alike += f"when {stored.kind} = 'boolean' then {stored.boolean} = {other.boolean} end, (1 = 0))"
    return alike if operator == "eq" else f"(not {alike})"


def _equal(scope: Scope, stored: Stored, value: Scalar) -> str:
    mine, written = stored.typed(value)
    return f"coalesce({mine} = {written}, (1 = 0))"


def _among(scope: Scope, stored: Stored, values: tuple[Scalar, ...]) -> str:
    groups: dict[str, list[str]] = {}
    for value in values:
        mine, written = stored.typed(value)
        groups.setdefault(mine, []).append(written)
    some = [f"coalesce({mine} in ({', '.join(written)}), (1 = 0))" for mine, written in groups.items()]
    return "(" + (" or ".join(some) or "1 = 0") + ")"


def _like(scope: Scope, stored: Stored, pattern: str) -> str:
    return f"coalesce({stored.folded} like cast({scope.bind(fold(pattern))} as text) escape '!', (1 = 0))"


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _between(scope: Scope, stored: Stored, value: tuple[Any, Any]) -> str:
    (low, first), (high, last) = stored.typed(value[0]), stored.typed(value[1])
    return f"({low} >= {first} and {high} <= {last})"


def _some(scope: Scope, stored: Stored, values: tuple[Scalar, ...]) -> str:
    return "(" + (" or ".join(map(stored.has, values)) or "1 = 0") + ")"


def _all(scope: Scope, stored: Stored, values: tuple[Scalar, ...]) -> str:
    return "(" + (" and ".join(map(stored.has, values)) or "1 = 1") + ")"


def _sign(sign: str) -> Test:
    def test(scope: Scope, stored: Stored, value: Any) -> str:
        mine, written = stored.typed(value)
        return f"({mine} {sign} {written})"

    return test


Test = Callable[[Scope, Stored, Any], str]
TESTS: dict[str, Test] = {
    "eq": _equal,
    "ne": lambda scope, stored, value: f"(not {_equal(scope, stored, value)})",
    "in_": _among,
    "not_in": lambda scope, stored, value: f"(not {_among(scope, stored, value)})",
    "contains": lambda scope, stored, value: _like(scope, stored, f"%{_escaped(value)}%"),
    "not_contains": lambda scope, stored, value: f"(not {_like(scope, stored, f'%{_escaped(value)}%')})",
    "starts_with": lambda scope, stored, value: _like(scope, stored, f"{_escaped(value)}%"),
    "ends_with": lambda scope, stored, value: _like(scope, stored, f"%{_escaped(value)}"),
    "matches": lambda scope, stored, value: scope.dialect.matches(stored.folded, patterns.parse(value), scope.bind),
    **{name: _sign(sign) for name, sign in SIGNS.items() if name not in ("eq", "ne")},
    "between": _between,
    "has": lambda scope, stored, value: stored.has(value),
    "has_any": _some,
    "has_all": _all,
    "has_none": lambda scope, stored, value: f"(not {_some(scope, stored, value)})",
    "length": lambda scope, stored, value: value.sql(scope, stored.length),
}
