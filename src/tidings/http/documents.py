"""Templates and journeys over HTTP: check, plan, publish, look, pause, go on, enrol."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import documents, flow
from tidings.channels import form_schema
from tidings.http.served import AnyRequest, database, now, setting, shown, workspace
from tidings.journeys import documents as journey_documents, service as journeys
from tidings.rules.durations import milliseconds
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument


class Go(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a paused journey goes on: `run` what fell due, spread `over` a while, or `shift` by the pause."""

    how: str = "run"
    over: str = "0s"


class Enrol(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who enters."""

    contact_ids: list[int]
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
        return await database(request).write(lambda tx: documents.publish(tx, document, at, actor=actor))


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
        await database(request).write(lambda tx: journeys.pause(tx, name, at))
        return await self._row(request, name)

    @post("/{name:str}/resume", status_code=200)
    async def resume(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Go]) -> dict[str, Any]:
        """Go on."""
        try:
            over = milliseconds(data.over)
        except ValueError as error:
            raise Invalid.at("over", f"{error}.") from error
        at = now(request)
        await database(request).write(lambda tx: journeys.unpause(tx, name, at, how=data.how, over=over))
        workspace(request).timers.ring()
        return await self._row(request, name)

    @post("/{name:str}/archive", status_code=200)
    async def archive(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Nobody enters any more; people inside finish."""
        at = now(request)
        await database(request).write(lambda tx: journeys.archive(tx, name, at))
        return await self._row(request, name)

    @post("/{name:str}/enrol", status_code=200)
    async def enrol(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Enrol]) -> dict[str, Any]:
        """People enter by hand; audience and re-entry hold for them as for everybody."""
        if len(data.contact_ids) > 1000:
            raise Invalid.at("contact_ids", "has more than 1,000 contacts.", "Send several requests.")
        at = now(request)
        entered = await database(request).write(
            lambda tx: flow.enrol(tx, name, data.contact_ids, data.properties, setting(request), at)
        )
        workspace(request).timers.ring()
        return {"entered": entered, "refused": len(set(data.contact_ids)) - entered}

    async def _row(self, request: AnyRequest, name: str) -> dict[str, Any]:
        return shown(await database(request).read(lambda tx: journeys.find(tx, name)))


@get("/api/schemas/{kind:str}", tags=["documents"])
async def schemas(kind: FromPath[str]) -> dict[str, Any]:
    """The JSON Schema of a kind of document, for editors: `journey.json`, `template.json`."""
    match kind.removesuffix(".json"):
        case "journey":
            return journey_documents.schema()
        case "template":
            return form_schema(TemplateDocument)
    raise NotFound(f"There is no kind of document {kind!r}.")
