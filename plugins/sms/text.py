"""What a text becomes on its way to a phone: GSM-7 or UCS-2, in segments that are each paid for. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

LONGEST = 1_600
"""Characters of one message: what Twilio takes (its error 21617), and about ten segments anywhere else."""

# 3GPP TS 23.038, the default alphabet and its extension table (an escape and a second code).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

# (units of a message that is alone, units of each of several: the header that joins them takes six bytes)
_GSM, _UCS = (160, 153), (70, 67)

_PLAIN = str.maketrans(
    dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‘’‚‛′‹›", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f", " ")
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
    | {"…": "..."}
)


class Split(Struct, frozen=True):
    """A text as its segments."""

    encoding: Literal["GSM-7", "UCS-2"]
    segments: tuple[str, ...]
    units: int
    """Septets of GSM-7, 16-bit units of UCS-2."""


def beyond(text: str) -> str:
    """The characters that GSM-7 does not have, each once, in the order in which they come."""
    return "".join(dict.fromkeys(char for char in text if char not in _BASIC and char not in _EXTENDED))


def plain(text: str) -> str:
    """Typographic quotes, dashes and spaces as GSM-7 has them, when that is all that keeps the text from being GSM-7."""
    simple = text.translate(_PLAIN)
    return text if beyond(simple) else simple


def split(text: str) -> Split:
    """Segments as phones and providers count them; a pair that belongs together (escape, surrogates) stays together."""
    if beyond(text):
        return _split(text, "UCS-2", lambda char: 2 if char > "\uffff" else 1, _UCS)
    return _split(text, "GSM-7", lambda char: 2 if char in _EXTENDED else 1, _GSM)


def _split(text: str, encoding: Literal["GSM-7", "UCS-2"], width: Callable[[str], int], room: tuple[int, int]) -> Split:
    units = sum(map(width, text))
    if units <= room[0]:
        return Split(encoding, (text,), units)
    segments, begin, used = list[str](), 0, 0
    for at, char in enumerate(text):
        if used + width(char) > room[1]:
            segments.append(text[begin:at])
            begin, used = at, 0
        used += width(char)
    return Split(encoding, (*segments, text[begin:]), units)
