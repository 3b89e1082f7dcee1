"""Whether what should move still moves: each loop says so as it turns, and health asks when it last did."""

from __future__ import annotations

from tidings.runtime.clock import Clock

STUCK_AFTER = 30.0
"""Seconds without a turn after which a loop counts as stuck."""


class Watch:
    """The last turn of each loop, by name. A loop that ends on purpose is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turned: dict[str, float] = {}

    def beat(self, name: str) -> None:
        """This loop has turned."""
        self._turned[name] = self._clock.monotonic()

    def forget(self, name: str) -> None:
        """This loop has ended."""
        self._turned.pop(name, None)

    def ages(self) -> dict[str, float]:
        """Seconds since each loop turned."""
        now = self._clock.monotonic()
        return {name: now - at for name, at in sorted(self._turned.items())}

    def stuck(self) -> list[str]:
        """Loops that have not turned for too long."""
        return [name for name, age in self.ages().items() if age > STUCK_AFTER]
