"""Data audit: people are read in short slices, with what live letters need and which lists are empty."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.contacts.auditing import Tally
from tidings.rules import finding
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.variables import uses

SLICE = 1_000
"""People that are read at once: 40 ms, so that a look at many holds nobody up."""
NEWEST = 20_000
"""People that are looked at when nobody says how many."""
Place = tuple[int, int]


class Looked(Struct, frozen=True, kw_only=True):
    """A slice of people as they are looked at; where the next one begins, None after the last."""

    people: list[tuple[int, str, str | None, bool]]
    """Their number, attributes as JSON text, zone, and whether they agreed to anything by email."""
    place: Place | None

    def into(self, tally: Tally) -> Place | None:
        """Count them, and say where to go on."""
        for contact_id, attributes, zone, has_agreed in self.people:
            tally.look(contact_id, msgspec.json.decode(attributes), zone, has_agreed=has_agreed)
        return self.place


def look(tx: Tx, place: Place, now: int, *, most: int = SLICE) -> Looked:
    """The next slice of people, newest first."""
    hits = finding.page(tx, None, now, order="newest", before=place, limit=most)
    ids = [hit.id for hit in hits]
    people, stand = contacts.load(tx, ids), consent.standing(tx, ids)

    def has_agreed(contact_id: int) -> bool:
        return any(row.state == "subscribed" and row.channel == "email" for row in stand.get(contact_id, []))

    found = [(i, people[i].attributes, people[i].zone, has_agreed(i)) for i in ids if i in people]
    return Looked(people=found, place=(hits[-1].at, hits[-1].id) if len(hits) == most else None)


def needed(tx: Tx) -> dict[str, list[str]]:
    """Attributes that live letters name without other words for those who have none -> the templates that do."""
    found: dict[str, list[str]] = {}
    for row in templates.versions(tx):
        document = templates.document_of(row)
        if document.missing == "default":
            continue
        for path in sorted({use.path for use in uses(document) if not use.has_fallback}):
            root, _, rest = path.partition(".")
            if root == "contact" and rest:
                found.setdefault(rest, []).append(row.name)
    return found


def empty_lists(tx: Tx) -> list[str]:
    """The titles of lists that nobody is on."""
    return [one.title for one in contacts.all_lists(tx) if one.count == 0]
