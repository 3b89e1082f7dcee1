"""Who the bot is, and how Telegram reaches us: asked, said in words, and set right."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tidings.channels import Check, Context

from .updates import WANTED

if TYPE_CHECKING:
    from telegram import Bot, WebhookInfo

SET = ("webhook", "set")
"""Under which we remember what Telegram was told, or why it would not hear it."""


async def tested(bot: Bot, *, hook: str, trouble: str = "") -> Check:
    """Whether the bot is there, and in webhook mode (`hook` is our address) whether Telegram calls us. `trouble`: why it could
    not be told to."""
    from . import wire

    try:
        me, info = await bot.get_me(), await bot.get_webhook_info()
    except wire.Refused as error:
        if error.code in (401, 404):
            return Check(ok=False, detail="Telegram does not know this bot token; @BotFather shows the right one.")
        return Check(ok=False, detail=f"Telegram refuses: {error.words}", facts={"code": str(error.code)})
    except wire.TelegramError as error:
        return Check(ok=False, detail=f"Telegram does not answer: {error.message}")
    name = f"@{me.username}"
    facts = {"bot": name, "link": f"https://t.me/{me.username}?start=", "waiting": str(info.pending_update_count)}
    wrong = _webhook_problem(info, hook, trouble) if hook else _polling_problem(info)
    if info.last_error_message:
        facts["last_error"] = info.last_error_message
    if wrong:
        return Check(ok=False, detail=f"{name} is there, but {wrong}", facts=facts)
    how = "Telegram calls back here" if hook else "answers are polled"
    last = f"; its last call failed: {info.last_error_message}" if hook and info.last_error_message else ""
    return Check(ok=True, detail=f"{name} is there, and {how}{last}.", facts=facts)


def _webhook_problem(info: WebhookInfo, hook: str, trouble: str) -> str:
    if not is_public(hook):
        return "Telegram calls back only over https, and our public address is not; set it, or choose polling."
    if info.url != hook:
        told = f"Telegram calls {urlsplit(info.url).hostname}" if info.url else "Telegram calls nobody"
        why = f"to tell it failed: {trouble}" if trouble else "that is set when the account starts. Is it active?"
        return f"{told} and not {hook}; {why}"
    if info.last_error_message and info.pending_update_count:
        return f"Telegram does not reach {hook}: {info.last_error_message}"
    return ""


def _polling_problem(info: WebhookInfo) -> str:
    if info.url:
        return f"Telegram calls {urlsplit(info.url).hostname}, so nothing can be polled; does something else use it?"
    return ""


def is_public(hook: str) -> bool:
    """Telegram calls nothing but https."""
    return hook.startswith("https://")


async def set_webhook(bot: Bot, hook: str, secret: str, context: Context) -> None:
    """Tell Telegram where we are, when it does not know; it does not say which secret it knows, so we remember that."""
    mark = hashlib.blake2b(f"{hook} {secret}".encode(), digest_size=16).hexdigest()
    info, known = await bot.get_webhook_info(), await context.storage.get(*SET) or {}
    is_ours = info.url == hook and set(info.allowed_updates or ()) == set(WANTED)
    if is_ours and known.get("mark") == mark:
        return
    await bot.set_webhook(hook, secret_token=secret, allowed_updates=WANTED)
    await context.storage.append(*SET, {"mark": mark})


async def delete_webhook(bot: Bot) -> None:
    """As long as Telegram calls anybody, it lets nobody poll."""
    info = await bot.get_webhook_info()
    if info.url:
        await bot.delete_webhook()
