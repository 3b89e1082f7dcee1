"""Wait for an event, at most so long; one that has happened since is not waited for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Struct

from tidings.events.conditions import Property, Since
from tidings.journeys.outcome import Go, Listen, Moment, Outcome
from tidings.journeys.steps.about import About, StepExit, told
from tidings.rules import durations
from tidings.rules.tree import Kinds

ABOUT = About(
    title="Wait for an event",
    sentence="Wait until something happens, at most so long.",
    ways=(StepExit("next", "happened"), StepExit("on_timeout", "time is up", is_optional=True)),
)


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{event: Pricing Viewed, where: […], since: previous_send, timeout: 5d}`."""

    event: Annotated[str, told("Event", "What they wait for.", "Order Completed", suggest="events", is_needed=True)]
    where: Annotated[tuple[Property, ...], told("Only where", "Conditions on the properties of the event.")] = ()
    since: Annotated[
        Literal["previous_send", "entry", "now"],
        told("Counts from", "An event that has happened since then is not waited for.", "previous_send"),
    ] = "previous_send"
    timeout: Annotated[
        str | None, told("At most", "How long they wait; without it, for as long as it takes.", "5d")
    ] = None

    def __post_init__(self) -> None:
        if self.timeout is not None:
            durations.parse(self.timeout)


class WaitFor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{wait_for: {…}, next, on_timeout}`."""

    wait_for: What
    next: str = "end"
    on_timeout: str | None = None

    def exits(self) -> dict[str, str]:
        return {"next": self.next, "on_timeout": self.on_timeout or self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return () if self.wait_for.since == "now" else (Since(self.wait_for.event, self.wait_for.where),)

    def since(self, started_at: int, previous_send_at: int | None) -> int:
        """From when on an event counts."""
        return started_at if self.wait_for.since == "entry" or previous_send_at is None else previous_send_at

    def run(self, moment: Moment) -> Outcome:
        if moment.answers and moment.answers[0]:
            return Go()
        timeout = self.wait_for.timeout
        until = None if timeout is None else durations.after(moment.at, timeout, moment.zone)
        return Listen(events=(self.wait_for.event,), timeout_at=until)
