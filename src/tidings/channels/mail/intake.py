"""Reading mail that comes back: bounces (RFC 3464 and free text), complaints (RFC 5965), automatic answers, replies.

What a mail is about is told by the address that it came to (VERP) or by the Message-ID of ours that it quotes or answers, never
guessed. What nobody can read is `unknown`, and changes nothing.
"""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from email.utils import getaddresses
from typing import Any, Literal

from msgspec import Struct

from tidings.channels.mail import texts
from tidings.channels.mail.codes import Class, classify

Type = Literal["bounce", "complaint", "auto_reply", "delivered", "delayed", "reply", "unsubscribe", "unknown"]
Keys = Callable[[str], str]
"""Reads the key of a message of ours out of the local part of an address or a Message-ID; "" when it is not ours."""

_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
_ADDRESS = re.compile(r"([A-Za-z0-9._+\-=]{1,64})@([A-Za-z0-9.-]{1,253})")
_MESSAGE_ID = re.compile(r"^(?:X-)?Message-ID:\s*<([^<>\s@]{1,120})@[^<>\s]{1,255}>", re.IGNORECASE | re.MULTILINE)
_CITED = re.compile(r"<([^<>\s@]{1,120})@[^<>\s]{1,255}>")
_ROBOTS = re.compile(
    r"^(mailer-?daemon|postmaster|mail(er)?|mail-?delivery|mds|root|nobody|no-?reply|bounces?|majordomo|daemon|mailadmin)([._+-].*)?@|"
    r""
    r"mail delivery|mailer.?daemon|delivery (sub)?system|postmaster|system administrator|mail (system|administrator)",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|un.?able to deliver|not (be )?deliver|"
    r"delivery[^.]{0,30}(fail|problem|error|status|notification|report|unsuccess)|"
    r"fail(ed|ure)[^.]{0,20}(notice|delivery|mail)|return(ed|ing)[^.]{0,20}(mail|message|to sender|e-?mail)|"
    r"mail[^.]{0,20}(fail|error|return|problem)|"
    r"(user|address|recipient|account|mailbox) (unknown|not found|rejected|disabled)|bounced|"
    r"could not (send|deliver)|non.?remis|unzustellbar|"
    r"message (status|not delivered)|nondeliverable|no (such )?(user|mailbox)|email (error|failure)|[45]\.\d\.\d",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"\bdelayed\b|\bwarning\b|still (being )?(re)?try|verz[oö]gert", re.IGNORECASE)
_AWAY = re.compile(
    r"out of (the )?office|auto(matic|mated|-)?[ :-]*(reply|response|answer)|abwesen|vacation|away from|"
    r"on (holiday|leave)|absence|absent|"
    r"automatisch|r[eé]ponse automatique|respuesta autom|risposta automatica|fuera de la oficina|ferie",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(confirm|verify) (your|that you|delivery|you are)|challenge|"
    r"please (click|reply)[^.]{0,60} (deliver|confirm)|boxbe|approve sender",
    re.IGNORECASE,
)


class Found(Struct, frozen=True, kw_only=True):
    """What one mail says about one recipient. `key`: of our message; `text`: words of the server, or what a person wrote."""

    type: Type
    recipient: str = ""
    kind: Class = "none"
    reason: str = ""
    status: str = ""
    key: str = ""
    sender: str = ""
    text: str = ""


def read(raw: bytes, keys: Keys = lambda _: "") -> list[Found]:
    """Everything that a mail says; always at least one line, `unknown` when it says nothing that we know."""
    mail = email.message_from_bytes(raw)
    key, to_us = _key(mail, keys)
    sender = _sender(mail)
    parts = list(mail.walk())
    kinds = {part.get_content_type() for part in parts}
    if _report_type(mail) == "feedback-report" or "message/feedback-report" in kinds:
        return [_complaint(parts, key, sender)]
    if "message/delivery-status" in kinds and not _is_bystander(mail):
        found = list(dict.fromkeys(_status_report(mail, parts, key, sender)))
        if found:
            return found
    if _report_type(mail) == "disposition-notification":
        return [Found(type="auto_reply", reason="receipt", key=key, sender=sender)]
    text = texts.readable(mail)
    if _is_bounce(mail, text, is_returned=to_us == "b"):
        return _free_text(mail, text, key, sender)
    subject = texts.header(mail, "Subject")
    if to_us == "u":
        return [Found(type="unsubscribe", key=key, sender=sender)]
    if _is_automatic(mail, subject):
        reason = "challenge" if _CHALLENGE.search(subject) or _CHALLENGE.search(text[:2_000]) else "away"
        return [Found(type="auto_reply", reason=reason, key=key, sender=sender)]
    if key or mail.get("In-Reply-To") or re.match(r"\s*(re|aw|sv|antw)\s*:", subject, re.IGNORECASE):
        return [Found(type="reply", key=key, sender=sender, text=texts.answer(text))]
    return [Found(type="unknown", sender=sender, text=text[:500])]


def _key(mail: Message, keys: Keys) -> tuple[str, str]:
    """(the key of our message, the letter before it where it came to an address of ours: b bounce, u unsubscribe)."""
    for name in _TO:
        for value in mail.get_all(name, []):
            for local, _ in _ADDRESS.findall(str(value)):
                kind, plus, rest = local.partition("+")
                if plus and kind.lower() in ("b", "u") and (key := keys(rest)):
                    return key, kind.lower()
    for local in _quoted_ids(mail):
        if key := keys(local):
            return key, ""
    for name in ("In-Reply-To", "References"):
        for local in _CITED.findall(str(mail.get(name, ""))):
            if key := keys(local):
                return key, ""
    return "", ""


def _quoted_ids(mail: Message) -> Iterator[str]:
    """Left sides of the Message-IDs of what a report carries: a message, its headers, or their text."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            for inner in part.get_payload() if part.is_multipart() else []:
                if isinstance(inner, Message):
                    yield from _CITED.findall(str(inner.get("Message-ID", "")))
        elif part.get_content_type() in ("text/rfc822-headers", "text/plain", "message/rfc822-headers"):
            yield from _MESSAGE_ID.findall(texts.decoded(part))


def _sender(mail: Message) -> str:
    found = getaddresses([texts.header(mail, "From")])
    return found[0][1].lower() if found else ""


def _report_type(mail: Message) -> str:
    return str(mail.get_param("report-type", "")).lower() if mail.get_content_type() == "multipart/report" else ""


def _is_bystander(mail: Message) -> bool:
    """A person who forwards a bounce is not a bounce."""
    return bool(mail.get("In-Reply-To")) and not _ROBOTS.search(texts.header(mail, "From"))


# --- complaints ------------------------------------------------------------------------------------------------------


def _complaint(parts: Iterable[Message], key: str, sender: str) -> Found:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        fields = texts.fields(part)
        kind = fields.get("feedback-type", "abuse").strip().lower()
        recipient = _bare(fields.get("original-rcpt-to", "") or fields.get("removal-recipient", ""))
        if kind in ("not-spam", "auth-failure", "dmarc", "virus"):
            return Found(type="unknown", reason=kind, recipient=recipient, key=key, sender=sender)
        return Found(type="complaint", reason=kind, recipient=recipient, key=key, sender=sender)
    return Found(type="unknown", key=key, sender=sender)


# --- delivery status -------------------------------------------------------------------------------------------------


def _status_report(mail: Message, parts: Iterable[Message], key: str, sender: str) -> Iterator[Found]:
    spoken = texts.readable(mail)
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = [fields for fields in texts.blocks(part) if "action" in fields or "final-recipient" in fields]
        for fields in blocks:
            recipient = _bare(fields.get("original-recipient", "") or fields.get("final-recipient", ""))
            recipient = recipient or _bare(fields.get("final-recipient", ""))
            action = fields.get("action", "failed").split()[0].lower() if fields.get("action", "").strip() else "failed"
            status, words = fields.get("status", ""), fields.get("diagnostic-code", "")
            common: dict[str, Any] = {"recipient": recipient, "key": key, "sender": sender, "text": words[:1_000]}
            if action in ("delivered", "relayed", "expanded"):
                yield Found(type="delivered", status=status.split(" ")[0], **common)
                continue
            verdict = classify(words, status=status)
            if verdict.reason in ("unknown", "policy", "temporary", "network", "system") and len(blocks) == 1:
                said = classify(spoken[:3_000], status=verdict.status or status)
                verdict = said if said.reason not in ("unknown", "temporary") else verdict
            told: dict[str, Any] = {"kind": verdict.kind, "reason": verdict.reason, "status": verdict.status}
            if action == "delayed":
                yield Found(type="delayed", **(told | {"kind": "none"}), **common)
            else:
                yield Found(type="bounce", **told, **common)


def _bare(value: str) -> str:
    """The address of `rfc822; <Ada@Example.com>`."""
    found = _ADDRESS.search(value.rpartition(";")[2])
    return f"{found[1]}@{found[2]}".lower().rstrip(".") if found else ""


# --- bounces in words ------------------------------------------------------------------------------------------------


def _is_bounce(mail: Message, text: str, *, is_returned: bool) -> bool:
    """Whether a mail system says that something was not delivered. `is_returned`: it came to the return path of a message."""
    if mail.get("X-Failed-Recipients"):
        return True
    is_robot = bool(_ROBOTS.search(texts.header(mail, "From"))) or _report_type(mail) == "delivery-status"
    subject = texts.header(mail, "Subject")
    if _AWAY.search(subject) or (mail.get("In-Reply-To") and not is_robot):
        return False
    says_so, opens_so = bool(_RETURNED.search(subject)), bool(_RETURNED.search(text[:1_500]))
    if is_robot or is_returned or str(mail.get("Return-Path", "")).strip() == "<>":
        return says_so or opens_so or classify(text[:3_000]).kind != "none"
    return says_so and (opens_so or classify(text[:3_000]).kind != "none")


def _free_text(mail: Message, text: str, key: str, sender: str) -> list[Found]:
    own = texts.before_original(text)
    named = [_bare(one) for one in str(mail.get("X-Failed-Recipients", "")).split(",")]
    recipients = [one for one in named if one] or texts.recipients(own, sender, set(_locals(mail)))
    verdict = classify(own[:4_000])
    is_delay = bool(_DELAYED.search(texts.header(mail, "Subject"))) and verdict.kind != "hard"
    told: dict[str, Any] = {
        "reason": verdict.reason,
        "status": verdict.status,
        "key": key,
        "sender": sender,
        "text": own[:1_000],
    }
    return [
        Found(
            type="delayed" if is_delay else "bounce",
            kind="none" if is_delay else verdict.kind,
            recipient=recipient,
            **told,
        )
        for recipient in recipients or [""]
    ]


def _locals(mail: Message) -> Iterator[str]:
    """Addresses of whoever gets the bounce, who are not those that failed."""
    for name in _TO:
        for value in mail.get_all(name, []):
            yield from (f"{local}@{domain}".lower() for local, domain in _ADDRESS.findall(str(value)))


def _is_automatic(mail: Message, subject: str) -> bool:
    """Nobody has read what this answers."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if said not in ("", "no"):
        return True
    precedence = str(mail.get("Precedence", "")).strip().lower()
    if precedence in ("auto_reply", "bulk", "junk", "list"):
        return True
    if any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Vacation", "List-Id")):
        return True
    if str(mail.get("Return-Path", "")).strip() == "<>":
        return True
    return bool(_AWAY.search(subject) or _CHALLENGE.search(subject))
