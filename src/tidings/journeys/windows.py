"""Local time windows: weekdays, hours, in a person's own zone. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from tidings.rules.durations import instant

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NAMES: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Window(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """`{days: weekdays, from: "09:00", to: "17:00"}`; a window that ends before it begins spans midnight."""

    days: Annotated[
        Literal["every", "weekdays", "weekend"] | tuple[Day, ...],
        Meta(title="Days", description="Every day, weekdays, the weekend, or days by name.", examples=["weekdays"]),
    ] = "every"
    from_: Annotated[str, Meta(title="From", description="Hour and minute, where they live.", examples=["09:00"])] = (
        "00:00"
    )
    to: Annotated[str, Meta(title="To", description="24:00 is the end of the day.", examples=["17:00"])] = "24:00"

    def __post_init__(self) -> None:
        if minutes(self.from_) == minutes(self.to):
            raise ValueError("Expected a window that is open for a while: `from` and `to` are the same")
        if not self.numbers():
            raise ValueError("Expected at least one day")

    def numbers(self) -> frozenset[int]:
        """The weekdays on which it opens, Monday is 0."""
        if self.days == "every":
            return frozenset(range(7))
        if self.days == "weekdays":
            return frozenset(range(5))
        return frozenset({5, 6}) if self.days == "weekend" else frozenset(NAMES.index(day) for day in self.days)


def minutes(text: str) -> int:
    """Minutes since midnight of `HH:MM`; 24:00 is the end of the day."""
    hour, _, minute = text.partition(":")
    if (
        not (hour.isdigit() and minute.isdigit() and len(minute) == 2)
        or int(minute) > 59
        or int(hour) * 60 + int(minute) > 1440
    ):
        raise ValueError(f"{text!r} is not a time of day; write 09:00")
    return int(hour) * 60 + int(minute)


def next_open(at: int, window: Window, zone: str) -> int:
    """The first instant from `at` on at which the window is open; `at` itself when it is."""
    start, end = minutes(window.from_), minutes(window.to)
    days = window.numbers()
    today = dt.datetime.fromtimestamp(at / 1_000, ZoneInfo(zone)).date()
    for offset in range(-1, 9):
        day = today + dt.timedelta(days=offset)
        if day.weekday() not in days:
            continue
        midnight = dt.datetime.combine(day, dt.time())
        opening = instant(midnight + dt.timedelta(minutes=start), zone)
        closing = instant(midnight + dt.timedelta(minutes=end if end > start else end + 1440), zone)
        if opening <= at < closing:
            return at
        if at <= opening < closing:
            return opening
    raise AssertionError("a window opens at least once a week")
