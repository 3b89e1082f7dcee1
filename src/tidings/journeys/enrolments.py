"""Many people enter a journey by hand or by the API, at a pace, so that bulk never surprises (PRODUCT 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.journeys.entry import enter
from tidings.journeys.live import Live, LiveJourney, queries
from tidings.runtime.clock import MINUTE, SECOND
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound

MOST = 10_000
"""Contacts of one enrolment; more people are several enrolments."""
AT_ONCE = 1_000
"""So many may enter in the request itself."""
DEFAULT_PACE = 6_000
"""People a minute."""


class Enrolment(Struct, frozen=True, array_like=True):
    """A list of people that enters; `due_at` is empty when it is through."""

    id: int
    journey_id: int
    total: int
    next_index: int
    per_minute: int
    due_at: int | None
    actor: str
    at: int
    ended_at: int | None
    entered_count: int
    refused_count: int


class _Slice(Struct, frozen=True, array_like=True):
    id: int
    journey_id: int
    contacts: str
    next_index: int
    per_minute: int
    due_at: int
    properties: str


def directly(
    tx: Tx, name: str, contact_ids: Sequence[int], properties: dict[str, Any], now: int, live: Live
) -> list[Happened]:
    """People enter at once; audience and re-entry hold for them as for everybody."""
    return _enter(tx, _open(name, live), contact_ids, msgspec.json.encode(properties).decode(), now)


def start(
    tx: Tx,
    name: str,
    contact_ids: Sequence[int],
    properties: dict[str, Any],
    now: int,
    live: Live,
    *,
    per_minute: int = DEFAULT_PACE,
    actor: str = "",
) -> Enrolment:
    """A list of people will enter, so many a minute; the first of them at once."""
    journey, people = _open(name, live), sorted(set(contact_ids))
    if len(people) > MOST:
        raise Invalid.at("contact_ids", f"has more than {MOST:,} contacts.", "Send several requests.")
    (enrolment_id,) = tx.new_ids("enrolment", 1)
    names = {"id": enrolment_id, "journey_id": journey.id, "contacts": people, "total": len(people)}
    tx.run(queries.insert_enrolment, **names, properties=properties, per_minute=per_minute, actor=actor, now=now)
    return get(tx, enrolment_id)


def get(tx: Tx, enrolment_id: int) -> Enrolment:
    """One, as far as it has come."""
    found = tx.row(queries.get_enrolment, Enrolment, id=enrolment_id)
    if found is None:
        raise NotFound(f"There is no enrolment {enrolment_id}.")
    return found


def page(tx: Tx, journey_id: int, *, before: int, limit: int) -> list[Enrolment]:
    """Enrolments of a journey, newest first."""
    return tx.rows(queries.page_enrolments, Enrolment, journey_id=journey_id, before=before, limit=limit)


def cancel(tx: Tx, enrolment_id: int, now: int) -> None:
    """Whoever has not entered yet does not; whoever has stays."""
    if not tx.run(queries.end_enrolment, id=enrolment_id, now=now):
        raise Conflict(f"Enrolment {get(tx, enrolment_id).id} is over.")


def advance(tx: Tx, now: int, live: Live) -> list[Happened] | None:
    """The next people of the enrolment that is due first; None when none is due. Paused journeys wait."""
    found = tx.row(queries.due_enrolment, _Slice, now=now)
    if found is None:
        return None
    journey = live.journeys.get(found.journey_id)
    if journey is None:
        tx.run(queries.end_enrolment, id=found.id, now=now)
        return []
    if journey.state != "active":
        tx.run(queries.postpone_enrolment, id=found.id, due_at=now + MINUTE)
        return []
    people: list[int] = msgspec.json.decode(found.contacts)
    size = min(AT_ONCE, max(1, found.per_minute // 60))
    some, reached = people[found.next_index : found.next_index + size], min(found.next_index + size, len(people))
    facts = _enter(tx, journey, some, found.properties, now)
    pause = max(SECOND, MINUTE // found.per_minute)
    is_through = reached >= len(people)
    counts = {"entered": len(facts), "refused": len(some) - len(facts), "next_index": reached}
    due_at = None if is_through else max(found.due_at + pause, now + pause // 2)
    tx.run(queries.advance_enrolment, id=found.id, due_at=due_at, ended_at=now if is_through else None, **counts)
    return facts


def _open(name: str, live: Live) -> LiveJourney:
    journey = next((one for one in live.journeys.values() if one.name == name), None)
    if journey is None:
        raise NotFound(f"There is no live journey {name!r}.")
    if journey.state != "active":
        raise Conflict(f"Journey {name!r} is {journey.state}; nobody can enter it now.")
    return journey


def _enter(tx: Tx, journey: LiveJourney, contact_ids: Sequence[int], properties: str, now: int) -> list[Happened]:
    people = contacts.survivors(tx, contact_ids)
    contacts.lock(tx, set(people.values()))
    candidates = [
        (journey, Happened(key=key, contact_id=contact_id, name="api", at=now, properties=properties))
        for key, contact_id in enumerate(sorted(set(people.values())))
    ]
    return enter(tx, candidates, now)
