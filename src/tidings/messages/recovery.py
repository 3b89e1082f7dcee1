"""What was in somebody's hands is found again: after a polite stop, a crash, or doubt that must be resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.channels import Failed, Result, Why
from tidings.messages import reports
from tidings.messages.limits import MOST_WITHIN
from tidings.messages.models import Lane, Unsettled
from tidings.messages.service import queries
from tidings.messages.settling import Settled, attempt, settlement
from tidings.runtime.database import Tx


def give_back(tx: Tx, owner: int) -> int:
    """What this process claimed and gave nobody yet goes back to the queue; for a polite stop."""
    ids = tx.values(queries.in_hand, owner=owner)
    return tx.run(queries.give_back, ids=ids) if ids else 0


def forget(tx: Tx, now: int) -> None:
    """What no frequency cap looks back to is not kept."""
    tx.run(queries.forget_uses, before=now - MOST_WITHIN)


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
        settlement(row, unknown[row.id], Lane(account_id=row.account_id, may_resend=row.account_id in may_resend), now)
        for row in rows
    ]
    if settled:
        tx.run(queries.settle, results=[row for row, _ in settled])
        tx.run(queries.insert_attempts, attempts=[attempt(row, unknown[row.id]) for row in rows], now=now)
    ended = [end for _, end in settled if end is not None]
    told = reports.match(tx, 0, {}, [end.message_id for end in ended], now)
    return Settled(ended=[*ended, *told.ended], facts=told.facts)
