"""What people set about how marketing may reach them, and what is remembered of it: caps, quiet hours, holds, wishes."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.runtime.clock import DAY

MOST_WITHIN = 90 * DAY
"""How far back a frequency cap may look."""


class Quiet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Between which minutes of the local day a channel may be used."""

    start: Annotated[int, Meta(ge=0, le=1440)]
    end: Annotated[int, Meta(ge=0, le=1440)]


class Cap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"message_class": "class"}):
    """At most `count` messages `within` a rolling time, to one person; without a channel or class, of all marketing together."""

    count: Annotated[int, Meta(ge=1, le=1000)]
    within: str
    channel: str = ""
    message_class: Literal["", "lifecycle", "promotional"] = ""

    def __post_init__(self) -> None:
        if not 0 < durations.milliseconds(self.within) <= MOST_WITHIN:
            raise ValueError(f"Expected a time of up to 90 days, not {self.within!r}")


DEFAULT_CAPS = (
    Cap(count=1, within="16h", channel="email", message_class="promotional"),
    Cap(count=1, within="24h", channel="sms", message_class="promotional"),
)


class Use(Struct, frozen=True, array_like=True):
    """Marketing that was let go: what caps count, and who won its cell."""

    contact_id: int
    message_id: int
    channel: str
    message_class: str
    at: int
    cell_at: int
    source: str
    source_id: int
    step: str


class Hold(Struct, frozen=True, array_like=True):
    """Marketing leaves somebody alone until an instant, or until it is ended."""

    id: int
    contact_id: int
    kind: str
    reason: str
    source: str
    from_at: int
    until_at: int | None
    actor: str


class Wishes(Struct, frozen=True):
    """What a message says of itself, beside what it is rendered from."""

    template: str | None = None
    policy: Policy | None = None
    journey: str = ""
    campaign: str = ""

    @property
    def origin(self) -> str:
        """The journey or campaign that asked, by the name that it keeps in every store."""
        return self.journey or self.campaign


class Policy(Struct, frozen=True, omit_defaults=True):
    """How a message wants to be treated."""

    mode: str = "live"
    if_capped: str = "defer"
    if_outranked: str = "defer"
