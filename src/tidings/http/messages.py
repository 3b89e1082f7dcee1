"""Messages, runs, events, suppressions and the sandbox's inbox over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Struct

from tidings import flow
from tidings.channels import service as channels
from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.http.paging import before, behind, next_behind, page
from tidings.http.served import AnyRequest, database, now, once, shown, workspace
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Message
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound


class Messages(Controller):
    """What was asked for, what became of it, and why."""

    path = "/messages"
    tags = ("messages",)

    @get()
    async def index(
        self,
        request: AnyRequest,
        standing: Annotated[str, QueryParameter(name="state")] = "",
        contact_id: FromQuery[int] = 0,
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> dict[str, Any]:
        """Newest first, by state and contact where given."""
        limit = max(1, min(limit, 200))
        at, number = before(cursor)

        def unit(tx: Tx) -> list[Message]:
            if not contact_id:
                return messages.page(tx, before=number, limit=limit, state=standing)
            ids = contacts.with_aliases(tx, contacts.get(tx, contact_id).id)
            return messages.messages_of(tx, ids, before=at, before_id=number, limit=limit, state=standing)

        rows = await database(request).read(unit)
        return page([shown(row) for row in rows], limit, (rows[-1].asked_at, rows[-1].id) if rows else (0, 0))

    @get("/{message_id:int}")
    async def show(self, request: AnyRequest, message_id: FromPath[int]) -> dict[str, Any]:
        """One message with every try and every decision: why it was, or was not, sent."""

        def unit(tx: Tx) -> dict[str, Any]:
            message = messages.get(tx, message_id)
            decisions = messages.decisions_of(tx, message.contact_id, "message", message_id)
            return shown(message) | {
                "attempts_made": [shown(attempt) for attempt in messages.attempts_of(tx, message_id)],
                "reports": [shown(report) for report in messages.reports_of(tx, message_id)],
                "decisions": [shown(decision) for decision in decisions],
            }

        return await database(request).read(unit)

    @post("/{message_id:int}/send-again", status_code=200)
    async def again(self, request: AnyRequest, message_id: FromPath[int]) -> dict[str, Any]:
        """An uncertain, failed or expired message goes out (again), because a person says so."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            messages.send_again(tx, message_id, at)
            return shown(messages.get(tx, message_id))

        found = await once(request, unit)
        workspace(request).lanes.ring()
        return found  # type: ignore[no-any-return]


class Runs(Controller):
    """People's ways through journeys."""

    path = "/runs"
    tags = ("journeys",)

    @get("/failed")
    async def failed(self, request: AnyRequest, limit: FromQuery[int] = 100) -> dict[str, Any]:
        """Runs that rest until somebody retries or skips."""
        rows = await database(request).read(lambda tx: journeys.failed(tx, max(1, min(limit, 500))))
        return {"items": [shown(row) for row in rows], "next": None}

    @get("/{run_id:int}")
    async def show(self, request: AnyRequest, run_id: FromPath[int]) -> dict[str, Any]:
        """One run, where it stands, what it waits for, and what was decided about it."""
        return await database(request).read(lambda tx: _run(tx, run_id))

    @post("/{run_id:int}/{how:str}", status_code=200)
    async def mend(self, request: AnyRequest, run_id: FromPath[int], how: FromPath[str]) -> dict[str, Any]:
        """`retry` the failed step, or `skip` it."""
        if how not in ("retry", "skip"):
            raise NotFound(f"A run can be retried or skipped, not {how!r}.")
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            journeys.retry(tx, run_id, at, is_skipping=how == "skip")
            return _run(tx, run_id)

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found  # type: ignore[no-any-return]


def _run(tx: Tx, run_id: int) -> dict[str, Any]:
    run, tokens = journeys.run(tx, run_id)
    decisions = messages.decisions_of(tx, run.contact_id, "run", run_id)
    return shown(run) | {"tokens": [shown(t) for t in tokens], "decisions": [shown(d) for d in decisions]}


@get("/events", tags=["events"])
async def all_events(request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50) -> dict[str, Any]:
    """Everybody's events, newest first."""
    limit = max(1, min(limit, 200))
    rows = await database(request).read(lambda tx: events.page(tx, before=before(cursor)[1], limit=limit))
    return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))


@get("/events/rejected", tags=["events"])
async def rejected(request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50) -> dict[str, Any]:
    """Calls that were wrong, as they came, with the reason."""
    limit = max(1, min(limit, 200))
    rows = await database(request).read(lambda tx: events.rejected(tx, before=before(cursor)[1], limit=limit))
    items = [shown(row) | {"body": row.body} for row in rows]
    return page(items, limit, (0, rows[-1].id if rows else 0))


class Alerts(Controller):
    """What somebody must know."""

    path = "/alerts"
    tags = ("operations",)

    @get()
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first; `ended_at` is empty while the trouble lasts."""
        limit = max(1, min(limit, 200))
        rows = await database(request).read(lambda tx: messages.alerts(tx, before=before(cursor)[1], limit=limit))
        return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))

    @post("/{alert_id:int}/end", status_code=200)
    async def end(self, request: AnyRequest, alert_id: FromPath[int]) -> dict[str, Any]:
        """Somebody has seen to it."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            messages.end_alert(tx, alert_id, at)
            return {"id": alert_id, "ended": True}

        return await once(request, unit)  # type: ignore[no-any-return]


class Suppress(Struct, kw_only=True, forbid_unknown_fields=True):
    """An address that is not to be written to; scope `all` or `marketing`."""

    kind: str
    value: str
    scope: str = "marketing"
    reason: str = "by hand"


class Suppressions(Controller):
    """Addresses that are never written to."""

    path = "/suppressions"
    tags = ("consent",)

    @get()
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100
    ) -> dict[str, Any]:
        """By kind and address."""
        limit, after = max(1, min(limit, 500)), behind(cursor)
        rows = await database(request).read(lambda tx: consent.page(tx, after=after, limit=limit))
        last = next_behind((rows[-1].kind, rows[-1].value)) if len(rows) >= limit else None
        return {"items": [shown(row) for row in rows], "next": last}

    @post()
    async def add(self, request: AnyRequest, data: JSONBody[Suppress]) -> dict[str, Any]:
        """Never write to this address again; what has not left is cancelled before this answers."""
        if data.scope not in ("all", "marketing"):
            raise Invalid.at("scope", f"{data.scope!r} is not a scope.", "Use all or marketing.")
        at, value = now(request), data.value.strip().lower()

        def unit(tx: Tx) -> dict[str, Any]:
            source = request.state["actor"].name
            flow.suppressed(tx, data.kind, value, scope=data.scope, reason=data.reason, source=source, now=at)
            return {"kind": data.kind, "value": value, "scope": data.scope}

        return await once(request, unit)  # type: ignore[no-any-return]

    @delete("/{kind:str}/{value:str}")
    async def remove(self, request: AnyRequest, kind: FromPath[str], value: FromPath[str]) -> None:
        """Take an address off the list."""
        if not await database(request).write(lambda tx: consent.unsuppress(tx, kind, value)):
            raise NotFound(f"{value} is not suppressed.")


@get("/inbox", tags=["channels"])
async def inbox(request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50) -> dict[str, Any]:
    """What the sandbox took, newest first."""
    limit = max(1, min(limit, 200))
    rows = await database(request).read(lambda tx: channels.records(tx, "inbox", before=before(cursor)[1], limit=limit))
    return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))
