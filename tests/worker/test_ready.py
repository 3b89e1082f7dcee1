"""What somebody waits for overtakes what goes to many, and marks that cannot be written fail alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tidings.channels import Address, Outbound, Rendered, Result, Sent
from tidings.worker.marks import Marks
from tidings.worker.ready import Ready


def message(number: int) -> Outbound:
    return Outbound(
        id=number,
        key=f"k{number}",
        to=Address(kind="email", value="a@example.com", domain="example.com"),
        rendered=Rendered(body=b""),
    )


async def test_an_urgent_message_goes_first_and_in_a_call_of_its_own() -> None:
    ready = Ready(10)
    for number in (1, 2, 3):
        await ready.put(message(number), is_urgent=False)
    await ready.put(message(4), is_urgent=True)

    first, second = await ready.take(50), await ready.take(2)

    assert [one.id for one in first] == [4]
    assert [one.id for one in second] == [1, 2]
    assert len(ready) == 1


async def test_whoever_makes_ready_waits_while_enough_is_but_never_with_an_urgent_one() -> None:
    ready = Ready(2)
    for number in (1, 2):
        await ready.put(message(number), is_urgent=False)
    waiting = asyncio.create_task(ready.put(message(3), is_urgent=False))
    await asyncio.sleep(0)

    await asyncio.wait_for(ready.put(message(4), is_urgent=True), 1)
    was_waiting = not waiting.done()
    assert [one.id for one in await ready.take(9)] == [4]
    assert [one.id for one in await ready.take(1)] == [1]
    await asyncio.wait_for(waiting, 1)

    assert was_waiting
    assert [one.id for one in ready.take_now(9)] == [2, 3]
    assert ready.take_now(9) == []


async def test_what_comes_while_marks_are_written_goes_together_with_the_next() -> None:
    written, may = list[tuple[list[int], list[int]]](), asyncio.Event()

    async def write(results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        written.append(([result.id for result in results], list(ids)))
        await may.wait()
        return frozenset(i for i in ids if i != 3)

    marks = Marks(write)
    asked = [asyncio.create_task(marks.mark([Sent(id=10 + i)], [i])) for i in (1, 2, 3)]
    await asyncio.sleep(0)
    late = [asyncio.create_task(marks.mark([], [i])) for i in (4, 5)]
    await asyncio.sleep(0)
    may.set()

    assert await asyncio.gather(*asked, *late) == [{1}, {2}, set(), {4}, {5}]
    assert written == [([11, 12, 13], [1, 2, 3]), ([], [4, 5])]


async def test_a_result_that_cannot_be_written_fails_alone() -> None:
    async def write(results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        if 2 in ids:
            raise ValueError("poisoned")
        return frozenset(ids)

    marks = Marks(write)
    answers = await asyncio.gather(*(marks.mark([], [i]) for i in (1, 2, 3)), return_exceptions=True)

    assert answers[0] == {1} and answers[2] == {3}
    with pytest.raises(ValueError, match="poisoned"):
        raise answers[1]  # type: ignore[misc]
