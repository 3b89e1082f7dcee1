"""The whole story of one message: what triggered it, where it was asked for, what was decided, every try, what came back."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import service as channels
from tidings.consent import service as consent
from tidings.consent.models import ConsentRecord
from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.events.service import Event
from tidings.journeys import outbox, service as journeys
from tidings.messages import service as messages, words
from tidings.messages.models import Attempt, Decision, ReportRow
from tidings.messages.reading import Visited
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound


class DecisionTold(Struct, frozen=True, kw_only=True):
    """A decision with its gates, one by one."""

    id: int
    at: int
    outcome: str
    reason: str
    what: str
    evidence: str
    gates: list[words.Gate]


class AttemptTold(Struct, frozen=True, kw_only=True):
    """A try: the provider's words, and ours."""

    number: int
    at: int
    result: str
    code: str
    detail: str
    what: str
    todo: str


class RunBrief(Struct, frozen=True, kw_only=True):
    """The run that asked for a message."""

    id: int
    journey: str
    version_id: int
    state: str
    started_at: int
    ended_at: int | None
    trigger_name: str
    trigger_at: int


class MessageStory(Struct, frozen=True, kw_only=True):
    """Everything about one message."""

    message: outbox.Listed
    label: str
    account: str | None
    account_state: str | None
    told: words.PlainWords
    trigger: Event | None
    run: RunBrief | None
    decisions: list[DecisionTold]
    attempts: list[AttemptTold]
    reports: list[ReportRow]
    visits: list[Visited]
    consent: ConsentRecord | None
    """The consent that it was sent by."""


def story(tx: Tx, message_id: int) -> MessageStory:
    """Read the chain together."""
    message = outbox.one(tx, message_id)
    if message is None:
        raise NotFound(f"There is no message {message_id}.")
    everybody = contacts.with_aliases(tx, contacts.get(tx, message.contact_id).id)
    run, trigger = _origin(tx, message, everybody)
    account = next((row for row in channels.accounts(tx) if row.id == message.account_id), None)
    record_id = messages.consent_record_of(tx, message_id)
    proofs = [row for row in consent.records_of(tx, everybody) if row.id == record_id] if record_id else []
    decisions = messages.decisions_of(tx, message.contact_id, "message", message_id)
    return MessageStory(
        message=message,
        label=contacts.labels(tx, [message.contact_id]).get(message.contact_id, ""),
        account=account.name if account else None,
        account_state=account.state if account else None,
        told=words.told(message.state, message.reason),
        trigger=trigger,
        run=run,
        decisions=[_decided(row, message.address) for row in decisions],
        attempts=[_tried(row) for row in messages.attempts_of(tx, message_id)],
        reports=messages.reports_of(tx, message_id),
        visits=messages.visits_of(tx, message_id),
        consent=proofs[0] if proofs else None,
    )


def _origin(tx: Tx, message: outbox.Listed, everybody: list[int]) -> tuple[RunBrief | None, Event | None]:
    if message.source != "journey" or message.journey is None:
        return None, None
    run, _ = journeys.run(tx, message.source_id)
    brief = RunBrief(
        id=run.id,
        journey=message.journey,
        version_id=run.version_id,
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        trigger_name=run.trigger_name,
        trigger_at=run.trigger_at,
    )
    return brief, events.nearest(tx, everybody, run.trigger_name, run.trigger_at)


def _decided(row: Decision, address: str) -> DecisionTold:
    evidence: dict[str, Any] = msgspec.json.decode(row.evidence)
    state = {"skip": "skipped", "expire": "expired", "defer": "deferred"}.get(row.outcome, "queued")
    person = words.by_person(row.outcome, row.reason)
    what = person or ("It may leave." if row.outcome == "send" else words.told(state, row.reason).what)
    return DecisionTold(
        id=row.id,
        at=row.at,
        outcome=row.outcome,
        reason=row.reason,
        what=what,
        evidence=row.evidence,
        gates=[] if person else words.gates(row.outcome, row.reason, evidence, address),
    )


def _tried(row: Attempt) -> AttemptTold:
    failed = words.failure(row.result)
    return AttemptTold(
        number=row.number,
        at=row.at,
        result=row.result,
        code=row.code,
        detail=row.detail,
        what=failed.what if failed else "The provider took it.",
        todo=failed.todo if failed else "",
    )
