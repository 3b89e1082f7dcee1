"""Which day it is, here and elsewhere, and when it ends: the calendar of rules. Pure."""

from __future__ import annotations

import datetime as dt
import functools
from zoneinfo import ZoneInfo

from msgspec import Struct

from tidings.rules.durations import instant

EPOCH = dt.date(1970, 1, 1)


class Moment(Struct, frozen=True):
    """An instant (ms UTC) as a workspace in a zone sees it."""

    now: int
    zone: str = "UTC"

    @property
    def today(self) -> int:
        """The local day, counted from 1 January 1970."""
        return local_day(self.now, self.zone)

    @property
    def midnight(self) -> int:
        """The instant at which the local day ends."""
        return day_start(self.today + 1, self.zone)


@functools.lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(now: int, zone: str) -> int:
    """The day at an instant in a zone, counted from 1 January 1970."""
    return (dt.datetime.fromtimestamp(now / 1_000, _zone(zone)).date() - EPOCH).days


def day_start(day: int, zone: str) -> int:
    """The instant at which a local day begins; where its midnight is skipped, at the first instant after it."""
    return instant(dt.datetime.combine(EPOCH + dt.timedelta(days=day), dt.time()), zone)
