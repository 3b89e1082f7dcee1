"""Words out of mail that may be malformed in every way: decoded headers, readable text, what a person wrote above a quotation."""

from __future__ import annotations

import email
import html
import re
from collections.abc import Collection
from email.header import decode_header, make_header
from email.message import Message

LONGEST = 200_000
"""Characters of one part that are read."""
_ANSWERED = re.compile(
    r"^\s*(>|-{2,}\s*(original|urspr|forwarded|message d'origine)|_{10,}|(on|am|le|el|op)\b.{5,200}"
    r"(wrote|schrieb|a [eé]crit|escribi[oó]|schreef)\s*:?\s*$|"
    r"(from|von|de|van)\s*:\s.*@)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^.{0,20}(-{3,}.{0,40}(copy|original|returned|below|message|header|unsent).{0,80}-{2,}|"
    r"-+ ?(below|the) (this line|(the )?(original|following|headers?)).*|.{0,40}original message (follows|headers|text).*|"
    r"(received|return-path|message-id|x-mailer|mime-version): .*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&*+/?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_TAG = re.compile(r"(?is)<(script|style|head)\b.*?</\1>|<br\s*/?>|</(p|div|tr|li|h\d)>|<[^>]*>")


def header(mail: Message, name: str) -> str:
    """A header as people read it, on one line."""
    value = mail.get(name)
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError, UnicodeError):
        text = str(value)
    return re.sub(r"\s+", " ", text).strip()


def decoded(part: Message) -> str:
    """The text of a part, whatever it says of its encoding."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    try:
        text = payload.decode(charset, "replace")
    except (LookupError, ValueError):
        text = payload.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\0", "")[:LONGEST]


def readable(mail: Message) -> str:
    """What a person would read: the first plain text, else the first HTML without its tags."""
    htmls = ""
    for part in _own_parts(mail):
        kind = part.get_content_type()
        if kind == "text/plain" and (text := decoded(part).strip()):
            return text
        if kind == "text/html" and not htmls:
            htmls = decoded(part)
    return _untagged(htmls)


def _own_parts(mail: Message) -> list[Message]:
    """Parts of the mail itself, not of messages that it carries."""
    if not mail.is_multipart():
        return [mail]
    found = list[Message]()
    for part in mail.get_payload():
        if isinstance(part, Message) and not part.get_content_type().startswith("message/"):
            found += _own_parts(part)
    return found


def _untagged(text: str) -> str:
    lines = _TAG.sub(lambda tag: "\n" if tag[0][:2] in ("</", "<b") else "", text)
    return re.sub(r"\n\s*\n+", "\n\n", html.unescape(lines)).strip()


def fields(part: Message) -> dict[str, str]:
    """The fields of a machine-readable part, lower case; the first of a name counts."""
    merged = dict[str, str]()
    for block in blocks(part):
        for name, value in block.items():
            merged.setdefault(name, value)
    return merged


def blocks(part: Message) -> list[dict[str, str]]:
    """The groups of fields of a machine-readable part, in order."""
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else [email.message_from_string(str(payload))]
    found = list[dict[str, str]]()
    for group in groups:
        inner = group if isinstance(group, Message) else email.message_from_string(str(group))
        if not inner.items() and isinstance(inner.get_payload(), str):
            inner = email.message_from_string(str(inner.get_payload()).lstrip())
        found.append({name.lower(): re.sub(r"\s+", " ", str(value)).strip() for name, value in reversed(inner.items())})
    return found


def before_original(text: str) -> str:
    """The words of whoever sends it back, without the mail that comes back."""
    found = _ORIGINAL.search(text, 80)
    return text[: found.start()] if found else text


def recipients(text: str, sender: str, known: Collection[str]) -> list[str]:
    """Addresses that a bounce in words names, in order, once each; not those of robots and of whoever gets it."""
    found = dict[str, None]()
    for address in _ADDRESS.findall(text):
        one = address.lower().rstrip(".")
        if one != sender and one not in known and not re.match(r"(mailer-daemon|postmaster|abuse|support|help)@", one):
            found.setdefault(one)
    return list(found)


def answer(text: str) -> str:
    """What a person wrote, without the mail that they quote below it; all of it when that leaves nothing."""
    kept = list[str]()
    for line in text.splitlines():
        if _ANSWERED.match(line):
            break
        kept.append(line)
    return ("\n".join(kept).strip() or text.strip())[:10_000]
