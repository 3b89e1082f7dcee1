"""What cameras and programs write into a picture is taken out, and the picture is the same."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, strategies as st

from tests.support.drawn import GIF, JPEG, png, webp
from tidings.media.bare import bare
from tidings.media.pictures import looked_at
from tidings.runtime.errors import Invalid

HOME = b"52.5163 N, 13.3777 E"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x12\x34\xff\x00\xe1\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(turn: int, order: str = ">") -> bytes:
    begin = b"MM" if order == ">" else b"II"
    head = begin + struct.pack(f"{order}HIHHHIHH", 42, 8, 1, 0x0112, 3, 1, turn, 0)
    return segment(0xE1, b"Exif\0\0" + head + struct.pack(f"{order}I", 0) + HOME)


def photo(*told: bytes) -> bytes:
    jfif, rest = JPEG[2:20], JPEG[30:-2]
    colours = segment(0xE2, b"ICC_PROFILE\0profile")
    return b"\xff\xd8" + jfif + b"".join(told) + colours + rest + SCAN


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("turn", "size"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30)), (8, (20, 30))])
def test_a_photo_tells_how_it_is_turned_and_not_where_it_was_taken(
    order: str, turn: int, size: tuple[int, int]
) -> None:
    taken = photo(exif(turn, order), segment(0xED, b"Photoshop" + HOME), segment(0xFE, HOME))

    clean = bare(taken, "image/jpeg")

    assert HOME not in clean and b"ICC_PROFILE" in clean and clean.endswith(SCAN)
    for data in (taken, clean):
        shape = looked_at(data)
        assert (shape.type, shape.width, shape.height) == ("image/jpeg", *size)
    assert bare(clean, "image/jpeg") == clean


def test_a_png_and_a_webp_lose_their_words_as_well() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    drawn = png(4, 3)
    told = drawn[:33] + chunk(b"tEXt", HOME) + chunk(b"eXIf", HOME) + drawn[33:]
    extended = webp(b"VP8X", b"\x0c\0\0\0" + (3).to_bytes(3, "little") + (2).to_bytes(3, "little"))
    spoken = extended + b"EXIF" + struct.pack("<I", len(HOME)) + HOME

    clean = bare(spoken, "image/webp")

    assert bare(told, "image/png") == drawn
    assert HOME not in clean and clean[20] == 0 and struct.unpack("<I", clean[4:8])[0] == len(clean) - 8
    assert looked_at(clean) == looked_at(extended)


@given(st.sampled_from([photo(exif(6)), png(), GIF]), st.integers(0, 120), st.binary(max_size=40))
def test_a_picture_that_is_taken_is_the_same_picture_afterwards(begun: bytes, kept: int, then: bytes) -> None:
    data = begun[:kept] + then
    try:
        shape = looked_at(data)
    except Invalid:
        return

    assert looked_at(bare(data, shape.type)) == shape
