"""Time, handed in: the system's clock in production, a clock that a test or a simulation moves."""

from __future__ import annotations

import time
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Where `now` comes from."""

    def now(self) -> int:
        """Unix milliseconds UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for time-outs and pace."""
        ...


class SystemClock:
    """The machine's clock. The only place that reads it."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class VirtualClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: int = 1_767_225_600_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._now / 1_000

    def set(self, now: int) -> None:
        """Jump to an instant, forwards or back."""
        self._now = now

    def advance(self, milliseconds: int) -> int:
        """Move forwards; returns the new now."""
        self._now += milliseconds
        return self._now
