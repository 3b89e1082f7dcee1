"""The page of a contact over HTTP: reach, what comes next, journeys, the timeline, letters as they looked, and why."""

from __future__ import annotations

import functools
import operator
from typing import Any, Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from tidings import flow
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.contacts.service import Change
from tidings.events import service as events
from tidings.flow import letters, standing
from tidings.http.deep import answers, lists, told
from tidings.http.messages import ORIGIN, listed
from tidings.http.paging import LAST, cursor_of, numbers
from tidings.http.served import AnyRequest, database, now, served, setting, shown, workspace
from tidings.http.shapes import gives, record, shape, wider
from tidings.journeys import outbox, service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Decision, Message
from tidings.rules.explain import Part
from tidings.runtime.database import Tx

Kind = Literal["change", "event", "message", "decision"]
KINDS: tuple[Kind, ...] = ("change", "event", "message", "decision")
"""What a timeline is made of; in this order where things share an instant, so that pages neither skip nor repeat."""
Place = tuple[int, int, int]
"""Where a page of a timeline begins: instant, rank of the kind, id; all that is before (older, or of lower rank)."""
Line = tuple[int, int, int, Struct]


def _moment(kind: Kind, row: type[Struct], **more: Any) -> Any:
    """A row that says of which kind it is."""
    base = wider(row, f"{kind.title()}Fields", **more)
    fields = [(field.name, field.type) for field in msgspec.structs.fields(base)]
    return msgspec.defstruct(f"Timeline{kind.title()}", fields, kw_only=True, tag_field="type", tag=kind)


_MOMENTS: list[Any] = [
    _moment("change", Change),
    _moment("event", events.Event),
    _moment("message", Message, **ORIGIN),
    _moment("decision", Decision),
]
MOMENT: Any = functools.reduce(operator.or_, _MOMENTS)
DECISIONS: Any = list[shape(Decision)]  # type: ignore[misc]
EXPLANATION = record(
    "Explanation",
    contact=shape(Contact),
    runs=list[wider(journeys.Run, "ExplainedRun", journey=str, decisions=DECISIONS)],  # type: ignore[misc]
    refused=list[wider(journeys.Refusal, "ExplainedRefusal", journey=str, audience=list[Part])],  # type: ignore[misc]
    messages=list[wider(Message, "ExplainedMessage", decisions=DECISIONS)],  # type: ignore[misc]
)


def explanation(found: flow.Explanation) -> dict[str, Any]:
    """An explanation as people expect it."""
    return {
        "contact": shown(found.contact),
        "runs": [
            shown(one.run) | {"journey": one.journey, "decisions": [shown(d) for d in one.decisions]}
            for one in found.runs
        ],
        "refused": [
            shown(one.refusal) | {"journey": one.journey, "audience": msgspec.to_builtins(one.audience)}
            for one in found.refused
        ],
        "messages": [shown(one.message) | {"decisions": [shown(d) for d in one.decisions]} for one in found.messages],
    }


class ContactPage(Controller):
    """One contact, as somebody looks at them."""

    path = "/contacts/{contact_id:int}"
    tags = ("contacts",)

    @get("/reach", responses=answers(standing.ContactReach))
    async def reach(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """Whether each channel reaches them and why not, what they got last, what comes next and why then."""
        at, live = now(request), setting(request).live
        return told(await database(request).read(lambda tx: standing.standing(tx, contact_id, live, at)))  # type: ignore[no-any-return]

    @get("/journeys", responses=lists(standing.WayThrough))
    async def ways(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """Every run, newest first: the step, since when, until when, and what it waits for."""
        live = setting(request).live
        return {
            "items": told(await database(request).read(lambda tx: standing.ways(tx, contact_id, live))),
            "next": None,
        }

    @get("/read", responses=lists(letters.Letter))
    async def read(
        self, request: AnyRequest, contact_id: FromPath[int], cursor: FromQuery[str] = "", limit: FromQuery[int] = 20
    ) -> dict[str, Any]:
        """Every message that left for them, oldest first, as it looked; our own links and the pixel are taken out."""
        limit, after = max(1, min(limit, 50)), numbers(cursor, 1)[0] if cursor else 0
        found = await database(request).read(lambda tx: letters.of_person(tx, contact_id, after=after, limit=limit))
        secret, monotonic = workspace(request).secret, served(request).app.clock.monotonic
        items = [told(letters.letter(source, secret, monotonic)) for source in found]
        return {"items": items, "next": cursor_of(found[-1].sent.id) if len(found) >= limit else None}

    @get("/timeline", responses=gives(record("Timeline", items=list[MOMENT], next=str | None)))
    async def timeline(
        self,
        request: AnyRequest,
        contact_id: FromPath[int],
        what: FromQuery[list[Kind] | None] = None,
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> dict[str, Any]:
        """Events, changes, messages and decisions of a contact, newest first; only some kinds where `what` names them."""
        limit, kinds = max(1, min(limit, 200)), tuple(what or KINDS)
        place = _before(cursor)

        def unit(tx: Tx) -> tuple[list[dict[str, Any]], list[Line]]:
            lines = _lines(tx, contact_id, place, limit, kinds)
            return _items(tx, lines), lines

        items, lines = await database(request).read(unit)
        return {"items": items, "next": cursor_of(*lines[-1][:3]) if len(lines) >= limit else None}

    @get("/explain", responses=gives(EXPLANATION))
    async def explain(
        self, request: AnyRequest, contact_id: FromPath[int], journey: FromQuery[str] = ""
    ) -> dict[str, Any]:
        """Why they did, or did not, get their messages: runs, refusals and messages with what was decided and why; of one
        journey where it is named."""
        at, live = now(request), setting(request).live
        found = await database(request).read(lambda tx: flow.explained(tx, contact_id, live, at, journey=journey))
        return explanation(found)


def _before(cursor: str) -> Place:
    at, rank, number = numbers(cursor, 3) if cursor else (LAST, len(KINDS), 0)
    return at, rank, number


def _lines(tx: Tx, contact_id: int, place: Place, limit: int, kinds: tuple[Kind, ...]) -> list[Line]:
    ids, (at, from_rank, number) = contacts.with_aliases(tx, contacts.get(tx, contact_id).id), place
    read: dict[Kind, Any] = {
        "change": contacts.changes_of,
        "event": events.events_of,
        "message": messages.messages_of,
        "decision": messages.all_decisions_of,
    }
    lines = list[Line]()
    for rank, kind in enumerate(KINDS):
        if kind not in kinds:
            continue
        before_id = number if rank == from_rank else LAST if rank < from_rank else 0
        for row in read[kind](tx, ids, before=at, before_id=before_id, limit=limit):
            lines.append((row.asked_at if kind == "message" else row.at, rank, row.id, row))
    lines.sort(key=lambda line: (-line[0], -line[1], -line[2]))
    return lines[:limit]


def _items(tx: Tx, lines: list[Line]) -> list[dict[str, Any]]:
    """Lines as people see them; messages with where they come from."""
    ids = [number for _, rank, number, _ in lines if KINDS[rank] == "message"]
    known = {row["id"]: row for row in listed(tx, list(outbox.some(tx, ids).values()))} if ids else {}
    return [
        {"type": KINDS[rank]} | (known[number] if KINDS[rank] == "message" else shown(row))
        for _, rank, number, row in lines
    ]
