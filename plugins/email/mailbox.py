"""The mailbox that bounces, complaints and replies come to, read by IMAP; nothing in it is changed, moved or deleted."""

from __future__ import annotations

import hashlib
import imaplib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, Struct

from tidings.channels import Address, Inbound, Reply, Report, secret
from tidings.channels.mail import WHY, Found, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 100
"""Mails read in one go."""
LONGEST = 512_000
"""Bytes read of one mail; attachments behind it do not matter."""


class Mailbox(Struct, kw_only=True, forbid_unknown_fields=True):
    """Where bounces and replies arrive."""

    host: Annotated[str, Meta(title="IMAP server", min_length=1)]
    port: Annotated[int, Meta(title="Port", ge=1, le=65535)] = 993
    security: Annotated[Literal["tls", "starttls", "none"], Meta(title="Security")] = "tls"
    username: Annotated[str, Meta(title="User name", min_length=1)]
    password: Annotated[str, secret("Password")] = ""
    folder: Annotated[str, Meta(title="Folder", min_length=1)] = "INBOX"
    every: Annotated[float, Meta(title="Seconds between looks", ge=0, le=86_400)] = 60.0


class Unread(Exception):
    """The mailbox could not be read; in words for whoever configured it."""


def fetch(config: Mailbox, cursor: str) -> tuple[list[bytes], str]:
    """New mail since `cursor` (`uidvalidity:uid`), oldest first; on the first call only where it begins. Blocks."""
    from imap_tools import (
        MailBox,
        MailBoxStartTls,
        MailBoxUnencrypted,
    )  # 60 ms: only for whoever has a mailbox
    from imap_tools.errors import ImapToolsError

    opening: dict[str, Any] = {"tls": MailBox, "starttls": MailBoxStartTls, "none": MailBoxUnencrypted}
    try:
        box = opening[config.security](config.host, port=config.port, timeout=30)
        with box.login(config.username, config.password, initial_folder=config.folder):
            return _since(box, config.folder, cursor)
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as error:
        raise Unread(f"{config.host}: {error or type(error).__name__}") from error


def _since(box: Any, folder: str, cursor: str) -> tuple[list[bytes], str]:
    status = box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
    validity, following = str(status["UIDVALIDITY"]), int(status["UIDNEXT"])
    known, _, last = cursor.partition(":")
    if not cursor:
        return [], f"{validity}:{following - 1}"  # what lay there before is not about us
    after = (
        int(last) if known == validity and last.isdecimal() else 0
    )  # a mailbox made anew: what is known is dropped by content
    if following - 1 <= after:
        return [], f"{validity}:{after}"
    _, found = box.client.uid("SEARCH", None, f"UID {after + 1}:*")
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > after)[:MOST]
    mails = list[bytes]()
    for uid in uids:
        _, data = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST}>)")
        mails += [part[1] for part in data if isinstance(part, tuple)][:1]
    return mails, f"{validity}:{uids[-1] if uids else after}"


def understood(raw: bytes, keys: Callable[[str], str]) -> tuple[str, list[Found]]:
    """(a name made of its content, so that the same mail twice is one; what it says)."""
    return hashlib.sha256(raw).hexdigest()[:32], read(raw, keys)


def record(found: list[Found]) -> dict[str, Any]:
    """What is kept of a mail for whoever looks why it had no consequence; of several recipients the first."""
    first = found[0]
    return {
        "type": first.type,
        "class": first.kind,
        "reason": first.reason,
        "status": first.status,
        "sender": first.sender,
        "recipient": first.recipient,
        "is_ours": bool(first.key),
        "text": first.text[:300],
    }


def meaning(name: str, found: list[Found], parse: Callable[[str], Address], now: int) -> Iterator[Inbound]:
    """What a mail is for the core. Only what is surely about a message of ours counts, or comes from a person who answers."""
    for number, one in enumerate(found):
        told = _reply if one.type == "reply" else _report
        if (inbound := told(one, f"mail:{name}:{number}", parse, now)) is not None:
            yield inbound


_STATUS: dict[str, Any] = {
    "bounce": "bounced",
    "complaint": "complained",
    "delivered": "delivered",
    "delayed": "deferred",
    "unsubscribe": "unsubscribed",
}


def _report(found: Found, dedup: str, _: Callable[[str], Address], now: int) -> Inbound | None:
    status = _STATUS.get(found.type)
    if status is None or not found.key:
        return None
    return Report(
        dedup=dedup,
        status=status,
        at=now,
        message_key=found.key,
        address=found.recipient,
        why=WHY[found.kind] if found.type == "bounce" else None,
        code=found.status,
        detail=found.text or found.reason,
    )


def _reply(found: Found, dedup: str, parse: Callable[[str], Address], now: int) -> Inbound | None:
    try:
        sender = parse(found.sender)
    except ValueError:
        return None
    return Reply(dedup=dedup, sender=sender, text=found.text, at=now, in_reply_to=found.key)
