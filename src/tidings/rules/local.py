"""What a rule needs to know of the moment at which it is asked: days and midnights here, or where each person lives."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from tidings.rules.calendar import EPOCH, Moment, day_start, local_day
from tidings.rules.tree import Scope
from tidings.runtime.clock import DAY, MINUTE

Zone = Literal["workspace", "contact"]
_QUARTER = 15 * MINUTE


def local(scope: Scope, zone: Zone, what: Callable[..., int], *given: Any) -> str:
    """Something that follows from the moment in the workspace's zone, or in the person's own where it is known."""
    here = scope.bind_at(moving(what, *given))
    if zone == "workspace":
        return here
    everywhere = scope.bind_at(lambda moment: _everywhere(what, given, moment.now // _QUARTER))
    return f"coalesce({scope.dialect.json_entry(everywhere, 'c.zone')}, {here})"


def moving(what: Callable[..., Any], *given: Any) -> Callable[[Moment], Any]:
    return lambda moment: what(moment, *given)


@functools.lru_cache(maxsize=256)
def _everywhere(what: Callable[..., int], given: tuple[Any, ...], quarter: int) -> str:
    """The same in every zone that there is: as many entries as zones, one value (JSON text) to hand over. Zones whose clocks show the
    same all the week are asked together where only that counts."""
    now, known = quarter * _QUARTER, dict[int | str, int]()
    found = dict[str, int]()
    for name in _zones():
        key: int | str | None = _steady(name, now // _WEEK) if what in _BY_CLOCK else None
        key = name if key is None else key
        if key not in known:
            known[key] = what(Moment(now, name), *given)
        found[name] = known[key]
    return msgspec.json.encode(found).decode()


_WEEK = 7 * DAY


@functools.lru_cache(maxsize=4096)
def _steady(name: str, week: int) -> int | None:
    """By how much (ms) a zone differs from UTC while a week and two days more go by; None where it changes in that time. Looked at every
    twelve hours: clocks that change stay so for longer."""
    clock, first = _zones()[name], week * _WEEK // 1_000
    found = {dt.datetime.fromtimestamp(first + hours * 3_600, clock).utcoffset() for hours in range(0, 9 * 24 + 1, 12)}
    offset = found.pop()
    return None if found or offset is None else int(offset.total_seconds() * 1_000)


@functools.lru_cache(maxsize=1)
def _zones() -> dict[str, ZoneInfo]:
    names = sorted(name for name in available_timezones() if name[0].isupper() and name != "Factory")
    return {name: ZoneInfo(name) for name in names}


def today(moment: Moment) -> int:
    return moment.today


def midnight(moment: Moment) -> int:
    return moment.midnight


def start(moment: Moment, day: int) -> int:
    """The instant at which a day begins."""
    return day_start(day, moment.zone)


def day_at(moment: Moment, at: int, more: int) -> int:
    """The day of an instant, and so many more."""
    return local_day(at, moment.zone) + more


def january(moment: Moment, ahead: int, years: int) -> int:
    """The first day of a year: of that in which it is in so many days, and so many years more."""
    return (dt.date(_year(moment, ahead) + years, 1, 1) - EPOCH).days


def leap(moment: Moment, ahead: int, years: int) -> int:
    """1 where that year has a 29 February."""
    year = _year(moment, ahead) + years
    return int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def _year(moment: Moment, ahead: int) -> int:
    return (EPOCH + dt.timedelta(days=moment.today + ahead)).year


_BY_CLOCK = (today, midnight, january, leap)
"""What follows from what the clocks show alone."""
