"""A bell says "look now"; what is due is always a query, so a lost or doubled ring changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import weakref


class Ear:
    """One loop that listens: a ring that comes while it works is kept for its next wait, whoever else has heard it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def hear(self) -> None:
        """The bell has rung."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; True when it rang."""
        try:
            async with asyncio.timeout(seconds):  # `wait_for` would lose a cancellation that meets a ring (Python 3.11)
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Bell:
    """Rung from any thread; wakes every loop that listens."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ears: weakref.WeakSet[Ear] = weakref.WeakSet()

    def ear(self) -> Ear:
        """Begin to listen, from inside the loop."""
        self._loop, ear = asyncio.get_running_loop(), Ear()
        self._ears.add(ear)
        return ear

    def ring(self) -> None:
        """Say that there may be something to do."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for ear in list(self._ears):
            ear.hear()
