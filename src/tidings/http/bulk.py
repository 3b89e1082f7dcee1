"""Bulk over HTTP: one change for these people, or for everybody whom filters find; with progress, and undone for a day."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import flow
from tidings.bulk import service as bulk
from tidings.bulk.models import Deed, check
from tidings.flow.people import Wanted
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, now, once, workspace
from tidings.http.shapes import gives, record
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import iso

Id = Annotated[int, Meta(ge=1, le=2**53)]


class WhomIn(Wanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom: `contact_ids`, or `everybody` whom the filters find (those of GET /contacts; none: all)."""

    contact_ids: Annotated[list[Id], Meta(max_length=1_000)] = msgspec.field(default_factory=list)
    everybody: bool = False


class BulkIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is done, and to whom."""

    deed: Deed
    whom: WhomIn


class BulkJob(Struct, kw_only=True):
    """Something that is done to many: `seen_count` of `total` are done, and `changed_count` of them were not so already."""

    id: int
    deed: Deed
    state: str
    total: int
    is_exact: bool
    seen_count: int
    changed_count: int
    created_at: str
    ended_at: str | None
    undo_until: str | None
    actor: str


PAGE = record("BulkJobPage", items=list[BulkJob], next=str | None)
MEANT = record("BulkMeant", total=int, is_exact=bool)


def told(job: bulk.Job) -> BulkJob:
    """It as people expect it."""
    is_over = job.state in ("done", "stopped") and job.ended_at is not None
    return BulkJob(
        id=job.id,
        deed=job.what,
        state=job.state,
        total=job.total,
        is_exact=bool(job.is_exact),
        seen_count=job.seen_count,
        changed_count=job.changed_count,
        created_at=iso(job.created_at) or "",
        ended_at=iso(job.ended_at),
        undo_until=iso(job.ended_at + DAY) if is_over and job.ended_at is not None else None,
        actor=job.actor,
    )


def chosen(whom: WhomIn) -> flow.Chosen:
    """To whom; nobody is never everybody."""
    filters = {name: getattr(whom, name) for name in Wanted.__struct_fields__}
    if whom.contact_ids and (whom.everybody or any(filters.values())):
        raise Invalid.at("whom", "names people and everybody.", "Give contact_ids, or everybody with filters.")
    if not whom.contact_ids and not whom.everybody:
        raise Invalid.at("whom", "names nobody.", "Give contact_ids, or everybody: true with or without filters.")
    return flow.Chosen(ids=whom.contact_ids, filters=Wanted(**filters))


class Bulk(Controller):
    """One change for many people."""

    path = "/bulk"
    tags = ("contacts",)

    @get(responses=gives(PAGE))
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first."""
        limit, place = max(1, min(limit, 200)), before(cursor)[1]
        rows = await database(request).read(lambda tx: bulk.page(tx, before=place, limit=limit))
        last = cursor_of(0, rows[-1].id) if len(rows) >= limit else None
        return {"items": [msgspec.to_builtins(told(row)) for row in rows], "next": last}

    @post("/look", status_code=200, responses=gives(MEANT))
    async def look(self, request: AnyRequest, data: JSONBody[BulkIn]) -> dict[str, Any]:
        """How many people it would be done to; exactly up to 10,000. Nothing is changed."""
        at, whom = now(request), chosen(data.whom)
        check(data.deed)
        found = await database(request).read(lambda tx: flow.meant(tx, whom, at))
        return {"total": found.total, "is_exact": found.is_exact}

    @post(responses=gives(BulkJob, 201))
    async def begin(self, request: AnyRequest, data: JSONBody[BulkIn]) -> dict[str, Any]:
        """It goes on in the background. Exits and dates follow it; it starts no journey and brings nobody back who has left."""
        at, actor, whom = now(request), request.state["actor"].name, chosen(data.whom)

        def unit(tx: Tx) -> dict[str, Any]:
            begun: dict[str, Any] = msgspec.to_builtins(told(flow.begin_bulk(tx, data.deed, whom, at, actor=actor)))
            return begun

        found = await once(request, unit)
        workspace(request).imports.ring()
        return found

    @get("/{bulk_id:int}")
    async def show(self, request: AnyRequest, bulk_id: FromPath[int]) -> BulkJob:
        """One of them, and how far it has come."""
        return told(await database(request).read(lambda tx: bulk.get(tx, bulk_id)))

    @post("/{bulk_id:int}/stop", status_code=200)
    async def stop(self, request: AnyRequest, bulk_id: FromPath[int]) -> BulkJob:
        """It goes no further; what it has done stays, and can be undone."""
        at = now(request)
        return told(await database(request).write(lambda tx: bulk.stop(tx, bulk_id, at)))

    @post("/{bulk_id:int}/undo", status_code=200)
    async def undo(self, request: AnyRequest, bulk_id: FromPath[int]) -> BulkJob:
        """What it changed is as before, where nobody has changed it since. Whoever it unsubscribed stays unsubscribed."""
        at = now(request)
        job = await database(request).write(lambda tx: bulk.undo(tx, bulk_id, at))
        workspace(request).imports.ring()
        return told(job)
