"""A bell says "look now"; what is due is always a query, so a lost or doubled ring changes nothing."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rung from any thread; wakes one waiting loop. Rings during the work are kept for the next wait."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event: asyncio.Event | None = None

    def ring(self) -> None:
        """Say that there may be something to do."""
        if self._loop is not None and self._event is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; True when it rang."""
        if self._event is None:
            self._loop, self._event = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with asyncio.timeout(seconds):  # `wait_for` would lose a cancellation that meets a ring (Python 3.11)
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
