"""Waits keep people's own time, round the world and through both changes of the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from tidings.journeys.windows import Window, next_open
from tidings.messages.quiet_hours import next_allowed
from tidings.rules.durations import after

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Africa/Cairo",
    "America/St_Johns", "Pacific/Kiritimati", "UTC",
]  # fmt: skip


def at(text: str, zone: str, fold: int = 0) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1_000)


def local(instant: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(instant / 1_000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("zone", "begin", "duration", "expected"),
    [
        ("Europe/Berlin", "2026-03-28 09:00", "1d", "2026-03-29 09:00"),
        ("Europe/Berlin", "2026-03-28 09:00", "24h", "2026-03-29 10:00"),
        ("Europe/Berlin", "2026-03-28 02:30", "1d", "2026-03-29 03:30"),
        ("Europe/Berlin", "2026-10-24 02:30", "1d", "2026-10-25 02:30"),
        ("Europe/Berlin", "2026-10-24 09:00", "24h", "2026-10-25 08:00"),
        ("America/New_York", "2026-03-07 02:30", "1d", "2026-03-08 03:30"),
        ("Australia/Lord_Howe", "2026-10-03 02:15", "1d", "2026-10-04 02:45"),
        ("Asia/Kathmandu", "2026-01-31 23:45", "1w", "2026-02-07 23:45"),
        ("UTC", "2026-01-01 00:00", "90s", "2026-01-01 00:01"),
    ],
)
def test_days_keep_the_wall_time_and_hours_the_duration(zone: str, begin: str, duration: str, expected: str) -> None:
    assert local(after(at(begin, zone), duration, zone), zone) == expected


def test_the_repeated_hour_of_autumn_counts_once() -> None:
    waited = after(at("2026-10-24 02:30", "Europe/Berlin"), "1d", "Europe/Berlin")

    assert waited == at("2026-10-25 02:30", "Europe/Berlin", fold=0)


@pytest.mark.parametrize(
    ("zone", "begin", "window", "expected"),
    [
        (
            "Europe/Berlin",
            "2026-01-02 18:00",
            {"days": "weekdays", "from_": "09:00", "to": "17:00"},
            "2026-01-05 09:00",
        ),
        (
            "Europe/Berlin",
            "2026-01-02 12:00",
            {"days": "weekdays", "from_": "09:00", "to": "17:00"},
            "2026-01-02 12:00",
        ),
        ("Europe/Berlin", "2026-01-02 17:00", {"from_": "09:00", "to": "17:00"}, "2026-01-03 09:00"),
        ("Europe/Berlin", "2026-03-29 01:30", {"from_": "02:30", "to": "06:00"}, "2026-03-29 03:30"),
        ("America/New_York", "2026-01-02 23:00", {"from_": "22:00", "to": "06:00"}, "2026-01-02 23:00"),
        (
            "Pacific/Apia",
            "2026-01-01 08:00",
            {"days": ("monday",), "from_": "08:00", "to": "09:00"},
            "2026-01-05 08:00",
        ),
        (
            "Asia/Kathmandu",
            "2026-01-03 23:59",
            {"days": "weekend", "from_": "00:00", "to": "24:00"},
            "2026-01-03 23:59",
        ),
    ],
)
def test_a_window_opens_in_the_persons_own_day(zone: str, begin: str, window: dict, expected: str) -> None:  # type: ignore[type-arg]
    assert local(next_open(at(begin, zone), Window(**window), zone), zone) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(1_767_225_600, 1_798_761_600),
    st.integers(0, 23),
    st.integers(1, 23),
    st.sets(st.integers(0, 6), min_size=1),
)
def test_a_window_opens_at_the_first_minute_that_lies_in_it(
    zone: str, begin: int, start: int, length: int, days: set[int]
) -> None:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    end = min(start + length, 24)
    window = Window(days=tuple(names[day] for day in sorted(days)), from_=f"{start:02}:00", to=f"{end:02}:00")  # type: ignore[arg-type]
    minute = begin // 60 * 60_000

    def is_inside(instant: int) -> bool:
        there = dt.datetime.fromtimestamp(instant / 1_000, ZoneInfo(zone))
        return there.weekday() in days and start <= there.hour < end

    found = next_open(minute, window, zone)

    assert found >= minute
    there = dt.datetime.fromtimestamp(found / 1_000, ZoneInfo(zone))
    assert (
        is_inside(found)
        or there.utcoffset() != dt.datetime.fromtimestamp(found / 1_000 - 7_200, ZoneInfo(zone)).utcoffset()
    )
    step = 15 * 60_000
    earlier = [instant for instant in range(minute, found, step) if is_inside(instant)]
    assert not earlier or there.hour in (2, 3), "only a clock change may skip a part of a window"


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(ZONES), st.integers(1_767_225_600, 1_798_761_600))
def test_nobody_is_disturbed_outside_their_hours(zone: str, now: int) -> None:
    allowed = next_allowed(now * 1_000, zone, 9 * 60, 20 * 60)
    there = dt.datetime.fromtimestamp(allowed / 1_000, ZoneInfo(zone))

    assert 9 <= there.hour < 20
    assert 0 <= allowed - now * 1_000 <= 26 * 3_600_000
