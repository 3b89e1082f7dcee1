"""Names and values that are in use, for whoever types one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Literal

from litestar import get
from litestar.params import FromQuery, QueryParameter
from msgspec import Struct

from tidings.channels import service as channels
from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.http.served import AnyRequest, database
from tidings.journeys import service as journeys
from tidings.runtime import shelf
from tidings.runtime.database import Tx
from tidings.segments import service as segments
from tidings.templates import service as templates

MOST = 20
What = Literal[
    "events",
    "properties",
    "attributes",
    "company_attributes",
    "topics",
    "templates",
    "tags",
    "lists",
    "companies",
    "campaigns",
    "segments",
    "journeys",
    "accounts",
    "channels",
]


AMONG_VALUES = 2_000
"""Values are counted in so many of the newest people, companies or events."""
Of = Literal["attribute", "property", "company_attribute"]


class SuggestedNames(Struct, kw_only=True):
    """Names that are in use, at most 20; of attributes, the types that were learnt."""

    items: list[str]
    types: dict[str, str] = {}


@get("/suggest", tags=["documents"])
async def suggest(
    request: AnyRequest,
    what: Annotated[What, QueryParameter(name="what")],
    q: FromQuery[str] = "",
    event: FromQuery[str] = "",
) -> SuggestedNames:
    """Names that are in use and hold a text; properties are those of the newest events of a name, when one is given."""
    text = q.strip()[:100]
    if what == "properties":
        newest = await database(request).read(lambda tx: events.newest_properties(tx, event, AMONG_VALUES))
        return SuggestedNames(items=_holding(contacts.seen_paths(newest), text))

    def unit(tx: Tx) -> SuggestedNames:
        items = FINDERS[what](tx, text)
        return SuggestedNames(items=items, types=contacts.attribute_types(tx, items) if what == "attributes" else {})

    return await database(request).read(unit)


@get("/suggest/values", tags=["documents"])
async def suggest_values(
    request: AnyRequest,
    of: Annotated[Of, QueryParameter(name="of")],
    path: FromQuery[str],
    event: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> contacts.Seen:
    """Values that stand at a path of the newest 2,000 people, companies or events (of one name), the most frequent first."""

    def unit(tx: Tx) -> list[str]:
        if of == "property":
            return events.newest_properties(tx, event, AMONG_VALUES)
        newest = contacts.newest_attributes if of == "attribute" else contacts.newest_company_attributes
        return newest(tx, AMONG_VALUES)

    documents = await database(request).read(unit)
    return contacts.seen(documents, path, q.strip()[:100], MOST)


def _holding(names: list[str], text: str) -> list[str]:
    return [name for name in dict.fromkeys(names) if text.lower() in name.lower()][:MOST]


def _topics(tx: Tx, text: str) -> list[str]:
    return _holding(sorted({*templates.topics(tx), *consent.recent_topics(tx)}), text)


def _companies(tx: Tx, text: str) -> list[str]:
    return [row.key for row in contacts.find_companies(tx, text, before=sys.maxsize, limit=MOST)]


def _channels(tx: Tx, text: str) -> list[str]:
    own = [account.channel for account in channels.accounts(tx) if account.channel != "*"]
    return _holding(sorted({"email", *own}), text)


FINDERS: dict[str, Callable[[Tx, str], list[str]]] = {
    "events": lambda tx, text: events.recent_names(tx, text, MOST),
    "attributes": lambda tx, text: contacts.attribute_names(tx, text, MOST),
    "topics": _topics,
    "templates": lambda tx, text: templates.names(tx, text, MOST),
    "company_attributes": lambda tx, text: _holding(
        contacts.seen_paths(contacts.newest_company_attributes(tx, AMONG_VALUES)), text
    ),
    "lists": lambda tx, text: _holding([row.name for row in contacts.all_lists(tx)], text),
    "companies": _companies,
    "campaigns": lambda tx, text: _holding([kept.name for kept in shelf.live(tx, "campaign")], text),
    "tags": lambda tx, text: contacts.tag_names(tx, text, MOST),
    "journeys": lambda tx, text: _holding([row.name for row in journeys.journeys(tx)], text),
    "accounts": lambda tx, text: _holding([account.name for account in channels.accounts(tx)], text),
    "channels": _channels,
    "segments": lambda tx, text: _holding([row.name for row in segments.rows(tx)], text),
}
