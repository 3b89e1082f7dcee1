"""A token on its way: what it has passed, where it rests, and what it asks for until its set is saved."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.documents import END, Definition
from tidings.journeys.outcome import Change, End, Go, Listen, Moment, Outcome, Send, WaitUntil
from tidings.journeys.steps import Step

_visits = msgspec.json.Decoder(dict[str, int])


class Due(Struct, frozen=True, array_like=True):
    """A due token with its run and person."""

    id: int
    run_id: int
    contact_id: int
    journey_id: int
    version_id: int
    step: str
    visit: int
    state: str
    due_at: int
    departed_at: int | None
    outcome: str
    visits: str
    is_skipping: int
    anchor_at: int | None
    """The date before which it waited; what is sent after that wait is for before it (P7)."""
    started_at: int
    properties: str
    depth: int


EXITS = {
    "sent": "next",
    "uncertain": "next",
    "skipped": "on_skipped",
    "cancelled": "on_skipped",
    "expired": "on_skipped",
}
"""The outcome of a message -> the exit by which its token leaves; others leave by on_failed."""


class Walker:
    """A token on its way; everything that it asks for is kept until the set is saved."""

    def __init__(self, due: Due, definition: Definition, zone: str) -> None:
        self.due, self.definition = due, definition
        self.zone = zone
        self.step, self.visit, self.at = due.step, due.visit, due.due_at
        self.departed_at, self.anchor_at = due.departed_at, due.anchor_at
        self.visits = _visits.decode(due.visits)
        self.properties: dict[str, Any] = {}
        self.attributes: dict[str, Any] = {}
        self.answers: tuple[bool | None, ...] = ()
        self.passed: list[tuple[str, str]] = []
        self.state, self.error = "ready", ""
        self.due_at: int | None = None
        self.ask: Send | None = None
        self.events: tuple[str, ...] = ()
        self.ended: str | None = None
        self.reason = ""
        self.is_resting = False
        self.expired: list[str] = []
        """Steps that came too late to be done."""

    @property
    def standing(self) -> Step:
        """The step at which it stands."""
        return self.definition.steps[self.step]

    def moment(self, now: int) -> Moment:
        return Moment(
            at=self.at,
            now=now,
            zone=self.zone,
            started_at=self.due.started_at,
            previous_send_at=self.departed_at,
            properties=self.properties,
            attributes=self.attributes,
            answers=self.answers,
        )

    def leave(self, exit: str) -> None:
        """Through an exit to the next step, or to the end."""
        self.passed.append((self.step, exit))
        target = self.definition.ways[self.step].get(exit, END)
        if target == END:
            self.rest("ended")
            self.ended = "completed"
            return
        self.step = target
        self.visit = self.visits[target] = self.visits.get(target, 0) + 1

    def expire(self) -> None:
        """Past a step whose time is over, without doing it."""
        self.expired.append(self.step)
        self.leave("next")

    def rest(self, state: str, due_at: int | None = None) -> None:
        self.state, self.due_at, self.is_resting = state, due_at, True

    def fail(self, error: str) -> None:
        self.rest("failed")
        self.error = error[:500]

    def act(self, outcome: Outcome) -> Change | None:
        """Do what a step decided; a change of the contact is left to the set."""
        match outcome:
            case Go(exit=exit, at=at):
                self.at = self.at if at is None else at
                self.leave(exit)
            case WaitUntil(at=at):
                self.anchor_at = outcome.anchor_at
                self.rest("waiting", at)
            case Listen():
                self.events, self.anchor_at = outcome.events, None
                self.rest("listening", outcome.timeout_at)
            case Send() if self.due.is_skipping:
                self.leave("on_skipped")
            case Send():
                self.ask = outcome
                self.rest("sending")
            case End(reason=reason):
                self.passed.append((self.step, "exit"))
                self.rest("ended")
                self.ended, self.reason = "completed", reason
            case Change():
                self.leave("next")
                return outcome
        return None

    def arrive(self) -> None:
        """What it waited for has come: it leaves the step at which it rested."""
        match self.due.state:
            case "waiting" | "woken":
                self.leave("next")
            case "listening":
                self.leave("on_timeout")
            case "resumed":
                self.leave(EXITS.get(self.due.outcome, "on_failed"))
