"""The verbs of messages: ask for them, take them back, look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from tidings.channels import service as channels
from tidings.messages.asking import (
    NO_ACCOUNT as NO_ACCOUNT,
    REVIEW as REVIEW,
    AccountRow as AccountRow,
    Key as Key,
    address_kind as address_kind,
    ask as ask,
    domain_of as domain_of,
    senders as senders,
)
from tidings.messages.holds import (
    hold_marketing as hold_marketing,
    release_marketing as release_marketing,
    standing_holds as standing_holds,
)
from tidings.messages.models import (
    Alert,
    Attempt,
    Decision,
    Message,
    ReportRow,
)
from tidings.messages.reading import (
    all_decisions_of as all_decisions_of,
    busy as busy,
    by_keys as by_keys,
    consent_record_of as consent_record_of,
    counts as counts,
    counts_since as counts_since,
    last_sent as last_sent,
    letters as letters,
    letters_of as letters_of,
    unsent_of as unsent_of,
    visits_of as visits_of,
)
from tidings.messages.reviewing import approve as approve, reject as reject
from tidings.messages.withdrawing import (
    cancel as cancel,
    hold as hold,
    move_unsent as move_unsent,
    reopen as reopen,
    unhold as unhold,
    withdraw as withdraw,
    withdraw_address as withdraw_address,
    withdraw_held as withdraw_held,
    withdraw_topic as withdraw_topic,
)
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, NotFound

queries = sql.load("tidings.messages")


def page(tx: Tx, *, before: int, limit: int, state: str = "") -> list[Message]:
    """Everybody's messages, newest first; by state where given."""
    return tx.rows(queries.page_messages, Message, before=before, limit=limit, state=state)


def messages_of(
    tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int, state: str = ""
) -> list[Message]:
    """One person's messages (with those of whom they were merged from), newest first, before an instant."""
    names = {"ids": sorted(ids), "before": before, "before_id": before_id, "limit": limit, "state": state}
    return tx.rows(queries.messages_of, Message, **names)


def get(tx: Tx, message_id: int) -> Message:
    """One message."""
    message = tx.row(queries.get_message, Message, id=message_id)
    if message is None:
        raise NotFound(f"There is no message {message_id}.")
    return message


def by_key(tx: Tx, key: str) -> Message | None:
    """The message of a key that left the house; None when it is not ours."""
    return tx.row(queries.message_by_key, Message, key=key)


def first_time(tx: Tx, account_id: int, dedups: Sequence[str], now: int) -> set[str]:
    """Which of these callbacks have not come before; they are remembered."""
    if not dedups:
        return set()
    rows = [{"id": i, "dedup": dedup} for i, dedup in zip(tx.new_ids("report", len(dedups)), dedups, strict=True)]
    tx.run(queries.remember_inbound, reports=rows, account_id=account_id, now=now)
    written = set(tx.values(queries.written_reports, ids=[row["id"] for row in rows]))
    return {str(row["dedup"]) for row in rows if row["id"] in written}


def attempts_of(tx: Tx, message_id: int) -> list[Attempt]:
    """Every try, oldest first."""
    return tx.rows(queries.attempts_of, Attempt, id=message_id)


def reports_of(tx: Tx, message_id: int) -> list[ReportRow]:
    """What the provider said afterwards, oldest first."""
    return tx.rows(queries.reports_of, ReportRow, id=message_id)


def decisions_of(tx: Tx, contact_id: int, kind: str, subject_id: int) -> list[Decision]:
    """What was decided about one subject, oldest first."""
    return tx.rows(queries.decisions_of, Decision, contact_id=contact_id, kind=kind, subject_id=subject_id)


class _Next(Struct, frozen=True, array_like=True):
    account_id: int
    due_at: int


def next_due(tx: Tx) -> dict[int, int]:
    """Account -> when the next of its messages falls due."""
    return {row.account_id: row.due_at for row in tx.rows(queries.next_due, _Next)}


def send_again(tx: Tx, message_id: int, now: int) -> None:
    """A person decides that an uncertain, failed or expired message goes out (again)."""
    if not tx.run(queries.send_again, id=message_id, now=now):
        state = get(tx, message_id).state
        raise Conflict(
            f"Message {message_id} is {state}; only uncertain, failed and expired messages can be sent again."
        )


def oldest_due(tx: Tx, now: int) -> int | None:
    """Since when the oldest message waits that its account could send; None when none does."""
    due: int | None = tx.value(queries.oldest_due, now=now)
    return due


def decided(tx: Tx, decisions: Sequence[dict[str, Any]], now: int) -> None:
    """Store decisions: contact_id, kind, subject_id, outcome, reason, evidence."""
    if decisions:
        tx.run(queries.insert_decisions, decisions=list(decisions), now=now)


def pause_account(tx: Tx, account_id: int, reason: str, now: int) -> None:
    """From this commit on nothing of an account reaches committing, until it is resumed."""
    channels.set_state(tx, account_id, "paused", reason, now)
    tx.run(queries.give_back_of_account, account_id=account_id)


def resume_account(tx: Tx, account_id: int, now: int) -> None:
    """It was mended: it sends again, and new trouble is told anew."""
    channels.set_state(tx, account_id, "active", "", now)
    trouble_over(tx, "account", str(account_id), now)


def trouble_over(tx: Tx, kind: str, subject: str, now: int) -> None:
    """What somebody was told of is mended."""
    tx.run(queries.end_trouble, kind=kind, subject=subject, now=now)


def alert(tx: Tx, kind: str, subject: str, detail: str, now: int) -> None:
    """Something that a person must know; the same trouble is told once until it is over."""
    tx.run(queries.raise_alert, kind=kind, subject=subject, detail=detail, now=now)


def alerts(tx: Tx, *, before: int, limit: int) -> list[Alert]:
    """What people must know, newest first."""
    return tx.rows(queries.page_alerts, Alert, before=before, limit=limit)


def end_alert(tx: Tx, alert_id: int, now: int) -> None:
    """Somebody has seen to it."""
    if not tx.run(queries.end_alert, id=alert_id, now=now):
        raise NotFound(f"There is no open alert {alert_id}.")


def adopt(tx: Tx, account_id: int, name: str, channel: str) -> int:
    """Messages that were held because no account could send them go to one that can."""
    return tx.run(
        queries.adopt, account_id=account_id, by_name=f"no account for {name}", by_channel=f"no account for {channel}"
    )
