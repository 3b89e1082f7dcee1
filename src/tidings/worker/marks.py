"""Marks of all connections of a lane go into the ledger together: one unit at a time, and while it is written the next gathers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from tidings.channels import Result

_Write = Callable[[Sequence[Result], Sequence[int]], Awaitable[frozenset[int]]]


class _Asked(Struct, eq=False):
    results: Sequence[Result]
    ids: Sequence[int]
    answer: asyncio.Future[frozenset[int]]


class Marks:
    """Results and committing marks, gathered without a window: what comes while nothing is under way goes at once."""

    def __init__(self, write: _Write) -> None:
        self._write = write
        self._asked = list[_Asked]()
        self._flushing: asyncio.Task[None] | None = None

    async def mark(self, results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        """Those of `ids` that may go, once it is durable that they do and that `results` came."""
        asked = _Asked(results, ids, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return await asked.answer

    async def _flush(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            try:
                await self._together(asked)
            except Exception as error:
                if len(asked) == 1:
                    _fail(asked[0], error)
                else:
                    await self._one_by_one(asked)

    async def _together(self, asked: Sequence[_Asked]) -> None:
        allowed = await self._write([r for one in asked for r in one.results], [i for one in asked for i in one.ids])
        for one in asked:
            if not one.answer.done():
                one.answer.set_result(allowed.intersection(one.ids))

    async def _one_by_one(self, asked: Sequence[_Asked]) -> None:
        """One of them cannot be written; it fails alone."""
        for one in asked:
            try:
                await self._together([one])
            except Exception as error:
                _fail(one, error)


def _fail(asked: _Asked, error: Exception) -> None:
    if not asked.answer.done():
        asked.answer.set_exception(error)
