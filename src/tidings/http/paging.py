"""Pages by key: where one begins, and where the next one does. Cursors are opaque to whoever gets them."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from tidings.runtime.errors import Invalid

LAST = 2**62
"""Later than every instant, and behind every id."""


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _unpacked(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def bad_cursor() -> Invalid:
    return Invalid.at("cursor", "is not one of ours.", "Take it from `next` of the page before.")


def numbers(cursor: str, count: int) -> tuple[int, ...]:
    """The numbers of a cursor, or `Invalid`."""
    try:
        found = tuple(int(part) for part in _unpacked(cursor).split("."))
    except (ValueError, UnicodeDecodeError):
        raise bad_cursor() from None
    if len(found) != count or not all(-LAST <= number <= LAST for number in found):
        raise bad_cursor()
    return found


def cursor_of(*parts: int) -> str:
    return _packed(".".join(map(str, parts)))


def behind(cursor: str) -> tuple[str, str]:
    """Where a page that is sorted by kind and value begins."""
    try:
        kind, value = msgspec.json.decode(_unpacked(cursor), type=tuple[str, str]) if cursor else ("", "")
    except (ValueError, UnicodeDecodeError):
        raise bad_cursor() from None
    return kind, value


def next_behind(last: tuple[str, str]) -> str:
    return _packed(msgspec.json.encode(last).decode())


def before(cursor: str) -> tuple[int, int]:
    """Where a page begins; (at, id), both huge for the first."""
    if not cursor:
        return LAST, LAST
    at, number = numbers(cursor, 2)
    return at, number


def page(rows: list[dict[str, Any]], limit: int, last: tuple[int, int]) -> dict[str, Any]:
    """A page, and where the next one begins; `next` is null at the end."""
    return {"items": rows, "next": cursor_of(*last) if len(rows) >= limit else None}
