"""The verbs of events: drop what was seen before, append, roll up, read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from tidings.events.calls import Call, Rejected
from tidings.runtime import sql
from tidings.runtime.clock import HOUR
from tidings.runtime.database import Tx

queries = sql.load("tidings.events")

LIVE_FOR = 72 * HOUR
"""An event older than this updates history and starts no journey (PRODUCT 1)."""
PERIOD = 72 * HOUR
"""MessageIds are remembered for one to two of these (CORRECTNESS 15)."""


class Event(Struct, frozen=True, array_like=True):
    """One line of the log; `properties` and `context` are JSON text."""

    id: int
    contact_id: int
    name: str
    at: int
    received_at: int
    kind: str
    message_id: str | None
    properties: str
    context: str


class Count(Struct, frozen=True, array_like=True):
    """How often something happened to a contact, first and last."""

    contact_id: int
    name: str
    event_count: int
    first_at: int
    last_at: int


class RejectedCall(Struct, frozen=True, array_like=True):
    """A wrong call, as it came, with its reason."""

    id: int
    at: int
    path: str
    reason: str
    body: str


def unseen(tx: Tx, calls: Sequence[Call], now: int) -> list[Call]:
    """The calls whose messageId is new; the first of each inside the batch counts."""
    first: dict[str, Call] = {}
    for call in calls:
        if call.message_id:
            first.setdefault(call.message_id, call)
    if not first:
        return list(calls)
    fresh = _remember(tx, sorted(first), now)
    return [
        call for call in calls if not call.message_id or (call.message_id in fresh and first[call.message_id] is call)
    ]


def _remember(tx: Tx, ids: list[str], now: int) -> set[str]:
    is_even = now // PERIOD % 2 == 0
    _turn(tx, is_even=is_even, now=now)
    other = queries.seen_in_odd if is_even else queries.seen_in_even
    insert, first = (
        (queries.insert_even, queries.first_in_even) if is_even else (queries.insert_odd, queries.first_in_odd)
    )
    known = set(tx.values(other, ids=ids))
    unknown = [message_id for message_id in ids if message_id not in known]
    (batch_id,) = tx.new_ids("batch", 1)
    if tx.run(insert, ids=unknown, batch_id=batch_id) == len(unknown):
        return set(unknown)
    return set(tx.values(first, ids=unknown, batch_id=batch_id))


def _turn(tx: Tx, *, is_even: bool, now: int) -> None:
    """When a period begins, empty the table that takes over: what it holds is older than a whole period."""
    period = now // PERIOD
    current = tx.value(queries.read_period)
    if current is not None and int(current) >= period:
        return
    is_stale = current is None or int(current) < period - 1
    tx.run(queries.empty_even if is_even else queries.empty_odd)
    if is_stale:
        tx.run(queries.empty_odd if is_even else queries.empty_even)
    tx.run(queries.write_period, period=str(period), now=now)


class Line(Struct, frozen=True, kw_only=True):
    """An event about to be written."""

    contact_id: int
    name: str
    at: int
    received_at: int
    kind: str
    message_id: str | None
    properties: msgspec.Raw
    context: msgspec.Raw


def record(tx: Tx, lines: Sequence[Line]) -> None:
    """Append events and roll them up, sorted by contact so that neighbouring pages are written together."""
    if not lines:
        return
    ordered = sorted(lines, key=lambda line: line.contact_id)
    tx.run(queries.insert_events, events=ordered)
    counts: dict[tuple[int, str], list[int]] = {}
    for line in ordered:
        count = counts.setdefault((line.contact_id, line.name), [0, line.at, line.at])
        count[0] += 1
        count[1] = min(count[1], line.at)
        count[2] = max(count[2], line.at)
    rows = [
        {"contact_id": contact_id, "name": name, "event_count": total, "first_at": first, "last_at": last}
        for (contact_id, name), (total, first, last) in sorted(counts.items())
    ]
    tx.run(queries.roll_up, counts=rows)


def reject(tx: Tx, rejected: Sequence[Rejected], now: int) -> None:
    """Keep wrong calls with their reasons."""
    if rejected:
        tx.run(queries.insert_rejected, calls=list(rejected), now=now)


def rejected(tx: Tx, *, before: int, limit: int) -> list[RejectedCall]:
    """Wrong calls, newest first."""
    return tx.rows(queries.page_rejected, RejectedCall, before=before, limit=limit)


def page(tx: Tx, *, before: int, limit: int, name: str = "", since: int = 0) -> list[Event]:
    """Everybody's events, newest first; of one name, and received since an instant, where given."""
    return tx.rows(queries.page_events, Event, before=before, limit=limit, name=name, since=since)


def page_of(tx: Tx, ids: Iterable[int], *, before: int, limit: int, name: str = "", since: int = 0) -> list[Event]:
    """The same of one person, with those of whom they were merged from."""
    names = {"before": before, "limit": limit, "name": name, "since": since}
    return tx.rows(queries.page_events_of, Event, ids=sorted(ids), **names)


class Name(Struct, frozen=True, array_like=True):
    """A kind of event: how often it happened, and when last."""

    name: str
    event_count: int
    last_at: int


def names(tx: Tx) -> list[Name]:
    """Every kind of event, the latest first, from the counts of each person."""
    return tx.rows(queries.event_names, Name)


class _LastOf(Struct, frozen=True, array_like=True):
    contact_id: int
    at: int


def last_of(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """Contact -> when something last happened to them."""
    return {row.contact_id: row.at for row in tx.rows(queries.last_events, _LastOf, ids=list(ids))}


def nearest(tx: Tx, ids: Iterable[int], name: str, at: int) -> Event | None:
    """The event of this name at this instant; None when it is not in the log."""
    return tx.row(queries.event_at, Event, ids=sorted(ids), name=name, at=at)


def recent_names(tx: Tx, text: str, limit: int) -> list[str]:
    """Names of events that hold a text, the most frequent of late first."""
    return tx.values(queries.recent_names, pattern=sql.containing(text), limit=limit, among=sql.AMONG)


def newest_properties(tx: Tx, name: str, limit: int) -> list[str]:
    """The properties of the newest events, of every name without one, as JSON texts."""
    return tx.values(queries.newest_properties, name=name, limit=limit, among=sql.AMONG)


def events_of(tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int) -> list[Event]:
    """One person's events (with those of whom they were merged from), newest first, before an instant."""
    return tx.rows(queries.events_of, Event, ids=sorted(ids), before=before, before_id=before_id, limit=limit)


def counts_of(tx: Tx, ids: Iterable[int]) -> list[Count]:
    """How often each thing happened."""
    return tx.rows(queries.counts_of, Count, ids=sorted(ids))


def merge(tx: Tx, winner: int, loser: int) -> None:
    """The winner's counts include the loser's; the log keeps the loser's id."""
    tx.run(queries.merge_counts, winner=winner, loser=loser)
    tx.run(queries.delete_counts, loser=loser)


def forget(tx: Tx, ids: Iterable[int], prefix: str) -> None:
    """Events of an import are taken back, and the roll-ups of these people made again."""
    some = sorted(ids)
    if tx.run(queries.forget_events, ids=some, prefix=prefix):
        tx.run(queries.forget_counts, ids=some)
        tx.run(queries.count_again, ids=some)


def busy(tx: Tx, ids: Iterable[int]) -> list[int]:
    """Who of these did anything."""
    return tx.values(queries.who_did, ids=sorted(ids))


def imported(tx: Tx, ids: Iterable[int], name: str, prefix: str) -> list[Event]:
    """Events of a name that an import had brought of some people."""
    return tx.rows(queries.imported, Event, ids=sorted(ids), name=name, prefix=prefix)
