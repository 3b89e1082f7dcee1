"""A picture without what cameras and programs wrote into it: where and when it was taken, by whom, on what. Pure.

Letters are public; a photo from a phone would tell everybody where somebody lives. How it is turned, and its colours, stay.
"""

from __future__ import annotations

import struct

_TOLD = frozenset({0xE1, 0xED, 0xFE})
"""Segments of a JPEG that hold Exif and XMP, IPTC, and comments."""
_PNG_TOLD = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_TURNED = 0x0112


def bare(data: bytes, type: str) -> bytes:
    """The same picture; one that is built in a way that is not understood stays as it is."""
    try:
        return {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(type, lambda same: same)(data)
    except (struct.error, IndexError, ValueError):
        return data


def is_on_its_side(data: bytes) -> bool:
    """Whether a JPEG says that it is to be turned by a quarter, so that width and height change places."""
    try:
        return any(_turn(part) >= 5 for kind, part in _segments(data) if kind == 0xE1)
    except (struct.error, IndexError, ValueError):
        return False


def _segments(data: bytes) -> list[tuple[int, bytes]]:
    """(marker, the whole segment); the last is the picture itself, to the end of the file."""
    found, at = list[tuple[int, bytes]](), 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("not a marker")
        while data[at + 1] == 0xFF:  # as many as somebody likes may come before a marker
            at += 1
        marker = data[at + 1]
        if marker == 0xDA:
            return [*found, (marker, data[at:])]
        size = 2 if marker in (0x01, *range(0xD0, 0xDA)) else 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if at + size > len(data):
            raise ValueError("it ends too early")
        found.append((marker, data[at : at + size]))
        at += size


def _jpeg(data: bytes) -> bytes:
    parts = _segments(data)
    turn = next((turn for kind, part in parts if kind == 0xE1 and (turn := _turn(part)) > 1), 1)
    kept = [part for kind, part in parts if kind not in _TOLD]
    at = 1 if parts[0][0] == 0xE0 else 0
    return b"\xff\xd8" + b"".join([*kept[:at], _exif(turn) if turn > 1 else b"", *kept[at:]])


def _turn(segment: bytes) -> int:
    """How the picture is turned, 1 to 8; 1 where nothing is said."""
    exif = segment[10:]
    if segment[4:10] != b"Exif\0\0" or exif[:2] not in (b"II", b"MM"):
        return 1
    order = "<" if exif[:2] == b"II" else ">"
    (start,) = struct.unpack(f"{order}I", exif[4:8])
    (count,) = struct.unpack(f"{order}H", exif[start : start + 2])
    for at in range(start + 2, start + 2 + 12 * min(count, 200), 12):
        tag, kind = struct.unpack(f"{order}HH", exif[at : at + 4])
        if (tag, kind) == (_TURNED, 3):
            (turn,) = struct.unpack(f"{order}H", exif[at + 8 : at + 10])
            return turn if 1 <= turn <= 8 else 1
    return 1


def _exif(turn: int) -> bytes:
    """Exif that says how the picture is turned, and nothing else."""
    body = b"Exif\0\0" + struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, _TURNED, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if at + size + 12 > len(data):
            raise ValueError("it ends too early")
        if data[at + 4 : at + 8] not in _PNG_TOLD:
            kept.append(data[at : at + size + 12])
        at += size + 12
    return b"".join(kept)


def _webp(data: bytes) -> bytes:
    kept, at = list[bytes](), 12
    while at < len(data):
        kind, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        end = at + 8 + size + size % 2
        if end > len(data):
            raise ValueError("it ends too early")
        part = data[at:end]
        if kind == b"VP8X":
            part = part[:8] + bytes([part[8] & ~0x0C]) + part[9:]
        if kind not in (b"EXIF", b"XMP "):
            kept.append(part)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
