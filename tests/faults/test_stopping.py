"""Whoever asks a loop to stop is heard, whatever happens at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from tidings.runtime.bell import Bell


async def test_a_loop_that_is_stopped_at_the_moment_of_a_ring_stops() -> None:
    bell, turns = Bell(), list[bool]()

    async def loop() -> None:
        while True:
            turns.append(await bell.wait(0.2))

    for _ in range(3):
        task = asyncio.create_task(loop())
        await asyncio.sleep(0.01)
        bell.ring()
        await asyncio.sleep(0)  # the event is set now, and the loop has not turned yet
        task.cancel()
        await asyncio.wait([task], timeout=0.5)
        assert task.cancelled()
    with pytest.raises(asyncio.CancelledError):
        await task
