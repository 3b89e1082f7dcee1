"""Whoever asks a loop to stop is heard, whatever happens at the same moment."""

from __future__ import annotations

import asyncio

import pytest

from tidings.runtime.bell import Bell


async def test_a_loop_that_is_stopped_at_the_moment_of_a_ring_stops() -> None:
    bell, turns = Bell(), list[bool]()

    async def loop() -> None:
        ear = bell.ear()
        while True:
            turns.append(await ear.wait(0.2))

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


async def test_a_ring_that_one_loop_has_heard_is_kept_for_the_one_that_was_at_work() -> None:
    bell = Bell()
    waiting, at_work = bell.ear(), bell.ear()

    bell.ring()
    heard = await waiting.wait(1)
    await asyncio.sleep(0)

    assert heard and await at_work.wait(0.01)
    assert not await at_work.wait(0.01)
