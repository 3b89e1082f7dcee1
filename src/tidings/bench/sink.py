"""A mail server that takes everything and keeps nothing, in a process of its own: `python -m tidings.bench.sink` says its port."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import cast

OK = b"250 ok\r\n"


class Sink(asyncio.Protocol):
    """Offers PIPELINING; reads commands from what has come, and a body up to its final dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._rest, self._is_body = cast(asyncio.Transport, transport), b"", False
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        data, out = self._rest + data, list[bytes]()
        while data:
            if self._is_body:
                _, dot, after = data.partition(b"\r\n.\r\n")
                if not dot:
                    break
                out.append(OK)
                self._is_body, data = False, after
                continue
            line, end, after = data.partition(b"\r\n")
            if not end:
                break
            data = after
            out.append(self._answer(line[:4].upper()))
        self._rest = data
        self._transport.write(b"".join(out))

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if verb == b"DATA":
            self._is_body = True
            return b"354 go on\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else OK


@contextlib.contextmanager
def running() -> Iterator[int]:
    """A sink of our own; its port."""
    process = subprocess.Popen([sys.executable, "-m", "tidings.bench.sink"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve())
