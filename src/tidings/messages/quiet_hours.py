"""When a person may be disturbed: minutes of their own day. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def _at(day: dt.date, minute: int, zone: ZoneInfo) -> int:
    """The instant of a local minute; in the spring gap the time after it, in the repeated autumn hour the first."""
    local = dt.datetime.combine(day, dt.time(minute // 60 % 24, minute % 60), zone)
    return int(local.timestamp() * 1_000)


def next_allowed(now: int, zone: str, start: int, end: int) -> int:
    """The first instant from `now` on that lies in the window [start, end) of the local day, in minutes; a window may
    span midnight. `now` itself when it is allowed."""
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
