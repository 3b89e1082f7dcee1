"""Templates and journeys over HTTP: check, plan, publish, look, pause, go on, enrol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import documents, flow
from tidings.channels import form_schema
from tidings.http.paging import before, page
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.journeys import documents as journey_documents, enrolments, service as journeys
from tidings.rules.durations import milliseconds
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument


class Go(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a paused journey goes on: `run` what fell due, spread `over` a while; `shift` by the pause; or `skip` it."""

    how: str = "run"
    over: str = "0s"


class Enrol(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who enters."""

    contact_ids: Annotated[list[int], Meta(min_length=1, max_length=enrolments.MOST)]
    per_minute: Annotated[int, Meta(ge=1, le=60_000)] | None = None
    properties: dict[str, Any] = msgspec.field(default_factory=dict)


class Documents(Controller):
    """Any document: check, plan, publish."""

    path = "/documents"
    tags = ("documents",)

    @post("/validate", status_code=200)
    async def validate(self, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
        """Whether a document could be published; 400 names every place that is wrong."""
        kind, name = documents.name(documents.check(data))
        return {"kind": kind, "name": name, "valid": True}

    @post("/plan", status_code=200)
    async def plan(self, request: AnyRequest, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
        """What publishing would change, and who is inside the steps that change."""
        document = documents.check(data)
        return await database(request).read(lambda tx: documents.plan(tx, document))

    @post("/publish", status_code=200)
    async def publish(self, request: AnyRequest, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
        """Make a document live; one that does not validate changes nothing."""
        at, actor = now(request), request.state["actor"].name
        document = documents.check(data)
        return await once(request, lambda tx: documents.publish(tx, document, at, actor=actor))  # type: ignore[no-any-return]

    @post("/publish-all", status_code=200)
    async def publish_all(self, request: AnyRequest, data: JSONBody[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """Make several documents live together; if one does not validate, none is changed."""
        at, actor = now(request), request.state["actor"].name
        checked = documents.in_order(documents.check(one) for one in data)

        def unit(tx: Tx) -> list[dict[str, Any]]:
            return [documents.publish(tx, document, at, actor=actor) for document in checked]

        return await once(request, unit)  # type: ignore[no-any-return]


class Templates(Controller):
    """Templates as they are live."""

    path = "/templates"
    tags = ("templates",)

    @get()
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every template."""
        rows = await database(request).read(templates.versions)
        return {"items": [shown(row) for row in rows], "next": None}


class Journeys(Controller):
    """Journeys as they are live."""

    path = "/journeys"
    tags = ("journeys",)

    @get()
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every journey."""
        rows = await database(request).read(journeys.journeys)
        return {"items": [shown(row) for row in rows], "next": None}

    @get("/{name:str}")
    async def show(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """One journey: its document, people inside each step, runs in each state."""

        def unit(tx: Tx) -> dict[str, Any]:
            inside, states = journeys.people(tx, name)
            return shown(journeys.find(tx, name)) | {
                "document": journeys.pull(tx, name),
                "inside": inside,
                "runs": states,
            }

        return await database(request).read(unit)

    @post("/{name:str}/pause", status_code=200)
    async def pause(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Entries and steps stop; exits and goals still work."""
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.pause(tx, name, at))

    @post("/{name:str}/resume", status_code=200)
    async def resume(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Go]) -> dict[str, Any]:
        """Go on."""
        try:
            over = milliseconds(data.over)
        except ValueError as error:
            raise Invalid.at("over", f"{error}.") from error
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.unpause(tx, name, at, how=data.how, over=over))

    @post("/{name:str}/archive", status_code=200)
    async def archive(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Nobody enters any more; people inside finish."""
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.archive(tx, name, at))

    @post("/{name:str}/enrol", status_code=200)
    async def enrol(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Enrol]) -> dict[str, Any]:
        """People enter by hand; audience and re-entry hold for them as for everybody. Up to 1,000 enter at once; more,
        or any with `per_minute`, enter at a pace: the answer is then the enrolment."""
        at, actor, here = now(request), request.state["actor"].name, setting(request)
        people = sorted(set(data.contact_ids))

        def unit(tx: Tx) -> dict[str, Any]:
            if data.per_minute is None and len(people) <= enrolments.AT_ONCE:
                entered = flow.enrol(tx, name, people, data.properties, here, at)
                return {"entered": entered, "refused": len(people) - entered, "enrolment": None}
            live, pace = journeys.live(tx, here.live), data.per_minute or enrolments.DEFAULT_PACE
            begun = enrolments.start(tx, name, people, data.properties, at, live, per_minute=pace, actor=actor)
            return {"entered": 0, "refused": 0, "enrolment": shown(begun)}

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found  # type: ignore[no-any-return]

    @get("/{name:str}/enrolments")
    async def list_enrolments(
        self, request: AnyRequest, name: FromPath[str], cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Lists of people that enter at a pace, newest first, and how far each has come."""
        limit = max(1, min(limit, 200))

        def unit(tx: Tx) -> list[enrolments.Enrolment]:
            return enrolments.page(tx, journeys.find(tx, name).id, before=before(cursor)[1], limit=limit)

        rows = await database(request).read(unit)
        return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))

    @post("/{name:str}/enrolments/{enrolment_id:int}/cancel", status_code=200)
    async def cancel(self, request: AnyRequest, name: FromPath[str], enrolment_id: FromPath[int]) -> dict[str, Any]:
        """Whoever has not entered yet does not."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            enrolments.cancel(tx, enrolment_id, at)
            return shown(enrolments.get(tx, enrolment_id))

        return await once(request, unit)  # type: ignore[no-any-return]

    async def _change(self, request: AnyRequest, name: str, change: Callable[[Tx], object]) -> dict[str, Any]:
        def unit(tx: Tx) -> dict[str, Any]:
            change(tx)
            return shown(journeys.find(tx, name))

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found  # type: ignore[no-any-return]


@get("/api/schemas/{kind:str}", tags=["documents"])
async def schemas(kind: FromPath[str]) -> dict[str, Any]:
    """The JSON Schema of a kind of document, for editors: `journey.json`, `template.json`."""
    match kind.removesuffix(".json"):
        case "journey":
            return journey_documents.schema()
        case "template":
            return form_schema(TemplateDocument)
    raise NotFound(f"There is no kind of document {kind!r}.")
