"""Numbers in rules: how often, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.rules.tree import Scope

Number = int | float
SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
SAID = {"eq": "", "ne": "not ", "gt": "more than ", "gte": "at least ", "lt": "less than ", "lte": "at most "}
Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class Times(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How often: all of these; at least once when none is said."""

    at_least: Annotated[Count | None, Meta(title="At least", description="So often or more.", examples=[1])] = None
    at_most: Annotated[Count | None, Meta(title="At most", description="So often or less.", examples=[3])] = None
    exactly: Annotated[Count | None, Meta(title="Exactly", description="So often.", examples=[2])] = None

    def sql(self, scope: Scope, count: str) -> str:
        """Whether a number of times is so many."""
        parts = [f"{count} {sign} {scope.bind(n)}" for sign, n in self.tests()]
        return "(" + " and ".join(parts) + ")"

    def unsure(self, scope: Scope, low: str, high: str) -> str:
        """The same about a number that lies between two: unknown where not all between them answer alike."""
        parts = [self._between(sign, scope.bind(n), low, high) for sign, n in self.tests()]
        return "(" + " and ".join(parts) + ")"

    def _between(self, sign: str, n: str, low: str, high: str) -> str:
        if sign == ">=":
            return f"(case when {low} >= {n} then (1 = 1) when {high} < {n} then (1 = 0) end)"
        if sign == "<=":
            return f"(case when {high} <= {n} then (1 = 1) when {low} > {n} then (1 = 0) end)"
        return (
            f"(case when {low} = {n} and {high} = {n} then (1 = 1) when {low} > {n} or {high} < {n} then (1 = 0) end)"
        )

    def tests(self) -> list[tuple[str, int]]:
        """(sign, number) of each."""
        said = [(">=", self.at_least), ("<=", self.at_most), ("=", self.exactly)]
        return [(sign, n) for sign, n in said if n is not None] or [(">=", 1)]

    def thresholds(self) -> list[int]:
        """The numbers whose newest that many decide: with one less the answer may be another."""
        least = [n for sign, n in self.tests() if sign != "<="]
        most = [n + 1 for sign, n in self.tests() if sign != ">="]
        return sorted({n for n in least + most if n})

    def words(self) -> str:
        """As a person says it; nothing when nothing was asked."""
        told = (("at least", self.at_least), ("at most", self.at_most), ("exactly", self.exactly))
        return " and ".join(f"{how} {n} time{'' if n == 1 else 's'}" for how, n in told if n is not None)


class Amount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much: exactly one of these."""

    eq: Annotated[Number | None, Meta(title="Is")] = None
    ne: Annotated[Number | None, Meta(title="Is not")] = None
    gt: Annotated[Number | None, Meta(title="More than")] = None
    gte: Annotated[Number | None, Meta(title="At least")] = None
    lt: Annotated[Number | None, Meta(title="Less than")] = None
    lte: Annotated[Number | None, Meta(title="At most")] = None
    between: Annotated[tuple[Number, Number] | None, Meta(title="Between")] = None

    def __post_init__(self) -> None:
        if len(list(self.asked())) != 1:
            raise ValueError("Expected exactly one of eq, ne, gt, gte, lt, lte, between")

    def asked(self) -> Iterator[tuple[str, Any]]:
        for name in (*SIGNS, "between"):
            if (value := getattr(self, name)) is not None:
                yield name, value

    def sql(self, scope: Scope, amount: str, scale: int = 1) -> str:
        """Whether an amount, in parts of `scale`, is so much."""
        (name, value), *_ = self.asked()

        def bound(number: Number) -> str:
            return f"cast({scope.bind(scaled(number, scale))} as real)"

        if name == "between":
            return f"({amount} between {bound(value[0])} and {bound(value[1])})"
        return f"({amount} {SIGNS[name]} {bound(value)})"

    def words(self) -> str:
        """As a person says it."""
        (name, value), *_ = self.asked()
        return f"between {value[0]} and {value[1]}" if name == "between" else f"{SAID[name]}{value}"


def scaled(number: Number, scale: int) -> float:
    """A number in parts of `scale`, rounded half away from zero; as it is with a scale of 1."""
    if scale == 1:
        return float(number)
    exact = float(number) * scale
    return float(int(exact + (0.5 if exact >= 0 else -0.5)))


def is_set(struct: Struct, names: tuple[str, ...]) -> list[str]:
    """Which of these fields say something."""
    return [
        field.encode_name
        for field in msgspec.structs.fields(struct)
        if field.encode_name in names and getattr(struct, field.name) not in (None, False, ())
    ]
