"""How much came lately, and from where."""

from __future__ import annotations

import collections

from tidings.runtime.clock import HOUR


class Limits:
    """How much came lately from where: in memory, since it guards this process only; mails are limited in the store."""

    def __init__(self) -> None:
        self._seen: dict[str, collections.deque[int]] = {}

    def may(self, key: str, most: int, at: int) -> bool:
        """Whether one more is taken; it is counted."""
        if len(self._seen) > 50_000:
            self._seen = {name: times for name, times in self._seen.items() if times and times[-1] > at - HOUR}
        times = self._seen.setdefault(key, collections.deque())
        while times and times[0] <= at - HOUR:
            times.popleft()
        if len(times) >= most:
            return False
        times.append(at)
        return True
