"""What comes back from Telegram, in the words of Tidings: links, withdrawals, answers. Pure."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec import Struct

from tidings.channels import Address, Inbound, Linked, OptOut, Reply

WANTED = ("message", "my_chat_member", "callback_query")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_GONE = ("kicked", "left")


class Chat(Struct, frozen=True):
    id: int
    type: str = ""


class Message(Struct, frozen=True):
    """A message of a person, or of ours under which a button was pressed."""

    chat: Chat
    date: int = 0
    text: str = ""
    caption: str = ""


class Member(Struct, frozen=True):
    status: str = ""


class MemberUpdated(Struct, frozen=True):
    """What the bot itself is in a chat from now on; `kicked` in a private chat: the person has blocked it."""

    chat: Chat
    new_chat_member: Member
    date: int = 0


class Pressed(Struct, frozen=True):
    message: Message | None = None
    data: str = ""


class Update(Struct, frozen=True):
    """https://core.telegram.org/bots/api#update; kinds that nobody asked for are empty."""

    update_id: int
    message: Message | None = None
    my_chat_member: MemberUpdated | None = None
    callback_query: Pressed | None = None


class Said(Struct, frozen=True, kw_only=True):
    """One update, understood. `stop` withdraws, `start` (with or without a link token) opens the chat to us."""

    kind: Literal["nothing", "start", "stop", "reply"]
    chat: int = 0
    at: int = 0
    text: str = ""
    evidence: str = ""


def said(update: Update, now: int) -> Said:
    """What somebody wants to say with an update."""
    if member := update.my_chat_member:
        # Back again is no yes: who only unblocks has said nothing, and who restarts the bot says /start as well.
        is_gone = member.new_chat_member.status in _GONE
        at = member.date * 1_000 or now
        return Said(kind="stop" if is_gone else "nothing", chat=member.chat.id, at=at, evidence="blocked or removed")
    if pressed := update.callback_query:
        if pressed.message is None:
            return Said(kind="nothing")
        return Said(kind="reply", chat=pressed.message.chat.id, at=now, text=pressed.data)
    if update.message is None:
        return Said(kind="nothing")
    return _written(update.message, now)


def _written(message: Message, now: int) -> Said:
    text, chat, at = message.text or message.caption, message.chat, message.date * 1_000 or now
    word, _, rest = text.strip().partition(" ")
    command = word.partition("@")[0].lower()  # in groups: /stop@our_bot
    if command == "/stop":
        return Said(kind="stop", chat=chat.id, at=at, evidence=command)
    if command == "/start":
        # A link that somebody opens in a group would bind the group to a person, and show it what is for the person.
        kind: Literal["start", "nothing"] = "start" if chat.type == "private" else "nothing"
        return Said(kind=kind, chat=chat.id, at=at, text=rest.strip(), evidence=command)
    return Said(kind="reply" if text.strip() else "nothing", chat=chat.id, at=at, text=text)


def inbound(one: Said, dedup: str, *, gives_back: bool) -> list[Inbound]:
    """The same as structs. `gives_back`: they had withdrawn in this chat, and have now pressed Start again."""
    to = Address(kind="telegram", value=str(one.chat), domain=str(one.chat))
    found = list[Inbound]()
    if one.kind == "reply":
        found.append(Reply(dedup=dedup, sender=to, text=one.text, at=one.at))
    if one.kind == "stop":
        found.append(OptOut(dedup=dedup, address=to, granted=False, at=one.at, evidence=one.evidence))
    if one.kind == "start" and _TOKEN.fullmatch(one.text):
        found.append(Linked(dedup=dedup, token=one.text, address=to, at=one.at))
    if one.kind == "start" and gives_back:
        found.append(OptOut(dedup=f"{dedup}+", address=to, granted=True, at=one.at, evidence=one.evidence))
    return found


def decoded(body: bytes) -> Update | None:
    """An update as it arrived; None when it is none."""
    try:
        return msgspec.json.decode(body, type=Update)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
