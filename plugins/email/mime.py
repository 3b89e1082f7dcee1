"""An email as bytes, from its parts; a fixed skeleton, since building it from objects costs twenty times as much. Pure."""

from __future__ import annotations

import binascii
import datetime as dt
import functools
import re
from collections.abc import Mapping
from email.headerregistry import Address as Mailbox
from email.utils import format_datetime
from types import MappingProxyType

from tidings.channels import Envelope

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_PLAIN = re.compile(r"^[\x20-\x7e]*$")
_NEEDS_QUOTES = re.compile(r"[^A-Za-z0-9!#$%&\'*+/=?^_`{|}~ -]")
_LONGEST = 900
_BLANKS = (" ", "\t")
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,60}$")


def clean(text: str) -> str:
    """One line, without anything that could begin another header."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def encoded(text: str) -> str:
    """Header text; words outside ASCII by RFC 2047, in pieces that end between characters."""
    text = clean(text)
    if _PLAIN.match(text) and "=?" not in text and len(text) < 900:
        return folded(text)
    pieces, piece = list[str](), ""
    for character in text:
        if len((piece + character).encode()) > 39:
            pieces.append(piece)
            piece = ""
        piece += character
    pieces.append(piece)
    return "\r\n ".join(f"=?utf-8?b?{binascii.b2a_base64(p.encode(), newline=False).decode()}?=" for p in pieces)


def folded(text: str) -> str:
    """Lines of at most about 76 characters, broken at spaces."""
    if len(text) <= 74:
        return text
    lines, line = list[str](), ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 74:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return "\r\n ".join(lines)


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, its name quoted or encoded as it needs."""
    name = clean(name)
    if not name:
        return address
    if not _PLAIN.match(name) or "=?" in name:
        return f"{encoded(name)}\r\n <{address}>"
    if _NEEDS_QUOTES.search(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{name} <{address}>"


def _quoted(text: str) -> bytes:
    lines = "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n"))
    plain = lines.encode("utf-8", "replace")
    return binascii.b2a_qp(plain, istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _part(kind: str, text: str) -> bytes:
    """A part of the body: as it is where that may travel, at half the price, and quoted-printable otherwise."""
    lines = text.replace("\r\n", "\n") if "\r" in text else text
    is_plain = _may_travel(lines)
    body = lines.encode().replace(b"\n", b"\r\n") if is_plain else _quoted(text)
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {'7bit' if is_plain else 'quoted-printable'}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def _may_travel(text: str) -> bool:
    """Whether every server leaves it alone (RFC 2045 6.2, RFC 5322 2.1.1): no bare CR, NUL, blanks at the end of a line, From at its
    beginning."""
    if not text.isascii() or "\r" in text or "\0" in text:
        return False
    # One look at each line: searches for two characters through all of it cost four times as much.
    return not any(len(line) > _LONGEST or line.endswith(_BLANKS) or line[:5] == "From " for line in text.split("\n"))


@functools.lru_cache(maxsize=64)
def _date(at: int) -> str:
    """Seconds as they stand in a header; many messages leave in one second."""
    return format_datetime(dt.datetime.fromtimestamp(at, dt.UTC))


def build(
    envelope: Envelope,
    *,
    sender: str,
    sender_name: str,
    reply_to: str,
    feedback: str,
    token: str,
    mail_out: str = "",
    more: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """The whole message; every line ends with CR LF. `token`: left side of its Message-ID; `mail_out`: the address that a mail
    withdraws by; `more`: headers for the provider."""
    domain = sender.rpartition("@")[2]
    date = _date(envelope.at // 1_000)
    headers = [
        ("From", mailbox(sender_name, sender)),
        ("To", mailbox(envelope.to_name, clean(envelope.to.value))),
        ("Subject", encoded(envelope.content.subject)),
        ("Date", date),
        ("Message-ID", f"<{clean(token)}@{domain}>"),
    ]
    if reply_to:
        headers.append(("Reply-To", clean(reply_to)))
    if envelope.links.unsubscribe:
        by_mail = f",\r\n <mailto:{clean(mail_out)}>" if mail_out else ""
        headers.append(("List-Unsubscribe", f"<{clean(envelope.links.unsubscribe)}>{by_mail}"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if envelope.topic:
        label = re.sub(r"[^a-z0-9-]+", "-", envelope.topic.lower()).strip("-") or "list"
        headers.append(("List-Id", f"<{label}.{domain}>"))
    headers.append(("Feedback-ID", clean(feedback)))
    headers += [(name, encoded(value)) for name, value in {**envelope.headers, **more}.items() if _NAME.match(name)]
    headers.append(("MIME-Version", "1.0"))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii", "replace")
    content = envelope.content
    if not content.html:
        return head + _part("plain", content.text)
    boundary = (
        f"=_{clean(envelope.key)}_{envelope.id:x}".replace(" ", "")[:60].encode("ascii", "replace").replace(b'"', b"")
    )
    multipart = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n'
    edge = b"--" + boundary + b"\r\n"
    parts = edge + _part("plain", content.text) + edge + _part("html", content.html)
    return head + multipart + parts + b"--" + boundary + b"--\r\n"


def is_mailbox(address: str) -> bool:
    """Whether an address can stand in a header as it is."""
    try:
        Mailbox(addr_spec=address)
    except (ValueError, IndexError):
        return False
    return bool(_PLAIN.match(address))
