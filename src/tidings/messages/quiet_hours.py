"""When a person may be disturbed: minutes of their own day, in every zone that may be theirs. Pure."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tidings.runtime.ids import milliseconds_of

DAY = 24 * 60
SPREAD = 10 * 60_000
"""Whoever waited for the morning leaves within ten minutes of it, each at their own moment."""


def _at(day: dt.date, minute: int, zone: ZoneInfo) -> int:
    """The instant of a local minute; in the spring gap the time after it, in the repeated autumn hour the first."""
    local = dt.datetime.combine(day, dt.time(minute // 60 % 24, minute % 60), zone)
    return milliseconds_of(local)


def next_allowed(now: int, zone: str, start: int, end: int) -> int:
    """The first instant from `now` on that lies in the window [start, end) of the local day, in minutes; a window may
    span midnight. `now` itself when it is allowed."""
    start, end = start % DAY, end % DAY  # 24:00 is the midnight at which the next day begins
    if start == end:
        return now
    tz = ZoneInfo(zone)
    today = dt.datetime.fromtimestamp(now / 1_000, tz).date()
    opens = list[int]()
    for offset in (-1, 0, 1, 2):
        day = today + dt.timedelta(days=offset)
        opening = _at(day, start, tz)
        closing = _at(day if start < end else day + dt.timedelta(days=1), end, tz)
        if opening <= now < closing:
            return now
        if opening > now and closing > opening:
            opens.append(opening)
    return min(opens)


def allowed_everywhere(now: int, zones: Sequence[str], start: int, end: int) -> int:
    """The first instant that is allowed in all of these zones; where no hour is (zones too far apart), in the first of them."""
    at = now
    for _ in range(3 * len(zones)):
        later = max(next_allowed(at, zone, start, end) for zone in zones)
        if later == at:
            return at
        at = later
    return next_allowed(now, zones[0], start, end)


def spread(at: int, share: int, start: int, end: int) -> int:
    """A moment of their own after the beginning of the hours, in the first half of them where they are short; the same for all
    messages of one person."""
    hours = (end - start) % DAY * 60_000
    return at + share % max(1, min(SPREAD, hours // 2))


@functools.lru_cache(maxsize=4096)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """The zones in which the holder of an E.164 number may be; empty where its country is not known."""
    import phonenumbers  # 30 MB and 0.2 s: only where a phone is the only hint
    from phonenumbers import timezone

    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(sorted(zone for zone in found if "/" in zone and zone != "Etc/Unknown"))
