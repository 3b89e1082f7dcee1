"""How often marketing may reach one person: rolling windows over what was let go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from tidings.messages.limits import Cap, Use
from tidings.rules import durations


class Room(Struct, frozen=True):
    """From when there is room for one more; which cap says so, and how much of it is used, where that is later than now."""

    at: int
    cap: Cap | None = None
    used: int = 0
    by: int | None = None
    """The message that made it full."""

    @property
    def evidence(self) -> dict[str, Any]:
        """What a decision keeps of it."""
        if self.cap is None:
            return {}
        about = {"channel": self.cap.channel, "class": self.cap.message_class}
        return {
            "cap": about | {"count": self.cap.count, "within": self.cap.within},
            "used": self.used,
            "used_by": self.by,
        }


def applies(cap: Cap, channel: str, message_class: str) -> bool:
    """Whether a cap counts messages of a channel and class."""
    return cap.channel in ("", channel) and cap.message_class in ("", message_class)


def room(caps: Iterable[Cap], channel: str, message_class: str, uses: Sequence[Use], now: int) -> Room:
    """The first instant from `now` on at which every cap has room; the one that is full longest is told."""
    found = Room(now)
    for cap in caps:
        if not applies(cap, channel, message_class):
            continue
        within = durations.milliseconds(cap.within)
        counted = sorted(
            (use for use in uses if use.at > now - within and applies(cap, use.channel, use.message_class)),
            key=lambda use: (use.at, use.message_id),
        )
        if len(counted) < cap.count:
            continue
        oldest = counted[-cap.count]
        if oldest.at + within > found.at:
            found = Room(oldest.at + within, cap, len(counted), counted[-1].message_id)
    return found


def longest(caps: Iterable[Cap]) -> int:
    """How far back any of them looks, in milliseconds."""
    return max((durations.milliseconds(cap.within) for cap in caps), default=0)
