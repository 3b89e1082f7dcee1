"""A mail server for tests that does as it is told: take mail, refuse, hang or cut at any command."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any


class Sink:
    """`behave` maps a command (EHLO, MAIL, RCPT, DATA, BODY, DOT) to an answer, "hang" or "cut"; BODY is before the dot.

    `refuses` answers RCPT for these addresses alone. With `is_pipelining` it offers that, and keeps how often it was read.
    """

    def __init__(
        self,
        behave: dict[str, str] | None = None,
        *,
        is_pipelining: bool = False,
        refuses: dict[str, str] | None = None,
    ) -> None:
        self.behave, self.mail, self.connections = behave or {}, list[tuple[str, str, bytes]](), 0
        self.is_pipelining, self.refuses, self.verbs = is_pipelining, refuses or {}, list[str]()
        self.port = 0
        self._writers = set[asyncio.StreamWriter]()
        self._hanging = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, EOFError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        sender = to = ""
        while line := await reader.readline():
            text = line.decode().strip()
            verb = text.split(" ")[0].upper()
            if verb == "MAIL":
                sender = text.partition("<")[2].partition(">")[0]
            if verb == "RCPT":
                to = text.partition("<")[2].partition(">")[0] if sender else ""
            if verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            self.verbs.append(verb)
            answer = "354 go on" if verb == "DATA" else "250 ok"
            if verb == "EHLO" and self.is_pipelining:
                answer = "250-sink\r\n250 PIPELINING"
            if verb == "RCPT" and to in self.refuses:
                answer = self.refuses[to]
            if verb in ("MAIL", "RCPT") and not self.behave.get(verb, answer).startswith("2"):
                sender = to = ""
            if not await self._answer(verb, answer, writer):
                return
            if verb == "DATA" and self.behave.get("DATA", "354").startswith("354"):
                if "BODY" in self.behave:
                    await self._answer("BODY", "", writer)
                    return
                body = b""
                while (line := await reader.readuntil(b"\n")) != b".\r\n":
                    body += line.removeprefix(b".")
                if not to:
                    writer.write(b"554 5.5.1 no valid recipients\r\n")
                    continue
                self.mail.append((sender, to, body.removesuffix(b"\r\n")))
                if not await self._answer("DOT", "250 taken", writer):
                    return

    async def _answer(self, verb: str, usual: str, writer: asyncio.StreamWriter) -> bool:
        how = self.behave.get(verb, usual)
        if how == "hang":
            await self._hanging.wait()
            return False
        if how == "cut":
            writer.transport.abort()
            return False
        writer.write(f"{how}\r\n".encode())
        await writer.drain()
        return not how.startswith("421")

    def close(self) -> None:
        self._hanging.set()
        for writer in self._writers:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def sink(
    behave: dict[str, str] | None = None, *, tls: ssl.SSLContext | None = None, **more: Any
) -> AsyncIterator[Sink]:
    """A server on a free port of this machine."""
    found = Sink(behave, **more)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0, ssl=tls)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        found.close()
        await asyncio.sleep(0)
