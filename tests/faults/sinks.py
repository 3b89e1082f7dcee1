"""Mail servers in a thread of their own, so that they outlive what is killed; one that takes a moment after the dot."""

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
def served(*sinks: Sink) -> Iterator[None]:
    """These servers, each on a free port, in a thread of their own."""
    ready, ending = threading.Event(), threading.Event()

    async def serve() -> None:
        servers = [await asyncio.start_server(sink.serve, "127.0.0.1", 0) for sink in sinks]
        for sink, server in zip(sinks, servers, strict=True):
            sink.port = server.sockets[0].getsockname()[1]
        ready.set()
        while not ending.is_set():
            await asyncio.sleep(0.02)
        for sink, server in zip(sinks, servers, strict=True):
            server.close()
            sink.close()
        await asyncio.sleep(0.1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield
    finally:
        ending.set()
        thread.join(10)


@contextlib.contextmanager
def slow_sink() -> Iterator[SlowSink]:
    found = SlowSink()
    with served(found):
        yield found
