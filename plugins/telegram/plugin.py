"""Telegram: a bot writes to whoever pressed Start, with buttons; /stop and a block withdraw."""

from __future__ import annotations

import asyncio
import hmac
import importlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tidings.channels import (
    Address,
    BadSignature,
    Capabilities,
    Channel,
    Check,
    Context,
    Envelope,
    Failed,
    HookReply,
    HookRequest,
    Inbound,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sent,
    Why,
)

from . import connection, letters, updates
from .answers import meaning
from .config import TelegramConfig
from .hearing import hear, leave

if TYPE_CHECKING:
    from telegram import Bot

HOOK = "updates"
FIRST_PAUSE, LONGEST_PAUSE = 5_000, 300_000
"""Milliseconds until the way back is set up again after it failed."""
_CHAT = re.compile(r"-?[0-9]{1,16}")


class Telegram(Channel[TelegramConfig]):
    """One bot. A chat id is learnt when its person opens the bot by a link that we gave them."""

    meta = PluginMeta(
        id="telegram",
        name="Telegram",
        summary="Messages of a Telegram bot",
        version="1.0.0",
        channel="telegram",
        docs_url="https://core.telegram.org/bots/api",
    )
    Config = TelegramConfig
    address_kind = "telegram"
    hooks = (HOOK,)

    def __init__(self, config: TelegramConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Bot | None = None
        self._settling: asyncio.Task[None] | None = None
        self._is_settled = False
        self._settle_at, self._pause = 0, FIRST_PAUSE

    @classmethod
    def capabilities(cls, config: TelegramConfig) -> Capabilities:
        # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
        inbound = frozenset({"reply", "opt_out", "linked"})
        return Capabilities(
            formats=("text", "html"), connections=8, per_second=30, per_domain_second=1, inbound=inbound
        )

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        text = raw.strip()
        if text.startswith("@"):
            raise ValueError(
                "a bot cannot write to an @name, only to the number of a chat, learnt when they press Start"
            )
        if not _CHAT.fullmatch(text) or int(text) == 0:
            raise ValueError("a chat id is a whole number, such as 123456789 or -1001234567890")
        value = str(int(text))
        return Address(kind="telegram", value=value, domain=value)

    def render(self, envelope: Envelope) -> Rendered:
        config = self.config
        call, wrong = letters.letter(envelope, has_previews=not config.disable_link_previews, is_silent=config.silent)
        return Rendered(
            body=msgspec.json.encode(call, order="deterministic"),
            facts={"wrong": wrong} if wrong else {},
            warnings=(wrong,) if wrong else (),
        )

    async def check(self) -> Check:
        hook = self.context.hook_url(HOOK) if self.config.mode == "webhook" else ""
        known = await self.context.storage.get(*connection.SET) or {}
        return await connection.tested(self._bot(), hook=hook, trouble=known.get("trouble", ""))

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        results = list[Result]()
        for message in batch:
            if wrong := message.rendered.facts.get("wrong"):
                results.append(Failed(id=message.id, why=Why.CONTENT_REFUSED, detail=wrong))
                continue
            bot = self._bot()
            allowed = await mark(results=results, next=[message.id])
            results = [await self._send(bot, message)] if message.id in allowed else []
        return results

    async def _send(self, bot: Bot, message: Outbound) -> Result:
        from . import wire

        call = msgspec.json.decode(message.rendered.body, type=dict[str, Any])
        chat, text = call.pop("chat_id"), call.pop("text")
        try:
            sent = await bot.send_message(chat, text, api_kwargs=call)
        except wire.NotSent as error:
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=error.message)
        except wire.Refused as error:
            why = meaning(error.code, error.words)
            if why is Why.OPTED_OUT:
                await leave(self.context, chat, message.key)
            return Failed(
                id=message.id, why=why, code=str(error.code), detail=error.words, retry_after=error.retry_after
            )
        except wire.TelegramError as error:
            return Failed(id=message.id, why=Why.UNKNOWN, detail=error.message)
        return Sent(id=message.id, provider_id=f"{chat}/{sent.message_id}")

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        told, secret = request.headers.get("x-telegram-bot-api-secret-token", ""), self.config.webhook_secret
        if kind != HOOK or not secret or not hmac.compare_digest(told.encode(), secret.encode()):
            raise BadSignature
        update = updates.decoded(request.body)
        if update is None:
            return HookReply(status=400, body=b"not an update")
        found = await hear(update, self.config.bot_id, self.context)
        return HookReply(inbound=tuple(found))

    async def poll(self, cursor: str) -> tuple[list[Inbound], str]:
        """One page at a time: to ask for the next tells Telegram that this one is stored."""
        self._settle_again()
        if self.config.mode != "polling" or not self._is_settled:
            return [], cursor
        whose, _, offset = cursor.partition(":")
        start = int(offset) if whose == self.config.bot_id else None  # another bot counts its own updates
        found, next_cursor = list[Inbound](), cursor
        for update in await self._bot().get_updates(offset=start, timeout=0, allowed_updates=updates.WANTED):
            read = msgspec.convert(update.to_dict(), updates.Update)
            found += await hear(read, self.config.bot_id, self.context)
            next_cursor = f"{self.config.bot_id}:{update.update_id + 1}"
        return found, next_cursor

    async def start(self) -> None:
        """Nobody waits for Telegram here: the way back is set up beside, and again when it fails."""
        self._settle_again()

    async def stop(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.gather(self._settling, return_exceptions=True)

    def _settle_again(self) -> None:
        is_busy = self._settling is not None and not self._settling.done()
        if not self._is_settled and not is_busy and self.context.now() >= self._settle_at:
            self._settle_at, self._pause = self.context.now() + self._pause, min(self._pause * 2, LONGEST_PAUSE)
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        await asyncio.to_thread(
            importlib.import_module, f"{__package__}.wire"
        )  # 0.6 s in which callbacks and senders need not wait
        from . import wire

        hook = self.context.hook_url(HOOK)
        try:
            if self.config.mode == "polling":
                await connection.delete_webhook(self._bot())
            elif connection.is_public(hook):
                await connection.set_webhook(self._bot(), hook, self.config.webhook_secret, self.context)
        except wire.TelegramError as error:  # it is tried again, and `check` says why it fails
            await self.context.storage.append(*connection.SET, {"trouble": error.message})
            return
        self._is_settled = True

    def _bot(self) -> Bot:
        if self._opened is None:
            from . import wire

            self._opened = wire.bot(self.config.token, self.config.base_url.rstrip("/"), self.context)
        return self._opened


CHANNEL = Telegram
