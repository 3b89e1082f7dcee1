"""Segments over HTTP: the list, one with its numbers, its people, its growth, and why somebody is in it or not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from tidings import documents, flow
from tidings.bulk.models import Deed
from tidings.contacts import service as contacts
from tidings.flow import previewing, segment_pages, standing_in
from tidings.flow.people import Wanted
from tidings.http.deep import answers, told
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, now, once, served, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.journeys.enrolments import DEFAULT_PACE
from tidings.rules.forms import ConditionGroup, ConditionKind, RuleOperator, forms
from tidings.rules.tree import parse
from tidings.runtime.database import Queue, Tx
from tidings.segments import service as segments
from tidings.segments.templates import TEMPLATES, SegmentTemplate


class Freeze(Struct, kw_only=True, forbid_unknown_fields=True):
    """Onto which list: by its name; one that is not there is made."""

    list: Annotated[str, Meta(min_length=1, max_length=63)]
    title: Annotated[str, Meta(max_length=100)] = ""


class EnrolMembers(Struct, kw_only=True, forbid_unknown_fields=True):
    """Into which journey, and how many a minute."""

    journey: str
    per_minute: Annotated[int, Meta(ge=1, le=100_000)] = DEFAULT_PACE


class RuleIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A rule as it is written; `segment`: the live one that it would replace."""

    where: Any
    segment: str = ""


FROZEN = record("FrozenSegment", list=str, bulk=int)
ENROLLED = record("EnrolledMembers", people=int)


class Segments(Controller):
    """Named rules, and who they are true of. Documents of kind `segment` are written, published and taken down as all are."""

    path = "/segments"
    tags = ("segments",)

    @get(responses=pages(shape(segment_pages.SegmentRow)))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every segment by name, those that are only drafts too."""
        at = now(request)

        def unit(tx: Tx) -> list[segment_pages.SegmentRow]:
            drafts = {one.name: documents.decoded(one) for one in documents.drafts(tx, "segment")}
            return segment_pages.index(tx, drafts, at)

        return {"items": [shown(row) for row in await database(request).read(unit)], "next": None}

    @get("/{name:str}", responses=answers(segment_pages.SegmentPage))
    async def show(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """One live segment: its numbers, its rule part by part, and where it is used."""
        at = now(request)
        return told(await database(request).read(lambda tx: segment_pages.page(tx, name, at)))  # type: ignore[no-any-return]

    @get("/{name:str}/people", responses=pages(shape(segment_pages.MemberRow)))
    async def people(
        self,
        request: AnyRequest,
        name: FromPath[str],
        order: FromQuery[Literal["newest", "entered"]] = "entered",
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> dict[str, Any]:
        """Who is in it, who came last first (`newest`: the newest contacts first)."""
        limit = max(1, min(limit, 200))

        def unit(tx: Tx) -> list[segment_pages.MemberRow]:
            return segment_pages.members(tx, name, order=order, before=before(cursor), limit=limit)

        rows = await database(request).read(unit)
        last = cursor_of(rows[-1].entered_at, rows[-1].id) if len(rows) >= limit else None
        return {"items": [shown(row) for row in rows], "next": last}

    @get("/{name:str}/growth", responses=gives(record("SegmentGrowth", days=list[segment_pages.GrowthDay])))
    async def growth(self, request: AnyRequest, name: FromPath[str], days: FromQuery[int] = 30) -> dict[str, Any]:
        """How many came and went on each of the last days (at most 90), and how many were in it at the end of each."""
        at, zone, days = now(request), setting(request).ledger.zone, max(1, min(days, 90))
        found = await database(request).read(lambda tx: segment_pages.growth(tx, name, at, zone, days=days))
        return {"days": [msgspec.to_builtins(one) for one in found]}

    @get("/{name:str}/explain", responses=answers(standing_in.SegmentExplanation))
    async def explain(self, request: AnyRequest, name: FromPath[str], contact: FromQuery[str]) -> dict[str, Any]:
        """Why somebody is in it, or is not: by their number, email address or user id."""
        at, live = now(request), setting(request).live
        return told(  # type: ignore[no-any-return]
            await database(request).read(lambda tx: standing_in.explain_segment(tx, name, contact, live, at))
        )

    @get("/{name:str}/compare", responses=gives(segment_pages.Compared))
    async def compare(
        self, request: AnyRequest, name: FromPath[str], other: Annotated[str, QueryParameter(name="with")]
    ) -> segment_pages.Compared:
        """Two segments beside each other: how many are in each, in both, in only one."""
        return await database(request).read(lambda tx: segment_pages.compare(tx, name, other))

    @post("/{name:str}/freeze", status_code=200, responses=gives(FROZEN))
    async def freeze(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Freeze]) -> dict[str, Any]:
        """Whoever is in it now joins a list, slice by slice (`bulk` says how far it is)."""
        at, actor = now(request), request.state["actor"].name

        def unit(tx: Tx) -> dict[str, Any]:
            segments.get(tx, name)
            title = data.title or data.list
            found = contacts.list_titled(tx, title, at) if data.title else data.list
            if all(one.name != found for one in contacts.all_lists(tx)):
                contacts.save_list(tx, found, at, title=title, description="")
            rule = msgspec.json.encode({"segment": name}).decode()
            job = flow.begin_bulk(tx, Deed(join=found), flow.Chosen(filters=Wanted(where=rule)), at, actor=actor)
            return {"list": found, "bulk": job.id}

        answer: dict[str, Any] = await once(request, unit)
        workspace(request).imports.ring()
        return answer

    @post("/{name:str}/enrol", status_code=200, responses=gives(ENROLLED))
    async def enrol(self, request: AnyRequest, name: FromPath[str], data: JSONBody[EnrolMembers]) -> dict[str, int]:
        """Whoever is in it now enters a journey, so many a minute; audience and re-entry hold."""
        here, at, actor = setting(request), now(request), request.state["actor"].name

        def unit(tx: Tx) -> int:
            pace = {"per_minute": data.per_minute, "actor": actor}
            return sum(one.total for one in flow.enrol_members(tx, name, data.journey, here, at, **pace))

        people = await database(request).write(unit, Queue.BULK)
        workspace(request).timers.ring()
        return {"people": people}


class RuleFormsPage(Struct, kw_only=True):
    """Everything that an editor of rules draws, and rules to begin with."""

    groups: list[ConditionGroup]
    conditions: list[ConditionKind]
    operators: list[RuleOperator]
    templates: list[SegmentTemplate]


@get("/rules/forms", tags=["segments"])
async def rule_forms() -> RuleFormsPage:
    """What a rule may ask, in groups and words, each kind with its form; how values are compared; and segments that many have."""
    known = forms(flow.KINDS)
    return RuleFormsPage(
        groups=known.groups, conditions=known.conditions, operators=known.operators, templates=list(TEMPLATES)
    )


@post(
    "/rules/preview",
    status_code=200,
    tags=["segments"],
    responses=gives(
        record(
            "RulePreview", ms=int, **{field.name: field.type for field in msgspec.structs.fields(previewing.Preview)}
        )
    ),
)
async def preview_rule(request: AnyRequest, data: JSONBody[RuleIn]) -> dict[str, Any]:
    """What a rule does now: how many, ten of them, ten who only just miss it, its parts, and who would come in and go."""
    at, clock = now(request), served(request).app.clock
    rule, begun = parse(data.where, flow.KINDS, "where"), clock.monotonic()
    found = await database(request).read(lambda tx: previewing.preview(tx, rule, at, segment=data.segment))
    answer: dict[str, Any] = msgspec.to_builtins(found)
    return answer | {"ms": round((clock.monotonic() - begun) * 1_000)}
