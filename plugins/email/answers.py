"""What a mail server means by its answer; a digit alone says little, so the enhanced code, the words and the command count."""

from __future__ import annotations

import re

from tidings.channels import Why

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY = re.compile(
    r"user unknown|unknown user|no such (user|recipient|mailbox|address|person)|does not exist|doesn't exist|"
    r"(mailbox|recipient|address|account)( was)? not found|unknown (recipient|mailbox|address|local part)|invalid (recipient|mailbox)|"
    r"no mailbox (here )?by that name|recipient address rejected: user|account (has been )?(closed|deleted|disabled permanently)|"
    r"mailbox unavailable or not local|not a valid (mailbox|recipient)|address rejected: undeliverable",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"mailbox( is)? full|over ?quota|quota exceeded|insufficient (system )?storage|exceeded storage", re.IGNORECASE
)
_GREY = re.compile(r"gr[ae]y-?list|try again|temporar|deferred|later", re.IGNORECASE)
_RATE = re.compile(r"rate|too many (messages|recipients|mails|emails)|throttl|limit exceeded|unusual", re.IGNORECASE)
_CROWD = re.compile(r"too many (concurrent )?(connections|sessions)", re.IGNORECASE)
_CONTENT = re.compile(
    r"spam|content|policy|virus|malware|phish|blocked|black ?list|reputation|dmarc|spf|dkim|listed", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"auth(entication)? (is )?required|must (be )?authenticat|not authenticated|sender (address )?(rejected|not allowed|verify)|"
    r"not (allowed|permitted|authorized|owned)|relay(ing)? (access )?denied|relay not permitted|unable to relay|account (is )?suspended",
    re.IGNORECASE,
)
_HARD = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)}


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
    if (subject[0] == 2 and subject[1] == 2) or _FULL.search(text):
        return Why.RECIPIENT_TEMPORARY
    if command in ("RCPT", "DOT") and _is_nobody(subject, text):
        return Why.ADDRESS_INVALID
    if command == "RCPT" and _ACCOUNT.search(text):
        return Why.ACCOUNT_PROBLEM
    return Why.CONTENT_REFUSED


def _is_nobody(subject: tuple[int, int], text: str) -> bool:
    """The address does not exist: its own words, or its code and no words that say otherwise."""
    if _NOBODY.search(text):
        return True
    return subject in _HARD and not _CONTENT.search(text) and not _GREY.search(text)
