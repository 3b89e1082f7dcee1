"""SuggestedNames that are in use, for whoever types one."""

from __future__ import annotations

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
from tidings.runtime.database import Tx
from tidings.segments import service as segments
from tidings.templates import service as templates

MOST = 20
What = Literal["events", "attributes", "topics", "templates", "tags", "journeys", "accounts", "channels", "segments"]


class SuggestedNames(Struct, kw_only=True):
    """SuggestedNames that are in use, at most 20."""

    items: list[str]


@get("/suggest", tags=["documents"])
async def suggest(
    request: AnyRequest, what: Annotated[What, QueryParameter(name="what")], q: FromQuery[str] = ""
) -> SuggestedNames:
    """SuggestedNames that are in use and hold a text: of events, attributes, topics, templates, tags, journeys, accounts, channels."""
    return SuggestedNames(items=await database(request).read(lambda tx: FINDERS[what](tx, q.strip()[:100])))


def _holding(names: list[str], text: str) -> list[str]:
    return [name for name in dict.fromkeys(names) if text.lower() in name.lower()][:MOST]


def _topics(tx: Tx, text: str) -> list[str]:
    return _holding(sorted({*templates.topics(tx), *consent.recent_topics(tx)}), text)


def _channels(tx: Tx, text: str) -> list[str]:
    own = [account.channel for account in channels.accounts(tx) if account.channel != "*"]
    return _holding(sorted({"email", *own}), text)


FINDERS: dict[str, Callable[[Tx, str], list[str]]] = {
    "events": lambda tx, text: events.recent_names(tx, text, MOST),
    "attributes": lambda tx, text: contacts.attribute_names(tx, text, MOST),
    "topics": _topics,
    "templates": lambda tx, text: templates.names(tx, text, MOST),
    "tags": lambda tx, text: contacts.tag_names(tx, text, MOST),
    "journeys": lambda tx, text: _holding([row.name for row in journeys.journeys(tx)], text),
    "accounts": lambda tx, text: _holding([account.name for account in channels.accounts(tx)], text),
    "channels": _channels,
    "segments": lambda tx, text: _holding([row.name for row in segments.rows(tx)], text),
}
