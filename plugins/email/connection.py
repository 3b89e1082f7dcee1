"""One warm connection to a mail server: an envelope at a time, stopped before the point of no return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidings.channels import Failed, Outbound, Result, Sent, Why

from .answers import meaning
from .wire import Gone, Wire

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_EXPECTED = (("MAIL", (250,)), ("RCPT", (250, 251)), ("DATA", (354,)))
Replies = list[tuple[int, str]]


class Broken(Exception):
    """The connection is of no more use; `why` holds for the message that was under way."""

    def __init__(self, why: Why, detail: str, code: str = "") -> None:
        self.why, self.detail, self.code = why, detail, code
        super().__init__(detail)


class Connection:
    """Talks plain SMTP on a connection that aiosmtplib has opened, secured and signed in.

    Where the server offers PIPELINING, an envelope is one write and three replies, and the final dot of a message and the
    envelope of the next one are one write (CORRECTNESS 24).
    """

    def __init__(self, client: SMTP, timeout: float) -> None:
        self.is_pipelining = client.supports_extension("pipelining")
        self._wire, self._timeout = Wire(client), timeout

    @property
    def is_open(self) -> bool:
        return self._wire.is_open

    def drop(self) -> None:
        """Cut it; before the final dot this takes the message back."""
        self._wire.cut()

    async def quit(self) -> None:
        """Say goodbye; whatever goes wrong, the connection is gone."""
        try:
            self._wire.write(b"QUIT\r\n")
            await self._wire.reply(2)
        except Gone:
            pass
        self._wire.cut()

    async def begin(self, message: Outbound) -> Failed | None:
        """Up to the server's 354; None when only the body and its final dot are missing."""
        commands = _envelope(message)
        replies: Replies = []
        try:
            if self.is_pipelining:
                self._wire.write(b"".join(commands))
                return await self.begun(message)
            for (_, expected), command in zip(_EXPECTED, commands, strict=True):
                self._wire.write(command)
                replies.append(await self._wire.reply(self._timeout))
                if replies[-1][0] not in expected:
                    break
        except Gone as gone:
            raise _broken(replies, gone) from gone
        return await self._judged(message, replies)

    async def begun(self, message: Outbound) -> Failed | None:
        """The replies to an envelope that was written in one group, as `begin` gives them."""
        replies: Replies = []
        try:
            for _ in _EXPECTED:
                replies.append(await self._wire.reply(self._timeout))
                if replies[-1][0] == 421:
                    break
        except Gone as gone:
            raise _broken(replies, gone) from gone
        return await self._judged(message, replies)

    async def _judged(self, message: Outbound, replies: Replies) -> Failed | None:
        for (verb, expected), (code, text) in zip(_EXPECTED, replies, strict=False):
            if code in expected:
                continue
            failed = Failed(id=message.id, why=meaning(verb, code, text), code=str(code), detail=text[:500])
            await self._back_out(replies)
            return failed
        return None

    async def _back_out(self, replies: Replies) -> None:
        """Leave a refused envelope. Where DATA was let in all the same, a lone dot ends it; nobody is to get it."""
        if replies[-1][0] == 421:
            self.drop()
            return
        try:
            if replies[-1][0] == 354:
                self._wire.write(b".\r\n")
                await self._wire.reply(self._timeout)
            self._wire.write(b"RSET\r\n")
            await self._wire.reply(self._timeout)
        except Gone:
            self.drop()

    async def finish(self, message: Outbound, following: Outbound | None = None) -> Result:
        """The body and the point of no return, its final dot; with the envelope of the following message behind it where
        that may be pipelined (then ask `begun`). Without an answer nobody knows whether it arrived."""
        body = _stuffed(message.rendered.body)
        end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        behind = _envelope(following) if following is not None else []
        try:
            self._wire.write(b"".join((body, end, *behind)))
        except Gone as gone:
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=f"before the final dot: {gone}")
        try:
            code, text = await self._wire.reply(self._timeout)
        except Gone as gone:  # cut, late, or not SMTP: after the dot they all mean the same
            self.drop()
            return Failed(id=message.id, why=Why.UNKNOWN, detail=f"no answer after the final dot: {gone}")
        if code == 250:
            return Sent(id=message.id, detail=text[:500])
        if code == 421:
            self.drop()
        return Failed(id=message.id, why=meaning("DOT", code, text), code=str(code), detail=text[:500])


def is_one_line(message: Outbound) -> bool:
    """Whether its envelope is three commands and no more: the last guard against injected ones."""
    return not any(char in text for text in (message.rendered.facts["sender"], message.to.value) for char in "\r\n\0")


def _envelope(message: Outbound) -> list[bytes]:
    sender, to = message.rendered.facts["sender"], message.to.value
    words = (f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>", "DATA")
    return [f"{word}\r\n".encode() for word in words]


def _stuffed(body: bytes) -> bytes:
    """With every dot that begins a line doubled, so that none ends the message."""
    body = body.replace(b"\n.", b"\n..")
    return b"." + body if body.startswith(b".") else body


def _broken(replies: Replies, gone: Gone) -> Broken:
    """Before the dot a lost connection means surely not sent; the detail says after which command."""
    verb = _EXPECTED[min(len(replies), len(_EXPECTED) - 1)][0]
    return Broken(Why.PROVIDER_DOWN, f"{verb}: {gone}")
