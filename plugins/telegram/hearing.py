"""Who has withdrawn in their chat is remembered, so that Start gives back what was taken there, and nothing more."""

from __future__ import annotations

from tidings.channels import Context, Inbound

from .updates import Update, inbound, said

GONE = "gone"


async def hear(update: Update, bot_id: str, context: Context) -> list[Inbound]:
    """What an update says. The same update twice says the same, also when the first time was not stored."""
    one, dedup = said(update, context.now()), f"{bot_id}:{update.update_id}"  # numbers are each bot's own
    gives_back = False
    if one.kind == "stop":
        await leave(context, one.chat, dedup)
    if one.kind == "start":
        before = await context.storage.get(GONE, str(one.chat)) or {}
        gives_back = bool(before.get("is_gone")) or before.get("by") == dedup
        if before.get("is_gone"):
            await context.storage.append(GONE, str(one.chat), {"is_gone": False, "by": dedup})
    return inbound(one, dedup, gives_back=gives_back)


async def leave(context: Context, chat: int | str, by: str) -> None:
    """Somebody has stopped or blocked us."""
    await context.storage.append(GONE, str(chat), {"is_gone": True, "by": by})
