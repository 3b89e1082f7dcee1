"""One warm connection to a mail server: an envelope at a time, stopped before the point of no return."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tidings.channels import Failed, Outbound, Result, Sent, Why

from .answers import meaning

if TYPE_CHECKING:
    from aiosmtplib import SMTP
    from aiosmtplib.protocol import SMTPProtocol

_DOTS = re.compile(rb"(?m)^\.")


class Broken(Exception):
    """The connection is of no more use; `why` holds for the message that was under way."""

    def __init__(self, why: Why, detail: str, code: str = "") -> None:
        self.why, self.detail, self.code = why, detail, code
        super().__init__(detail)


class Connection:
    """Talks plain SMTP on a connection that aiosmtplib has opened, secured and signed in."""

    def __init__(self, client: SMTP, timeout: float) -> None:
        self._client, self._timeout = client, timeout

    @property
    def _protocol(self) -> SMTPProtocol:
        if self._client.protocol is None:
            raise Broken(Why.PROVIDER_DOWN, "the server closed the connection")
        return self._client.protocol

    @property
    def is_open(self) -> bool:
        return self._client.is_connected

    def drop(self) -> None:
        """Cut it; before the final dot this takes the message back."""
        self._client.close()

    async def quit(self) -> None:
        """Say goodbye; whatever goes wrong, the connection is gone."""
        try:
            await self._client.quit(timeout=2)
        except Exception:  # politeness has no errors
            self._client.close()

    async def _command(self, *words: bytes) -> tuple[int, str]:
        try:
            code, text = await self._client.execute_command(*words, timeout=self._timeout)
        except (OSError, ConnectionError, TimeoutError, RuntimeError) as error:
            raise Broken(Why.PROVIDER_DOWN, f"{words[0].decode()}: {error or 'no answer in time'}") from error
        except Exception as error:  # an answer that is not SMTP
            raise Broken(Why.PROVIDER_DOWN, f"{words[0].decode()}: {error}") from error
        return code, text

    async def begin(self, message: Outbound) -> Failed | None:
        """Up to the server's 354; None when only the body and its final dot are missing."""
        sender, to = message.rendered.facts["sender"], message.to.value
        steps = (("MAIL", f"FROM:<{sender}>", (250,)), ("RCPT", f"TO:<{to}>", (250, 251)), ("DATA", "", (354,)))
        for verb, rest, expected in steps:
            code, text = await self._command(*(word.encode() for word in (verb, rest) if word))
            if code not in expected:
                failed = Failed(id=message.id, why=meaning(verb, code, text), code=str(code), detail=text[:500])
                if code == 421:
                    self.drop()
                else:
                    await self._command(b"RSET")
                return failed
        return None

    async def finish(self, message: Outbound) -> Result:
        """The body and the point of no return, its final dot. Without an answer nobody knows whether it arrived."""
        body = _DOTS.sub(b"..", message.rendered.body)
        try:
            protocol = self._protocol
            protocol.write(body if body.endswith(b"\r\n") else body + b"\r\n")
            self._protocol.write(b".\r\n")
        except Exception as error:  # whatever it is, the dot has not been written
            self.drop()
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=f"before the final dot: {error}")
        try:
            code, text = await protocol.read_response(timeout=self._timeout)
        except Exception as error:  # cut, late, or not SMTP: after the dot they all mean the same
            self.drop()
            return Failed(id=message.id, why=Why.UNKNOWN, detail=f"no answer after the final dot: {error}")
        if code == 250:
            return Sent(id=message.id, detail=text[:500])
        if code == 421:
            self.drop()
        return Failed(id=message.id, why=meaning("DOT", code, text), code=str(code), detail=text[:500])
