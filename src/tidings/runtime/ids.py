"""Ids and opaque keys, as people and databases see them."""

from __future__ import annotations

import base64
import datetime as dt

from tidings.runtime.chance import Chance
from tidings.runtime.errors import Invalid


def incarnation(chance: Chance) -> int:
    """The number of this process: its name as an owner of messages, and its fencing number. Never 0."""
    return chance.bits(62) + 1


def opaque(chance: Chance, size: int = 16) -> str:
    """A random key for people and URLs."""
    return base64.urlsafe_b64encode(chance.token(size)).rstrip(b"=").decode()


def iso(at: int | None) -> str | None:
    """Milliseconds as ISO 8601 UTC, as the API shows them."""
    if at is None:
        return None
    moment = dt.datetime.fromtimestamp(at / 1_000, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str, path: str = "") -> int:
    """ISO 8601 as milliseconds; a time without an offset is taken as UTC."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.at(path, f"{text!r} is not a time.", "Write it as 2026-01-31T09:00:00Z.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return milliseconds_of(moment)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def milliseconds_of(moment: dt.datetime) -> int:
    """A moment with its zone, to the millisecond: by whole numbers, since seconds as a fraction lose one here and there."""
    return (moment - _EPOCH) // dt.timedelta(milliseconds=1)
