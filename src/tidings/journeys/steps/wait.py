"""Wait for a while, until a window opens in the person's own day, or until a date of theirs."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from msgspec import Struct

from tidings.journeys.outcome import Go, Moment, Outcome, WaitUntil
from tidings.journeys.steps.about import About, StepExit, told
from tidings.journeys.windows import Window, next_open
from tidings.rules import durations
from tidings.rules.tree import Kinds
from tidings.runtime.ids import milliseconds_of

ABOUT = About(
    title="Wait",
    sentence="Wait for a while, until a date of theirs, or until a good time of their day.",
    ways=(StepExit("next", "then"), StepExit("on_past", "already past", is_optional=True)),
)


class Until(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{attribute: renews_on, offset: -3d, at: "09:00"}` or `{property: …}` of the event that started the run."""

    attribute: Annotated[
        str, told("Attribute", "A date that is known of the contact.", "renews_on", suggest="attributes")
    ] = ""
    property: Annotated[str, told("Property", "A date of the event that started the journey.", "starts_at")] = ""
    offset: Annotated[str, told("Before or after", "How long after the date; with a minus, before it.", "-3d")] = "0s"

    def __post_init__(self) -> None:
        durations.parse(self.offset)
        if bool(self.attribute) == bool(self.property):
            raise ValueError("Expected `attribute` or `property`")


class HowLong(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"for_": "for"}):
    """`for`, `until` and `window` may be joined: first the time, then the window."""

    for_: Annotated[str | None, told("For", "So long after they came here; days keep the time of day.", "2d")] = None
    until: Annotated[Until | None, told("Until a date", "A date of theirs, or some time before or after it.")] = None
    window: Annotated[
        Window | None,
        told("Then until", "The next time that is on these days and between these hours, where they live."),
    ] = None

    def __post_init__(self) -> None:
        if self.for_ is not None:
            durations.parse(self.for_)
        if self.for_ is None and self.until is None and self.window is None:
            raise ValueError("Expected `for`, `until` or `window`")
        if self.for_ is not None and self.until is not None:
            raise ValueError("Expected `for` or `until`, not both")


class Wait(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{wait: {for: 2d, window: {…}}, next}`; a date that is already past leaves by `on_past`."""

    wait: HowLong
    next: str = "end"
    on_past: str | None = None

    def exits(self) -> dict[str, str]:
        return {"next": self.next, "on_past": self.on_past or self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        until, anchor = moment.at, None
        if self.wait.for_ is not None:
            until = durations.after(moment.at, self.wait.for_, moment.zone)
        elif self.wait.until is not None:
            date = _date(self.wait.until, moment)
            if date is None:
                return Go("on_past")
            until = durations.after(date, self.wait.until.offset, moment.zone)
            if until < moment.now:
                return Go("on_past")
            anchor = date if date > until else None
        if self.wait.window is not None:
            until = next_open(until, self.wait.window, moment.zone)
        return WaitUntil(until, anchor) if until > moment.now else Go(at=max(until, moment.at))


def _date(until: Until, moment: Moment) -> int | None:
    source: Any = moment.attributes if until.attribute else moment.properties
    for key in (until.attribute or until.property).split("."):
        source = source.get(key) if isinstance(source, dict) else None
    if not isinstance(source, str):
        return None
    try:
        parsed = dt.datetime.fromisoformat(source)
    except ValueError:
        return None
    if parsed.tzinfo is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", source):
        return durations.instant(parsed.replace(tzinfo=None), moment.zone)
    return milliseconds_of(parsed)
