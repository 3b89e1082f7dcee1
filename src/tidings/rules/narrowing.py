"""What a rule asks about an attribute, as places in the table of values: by it the few people are found of whom it may be true."""

from __future__ import annotations

import struct
from typing import Any

import msgspec
from msgspec import Struct

from tidings.rules.values import Comparison, fold

CUT = 200
"""Characters of a text that are kept as its value."""
LONGEST_PATH = 200
"""A longer path than this, in bytes, has no values."""
_EXACT_BELOW = 2.0**53
"""Whole numbers below this are read alike by everybody."""


class Place(Struct, frozen=True):
    """Values of a path: some by name, or from `low` to `high`. `is_exact`: everybody there, and nobody else, is who is asked for.
    `is_known`: of everybody else the answer is no; else it may be unknown."""

    path: str
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    is_low_in: bool = True
    is_high_in: bool = False
    is_exact: bool = True
    is_known: bool = True


class People(Struct, frozen=True):
    """A query for the ids of everybody of whom something may be true, by the ids that they had when they did it. `is_exact`: of all
    whom nobody became part of, it names just those of whom it is true."""

    text: str
    is_exact: bool = False


def encoded(value: Any) -> str | None:
    """A scalar as a text that sorts as the scalar does among its kind; None for everything else."""
    if isinstance(value, str):
        return "t" + fold(value[:CUT])
    if isinstance(value, bool):
        return "btrue" if value else "bfalse"
    if isinstance(value, int | float):
        return "n" + _number(value)
    return None


def _number(value: int | float) -> str:
    """The bits of the number, turned so that their digits sort as numbers do; 0 and -0 are one."""
    try:
        real = float(value) + 0.0
    except OverflowError:
        real = float("inf") if value > 0 else float("-inf")
    (bits,) = struct.unpack(">Q", struct.pack(">d", real))
    turned = bits ^ 0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else bits | 1 << 63
    return f"{turned:016x}"


def rows_of(value: Any) -> list[str]:
    """The texts of a value: one for a scalar, one for each member of a list (marked as such), none for nothing."""
    if isinstance(value, list):
        return sorted({"l" + text for member in value if (text := encoded(member)) is not None})
    text = encoded(value)
    return [] if text is None else [text]


def at(attributes: Any, path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    for key in path.split("."):
        attributes = attributes.get(key) if isinstance(attributes, dict) else None
    return attributes


def has_values(path: str) -> bool:
    """Whether a path can have values: no quotes in it (the databases read them each in their way), no places in lists, not too long."""
    return (
        len(path.encode()) <= LONGEST_PATH
        and not any(mark in path for mark in '"\\')
        and not any(part.lstrip("-").isdigit() for part in path.split("."))
    )


def place(path: str, asked: Comparison) -> Place | None:
    """Where everybody is to be found of whom a comparison is true; None where it says nothing about that."""
    if asked.missing == "yes" or asked.is_of_dates or not has_values(path):
        return None
    found = _place(path, asked)
    return found if found is None or asked.missing == "no" else msgspec.structs.replace(found, is_known=False)


def _place(path: str, asked: Comparison) -> Place | None:
    operator, value = asked.operators()[0]
    if operator in ("eq", "in_", "has", "has_any"):
        return _among(path, operator, value if operator in ("in_", "has_any") else (value,))
    if operator == "starts_with":
        return _beginning(path, value)
    if operator == "between":
        return _between(path, value[0], value[1])
    bounds = {"gt": (False, ""), "gte": (True, ""), "lt": (False, "high"), "lte": (True, "high")}
    if operator not in bounds or encoded(value) is None:
        return None
    is_in, end = bounds[operator]
    kind, text, is_exact = str(encoded(value))[0], str(encoded(value)), _is_exact(value)
    if end:
        return Place(path, (), kind, text, is_high_in=is_in or not is_exact, is_exact=is_exact)
    return Place(path, (), text, chr(ord(kind) + 1), is_low_in=is_in or not is_exact, is_exact=is_exact)


def _among(path: str, operator: str, values: tuple[Any, ...]) -> Place | None:
    texts = [encoded(value) for value in values]
    if not texts or None in texts:
        return None
    found = [str(text) for text in texts]
    if operator in ("has", "has_any"):  # it looks at letters, and the texts here are folded
        return Place(path, tuple(sorted({*found, *("l" + text for text in found)})), is_exact=False)
    return Place(path, tuple(sorted(set(found))), is_exact=all(map(_is_exact, values)))


def _beginning(path: str, value: Any) -> Place | None:
    if not isinstance(value, str) or not value:
        return None
    low = str(encoded(value))
    return Place(path, (), low, _after(low), is_exact=len(value) <= CUT)


def _after(text: str) -> str:
    """The first text behind all that begin with this one."""
    last = ord(text[-1])
    if last == 0x10FFFF:
        return _after(text[:-1])
    return text[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)


def _between(path: str, first: Any, last: Any) -> Place | None:
    low, high = encoded(first), encoded(last)
    if low is None or high is None or low[0] != high[0]:
        return None
    return Place(path, (), low, high, is_high_in=True, is_exact=_is_exact(first) and _is_exact(last))


def _is_exact(value: Any) -> bool:
    """Whether the kept texts tell it apart as the values themselves do: short texts, and numbers that everybody reads alike."""
    if isinstance(value, str):
        return len(value) < CUT
    return isinstance(value, bool) or (float(value).is_integer() and abs(value) < _EXACT_BELOW)
