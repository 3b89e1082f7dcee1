"""The verbs of analytics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.analytics")
SLOT = 1_800_000
"""Half an hour, so that a day begins with a slot in every time zone but Nepal's and Chatham's."""
DAY = 86_400_000


class _Ends(Struct, frozen=True, array_like=True):
    events: int
    contact_changes: int
    messages: int
    decisions: int
    reports: int
    engagements: int
    open_messages: int
    runs: int
    next_due: int
    alerts: int
    open_alerts: int
    records: int
    revisions: int
    account_changed: int


class _At(Struct, frozen=True, array_like=True):
    id: int
    at: int


class Slot(Struct, frozen=True, array_like=True):
    """Half an hour of outcomes; `number` is the instant / `SLOT`."""

    number: int
    sent: int
    failed: int
    opened: int
    clicked: int


class SenderDay(Struct, frozen=True, array_like=True):
    """What an account sent and lost in a day."""

    account_id: int
    sent: int
    failed: int
    last_sent_at: int


class Waiting(Struct, frozen=True, array_like=True):
    """What waits for an account, and since when the oldest is due."""

    account_id: int
    count: int
    due_at: int


class Needs(Struct, frozen=True):
    """What waits for a person."""

    failed_runs: int
    uncertain: int
    held: int


class Arrived(Struct, frozen=True):
    """Who and what came in since an instant."""

    contacts: int
    events: int


def pulse(tx: Tx) -> dict[str, str]:
    """What people look at, each with a word that changes when it changed."""
    ends = tx.row(queries.pulse, _Ends)
    assert ends is not None
    return {
        "events": f"{ends.events}",
        "contacts": f"{ends.contact_changes}",
        "messages": f"{ends.messages}.{ends.decisions}.{ends.reports}.{ends.engagements}.{ends.open_messages}",
        "runs": f"{ends.runs}.{ends.next_due}",
        "alerts": f"{ends.alerts}.{ends.open_alerts}",
        "accounts": f"{ends.account_changed}",
        "documents": f"{ends.revisions}",
        "inbox": f"{ends.records}",
    }


def needs(tx: Tx) -> Needs:
    """How many things wait for a person."""
    return Needs(
        failed_runs=int(tx.value(queries.failed_count) or 0),
        uncertain=int(tx.value(queries.doubts) or 0),
        held=int(tx.value(queries.held_count) or 0),
    )


def people(tx: Tx) -> int:
    """How many contacts there are."""
    return int(tx.value(queries.contact_count) or 0)


def slots(tx: Tx, since: int) -> list[Slot]:
    """Half-hours in which something left or failed, oldest first."""
    found = dict[int, Slot]()
    for row in tx.rows(queries.slots, Slot, from_id=_first_message(tx, since - DAY), since=since):
        known = found.get(row.number, Slot(row.number, 0, 0, 0, 0))
        found[row.number] = Slot(
            row.number,
            known.sent + row.sent,
            known.failed + row.failed,
            known.opened + row.opened,
            known.clicked + row.clicked,
        )
    return [found[number] for number in sorted(found)]


def arrived(tx: Tx, since: int) -> Arrived:
    """Who and what came in since an instant."""
    event = _first(tx, since, queries.newest_event, queries.event_at)
    contact = _first(tx, since, queries.newest_contact, queries.contact_at)
    return Arrived(
        contacts=int(tx.value(queries.contacts_from, from_id=contact) or 0),
        events=int(tx.value(queries.events_from, from_id=event) or 0),
    )


def senders(tx: Tx, since: int) -> tuple[Mapping[int, SenderDay], Mapping[int, Waiting]]:
    """By account: what it sent and lost since an instant, and what waits for it."""
    first = _first_message(tx, since - DAY)
    days = {row.account_id: row for row in tx.rows(queries.sent_by_account, SenderDay, from_id=first, since=since)}
    return days, {row.account_id: row for row in tx.rows(queries.waiting_by_account, Waiting)}


def _first_message(tx: Tx, since: int) -> int:
    return _first(tx, since, queries.newest_message, queries.message_at)


def _first(tx: Tx, since: int, newest: Any, at: Any) -> int:
    """The id from which rows are at least as new as an instant; ids grow with time, so it is found by halving."""
    return _halved(int(tx.value(newest) or 0), since, lambda number: tx.row(at, _At, id=number))


def _halved(last: int, since: int, look: Callable[[int], _At | None]) -> int:
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        row = look(middle)
        if row is None or row.at >= since:
            high = middle
        else:
            low = row.id + 1
    return low


def tested(tx: Tx) -> set[int]:
    """Accounts by which a test has left."""
    return set(tx.values(queries.tested_accounts))
