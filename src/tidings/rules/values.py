"""Comparing a value inside JSON with what a marketer wrote: typed, folded, and explicit about what is missing."""

from __future__ import annotations

import string
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.rules.tree import Scope

Missing = Literal["yes", "no", "unknown"]
Scalar = str | int | float | bool
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_MISSING = {"yes": "(1 = 1)", "no": "(1 = 0)", "unknown": "null"}
_NUMERIC = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Exactly one operator, and what the answer is when there is no value (`missing`, no by default)."""

    eq: Scalar | None = None
    ne: Scalar | None = None
    in_: tuple[Scalar, ...] | None = msgspec.field(default=None, name="in")
    not_in: tuple[Scalar, ...] | None = None
    contains: str | None = None
    not_contains: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    gt: str | int | float | None = None
    gte: str | int | float | None = None
    lt: str | int | float | None = None
    lte: str | int | float | None = None
    between: tuple[str | int | float, str | int | float] | None = None
    has: Scalar | None = None
    empty: bool | None = None
    missing: Missing = "no"

    def __post_init__(self) -> None:
        if len(self.operators()) != 1:
            raise ValueError("Expected exactly one operator (eq, ne, in, gt, contains, empty, …)")

    def operators(self) -> list[tuple[str, Any]]:
        names = (
            "eq",
            "ne",
            "in_",
            "not_in",
            "contains",
            "not_contains",
            "starts_with",
            "ends_with",
            *_NUMERIC,
            "between",
            "has",
            "empty",
        )
        return [(name, value) for name in names if (value := getattr(self, name)) is not None]

    def compare(self, scope: Scope, column: str, keys: list[str]) -> str:
        """The three-valued expression for the value at `keys` inside a JSON column."""
        (operator, value), path = self.operators()[0], scope.bind(scope.dialect.json_path(keys))
        kind = scope.dialect.json_type(column, path)
        if operator == "empty":
            text = scope.dialect.json_text(column, path)
            nothing = f"case {kind} when 'text' then '' when 'array' then '[]' when 'object' then '{{}}' end"
            is_empty = f"(coalesce({kind}, 'null') = 'null' or coalesce({text} = {nothing}, (1 = 0)))"
            return is_empty if value else f"(not {is_empty})"
        if operator == "has":
            test = scope.dialect.json_has(column, path, scope.bind(msgspec.json.encode(value).decode()))
        else:
            test = _test(scope, operator, value, column, path, kind)
        is_there = f"coalesce({kind}, 'null') <> 'null'"
        return f"(case when {is_there} then coalesce({test}, (1 = 0)) else {_MISSING[self.missing]} end)"

    def words(self) -> str:
        """As a person says it."""
        operator, value = self.operators()[0]
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return f"{operator.strip('_').replace('_', ' ')} {shown}"


def fold(text: str) -> str:
    """The folding that both databases share: ASCII letters in lower case."""
    return text.translate(_LOWER)


def _typed(scope: Scope, column: str, path: str, kind: str, value: Scalar) -> tuple[str, str]:
    """(expression of the stored value in the type of the written one, bound parameter)."""
    text = scope.dialect.json_text(column, path)
    if isinstance(value, bool):
        return f"(case when {kind} = 'boolean' then {text} end)", scope.bind("true" if value else "false")
    if isinstance(value, int | float):
        return (
            f"(case when {kind} = 'number' then cast({text} as real) end)",
            f"cast({scope.bind(float(value))} as real)",
        )
    return f"(case when {kind} = 'text' then lower({text}) end)", f"cast({scope.bind(fold(value))} as text)"


def _equal(scope: Scope, value: Scalar, column: str, path: str, kind: str) -> str:
    stored, written = _typed(scope, column, path, kind, value)
    return f"coalesce({stored} = {written}, (1 = 0))"


def _like(scope: Scope, pattern: str, column: str, path: str, kind: str) -> str:
    stored, written = _typed(scope, column, path, kind, pattern)
    return f"coalesce({stored} like {written} escape '!', (1 = 0))"


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _test(scope: Scope, operator: str, value: Any, column: str, path: str, kind: str) -> str:
    if operator in ("eq", "ne"):
        equal = _equal(scope, value, column, path, kind)
        return equal if operator == "eq" else f"(not {equal})"
    if operator in ("in_", "not_in"):
        some = " or ".join(_equal(scope, one, column, path, kind) for one in value) or "(1 = 0)"
        return f"({some})" if operator == "in_" else f"(not ({some}))"
    if operator in ("contains", "not_contains"):
        found = _like(scope, f"%{_escaped(value)}%", column, path, kind)
        return found if operator == "contains" else f"(not {found})"
    if operator == "starts_with":
        return _like(scope, f"{_escaped(value)}%", column, path, kind)
    if operator == "ends_with":
        return _like(scope, f"%{_escaped(value)}", column, path, kind)
    if operator == "between":
        low, first = _typed(scope, column, path, kind, value[0])
        high, last = _typed(scope, column, path, kind, value[1])
        return f"({low} >= {first} and {high} <= {last})"
    stored, written = _typed(scope, column, path, kind, value)
    return f"({stored} {_NUMERIC[operator]} {written})"
