"""Journeys over HTTP: the list, one with its numbers, who stands where, pause, go on, enrol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from tidings import flow
from tidings.http import telling
from tidings.http.paging import before, page
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.http.telling import JourneyDetail, JourneyLine, PersonAtStep
from tidings.journeys import enrolments, forms, numbers, service as journeys
from tidings.rules.durations import milliseconds
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid


class Go(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a paused journey goes on: `run` what fell due, spread `over` a while; `shift` by the pause; or `skip` it."""

    how: Literal["run", "shift", "skip"] = "run"
    over: str = "0s"


class Enrol(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who enters."""

    contact_ids: Annotated[list[int], Meta(min_length=1, max_length=enrolments.MOST)]
    per_minute: Annotated[int, Meta(ge=1, le=60_000)] | None = None
    properties: dict[str, Any] = msgspec.field(default_factory=dict)


class JourneyPage(Struct, kw_only=True):
    """Every journey."""

    items: list[JourneyLine]
    next: str | None


class PeopleAtStepPage(Struct, kw_only=True):
    """Who stands at a step."""

    items: list[PersonAtStep]
    next: str | None


ENTERED = record("Entered", entered=int, refused=int, enrolment=shape(enrolments.Enrolment) | None)


class Journeys(Controller):
    """Journeys as they are live, and as they are being written."""

    path = "/journeys"
    tags = ("journeys",)

    @get()
    async def index(self, request: AnyRequest) -> JourneyPage:
        """Every journey with its numbers, those that are only a draft among them."""
        at = now(request)
        return JourneyPage(items=await database(request).read(lambda tx: telling.lines(tx, at)), next=None)

    @get("/kinds")
    async def kinds(self) -> forms.JourneyForms:
        """What an editor draws: each kind of step with its form and exits, what starts and ends a journey, conditions."""
        return forms.forms(flow.KINDS)

    @get("/{name:str}")
    async def show(self, request: AnyRequest, name: FromPath[str]) -> JourneyDetail:
        """One journey: what is live, its draft, its versions, and the numbers of each step."""
        at = now(request)
        return await database(request).read(lambda tx: telling.detail(tx, name, at))

    @get("/{name:str}/steps/{step:str}/people")
    async def people(
        self,
        request: AnyRequest,
        name: FromPath[str],
        step: FromPath[str],
        standing: Annotated[str, QueryParameter(name="state")] = "",
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> PeopleAtStepPage:
        """Who stands at a step now, the newest first; `state=failed` gives those who rest there after a failure."""
        limit, place = max(1, min(limit, 200)), before(cursor)[1]

        def unit(tx: Tx) -> tuple[list[numbers.Standing], list[PersonAtStep]]:
            found = numbers.people_at(tx, name, step, before=place, limit=limit, state=standing)
            return found, telling.people(tx, found)

        rows, items = await database(request).read(unit)
        last = page([], 0, (0, rows[-1].id))["next"] if len(rows) >= limit else None
        return PeopleAtStepPage(items=items, next=last)

    @post("/{name:str}/pause", status_code=200, responses=gives(shape(journeys.JourneyRow)))
    async def pause(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Entries and steps stop; exits and goals still work."""
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.pause(tx, name, at))

    @post("/{name:str}/resume", status_code=200, responses=gives(shape(journeys.JourneyRow)))
    async def resume(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Go]) -> dict[str, Any]:
        """Go on."""
        try:
            over = milliseconds(data.over)
        except ValueError as error:
            raise Invalid.at("over", f"{error}.") from error
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.unpause(tx, name, at, how=data.how, over=over))

    @post("/{name:str}/archive", status_code=200, responses=gives(shape(journeys.JourneyRow)))
    async def archive(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Nobody enters any more; people inside finish."""
        at = now(request)
        return await self._change(request, name, lambda tx: journeys.archive(tx, name, at))

    @post("/{name:str}/enrol", status_code=200, responses=gives(ENTERED))
    async def enrol(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Enrol]) -> dict[str, Any]:
        """People enter by hand; audience and re-entry hold for them as for everybody. Up to 1,000 enter at once; more,
        or any with `per_minute`, enter at a pace: the answer is then the enrolment."""
        at, actor, here = now(request), request.state["actor"].name, setting(request)
        ids = sorted(set(data.contact_ids))

        def unit(tx: Tx) -> dict[str, Any]:
            if data.per_minute is None and len(ids) <= enrolments.AT_ONCE:
                entered = flow.enrol(tx, name, ids, data.properties, here, at)
                return {"entered": entered, "refused": len(ids) - entered, "enrolment": None}
            live, pace = journeys.live(tx, here.live), data.per_minute or enrolments.DEFAULT_PACE
            begun = enrolments.start(tx, name, ids, data.properties, at, live, per_minute=pace, actor=actor)
            return {"entered": 0, "refused": 0, "enrolment": shown(begun)}

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found

    @get("/{name:str}/enrolments", responses=pages(shape(enrolments.Enrolment)))
    async def list_enrolments(
        self, request: AnyRequest, name: FromPath[str], cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Lists of people that enter at a pace, newest first, and how far each has come."""
        limit = max(1, min(limit, 200))

        def unit(tx: Tx) -> list[enrolments.Enrolment]:
            return enrolments.page(tx, journeys.find(tx, name).id, before=before(cursor)[1], limit=limit)

        rows = await database(request).read(unit)
        return page([shown(row) for row in rows], limit, (0, rows[-1].id if rows else 0))

    @post(
        "/{name:str}/enrolments/{enrolment_id:int}/cancel",
        status_code=200,
        responses=gives(shape(enrolments.Enrolment)),
    )
    async def cancel(self, request: AnyRequest, name: FromPath[str], enrolment_id: FromPath[int]) -> dict[str, Any]:
        """Whoever has not entered yet does not."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            enrolments.cancel(tx, enrolment_id, at)
            return shown(enrolments.get(tx, enrolment_id))

        return await once(request, unit)

    async def _change(self, request: AnyRequest, name: str, change: Callable[[Tx], object]) -> dict[str, Any]:
        def unit(tx: Tx) -> dict[str, Any]:
            change(tx)
            return shown(journeys.find(tx, name))

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found
