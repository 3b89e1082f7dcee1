"""Messages over HTTP: what was asked for, what became of it, why, and how it looked."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from tidings import flow
from tidings.channels import service as channels
from tidings.consent.models import ConsentRecord
from tidings.contacts import service as contacts
from tidings.events.service import Event
from tidings.flow import letters
from tidings.flow.story import AttemptTold, DecisionTold, RunBrief, story
from tidings.http.deep import answers, deep, told
from tidings.http.frame import framed
from tidings.http.paging import LAST, before, page as page_of
from tidings.http.served import AnyRequest, database, now, once, served, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape, wider
from tidings.journeys import outbox, service as journeys
from tidings.messages import service as messages, words
from tidings.messages.models import Message, MessageClass, ReportRow, State
from tidings.messages.reading import Visited
from tidings.runtime.database import Tx
from tidings.runtime.ids import from_iso

ORIGIN: dict[str, Any] = {
    "message_class": MessageClass,
    "state": State,
    "contact": str,
    "journey": str | None,
    "template": str | None,
    "template_number": int | None,
    "subject": str | None,
    "what": str,
    "todo": str,
}
"""What a message is shown with: who it is for as they are called, where it comes from, how it stands in plain words."""
MESSAGE = wider(Message, "ListedMessage", **ORIGIN)
WHOLE = wider(
    Message,
    "WholeMessage",
    **ORIGIN,
    account=str | None,
    account_state=str | None,
    trigger=shape(Event) | None,
    run=deep(RunBrief) | None,
    decisions=list[deep(DecisionTold)],  # type: ignore[misc]
    attempts_made=list[deep(AttemptTold)],  # type: ignore[misc]
    reports=list[shape(ReportRow)],  # type: ignore[misc]
    visits=list[shape(Visited)],  # type: ignore[misc]
    consent=shape(ConsentRecord) | None,
)
COUNTS = record("MessageCounts", counts=dict[str, int], total=int)


class Reviewed(Struct, kw_only=True, forbid_unknown_fields=True):
    """Messages that somebody has read."""

    ids: Annotated[list[int], Meta(min_length=1, max_length=1_000)]


APPROVED = record("ReviewedMessages", ids=list[int])


class Messages(Controller):
    """What was asked for, what became of it, and why."""

    path = "/messages"
    tags = ("messages",)

    @get(responses=pages(MESSAGE))
    async def index(
        self,
        request: AnyRequest,
        standing: Annotated[list[State] | None, QueryParameter(name="state")] = None,
        contact_id: FromQuery[int] = 0,
        channel: FromQuery[str] = "",
        journey: FromQuery[str] = "",
        template: FromQuery[str] = "",
        q: FromQuery[str] = "",
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
        cursor: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
    ) -> dict[str, Any]:
        """Newest first. `state` may be said several times, `q` is how the address begins, `since` and `until` (ISO 8601)
        are about when it was asked for."""
        limit, place = max(1, min(limit, 200)), before(cursor)[1]
        span = from_iso(since, "since") if since else 0, from_iso(until, "until") if until else LAST

        def unit(tx: Tx) -> list[dict[str, Any]]:
            wanted = outbox.Filter(
                states=tuple(standing or ()),
                channel=channel,
                journey_id=journeys.find(tx, journey).id if journey else 0,
                template=template,
                address=q,
                since=span[0],
                until=span[1],
            )
            people = contacts.with_aliases(tx, contacts.get(tx, contact_id).id) if contact_id else None
            return listed(tx, outbox.page(tx, wanted, before=place, limit=limit, people=people))

        items = await database(request).read(unit)
        return page_of(items, limit, (0, items[-1]["id"] if items else 0))

    @get("/counts", responses=gives(COUNTS))
    async def counts(self, request: AnyRequest, since: FromQuery[str] = "") -> dict[str, Any]:
        """How many messages stand in each state, of those that were asked for since an instant where given."""
        at = from_iso(since, "since") if since else 0
        found = await database(request).read(lambda tx: messages.counts_since(tx, at))
        return {"counts": found, "total": sum(found.values())}

    @get("/{message_id:int}", responses=gives(WHOLE))
    async def show(self, request: AnyRequest, message_id: FromPath[int]) -> dict[str, Any]:
        """One message from what triggered it to what came back: the event, the run and step, every decision gate by gate,
        every try with the provider's words, reports, opens and clicks."""
        return await database(request).read(lambda tx: _whole(tx, message_id))

    @get("/{message_id:int}/content", responses=answers(letters.Letter))
    async def content(self, request: AnyRequest, message_id: FromPath[int]) -> dict[str, Any]:
        """How it looked, or will look as things stand; our own links and the pixel are taken out."""
        source = await database(request).read(lambda tx: letters.of_message(tx, message_id))
        return told(letters.letter(source, workspace(request).secret, served(request).app.clock.monotonic))  # type: ignore[no-any-return]

    @get("/{message_id:int}/content.html", include_in_schema=False)
    async def page(self, request: AnyRequest, message_id: FromPath[int]) -> Response[str]:
        """The same as a page of its own for a sandboxed frame: nothing in it runs, styles are its own."""
        source = await database(request).read(lambda tx: letters.of_message(tx, message_id))
        letter = letters.letter(source, workspace(request).secret, served(request).app.clock.monotonic)
        text = letter.text or letter.data or letter.problem
        html = letter.html or f'<meta charset="utf-8"><pre style="white-space:pre-wrap">{escape(text)}</pre>'
        return framed(html)

    @post("/approve", status_code=200, responses=gives(APPROVED))
    async def approve(self, request: AnyRequest, data: JSONBody[Reviewed]) -> dict[str, Any]:
        """Messages that somebody has read may leave, past every gate; those that were not held for review are passed over."""
        at, here, actor = now(request), setting(request), request.state["actor"].name
        ids = await once(request, lambda tx: flow.approved(tx, data.ids, here, at, actor=actor))
        workspace(request).lanes.ring()
        return {"ids": ids}

    @post("/reject", status_code=200, responses=gives(APPROVED))
    async def reject(self, request: AnyRequest, data: JSONBody[Reviewed]) -> dict[str, Any]:
        """Messages that somebody has read never leave; their journeys go on as after any that was skipped."""
        at, actor = now(request), request.state["actor"].name
        ids = await once(request, lambda tx: flow.rejected(tx, data.ids, setting(request), at, actor=actor))
        workspace(request).timers.ring()
        return {"ids": ids}

    @post("/{message_id:int}/send-again", status_code=200, responses=gives(shape(Message)))
    async def again(self, request: AnyRequest, message_id: FromPath[int]) -> dict[str, Any]:
        """An uncertain, failed or expired message goes out (again), because a person says so."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            messages.send_again(tx, message_id, at)
            return shown(messages.get(tx, message_id))

        found = await once(request, unit)
        workspace(request).lanes.ring()
        return found


def origin(row: outbox.Listed, label: str, subject: str | None) -> dict[str, Any]:
    """A message with where it comes from and how it stands."""
    found = {name: value for name, value in shown(row).items() if name not in ("asked", "template_name")}
    del found["journey_id"]
    said = words.told(row.state, row.reason)
    return found | {
        "contact": label,
        "template": row.template,
        "subject": subject,
        "what": said.what,
        "todo": said.todo,
    }


def listed(tx: Tx, rows: list[outbox.Listed]) -> list[dict[str, Any]]:
    """Messages as lists show them."""
    people = contacts.labels(tx, [row.contact_id for row in rows])
    kept = {row.key: channels.decoded(row) for row in channels.inbox_of(tx, [row.key for row in rows])}
    return [
        origin(
            row, people.get(row.contact_id, ""), str(kept[row.key].get("subject") or "") if row.key in kept else None
        )
        for row in rows
    ]


def _whole(tx: Tx, message_id: int) -> dict[str, Any]:
    found = story(tx, message_id)
    kept = channels.inbox_of(tx, [found.message.key])
    subject = str(channels.decoded(kept[0]).get("subject") or "") if kept else None
    return origin(found.message, found.label, subject) | {
        "account": found.account,
        "account_state": found.account_state,
        "trigger": shown(found.trigger) if found.trigger else None,
        "run": told(found.run),
        "decisions": told(found.decisions),
        "attempts_made": told(found.attempts),
        "reports": [shown(row) for row in found.reports],
        "visits": [shown(row) for row in found.visits],
        "consent": shown(found.consent) if found.consent else None,
    }
