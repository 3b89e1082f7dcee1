"""Holds over HTTP: whom marketing leaves alone, why and until when."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from tidings import flow
from tidings.contacts import service as contacts
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.messages import service as messages
from tidings.messages.limits import Hold
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import from_iso


class HoldIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why marketing leaves somebody alone, and until when (ISO 8601); without an end, until it is released."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    until: str | None = None


HOLDS = record("Holds", items=list[shape(Hold)], next=str | None)  # type: ignore[misc]


class Holds(Controller):
    """Whom marketing leaves alone."""

    path = "/contacts/{contact_id:int}/holds"
    tags = ("consent",)

    @get(responses=pages(shape(Hold)))
    async def index(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """The holds that stand, the oldest first."""
        at = now(request)

        def unit(tx: Tx) -> list[Hold]:
            return messages.standing_holds(tx, [contacts.get(tx, contact_id).id], at)

        return {"items": [shown(hold) for hold in await database(request).read(unit)], "next": None}

    @post(responses=gives(HOLDS, 201))
    async def add(self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[HoldIn]) -> dict[str, Any]:
        """No marketing leaves for them from now on; what had not left is cancelled before this answers."""
        at, actor = now(request), request.state["actor"].name
        until = from_iso(data.until, "until") if data.until else None
        if until is not None and until <= at:
            raise Invalid.at("until", "is past.", "Leave it out to hold until somebody releases it.")

        def unit(tx: Tx) -> list[dict[str, Any]]:
            who = contacts.get(tx, contact_id).id
            flow.held(tx, who, setting(request), at, reason=data.reason, until=until, actor=actor)
            return [shown(hold) for hold in messages.standing_holds(tx, [who], at)]

        items = await once(request, unit)
        workspace(request).timers.ring()
        return {"items": items, "next": None}

    @delete("/{hold_id:int}")
    async def remove(self, request: AnyRequest, contact_id: FromPath[int], hold_id: FromPath[int]) -> None:
        """The hold is over."""
        at, actor = now(request), request.state["actor"].name

        def unit(tx: Tx) -> None:
            flow.released(tx, contacts.get(tx, contact_id).id, hold_id, setting(request), at, actor=actor)

        await database(request).write(unit)
