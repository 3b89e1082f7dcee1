"""Messages as people look back at them: what waits for somebody, what left last, who opened and clicked, how many stand where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.messages.models import Decision, Message
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.messages")


class Visited(Struct, frozen=True, array_like=True):
    """An open or a click; verdict human, proxy or machine."""

    id: int
    kind: str
    link: int | None
    url: str
    at: int
    verdict: str
    because: str


class Sent(Struct, frozen=True, array_like=True):
    """What a message was made from; `body` is JSON text."""

    id: int
    contact_id: int
    key: str
    channel: str
    address: str
    at: int
    state: str
    template_version_id: int | None
    body: str
    message_class: str


class _Last(Struct, frozen=True, array_like=True):
    contact_id: int
    at: int


class _StateCount(Struct, frozen=True, array_like=True):
    state: str
    count: int


LAST = 2**62


def counts(tx: Tx) -> dict[str, int]:
    """How many messages stand in each state."""
    return {row.state: row.count for row in tx.rows(queries.count_states, _StateCount)}


def counts_since(tx: Tx, since: int) -> dict[str, int]:
    """How many of the messages that were asked for since an instant stand in each state."""
    return {row.state: row.count for row in tx.rows(queries.count_states_since, _StateCount, since=since)}


def last_sent(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """Contact -> when a message last left for them."""
    return {row.contact_id: row.at for row in tx.rows(queries.last_sent, _Last, ids=list(ids))}


def unsent_of(tx: Tx, ids: Iterable[int]) -> list[Message]:
    """What has not left for somebody, what is due first first."""
    return tx.rows(queries.unsent_of, Message, ids=sorted(ids))


def visits_of(tx: Tx, message_id: int) -> list[Visited]:
    """Opens and clicks, oldest first."""
    return tx.rows(queries.visits_of, Visited, id=message_id)


def letters_of(tx: Tx, ids: Iterable[int], *, after: int, limit: int) -> list[Sent]:
    """What left for somebody, oldest first, behind an id."""
    return tx.rows(queries.letters_of, Sent, ids=sorted(ids), after=after, limit=limit)


def letters(tx: Tx, message_ids: Sequence[int]) -> list[Sent]:
    """What some messages were made from."""
    return tx.rows(queries.letters, Sent, ids=list(message_ids))


def by_keys(tx: Tx, keys: Sequence[str]) -> dict[str, Message]:
    """The messages of some keys; those that are not ours are left out."""
    return {row.key: row for row in tx.rows(queries.messages_by_keys, Message, keys=list(keys))}


def consent_record_of(tx: Tx, message_id: int) -> int | None:
    """The line of the consent ledger that a message was sent by."""
    found: int | None = tx.value(queries.consent_record_of, id=message_id)
    return found


def all_decisions_of(tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int) -> list[Decision]:
    """Whatever was decided about somebody, newest first, before an instant."""
    names = {"before": before, "before_id": before_id, "limit": limit}
    return tx.rows(queries.all_decisions_of, Decision, ids=sorted(ids), **names)


def busy(tx: Tx, ids: Iterable[int]) -> list[int]:
    """For whom of these any message was ever asked."""
    return tx.values(queries.who_was_asked, ids=sorted(ids))
