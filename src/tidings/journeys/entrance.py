"""What a journey says of its beginning and its aim: who enters, who enters again, and what it is for. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct

from tidings.events.conditions import Property
from tidings.journeys.steps.about import told
from tidings.rules import durations


class Trigger(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{event: Form Submitted, where: [{property: form, eq: guide}]}`, `{segment: at-risk, on: entered}`, or `{api: true}`."""

    event: Annotated[str, told("Event", "Whoever does this enters.", "Form Submitted", suggest="events")] = ""
    segment: Annotated[str, told("Segment", "Whoever comes into it enters.", "at-risk", suggest="segments")] = ""
    on: Annotated[
        Literal["entered", "left"] | None,
        told("When", "They come into the segment, or leave it; coming in when empty."),
    ] = None
    where: Annotated[tuple[Property, ...], told("Only where", "Conditions on the properties of the event.")] = ()
    api: Annotated[bool, told("By hand or by the API", "Nobody enters by what they do; people are enrolled.")] = False

    def __post_init__(self) -> None:
        if bool(self.event) + bool(self.segment) + self.api != 1:
            raise ValueError("Expected `event`, `segment` or `api: true`")
        if self.on is not None and not self.segment:
            raise ValueError("Expected `segment` beside `on`")

    @property
    def fact(self) -> str:
        """The name of the event or fact that starts it; empty for none."""
        return f"segment.{self.on or 'entered'}" if self.segment else self.event


class Goal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{event: Order Completed, within: 30d}` after entry."""

    event: Annotated[
        str,
        told(
            "Event",
            "What the journey is for; whoever does it has arrived.",
            "Order Completed",
            suggest="events",
            is_needed=True,
        ),
    ]
    where: Annotated[tuple[Property, ...], told("Only where", "Conditions on the properties of the event.")] = ()
    within: Annotated[str | None, told("Within", "It counts so long after they entered.", "30d")] = None

    def __post_init__(self) -> None:
        if self.within is not None:
            durations.parse(self.within)


class Reentry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{after: 90d}` since the last entry, `{after_exit: 0d}` since the last end, or `{by: order_id}` once per value."""

    after: Annotated[str | None, told("After", "Again when so long has passed since they entered.", "90d")] = None
    after_exit: Annotated[str | None, told("After the end", "Again when so long has passed since they left.", "0d")] = (
        None
    )
    by: Annotated[
        str | None, told("Once for each", "Once for each value of this property of the event.", "order_id")
    ] = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.after, self.after_exit, self.by)) != 1:
            raise ValueError("Expected exactly one of `after`, `after_exit` and `by`")
        for duration in (self.after, self.after_exit):
            if duration is not None:
                durations.parse(duration)
