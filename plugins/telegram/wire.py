"""python-telegram-bot over the network that is handed in. Imported late: the library takes 0.6 s."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from msgspec import Struct

from telegram import Bot
from telegram.error import TelegramError as TelegramError
from telegram.request import BaseRequest, RequestData
from tidings.channels import Context, HttpNoAnswer, HttpNotSent

TIMEOUT = 20.0
"""Seconds for one call; Telegram answers within one, or not at all."""
_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}

# At the level debug the library writes the token and every text.
logging.getLogger("telegram").setLevel(logging.INFO)


class Refused(TelegramError):
    """An answer that is no yes, with its code; `retry_after` in seconds."""

    def __init__(self, code: int, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.code, self.words, self.retry_after = code, words, retry_after


class NotSent(TelegramError):
    """The request surely did not reach Telegram."""


class NoAnswer(TelegramError):
    """The request was written; what came of it nobody knows."""


class _Parameters(Struct, frozen=True):
    retry_after: float | None = None


class _Answer(Struct, frozen=True):
    """https://core.telegram.org/bots/api#making-requests"""

    ok: bool
    result: msgspec.Raw = msgspec.Raw()
    description: str = ""
    parameters: _Parameters = _Parameters()


class Over(BaseRequest):
    """Each call goes through the handed-in client, which guards where to. Errors are raised here and not in the library:
    it keeps no codes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def read_timeout(self) -> float:
        return TIMEOUT

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close: the client belongs to the core."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        body = request_data.url_encoded_parameters().encode() if request_data else b""
        try:
            response = await self._context.http.request(method, url, headers=_FORM, body=body, timeout=TIMEOUT)
        except HttpNotSent as error:
            raise NotSent(str(error)) from error
        except HttpNoAnswer as error:
            raise NoAnswer(str(error)) from error
        try:
            answer = msgspec.json.decode(response.body, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            answer = _Answer(ok=False)
        if 200 <= response.status < 300:
            if not (answer.ok and bytes(answer.result)):
                raise NoAnswer("an answer that is not Telegram's")
            return response.status, response.body
        words = answer.description or f"HTTP {response.status}"
        raise Refused(response.status, words, answer.parameters.retry_after)


def bot(token: str, base_url: str, context: Context) -> Bot:
    """A bot that needs no opening and no closing."""
    over = Over(context)
    return Bot(token, base_url=f"{base_url}/bot", request=over, get_updates_request=over)
