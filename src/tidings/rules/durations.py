"""Durations as people write them: `90s`, `15m`, `24h` are so long; `2d`, `3w` keep the wall time (P10)."""

from __future__ import annotations

import datetime as dt
import functools
import re
from zoneinfo import ZoneInfo

from tidings.runtime.clock import DAY, HOUR, MINUTE, SECOND
from tidings.runtime.ids import milliseconds_of

_TEXT = re.compile(r"^(-?\d{1,6})(s|m|h|d|w)$")
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> tuple[int, str]:
    """(amount, unit); ValueError says how to write it."""
    match = _TEXT.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write 90s, 15m, 24h, 2d or 3w")
    return int(match[1]), match[2]


def milliseconds(text: str) -> int:
    """How long it is when a day has 24 hours."""
    amount, unit = parse(text)
    return amount * _UNITS[unit]


def after(at: int, text: str, zone: str) -> int:
    """The instant a duration later; days and weeks keep the local wall time."""
    amount, unit = parse(text)
    if unit not in "dw":
        return at + amount * _UNITS[unit]
    tz = ZoneInfo(zone)
    local = dt.datetime.fromtimestamp(at / 1_000, tz)
    naive = local.replace(tzinfo=None) + dt.timedelta(days=amount * (7 if unit == "w" else 1))
    return instant(naive, zone)


def instant(naive: dt.datetime, zone: str) -> int:
    """A wall time as an instant: in the spring gap it moves forward by the gap, in autumn the first one counts."""
    return milliseconds_of(naive.replace(tzinfo=ZoneInfo(zone), fold=0))


_NAMES = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}


def told(text: str) -> str:
    """As people say it: `2d` is 2 days."""
    amount, unit = parse(text)
    return f"{amount} {_NAMES[unit]}{'' if amount == 1 else 's'}"
