"""A mail server that takes a moment after the final dot, in a thread of its own, so that it outlives what is killed."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import threading
import time
from collections.abc import Iterator

from tests.support.smtp import Sink

PAUSE = 0.03


class SlowSink(Sink):
    """Knows how many messages are in doubt now: their dot is here, and its answer has not left."""

    def __init__(self) -> None:
        super().__init__()
        self.in_doubt = self.open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            await super().serve(reader, writer)
        finally:
            self.open -= 1

    async def _answer(self, verb: str, usual: str, writer: asyncio.StreamWriter) -> bool:
        if verb != "DOT":
            return await super()._answer(verb, usual, writer)
        self.in_doubt += 1
        try:
            await asyncio.sleep(PAUSE)
            return await super()._answer(verb, usual, writer)
        finally:
            self.in_doubt -= 1

    def wait_for_doubt(self, seconds: float) -> None:
        """Until some message is in doubt, or for so long."""
        ends = time.monotonic() + seconds
        while not self.in_doubt and time.monotonic() < ends:
            time.sleep(0.001)

    def arrived(self) -> collections.Counter[tuple[str, str]]:
        """How often each (address, subject) was taken."""
        return collections.Counter(
            (to, body.split(b"Subject: ")[1].split(b"\r\n")[0].decode()) for _, to, body in self.mail
        )


@contextlib.contextmanager
def slow_sink() -> Iterator[SlowSink]:
    found, ready, ending = SlowSink(), threading.Event(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()
        while not ending.is_set():
            await asyncio.sleep(0.05)
        server.close()
        found.close()
        await asyncio.sleep(0.1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield found
    finally:
        ending.set()
        thread.join(10)
