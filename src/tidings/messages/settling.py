"""The committing mark, and what results lead to: one behaviour for each kind of failure (CORRECTNESS 22 to 24)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import Failed, Result, Sent, Why
from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.messages import reports
from tidings.messages.models import ONCE, TEST, Ended, Lane, State, Unsettled
from tidings.messages.service import alert, pause_account, queries, reopen, withdraw_address
from tidings.runtime.clock import HOUR, MINUTE
from tidings.runtime.database import Tx

BACK_OFF = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
"""Between tries, with up to a quarter more by the message's own number, so that a crowd spreads out."""
RESEND_AFTER = 5 * MINUTE
"""How long a doubtful message that must arrive waits for evidence before it is sent again."""


_WAITING = (State.QUEUED, State.DEFERRED)
"""Doubt put them back, or a person; a late answer that they were taken after all keeps them from going out again."""


class Settled(Struct, frozen=True, kw_only=True):
    """What results led to."""

    ended: list[Ended]
    facts: list[Happened]
    account_problem: str = ""


def mark(tx: Tx, ids: Sequence[int], owner: int) -> list[int]:
    """The committing mark: only the ids that come back may go out."""
    if not ids:
        return []
    ours: list[int] = tx.values(queries.markable, ids=list(ids), owner=owner)
    if ours:
        tx.run(queries.mark, ids=ours, owner=owner)
    return ours


def settle(tx: Tx, results: Sequence[Result], lane: Lane, now: int) -> Settled:
    """Write results; late answers of an old owner settle as well. What follows for addresses and consent happens here."""
    by_id = {result.id: result for result in results}
    if tx.dialect.name != "sqlite":  # contacts first, then their messages and tokens (CORRECTNESS 5)
        contacts.lock(tx, tx.values(queries.contacts_of, ids=sorted(by_id)))
    found = tx.rows(queries.unsettled, Unsettled, ids=sorted(by_id))
    rows = [row for row in found if row.state not in _WAITING or isinstance(by_id[row.id], Sent)]
    settled = [settlement(row, by_id[row.id], lane, now) for row in rows]
    if settled:
        tx.run(queries.settle, results=[row for row, _ in settled])
        attempts = [attempt(row, by_id[row.id]) for row in rows]
        tx.run(queries.insert_attempts, attempts=attempts, now=now)
    ended = [end for _, end in settled if end is not None]
    unsent = {end.message_id for end in ended if end.outcome in (State.FAILED, State.CANCELLED)}
    reopen(tx, ((row.contact_id, row.channel) for row in rows if row.id in unsent), now)
    problem = _follow(tx, rows, by_id, now)
    withdrawn = _withdraw(tx, rows, by_id, now)
    for row in rows:
        result = by_id[row.id]
        if row.id in unsent and isinstance(result, Failed) and result.why is Why.RECIPIENT_TEMPORARY:
            withdrawn += reports.soften(tx, row.id, row.contact_id, row, now)
    facts = _facts(rows, ended, now)
    if lane.has_reports:
        named = {r.provider_id: r.id for r in results if isinstance(r, Sent) and r.provider_id}
        told = reports.match(tx, lane.account_id, named, [end.message_id for end in ended], now)
        withdrawn += told.ended
        facts = [msgspec.structs.replace(fact, key=key) for key, fact in enumerate([*facts, *told.facts])]
    return Settled(ended=[*ended, *withdrawn], facts=facts, account_problem=problem)


def settlement(row: Unsettled, result: Result, lane: Lane, now: int) -> tuple[dict[str, Any], Ended | None]:
    """What is written of a message after a result, and its end when it is one."""
    state, reason, due_at, uncounted = _next(row, result, lane, now)
    if row.withdrawn and state in (State.QUEUED, State.DEFERRED):
        is_doubtful = isinstance(result, Failed) and result.why is Why.UNKNOWN
        state, reason, due_at = State.UNCERTAIN if is_doubtful else State.CANCELLED, row.withdrawn, None
    is_over = state not in (State.QUEUED, State.DEFERRED)
    written = {
        "id": row.id,
        "state": str(state),
        "reason": reason,
        "due_at": due_at,
        "sent_at": now if state is State.SENT else None,
        "ended_at": now if is_over else None,
        "provider_id": result.provider_id if isinstance(result, Sent) else "",
        "answer": result.detail if isinstance(result, Sent) else "",
        "uncounted": uncounted,
    }
    if not is_over:
        return written, None
    ended = Ended(
        message_id=row.id,
        contact_id=row.contact_id,
        token_id=row.token_id,
        outcome=str(state),
        at=now,
        reason=reason,
        answer=str(written["answer"]),
    )
    return written, ended


def _next(row: Unsettled, result: Result, lane: Lane, now: int) -> tuple[State, str, int | None, int]:
    """(state, reason, due_at, attempts that do not count) after a result: one behaviour for each kind of failure."""
    if isinstance(result, Sent):
        return State.SENT, "", None, 0
    words = f"{result.why}: {result.detail or result.code}".rstrip(": ")
    wait = int((result.retry_after or 0) * 1_000)
    match result.why:
        case Why.RATE_LIMITED:
            return State.QUEUED, words, now + max(wait, 1_000), 1
        case Why.ACCOUNT_PROBLEM:
            return State.QUEUED, words, now + max(wait, MINUTE), 1
        case Why.UNKNOWN if lane.may_resend:
            return State.QUEUED, words, now + MINUTE, 0
        case Why.UNKNOWN:
            return State.UNCERTAIN, words, now + RESEND_AFTER if row.must_arrive == ONCE else None, 0
        case Why.RECIPIENT_TEMPORARY | Why.PROVIDER_DOWN if row.attempts < len(BACK_OFF):
            pause = BACK_OFF[row.attempts - 1 if row.attempts else 0]
            spread = pause * (row.id * 2_654_435_761 % 1_000) // 4_000
            return State.DEFERRED, words, now + max(wait, pause + spread), 0
        case _:
            return State.FAILED, words, None, 0


def attempt(row: Unsettled, result: Result) -> dict[str, Any]:
    """One try, as it is kept."""
    if isinstance(result, Sent):
        words = {"result": "sent", "code": "", "detail": result.provider_id}
    else:
        words = {"result": str(result.why), "code": result.code, "detail": result.detail}
    return {"message_id": row.id, "account_id": row.account_id, **words}


def _follow(tx: Tx, rows: list[Unsettled], by_id: dict[int, Result], now: int) -> str:
    """Addresses that never work are suppressed, bad accounts rest: what is wrong with the account, if anything is."""
    failed = [(row, result) for row in rows if isinstance(result := by_id[row.id], Failed)]
    invalid = [(row.address_kind, row.address) for row, result in failed if result.why is Why.ADDRESS_INVALID]
    consent.suppress(tx, invalid, scope="all", reason="hard_bounce", source="provider", now=now)
    for row, result in failed:
        if result.why is Why.ACCOUNT_PROBLEM:
            words = result.detail or result.code or "the account does not work"
            pause_account(tx, row.account_id, words, now)
            alert(tx, "account", str(row.account_id), words, now)
            return words
    return ""


def _withdraw(tx: Tx, rows: list[Unsettled], by_id: dict[int, Result], now: int) -> list[Ended]:
    ended = list[Ended]()
    for row in rows:
        result = by_id[row.id]
        if isinstance(result, Failed) and result.why is Why.ADDRESS_INVALID:
            holders = contacts.holders(tx, row.address_kind, row.address)
            ended += withdraw_address(tx, holders, row.address, "all", "suppressed", now)
        elif isinstance(result, Failed) and result.why is Why.OPTED_OUT:
            people = reports.everybody(tx, row.contact_id, row)
            ended += reports.withdraw_consent(tx, people, row.channel, "", f"message {row.id}", now)
    return ended


def _facts(rows: list[Unsettled], ended: list[Ended], now: int) -> list[Happened]:
    """`message.sent` and `message.failed`, announced like any event."""
    outcome = {end.message_id: end for end in ended}
    return [
        Happened(
            key=key,
            contact_id=row.contact_id,
            name=f"message.{outcome[row.id].outcome}",
            at=now,
            properties=msgspec.json.encode({"message_id": row.id, "channel": row.channel, "topic": row.topic}).decode(),
        )
        for key, row in enumerate(rows)
        if row.source != TEST and row.id in outcome and outcome[row.id].outcome in ("sent", "failed")
    ]
