"""Messages that are ready to go: what somebody is waiting for goes first, and whoever makes ready waits while enough is."""

from __future__ import annotations

import asyncio
import collections

from tidings.channels import Outbound


class Ready:
    """Two queues of rendered messages; `most` is how many of the patient ones are kept ready."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._urgent = collections.deque[Outbound]()
        self._patient = collections.deque[Outbound]()
        self._filled, self._drained = asyncio.Event(), asyncio.Event()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._patient)

    async def put(self, message: Outbound, *, is_urgent: bool) -> None:
        """Add one; a patient one waits for its place."""
        while not is_urgent and len(self._patient) >= self._most:
            self._drained.clear()
            await self._drained.wait()
        (self._urgent if is_urgent else self._patient).append(message)
        self._filled.set()

    async def take(self, most: int) -> list[Outbound]:
        """At least one, at most `most`; urgent ones go in a call of their own, so that nothing follows that they would wait for."""
        while not len(self):
            self._filled.clear()
            await self._filled.wait()
        return self.take_now(most)

    def take_now(self, most: int) -> list[Outbound]:
        """What is ready, without waiting."""
        queue = self._urgent or self._patient
        taken = [queue.popleft() for _ in range(min(most, len(queue)))]
        self._drained.set()
        return taken
