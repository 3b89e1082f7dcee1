"""The bytes of a mail connection after its greeting, TLS and sign-in: commands in groups, replies one by one (RFC 2920)."""

from __future__ import annotations

import asyncio
import collections
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from aiosmtplib import SMTP

MAX_REPLY = 64_000
"""Bytes of replies that may wait unread; a server that says more is cut."""


class Gone(Exception):
    """The connection is lost, or what came is not SMTP."""


class Wire(asyncio.Protocol):
    """Takes the transport over from aiosmtplib, whose own protocol keeps one reply at a time and drops the others."""

    def __init__(self, client: SMTP) -> None:
        protocol = client.protocol
        if protocol is None or protocol.transport is None:
            raise Gone("the server closed the connection")
        self._client, self._transport = client, cast(asyncio.Transport, protocol.transport)
        self._buffer, self._lines = bytearray(), list[str]()
        self._replies: collections.deque[tuple[int, str]] = collections.deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost = ""
        self._transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._lost and not self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Hand bytes to the connection; `Gone` when there is none, and then none of them has left."""
        if not self.is_open:
            raise Gone(self._lost or "the server closed the connection")
        self._transport.write(data)

    async def reply(self, timeout: float) -> tuple[int, str]:
        """The next reply in order: code and text. `Gone` when there will be none. At most one message is in hand, so waiting for
        its reply is all the back-pressure there is to keep."""
        if not self._replies:
            if not self.is_open:
                raise Gone(self._lost or "the server closed the connection")
            loop = asyncio.get_running_loop()
            waiter = self._waiter = loop.create_future()
            late = loop.call_later(timeout, self._late)  # a third of the price of asyncio.timeout
            try:
                await waiter
            finally:
                late.cancel()
                self._waiter = None
        if not self._replies:
            raise Gone(self._lost)
        return self._replies.popleft()

    def cut(self) -> None:
        """Now, without flushing what is still in hand."""
        self._lost = self._lost or "we closed the connection"
        self._transport.abort()
        self._client.close()

    # --- asyncio's side ---------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).rstrip(b"\r")
            del self._buffer[: end + 1]
            if not line[:3].isdigit():
                self._fail(f"not an SMTP reply: {line[:80].decode('utf-8', 'replace')}")
                return
            self._lines.append(line[4:].decode("utf-8", "replace"))
            if line[3:4] != b"-":
                self._replies.append((int(line[:3]), "\n".join(self._lines)))
                self._lines = []
        if len(self._buffer) + sum(map(len, self._lines)) > MAX_REPLY or len(self._replies) > 100:
            self._fail("the server says more than it was asked")
            return
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._lost or f"the connection was lost: {exc or 'closed by the server'}"
        self._wake(is_end=True)

    def _late(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Gone("no answer in time"))

    def _fail(self, why: str) -> None:
        self._lost = why
        self._transport.abort()
        self._wake(is_end=True)

    def _wake(self, *, is_end: bool = False) -> None:
        if self._waiter is not None and not self._waiter.done() and (self._replies or is_end):
            self._waiter.set_result(None)
