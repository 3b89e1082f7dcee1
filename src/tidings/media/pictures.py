"""What a picture is, by its own bytes: kind, width and height. What a file calls itself is not believed. Pure."""

from __future__ import annotations

import re
import struct

from msgspec import Struct

from tidings.media.bare import is_on_its_side
from tidings.runtime.errors import Invalid

MOST_BYTES = 5_000_000
MOST_PIXELS = 12_000
"""Of either side; more than that is no picture for a mail, and takes the memory of whoever opens it."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_MARKUP = re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml|<!doctype|<!--|<svg|<html)", re.IGNORECASE)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG behind which its size stands."""


class Shape(Struct, frozen=True):
    """A kind of picture and its size in pixels."""

    type: str
    width: int
    height: int


def looked_at(data: bytes) -> Shape:
    """What it is; `Invalid` says why it cannot be taken."""
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1_000_000:.1f}"
        raise Invalid.at(
            "", f"has {size} MB; a picture has at most 5.", "Save it smaller: 1200 pixels are wide enough."
        )
    if _MARKUP.match(data[:512]):
        raise Invalid.at("", "is an SVG or a web page: most mail programs show neither.", "Save the picture as PNG.")
    try:
        found = _png(data) or _gif(data) or _webp(data) or _jpeg(data)
    except (struct.error, IndexError, ValueError):
        raise Invalid.at("", "is a broken picture: it ends too early.", "Save it again, or send it whole.") from None
    if found is None:
        raise Invalid.at("", "is no PNG, JPEG, GIF or WebP picture.", "Save it as one of these.")
    if not (0 < found.width <= MOST_PIXELS and 0 < found.height <= MOST_PIXELS):
        raise Invalid.at("", f"is {found.width} × {found.height} pixels.", f"A side has 1 to {MOST_PIXELS} pixels.")
    return found


def _png(data: bytes) -> Shape | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return Shape("image/png", *struct.unpack(">II", data[16:24]))


def _gif(data: bytes) -> Shape | None:
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return Shape("image/gif", *struct.unpack("<HH", data[6:10]))


def _webp(data: bytes) -> Shape | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    if data[12:16] == b"VP8X":
        return Shape("image/webp", _three(data, 24) + 1, _three(data, 27) + 1)
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return Shape("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", data[26:30])
    return Shape("image/webp", width & 0x3FFF, height & 0x3FFF)


def _three(data: bytes, at: int) -> int:
    low, middle, high = data[at : at + 3]
    return int(low | middle << 8 | high << 16)


def _jpeg(data: bytes) -> Shape | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while True:
        while data[at] != 0xFF:
            at += 1
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 3 : at + 7])
            return Shape("image/jpeg", *((height, width) if is_on_its_side(data) else (width, height)))
        if marker not in (0x01, *range(0xD0, 0xD9)):
            at += struct.unpack(">H", data[at : at + 2])[0]
