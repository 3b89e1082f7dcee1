"""When a provider is down, its lane rests, longer each time; and pace, so that no account is faster than it may be."""

from __future__ import annotations

from collections.abc import Iterable

from tidings.channels import Result, Sent, Why

FAILURES = 5
"""Failures of the provider in a row that open the breaker."""
FIRST_REST, LONGEST_REST = 15.0, 600.0


class Breaker:
    """Counts what a provider does; times are monotonic seconds."""

    def __init__(self) -> None:
        self._failures, self._rest, self.opens_until = 0, FIRST_REST, 0.0

    def note(self, results: Iterable[Result], now: float) -> bool:
        """Take results; True when the breaker has just opened."""
        for result in results:
            if isinstance(result, Sent):
                self._failures, self._rest = 0, FIRST_REST
            elif result.why in (Why.PROVIDER_DOWN, Why.RATE_LIMITED):
                self._failures += 1 if result.why is Why.PROVIDER_DOWN else FAILURES
                if result.retry_after:
                    self._rest = max(self._rest, min(result.retry_after, LONGEST_REST))
        if self._failures < FAILURES or now < self.opens_until:
            return False
        self.opens_until = now + self._rest
        self._rest = min(self._rest * 2, LONGEST_REST)
        self._failures = FAILURES - 1  # one more failure after the rest opens it again
        return True

    def rests(self, now: float) -> float:
        """Seconds for which nothing is claimed."""
        return max(0.0, self.opens_until - now)


class Pace:
    """At most so many a second, evenly."""

    def __init__(self, per_second: float | None) -> None:
        self.per_second = per_second
        self._next = 0.0

    def delay(self, now: float) -> float:
        """Seconds to wait before the next one; the turn is taken."""
        if self.per_second is None:
            return 0.0
        turn = max(now, self._next)
        self._next = turn + 1.0 / self.per_second
        return turn - now
