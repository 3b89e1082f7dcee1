"""The ledger in motion: claim, decide, mark, settle, and find again after a crash (CORRECTNESS 21 to 28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import Failed, Result, Sent, Why
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.messages import policy, reports
from tidings.messages.models import Claimed, Ended, Ledger, MessageClass, State, Unsettled
from tidings.messages.service import domain_of, queries, withdraw_address, withdraw_topic
from tidings.runtime.clock import HOUR, MINUTE
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.models import VersionRow

BACK_OFF = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
"""Between tries, with up to a quarter more by the message's own number, so that a crowd spreads out."""


RESEND_AFTER = 5 * MINUTE
"""How long a doubtful message that must arrive waits for evidence before it is sent again."""
ONCE, USED = 1, 2
"""`must_arrive` of a message: it may be sent again once; it was."""


class Lane(Struct, frozen=True, kw_only=True):
    """What the ledger must know of the account that sends."""

    account_id: int
    is_quiet: bool = True
    has_policy: bool = True
    may_resend: bool = False
    """The receiver de-duplicates by our key, so doubt is resolved by sending again."""
    has_reports: bool = False
    """The provider speaks of its messages afterwards, perhaps before our own mark lands."""


class Departing(Struct, frozen=True, kw_only=True):
    """A message that may leave now, with what rendering needs."""

    message: Claimed
    address: str
    attributes: str
    zone: str
    version: VersionRow | None
    """The template that is live now; content is that of departure."""


class Departures(Struct, frozen=True, kw_only=True):
    """What a decision unit made of a claimed slice."""

    leaving: list[Departing]
    ended: list[Ended]


class Settled(Struct, frozen=True, kw_only=True):
    """What results led to."""

    ended: list[Ended]
    facts: list[Happened]
    account_problem: str = ""


class Room(Struct, frozen=True, kw_only=True):
    """How many messages each recipient domain may still take now."""

    fresh: int
    """For a domain that took none lately."""
    left: dict[str, int]
    full: list[str]


class _Due(Struct, frozen=True, array_like=True):
    id: int
    domain: str


def claim(tx: Tx, lane: Lane, owner: int, now: int, *, limit: int, room: Room | None = None) -> dict[int, str]:
    """Take due messages of an account: id -> domain. Domains that are at their pace are passed over and block nobody."""
    if room is None:
        found = tx.rows(queries.claimable, _Due, account_id=lane.account_id, now=now, limit=limit, paced=[])
    else:
        names = {"account_id": lane.account_id, "now": now, "limit": limit * 4, "paced": room.full}
        found, left = list[_Due](), dict(room.left)
        for due in tx.rows(queries.claimable, _Due, **names):
            if left.get(due.domain, room.fresh) > 0 and len(found) < limit:
                left[due.domain] = left.get(due.domain, room.fresh) - 1
                found.append(due)
    claimed = {due.id: due.domain for due in found}
    if claimed:
        tx.run(queries.claim, ids=list(claimed), owner=owner, now=now)
    return claimed


def depart(tx: Tx, ids: Sequence[int], lane: Lane, owner: int, ledger: Ledger, now: int) -> Departures:
    """Run every gate for claimed messages, under the lock of their contacts; store each decision."""
    contacts.lock(tx, tx.values(queries.contacts_of, ids=list(ids)))
    messages = tx.rows(queries.claimed, Claimed, ids=list(ids), owner=owner)
    people = contacts.load(tx, {message.contact_id for message in messages})
    reached = contacts.addresses_of(tx, people)
    standings = consent.standing(tx, people) if lane.has_policy else {}
    at = {
        m.id: m.address if m.address_kind == "url" else reached.get(m.contact_id, {}).get(m.address_kind, "")
        for m in messages
    }
    listed = (
        consent.suppressed(tx, {(m.address_kind, at[m.id]) for m in messages if at[m.id]}) if lane.has_policy else {}
    )
    verdicts: dict[int, policy.Verdict] = {}
    for message in messages:
        person = people.get(message.contact_id)
        facts = policy.Facts(
            address=at[message.id] if person is not None else "",
            standings=standings.get(message.contact_id, []),
            suppression=listed.get((message.address_kind, at[message.id])),
            zone=(person.zone if person else None) or ledger.zone,
            is_quiet=lane.is_quiet,
            has_policy=lane.has_policy,
        )
        verdicts[message.id] = policy.decide(message, facts, ledger, now)
    names = {message.id: str(msgspec.json.decode(message.body).get("template") or "") for message in messages}
    current = templates.current(tx, names.values())
    versions = {message_id: current.get(name) for message_id, name in names.items()}
    _write_verdicts(tx, messages, verdicts, at, versions, owner, now)
    leaving = [
        Departing(
            message=m,
            address=at[m.id],
            attributes=people[m.contact_id].attributes,
            zone=people[m.contact_id].zone or ledger.zone,
            version=versions[m.id],
        )
        for m in messages
        if verdicts[m.id].outcome == "send"
    ]
    return Departures(
        leaving=leaving, ended=[e for m in messages if (e := _end_of(m, verdicts[m.id], now)) is not None]
    )


_STATES = {"skip": State.SKIPPED, "expire": State.EXPIRED, "defer": State.DEFERRED}


def _end_of(message: Claimed, verdict: policy.Verdict, now: int) -> Ended | None:
    if verdict.outcome not in ("skip", "expire"):
        return None
    outcome = str(_STATES[verdict.outcome])
    return Ended(
        message_id=message.id,
        contact_id=message.contact_id,
        token_id=message.token_id,
        outcome=outcome,
        at=now,
        reason=verdict.reason,
    )


def _write_verdicts(
    tx: Tx,
    messages: list[Claimed],
    verdicts: dict[int, policy.Verdict],
    at: dict[int, str],
    versions: dict[int, VersionRow | None],
    owner: int,
    now: int,
) -> None:
    aside, going, decisions = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for message in messages:
        verdict = verdicts[message.id]
        if verdict.outcome == "send":
            domain = domain_of(message.address_kind, at[message.id])
            record, version = verdict.consent_record_id, versions[message.id]
            going.append(
                {
                    "id": message.id,
                    "address": at[message.id],
                    "domain": domain,
                    "consent_record_id": record,
                    "template_version_id": version.id if version else None,
                    "must_arrive": ONCE if _must_arrive(message, version) else 0,
                }
            )
        else:
            state = str(_STATES[verdict.outcome])
            aside.append(
                {"id": message.id, "state": state, "reason": verdict.reason, "due_at": verdict.until or message.due_at}
            )
        decisions.append(
            {
                "contact_id": message.contact_id,
                "kind": "message",
                "subject_id": message.id,
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "evidence": verdict.evidence,
            }
        )
    if going:
        tx.run(queries.let_go, decisions=going, owner=owner)
    if aside:
        tx.run(queries.set_aside, decisions=aside, owner=owner, now=now)
    if decisions:
        tx.run(queries.insert_decisions, decisions=decisions, now=now)


def _must_arrive(message: Claimed, version: VersionRow | None) -> bool:
    """Only what a person is waiting for is worth the risk of arriving twice."""
    if version is None or message.message_class != MessageClass.TRANSACTIONAL:
        return False
    return templates.document_of(version).must_arrive


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
    rows = tx.rows(queries.unsettled, Unsettled, ids=sorted(by_id))
    settled = [_settle(row, by_id[row.id], lane, now) for row in rows]
    if settled:
        tx.run(queries.settle, results=[row for row, _ in settled])
        attempts = [_attempt(row, by_id[row.id]) for row in rows]
        tx.run(queries.insert_attempts, attempts=attempts, now=now)
    ended = [end for _, end in settled if end is not None]
    problem = _follow(tx, rows, by_id, now)
    withdrawn = _withdraw(tx, rows, by_id, now)
    facts = _facts(rows, ended, now)
    if lane.has_reports:
        named = {r.provider_id: r.id for r in results if isinstance(r, Sent) and r.provider_id}
        told = reports.match(tx, lane.account_id, named, [end.message_id for end in ended], now)
        withdrawn += told.ended
        facts = [msgspec.structs.replace(fact, key=key) for key, fact in enumerate([*facts, *told.facts])]
    return Settled(ended=[*ended, *withdrawn], facts=facts, account_problem=problem)


def _settle(row: Unsettled, result: Result, lane: Lane, now: int) -> tuple[dict[str, Any], Ended | None]:
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


def _attempt(row: Unsettled, result: Result) -> dict[str, Any]:
    if isinstance(result, Sent):
        words = {"result": "sent", "code": "", "detail": result.provider_id}
    else:
        words = {"result": str(result.why), "code": result.code, "detail": result.detail}
    return {"message_id": row.id, "account_id": row.account_id, **words}


def _follow(tx: Tx, rows: list[Unsettled], by_id: dict[int, Result], now: int) -> str:
    """Addresses that never work are suppressed, withdrawals that the provider knows are recorded, bad accounts rest."""
    failed = [(row, result) for row in rows if isinstance(result := by_id[row.id], Failed)]
    invalid = [(row.address_kind, row.address) for row, result in failed if result.why is Why.ADDRESS_INVALID]
    consent.suppress(tx, invalid, scope="all", reason="hard_bounce", source="provider", now=now)
    grants = [
        Grant(
            contact_id=row.contact_id,
            channel=row.channel,
            state="unsubscribed",
            method="provider",
            source=f"message {row.id}",
        )
        for row, result in failed
        if result.why is Why.OPTED_OUT
    ]
    consent.record(tx, grants, now)
    for row, result in failed:
        if result.why is Why.ACCOUNT_PROBLEM:
            tx.run(queries.pause_account, id=row.account_id, reason=result.detail or result.code, now=now)
            tx.run(
                queries.raise_alert,
                kind="account",
                subject=str(row.account_id),
                detail=result.detail or result.code,
                now=now,
            )
            return result.detail or result.code or "the account does not work"
    return ""


def _withdraw(tx: Tx, rows: list[Unsettled], by_id: dict[int, Result], now: int) -> list[Ended]:
    ended = list[Ended]()
    for row in rows:
        result = by_id[row.id]
        if isinstance(result, Failed) and result.why is Why.ADDRESS_INVALID:
            holders = contacts.holders(tx, row.address_kind, row.address)
            ended += withdraw_address(tx, holders, row.address, "all", "suppressed", now)
        elif isinstance(result, Failed) and result.why is Why.OPTED_OUT:
            ended += withdraw_topic(tx, [row.contact_id], row.channel, "", "unsubscribed", now)
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
        if row.id in outcome and outcome[row.id].outcome in ("sent", "failed")
    ]


def give_back(tx: Tx, owner: int) -> int:
    """What this process claimed and gave nobody yet goes back to the queue; for a polite stop."""
    ids = tx.values(queries.in_hand, owner=owner)
    return tx.run(queries.give_back, ids=ids) if ids else 0


def release(tx: Tx, ids: Sequence[int], owner: int) -> int:
    """Messages that were decided about but not tried go back to the queue, and the try does not count."""
    return tx.run(queries.release, ids=list(ids), owner=owner) if ids else 0


def resend(tx: Tx, now: int) -> int:
    """Doubtful transactional messages that must arrive go out again, once, marked (CORRECTNESS 22)."""
    found = tx.rows(queries.overdue_doubts, _Doubt, now=now)
    if found:
        tx.run(queries.send_once_more, ids=[doubt.id for doubt in found], now=now)
        told = [
            {
                "contact_id": doubt.contact_id,
                "kind": "message",
                "subject_id": doubt.id,
                "outcome": "resend",
                "reason": "must_arrive",
                "evidence": {"doubt": doubt.reason},
            }
            for doubt in found
        ]
        tx.run(queries.insert_decisions, decisions=told, now=now)
    return len(found)


class _Doubt(Struct, frozen=True, array_like=True):
    id: int
    contact_id: int
    reason: str


def recover(tx: Tx, alive: Iterable[int], resendable: Iterable[int], now: int) -> Settled:
    """After a crash: `sending` never left; `committing` is uncertain, or sent again where the receiver de-duplicates.
    Reports that came before the crash are evidence at once (CORRECTNESS 28)."""
    owners = sorted(alive) or [0]
    sending = tx.values(queries.found_sending, alive=owners)
    if sending:
        tx.run(queries.give_back, ids=sending)
    rows, may_resend = tx.rows(queries.found_committing, Unsettled, alive=owners), set(resendable)
    unknown: dict[int, Result] = {
        row.id: Failed(id=row.id, why=Why.UNKNOWN, detail="the process ended while it was being handed over")
        for row in rows
    }
    settled = [
        _settle(row, unknown[row.id], Lane(account_id=row.account_id, may_resend=row.account_id in may_resend), now)
        for row in rows
    ]
    if settled:
        tx.run(queries.settle, results=[row for row, _ in settled])
        tx.run(queries.insert_attempts, attempts=[_attempt(row, unknown[row.id]) for row in rows], now=now)
    ended = [end for _, end in settled if end is not None]
    told = reports.match(tx, 0, {}, [end.message_id for end in ended], now)
    return Settled(ended=[*ended, *told.ended], facts=told.facts)
