"""When a provider is down, its lane rests, longer each time; and pace, so that no account is faster than it may be."""

from __future__ import annotations

from collections.abc import Iterable

from tidings.channels import Result, Sent, Why
from tidings.messages.ledger import Room

FAILURES = 5
"""Failures of the provider in a row that open the breaker."""
FIRST_REST, LONGEST_REST = 15.0, 600.0


class Breaker:
    """Counts what a provider does; times are monotonic seconds. Where doubt stays doubt (`is_doubt_costly`), a provider that
    does not answer is left alone as well, so that not a whole queue becomes uncertain."""

    def __init__(self, *, is_doubt_costly: bool = False) -> None:
        self._trouble = {Why.PROVIDER_DOWN, Why.RATE_LIMITED} | ({Why.UNKNOWN} if is_doubt_costly else set())
        self._failures, self._rest, self.opens_until = 0, FIRST_REST, 0.0

    def note(self, results: Iterable[Result], now: float) -> bool:
        """Take results; True when the breaker has just opened."""
        for result in results:
            if isinstance(result, Sent):
                self._failures, self._rest = 0, FIRST_REST
            elif result.why in self._trouble:
                self._failures += FAILURES if result.why is Why.RATE_LIMITED else 1
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


class DomainPace:
    """At most so many a second to each recipient domain; a domain that rests fills up again, to one second's worth."""

    def __init__(self, per_second: float) -> None:
        self._rate, self._most = per_second, max(1.0, per_second)
        self._taken: dict[str, tuple[float, float]] = {}

    def _left(self, domain: str, now: float) -> float:
        left, at = self._taken[domain]
        return min(self._most, left + (now - at) * self._rate)

    def room(self, now: float) -> Room:
        """How many each domain may take now."""
        left = {domain: self._left(domain, now) for domain in self._taken}
        self._taken = {domain: (value, now) for domain, value in left.items() if value < self._most}
        full = [domain for domain, value in left.items() if value < 1]
        return Room(fresh=int(self._most), left={domain: int(value) for domain, value in left.items()}, full=full)

    def take(self, domains: Iterable[str], now: float) -> None:
        """So many were claimed; what goes nowhere takes nobody's turn."""
        for domain in filter(None, domains):
            left = self._left(domain, now) if domain in self._taken else self._most
            self._taken[domain] = (left - 1, now)
