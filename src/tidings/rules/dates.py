"""Dates in rules: before, after, in the last, in the next, so long ago, anniversaries and months; days are days of a zone."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Any

from tidings.rules import civil, durations
from tidings.rules.calendar import EPOCH
from tidings.rules.local import Zone, day_at, january, leap, local, midnight, moving, start, today
from tidings.rules.tree import Scope
from tidings.runtime.clock import DAY

Span = tuple[str | None, str | None]
"""From (with it) and until (without it); None is always."""
STILL = ("before", "after", "on", "between")
ROLLING = ("in_last", "in_next", "more_than_ago", "more_than_ahead")
OPERATORS = (*STILL, *ROLLING, "anniversary", "month")
YEARS = 4
"""Last year, this, and the two to come: no day of a year is further away."""
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_HOW = "Expected a date like 2026-01-31 or a time like 2026-01-31T10:00:00Z"
_UTC = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Written:
    """A date as a marketer wrote it: a local day, or an instant (UTC where no offset is written)."""

    def __init__(self, text: str) -> None:
        self.day: int | None = None
        self.at: int | None = None
        try:
            if _DATE.match(text):
                self.day = (dt.date.fromisoformat(text) - EPOCH).days
            else:
                found = dt.datetime.fromisoformat(text)
                found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found
                self.at = (found - _UTC) // dt.timedelta(milliseconds=1)
        except (ValueError, OverflowError):
            raise ValueError(f"{_HOW}, not {text[:40]!r}") from None
        if not "0002" <= text[:4] <= "9997":
            raise ValueError("Expected a year between 2 and 9997")


def is_written(text: Any) -> bool:
    """Whether it is a date or a time."""
    if not isinstance(text, str) or not _DATE.match(text[:10]):
        return False
    try:
        return bool(Written(text))
    except ValueError:
        return False


def check(operator: str, value: Any) -> None:
    """ValueError says how it is written."""
    if operator in STILL:
        found = [Written(text) for text in (value if operator == "between" else (value,))]
        if operator == "on" and found[0].day is None:
            raise ValueError("Expected a date like 2026-01-31, without a time")
    elif operator == "month":
        if value != "this" and (isinstance(value, str) or not 1 <= value <= 12):
            raise ValueError("Expected a month from 1 to 12, or `this`")
    elif (operator in ROLLING or value != "today") and durations.milliseconds(value) < 0:
        raise ValueError("Expected a duration that is not below zero, like 30d")


def test(scope: Scope, operator: str, value: Any, text: str, zone: Zone) -> str:
    """Whether a stored text is such a date; null where it is none."""
    if operator == "month" and value != "this":
        told = f"w.m = {scope.bind(value)}"
    elif operator in ("anniversary", "month"):
        told = _inside(local(scope, zone, today), _YEARLY)
    elif operator in STILL:
        days, instants = _days_written(scope, operator, value, zone), _instants(scope, operator, value, "w.at", zone)
        told = f"case when w.at is null then {_inside('w.day', days)} else {_inside('w.at', instants)} end"
    else:
        days, instants = _rolling_days(operator, value), _instants(scope, operator, value, "w.at", zone)
        on_days = _inside(local(scope, zone, today), days)
        told = f"case when w.at is null then {on_days} else {_inside(scope.now, instants)} end"
    return f"({_read(scope, operator, value, text)} select case when w.day is not null then {told} end from w limit 1)"


def boundary(scope: Scope, operator: str, value: Any, text: str, zone: Zone) -> str | None:
    """The next instant at which the answer may change by itself; null where never."""
    if operator in STILL or (operator == "month" and value != "this"):
        return None
    days = _rolling_days(operator, value) if operator in ROLLING else _YEARLY
    here = f"o as (select {local(scope, zone, today)} as t, {local(scope, zone, midnight)} as midnight limit 1)"
    edge = f"n as (select {_next('o.t', days)} as f, o.t, o.midnight from o join w on 1 = 1 limit 1)"
    # Tomorrow begins at midnight; a day after it is asked about again a day early, whatever the clocks do until then.
    early = f"(n.f - 1) * {DAY}"
    soon = (
        f"case when n.f is null then null when n.f > n.t + 1 and {early} > n.midnight then {early} else n.midnight end"
    )
    told = soon
    if operator in ROLLING:
        instants = _instants(scope, operator, value, "w.at", zone)
        told = f"case when w.at is null then {soon} else {_next(scope.now, instants)} end"
    tables = f"{_read(scope, operator, value, text)}, {here}, {edge}"
    return f"({tables} select case when w.day is not null then {told} end from n join w on 1 = 1 limit 1)"


def happened(scope: Scope, operator: str, value: Any, at: str) -> str:
    """Whether an instant (`at`) is such a time, in the workspace's zone."""
    spans = _instants(scope, operator, value, at, "workspace")
    return _inside(at if operator in STILL else scope.now, spans)


def changes(scope: Scope, operator: str, value: Any, at: str) -> str | None:
    """When what `happened` says changes by itself."""
    return None if operator in STILL else _next(scope.now, _instants(scope, operator, value, at, "workspace"))


def words(operator: str, value: Any) -> str:
    """As a person says it, after a name."""
    if operator in STILL:
        return f"is between {value[0]} and {value[1]}" if operator == "between" else f"is {operator} {value}"
    if operator == "month":
        return "is in this month" if value == "this" else f"is in {dt.date(2000, value, 1):%B}"
    if operator == "anniversary":
        return (
            "has its day of the year today"
            if value == "today"
            else f"has its day of the year in {durations.told(value)}"
        )
    told = durations.told(value)
    return {
        "in_last": f"is in the last {told}",
        "in_next": f"is in the next {told}",
        "more_than_ago": f"is more than {told} ago",
        "more_than_ahead": f"is more than {told} ahead",
    }[operator]


def _rolling(operator: str, it: str, length: int, one: int) -> Span:
    """When now (a day or an instant) stands right to what is written; a day is over a day after it begins."""
    return {
        "in_last": (it, f"{it} + {length + one}"),
        "in_next": (f"{it} - {length}", f"{it} + {one}"),
        "more_than_ago": (f"{it} + {length + one}", None),
        "more_than_ahead": (None, f"{it} - {length}"),
    }[operator]


def _rolling_days(operator: str, value: str) -> list[Span]:
    return [_rolling(operator, "w.day", durations.milliseconds(value) // DAY, 1)]


def _instants(scope: Scope, operator: str, value: Any, at: str, zone: Zone) -> list[Span]:
    if operator in ROLLING:
        return [_rolling(operator, at, durations.milliseconds(value), 0)]
    return _between(operator, value, functools.partial(_edge, scope, zone))


def _days_written(scope: Scope, operator: str, value: Any, zone: Zone) -> list[Span]:
    return _between(operator, value, functools.partial(_day_of, scope, zone))


def _between(operator: str, value: Any, edge: Any) -> list[Span]:
    first, last = (value[0], value[1]) if operator == "between" else (value, value)
    if operator == "before":
        return [(None, edge(first, 0))]
    return [(edge(first, 1), None)] if operator == "after" else [(edge(first, 0), edge(last, 1))]


def _edge(scope: Scope, zone: Zone, text: str, more: int) -> str:
    """The instant at which what is written begins, or is over (`more`)."""
    written = Written(text)
    if written.at is not None:
        return scope.bind(written.at + more)
    return local(scope, zone, start, (written.day or 0) + more)


def _day_of(scope: Scope, zone: Zone, text: str, more: int) -> str:
    written = Written(text)
    return scope.bind(written.day + more) if written.day is not None else local(scope, zone, day_at, written.at, more)


def _inside(it: str, spans: list[Span]) -> str:
    told = list[str]()
    for begins, ends in spans:
        parts = [f"{it} >= {begins}"] if begins is not None else []
        told.append("(" + " and ".join(parts + ([f"{it} < {ends}"] if ends is not None else [])) + ")")
    return "(" + " or ".join(told) + ")"


def _next(it: str, spans: list[Span]) -> str:
    """The first edge after it; the edges are in order."""
    edges = [edge for span in spans for edge in span if edge is not None]
    return "case " + " ".join(f"when {edge} > {it} then {edge}" for edge in edges) + " end"


_YEARLY: list[Span] = [(f"w.s{i}", f"w.e{i}") for i in range(YEARS)]


def _read(scope: Scope, operator: str, value: Any, text: str) -> str:
    """The date in a text; for what comes every year also from which day until which it is so."""
    if operator not in ("anniversary", "month") or (operator == "month" and value != "this"):
        return civil.read(text)
    ahead = 0 if value in ("today", "this") else durations.milliseconds(value) // DAY
    columns = list[str]()
    for i in range(YEARS):
        first, is_leap = (scope.bind_at(moving(what, ahead, i - 1)) for what in (january, leap))
        begins = civil.in_year("m", "1" if operator == "month" else "d", first, is_leap)
        length = civil.length_of("m", is_leap) if operator == "month" else "1"
        columns.append(f"{begins} - {ahead} as s{i}, {begins} - {ahead} + {length} as e{i}")
    plain = civil.read(text).replace(", w as (", ", v as (")
    return f"{plain}, w as (select m, d, day, at, {', '.join(columns)} from v limit 1)"
