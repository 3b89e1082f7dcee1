"""What a mail server means by its answer; a digit alone says little, so the enhanced code, the words and the command count."""

from __future__ import annotations

import re

from tidings.channels import Why
from tidings.channels.mail import classify

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GREY = re.compile(r"gr[ae]y-?list|try again|temporar|deferred|later", re.IGNORECASE)
_RATE = re.compile(r"rate|too many (messages|recipients|mails|emails)|throttl|limit exceeded|unusual", re.IGNORECASE)
_CROWD = re.compile(r"too many (concurrent )?(connections|sessions)", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"auth(entication)? (is )?required|must (be )?authenticat|not authenticated|sender (address )?(rejected|not allowed|verify)|"
    r"not (allowed|permitted|authorized|owned)|relay(ing)? (access )?denied|relay not permitted|unable to relay|account (is )?suspended",
    re.IGNORECASE,
)


def meaning(command: str, code: int, text: str) -> Why:
    """Why a command (CONNECT, AUTH, MAIL, RCPT, DATA, DOT) was refused with this code and text."""
    found = _ENHANCED.search(text)
    subject = (int(found[2]), int(found[3])) if found else (0, 0)
    if code == 421 or _CROWD.search(text):
        return Why.PROVIDER_DOWN
    if command == "AUTH" or code in (530, 535, 534, 538) or subject == (7, 8):
        return Why.ACCOUNT_PROBLEM if code >= 500 else Why.PROVIDER_DOWN
    if command == "CONNECT":
        return Why.PROVIDER_DOWN if code < 500 else Why.ACCOUNT_PROBLEM
    if 400 <= code < 500:
        return (
            Why.RATE_LIMITED
            if subject == (7, 28) or (_RATE.search(text) and not _GREY.search(text))
            else Why.RECIPIENT_TEMPORARY
        )
    if command == "MAIL":
        return Why.CONTENT_REFUSED if subject[0] == 3 or "size" in text.lower() else Why.ACCOUNT_PROBLEM
    said = classify(text, code=code)
    if said.reason == "mailbox_full":
        return Why.RECIPIENT_TEMPORARY
    if command in ("RCPT", "DOT") and said.kind == "hard":
        return Why.ADDRESS_INVALID
    if command == "RCPT" and _ACCOUNT.search(text):
        return Why.ACCOUNT_PROBLEM
    return Why.CONTENT_REFUSED
