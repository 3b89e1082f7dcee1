"""Pictures of every kind, as small as they can be."""

from __future__ import annotations

import base64
import struct
import zlib


def png(width: int = 2, height: int = 1, shade: int = 0) -> bytes:
    """A whole PNG in one shade of grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


GIF = base64.b64decode("R0lGODlhAwACAIAAAAAAAP///ywAAAAAAwACAAACAoRRADs=")
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xe1\x00\x08Exif\x00\x00\xff\xff\xc2\x00\x11\x08\x00\x14\x00\x1e\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xd9"
)
"""The head of a progressive one of 30 × 20, behind two other segments."""


def webp(kind: bytes, payload: bytes) -> bytes:
    """The head of a WebP of a kind: `VP8 `, `VP8L` or `VP8X`."""
    return b"RIFF" + struct.pack("<I", 20 + len(payload)) + b"WEBP" + kind + struct.pack("<I", len(payload)) + payload
