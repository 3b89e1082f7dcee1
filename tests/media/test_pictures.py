"""What a picture is, is read from its bytes, and what cannot be shown in a mail is refused with a sentence."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, strategies as st

from tests.support.drawn import GIF, JPEG, png, webp
from tidings.media.pictures import Shape, looked_at
from tidings.runtime.errors import Invalid

VP8 = webp(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480))
VP8L = webp(b"VP8L", b"\x2f" + struct.pack("<I", (99) | (49 << 14)) + b"\0" * 5)
VP8X = webp(b"VP8X", b"\0\0\0\0" + (1199).to_bytes(3, "little") + (399).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (png(600, 400), Shape("image/png", 600, 400)),
        (GIF, Shape("image/gif", 3, 2)),
        (JPEG, Shape("image/jpeg", 30, 20)),
        (VP8, Shape("image/webp", 640, 480)),
        (VP8L, Shape("image/webp", 100, 50)),
        (VP8X, Shape("image/webp", 1200, 400)),
    ],
    ids=["png", "gif", "jpeg", "webp", "webp-lossless", "webp-extended"],
)
def test_kind_and_size_are_read_from_the_bytes(data: bytes, shape: Shape) -> None:
    assert looked_at(data) == shape


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "SVG"),
        (b'\xef\xbb\xbf  <?xml version="1.0"?><svg/>', "SVG"),
        (b"<!DOCTYPE html><script>1</script>", "web page"),
        (b"%PDF-1.7", "no PNG, JPEG, GIF or WebP"),
        (b"", "no PNG, JPEG, GIF or WebP"),
        (png()[:18], "ends too early"),
        (JPEG[:30], "ends too early"),
        (png(0, 1), "0 × 1 pixels"),
        (png(1, 1)[:16] + struct.pack(">II", 40_000, 10), "40000 × 10 pixels"),
        (png() + b"\0" * 5_000_001, "at most 5"),
    ],
)
def test_what_is_no_picture_for_a_mail_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        looked_at(data)


@given(st.sampled_from([png(), GIF, JPEG, VP8, VP8L, VP8X]), st.integers(0, 40), st.binary(max_size=30))
def test_no_bytes_break_it(begun: bytes, kept: int, then: bytes) -> None:
    try:
        looked_at(begun[:kept] + then)
    except Invalid as refused:
        assert refused.problems
