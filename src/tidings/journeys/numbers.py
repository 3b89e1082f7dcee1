"""How journeys do: who is inside, who came and went, what was sent, what failed; sets, never one query for each."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.live import queries
from tidings.journeys.publishing import Count, find
from tidings.messages import numbers as messages
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx

LATELY = 30 * DAY
"""What "in 30 days" means."""


class Numbers(Struct, frozen=True, array_like=True):
    """Of one journey: people inside now, failed runs now, entered in 30 days, completed and goal reached since ever."""

    journey_id: int
    people: int
    failed: int
    entered: int
    completed: int
    goals: int


class LiveDocument(Struct, frozen=True, array_like=True):
    """What is live of a journey; `body` is the document as JSON text."""

    journey_id: int
    number: int
    at: int
    body: str


class _Sent(Struct, frozen=True, array_like=True):
    journey_id: int
    count: int


class _Passed(Struct, frozen=True, array_like=True):
    step: str
    exit: str
    count: int


class _Outcome(Struct, frozen=True, array_like=True):
    step: str
    state: str
    count: int


class FailedStep(Struct, frozen=True, array_like=True):
    """How many runs rest at a step after a failure, and the newest of them."""

    step: str
    count: int
    run_id: int
    contact_id: int
    at: int
    error: str


class RefusedStep(Struct, frozen=True, array_like=True):
    """The newest message of a step that did not arrive, with the provider's words."""

    step: str
    message_id: int
    contact_id: int
    at: int
    reason: str


class StepNumbers(Struct, kw_only=True):
    """Of one step: people now, passed by exit, messages of 30 days by state, what failed."""

    people: int = 0
    passed: dict[str, int] = msgspec.field(default_factory=dict)
    messages: dict[str, int] = msgspec.field(default_factory=dict)
    failed: FailedStep | None = None
    refused: RefusedStep | None = None


class Standing(Struct, frozen=True, array_like=True):
    """Somebody at a step: since when, until when, and for which event they wait."""

    id: int
    run_id: int
    contact_id: int
    state: str
    since_at: int
    until_at: int | None
    error: str
    event: str


def numbers(tx: Tx, now: int) -> tuple[dict[int, Numbers], dict[int, int]]:
    """(numbers, messages sent in 30 days) of every journey, by its id."""
    found = {row.journey_id: row for row in tx.rows(queries.numbers, Numbers, since=now - LATELY)}
    first = messages.first_since(tx, now - LATELY)
    return found, {row.journey_id: row.count for row in tx.rows(queries.sent_by_journey, _Sent, from_id=first)}


def live_documents(tx: Tx) -> dict[int, LiveDocument]:
    """What is live of each journey, by its id."""
    return {row.journey_id: row for row in tx.rows(queries.live_documents, LiveDocument)}


def templates_used(tx: Tx) -> dict[str, list[str]]:
    """Template -> the live journeys that send it."""
    found: dict[str, set[str]] = {}
    for row in live_documents(tx).values():
        document: dict[str, Any] = msgspec.json.decode(row.body)
        for step in document["steps"].values():
            if "send" in step:
                found.setdefault(step["send"]["template"], set()).add(document["journey"])
    return {template: sorted(names) for template, names in found.items()}


def steps(tx: Tx, name: str, now: int) -> dict[str, StepNumbers]:
    """The numbers of each step that has any; messages are those of 30 days."""
    journey_id, first = find(tx, name).id, messages.first_since(tx, now - LATELY)
    found: dict[str, StepNumbers] = {}

    def of(step: str) -> StepNumbers:
        return found.setdefault(step, StepNumbers())

    for count in tx.rows(queries.people_by_step, Count, id=journey_id):
        of(count.name).people = count.count
    for passed in tx.rows(queries.passed_by_step, _Passed, id=journey_id):
        of(passed.step).passed[passed.exit] = passed.count
    for outcome in tx.rows(queries.messages_by_step, _Outcome, id=journey_id, from_id=first):
        of(outcome.step).messages[outcome.state] = outcome.count
    for failed in tx.rows(queries.failed_by_step, FailedStep, id=journey_id):
        of(failed.step).failed = failed
    for refused in tx.rows(queries.refused_by_step, RefusedStep, id=journey_id, from_id=first):
        of(refused.step).refused = refused
    return found


def people_at(tx: Tx, name: str, step: str, *, before: int, limit: int, state: str = "") -> list[Standing]:
    """Who stands at a step now, newest first; only tokens in a state, where one is named."""
    names = {"step": step, "before": before, "limit": limit, "state": state}
    return tx.rows(queries.people_at, Standing, id=find(tx, name).id, **names)
