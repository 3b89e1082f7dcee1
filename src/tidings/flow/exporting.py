"""Everything that is held about one person, read back from every room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.models import ConsentRecord, Standing, Suppression
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact, Identifier
from tidings.events import service as events
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Attempt, Decision, Message, ReportRow
from tidings.messages.reading import Visited
from tidings.runtime.database import Tx

LAST = 2**62
PAGE = 1_000
T = TypeVar("T", bound="contacts.Change | events.Event | Message | Decision")


class Exported(Struct, frozen=True, kw_only=True):
    """All of it; what was merged into them is in it too."""

    contact: Contact
    identifiers: list[Identifier]
    addresses: dict[str, str]
    tags: list[str]
    lists: list[str]
    companies: list[contacts.Membership]
    consent: list[Standing]
    consent_records: list[ConsentRecord]
    suppressions: list[Suppression]
    changes: list[contacts.Change]
    events: list[events.Event]
    messages: list[Message]
    attempts: dict[int, list[Attempt]]
    """Message -> every try."""
    reports: dict[int, list[ReportRow]]
    """Message -> what the provider said of it."""
    visits: dict[int, list[Visited]]
    """Message -> opens and clicks."""
    runs: list[journeys.Run]
    refusals: list[journeys.Refusal]
    decisions: list[Decision]


def exported(tx: Tx, contact_id: int) -> Exported:
    """Whatever we hold about a contact."""
    contact = contacts.get(tx, contact_id)
    everybody, here = contacts.with_aliases(tx, contact.id), [contact.id]
    addresses = contacts.addresses_of(tx, here).get(contact.id, {})
    sent = _all(lambda at, i: messages.messages_of(tx, everybody, before=at, before_id=i, limit=PAGE))
    return Exported(
        contact=contact,
        identifiers=contacts.identifiers_of(tx, everybody),
        addresses=addresses,
        tags=contacts.tags_of(tx, here).get(contact.id, []),
        lists=contacts.lists_of(tx, here).get(contact.id, []),
        companies=contacts.companies_of(tx, everybody),
        consent=consent.standing(tx, here).get(contact.id, []),
        consent_records=consent.records_of(tx, everybody),
        suppressions=list(consent.suppressed(tx, addresses.items()).values()) if addresses else [],
        changes=_all(lambda at, i: contacts.changes_of(tx, everybody, before=at, before_id=i, limit=PAGE)),
        events=_all(lambda at, i: events.events_of(tx, everybody, before=at, before_id=i, limit=PAGE)),
        messages=sent,
        attempts={one.id: messages.attempts_of(tx, one.id) for one in sent},
        reports={one.id: messages.reports_of(tx, one.id) for one in sent},
        visits={one.id: messages.visits_of(tx, one.id) for one in sent},
        runs=journeys.runs_of(tx, everybody),
        refusals=journeys.refusals_of(tx, everybody),
        decisions=_all(lambda at, i: messages.all_decisions_of(tx, everybody, before=at, before_id=i, limit=PAGE)),
    )


def _all(page: Callable[[int, int], list[T]]) -> list[T]:
    """Every page of something, newest first."""
    found = list[T]()
    at, last = LAST, LAST
    while rows := page(at, last):
        found += rows
        at, last = _instant(rows[-1]), rows[-1].id
        if len(rows) < PAGE:
            break
    return found


def _instant(row: contacts.Change | events.Event | Message | Decision) -> int:
    """The instant that its pages go by."""
    return row.asked_at if isinstance(row, Message) else row.at
