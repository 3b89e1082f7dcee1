"""The inbox over HTTP: what the sandbox took, what is in doubt, what people answered."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import get
from litestar.params import FromQuery
from msgspec import Struct

from tidings.channels import service as channels
from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.flow import letters
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, workspace
from tidings.http.shapes import gives, record
from tidings.journeys import outbox
from tidings.messages import service as messages, words
from tidings.runtime.database import Tx
from tidings.runtime.ids import iso

What = Literal["sandbox", "review", "uncertain", "replies"]
Place = tuple[Tx, bytes, int, int]


class InboxItem(Struct, frozen=True, kw_only=True):
    """A letter, a doubt or an answer."""

    id: int
    what: What
    at: str | None
    contact_id: int | None
    contact: str
    """Who it is about, as they are called."""
    message_id: int | None
    channel: str
    account: str
    to: str
    """The address; of a reply, where it came from."""
    subject: str
    html: str
    text: str
    state: str
    """Of its message; empty when there is none."""
    why: str
    """Why it is in doubt, and what to do."""
    journey: str | None
    template: str | None
    body: Any
    """What the sandbox kept, as it is."""


@get("/inbox", tags=["channels"], responses=gives(record("InboxPage", items=list[InboxItem], next=str | None)))
async def inbox(
    request: AnyRequest, what: FromQuery[What] = "sandbox", cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
) -> dict[str, Any]:
    """Newest first: messages that the sandbox took, messages that somebody wants to read before they leave, messages in doubt, or
    what people answered."""
    limit, place, secret = max(1, min(limit, 200)), before(cursor)[1], workspace(request).secret
    read = {"sandbox": _sandbox, "review": _review, "uncertain": _uncertain, "replies": _replies}[what]
    items = await database(request).read(lambda tx: read((tx, secret, place, limit)))
    return {
        "items": [msgspec.to_builtins(item) for item in items],
        "next": cursor_of(0, items[-1].id) if len(items) >= limit else None,
    }


def _item(what: What, number: int, at: int, **more: Any) -> InboxItem:
    empty: dict[str, Any] = dict.fromkeys(
        ("contact", "channel", "account", "to", "subject", "html", "text", "state", "why"), ""
    )
    empty |= dict.fromkeys(("contact_id", "message_id", "journey", "template", "body"))
    return InboxItem(**empty | {"id": number, "what": what, "at": iso(at)} | more)


def _accounts(tx: Tx) -> dict[int, str]:
    return {row.id: row.name for row in channels.accounts(tx)}


def _sandbox(place: Place) -> list[InboxItem]:
    tx, secret, at, limit = place
    rows, names = channels.records(tx, "inbox", before=at, limit=limit), _accounts(tx)
    known = messages.by_keys(tx, [row.key for row in rows])
    listed = outbox.some(tx, [message.id for message in known.values()])
    people = contacts.labels(tx, [message.contact_id for message in known.values()])
    items = list[InboxItem]()
    for row in rows:
        kept, message = channels.decoded(row), known.get(row.key)
        more: dict[str, Any] = {"account": names.get(row.account_id, ""), "to": str(kept.get("to") or ""), "body": kept}
        more |= {name: str(kept.get(name) or "") for name in ("subject", "html", "text")}
        if message is not None:
            origin = listed[message.id]
            more |= {
                "contact_id": message.contact_id,
                "contact": people.get(message.contact_id, ""),
                "message_id": message.id,
                "channel": message.channel,
                "state": message.state,
                "journey": origin.journey,
                "template": origin.template,
                "html": letters.inert(more["html"], secret, message.id, ()),
            }
        items.append(_item("sandbox", row.id, row.at, **more))
    return items


def _review(place: Place) -> list[InboxItem]:
    return _listed(place, "review", outbox.Filter(states=("held",), reason=messages.REVIEW))


def _uncertain(place: Place) -> list[InboxItem]:
    return _listed(place, "uncertain", outbox.Filter(states=("uncertain",)))


def _listed(place: Place, what: What, wanted: outbox.Filter) -> list[InboxItem]:
    tx, _, at, limit = place
    rows, names = outbox.page(tx, wanted, before=at, limit=limit), _accounts(tx)
    people = contacts.labels(tx, [row.contact_id for row in rows])
    items = list[InboxItem]()
    for row in rows:
        said = words.told(row.state, row.reason)
        items.append(
            _item(
                what,
                row.id,
                row.asked_at,
                contact_id=row.contact_id,
                contact=people.get(row.contact_id, ""),
                message_id=row.id,
                channel=row.channel,
                account=names.get(row.account_id, ""),
                to=row.address,
                state=row.state,
                why=f"{said.what} {said.todo}".strip(),
                journey=row.journey,
                template=row.template,
            )
        )
    return items


def _replies(place: Place) -> list[InboxItem]:
    tx, _, at, limit = place
    rows = events.page(tx, before=at, limit=limit, name="message.replied")
    people = contacts.labels(tx, [row.contact_id for row in rows])
    items = list[InboxItem]()
    for row in rows:
        said: dict[str, Any] = msgspec.json.decode(row.properties)
        number = said.get("message_id")
        items.append(
            _item(
                "replies",
                row.id,
                row.at,
                contact_id=row.contact_id,
                contact=people.get(row.contact_id, ""),
                message_id=number if isinstance(number, int) else None,
                channel=str(said.get("channel") or ""),
                account=str(said.get("account") or ""),
                to=str(said.get("from") or ""),
                text=str(said.get("text") or ""),
            )
        )
    return items
