"""Events over HTTP: what happened, under which names, and calls that were wrong."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.params import FromQuery

from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.http.paging import before, page
from tidings.http.served import AnyRequest, database, shown
from tidings.http.shapes import pages, shape, wider
from tidings.runtime.database import Tx
from tidings.runtime.ids import from_iso, iso

EVENT = wider(events.Event, "ListedEvent", contact=str)
REJECTED = wider(events.RejectedCall, "RejectedCall", body=str)


@get("/events", tags=["events"], responses=pages(EVENT))
async def all_events(
    request: AnyRequest,
    name: FromQuery[str] = "",
    contact_id: FromQuery[int] = 0,
    since: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
) -> dict[str, Any]:
    """Newest first; of one name, of one contact, or received since an instant (ISO 8601) where given."""
    limit, at = max(1, min(limit, 200)), from_iso(since, "since") if since else 0
    place = before(cursor)[1]

    def unit(tx: Tx) -> list[dict[str, Any]]:
        if contact_id:
            ids = contacts.with_aliases(tx, contacts.get(tx, contact_id).id)
            rows = events.page_of(tx, ids, before=place, limit=limit, name=name, since=at)
        else:
            rows = events.page(tx, before=place, limit=limit, name=name, since=at)
        people = contacts.labels(tx, [row.contact_id for row in rows])
        return [shown(row) | {"contact": people.get(row.contact_id, "")} for row in rows]

    items = await database(request).read(unit)
    return page(items, limit, (0, items[-1]["id"] if items else 0))


@get("/events/names", tags=["events"], responses=pages(shape(events.Name, "EventName")))
async def event_names(request: AnyRequest) -> dict[str, Any]:
    """Every kind of event with how often it happened, the latest first."""
    rows = await database(request).read(events.names)
    return {"items": [shown(row) for row in rows], "next": None}


@get("/events/rejected", tags=["events"], responses=pages(REJECTED))
async def rejected(request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50) -> dict[str, Any]:
    """Calls that were wrong, as they came, with the reason."""
    limit = max(1, min(limit, 200))
    rows = await database(request).read(lambda tx: events.rejected(tx, before=before(cursor)[1], limit=limit))
    items = [_as_it_came(row) for row in rows]
    return page(items, limit, (0, rows[-1].id if rows else 0))


def _as_it_came(row: events.RejectedCall) -> dict[str, Any]:
    """With its body as it came, which need not be JSON."""
    return {"id": row.id, "at": iso(row.at), "path": row.path, "reason": row.reason, "body": row.body}
