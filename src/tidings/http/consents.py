"""Consent and suppressions over HTTP: given and taken back with its proof, addresses that are never written to."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import ConsentRecord, ConsentState, Grant, Standing, Suppression
from tidings.contacts import service as contacts
from tidings.http.paging import behind, next_behind
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.runtime.ids import from_iso

LEDGER = record(
    "ContactConsent",
    states=list[shape(Standing)],  # type: ignore[misc]
    records=list[shape(ConsentRecord)],  # type: ignore[misc]
)


class ConsentIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of consent with its proof; `topic` empty is the whole channel."""

    channel: str
    state: ConsentState
    topic: str = ""
    basis: str = ""
    source: str = ""
    wording: str = ""
    expires_at: str | None = None


class Consents(Controller):
    """Consent of one contact."""

    path = "/contacts"
    tags = ("consent",)

    @get("/{contact_id:int}/consent", responses=gives(LEDGER))
    async def show(self, request: AnyRequest, contact_id: FromPath[int]) -> dict[str, Any]:
        """Consent as it stands, and the ledger that it comes from."""

        def unit(tx: Tx) -> dict[str, Any]:
            contact = contacts.get(tx, contact_id)
            states = [shown(row) for row in consent.standing(tx, [contact.id]).get(contact.id, [])]
            return {"states": states, "records": [shown(row) for row in consent.records_of(tx, [contact.id])]}

        return await database(request).read(unit)

    @put("/{contact_id:int}/consent", responses=gives(LEDGER))
    async def give(self, request: AnyRequest, contact_id: FromPath[int], data: JSONBody[ConsentIn]) -> dict[str, Any]:
        """Record consent or its withdrawal; a withdrawal cancels what has not left, before this answers."""
        at, actor, here = now(request), request.state["actor"].name, setting(request)
        expires = None if data.expires_at is None else from_iso(data.expires_at, "expires_at")

        def unit(tx: Tx) -> None:
            contact = contacts.get(tx, contact_id)
            given = msgspec.structs.asdict(data) | {"expires_at": expires}
            flow.consented(tx, [Grant(contact_id=contact.id, method="api", actor=actor, **given)], here, at)

        await database(request).write(unit)
        workspace(request).timers.ring()
        return await self.show.fn(self, request, contact_id)  # type: ignore[no-any-return]


SUPPRESSED = record("Suppressed", kind=str, value=str, scope=Literal["all", "marketing"])


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

    @get(responses=pages(shape(Suppression)))
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100
    ) -> dict[str, Any]:
        """By kind and address."""
        limit, after = max(1, min(limit, 500)), behind(cursor)
        rows = await database(request).read(lambda tx: consent.page(tx, after=after, limit=limit))
        last = next_behind((rows[-1].kind, rows[-1].value)) if len(rows) >= limit else None
        return {"items": [shown(row) for row in rows], "next": last}

    @post(responses=gives(SUPPRESSED, 201))
    async def add(self, request: AnyRequest, data: JSONBody[Suppress]) -> dict[str, Any]:
        """Never write to this address again; what has not left is cancelled before this answers."""
        if data.scope not in ("all", "marketing"):
            raise Invalid.at("scope", f"{data.scope!r} is not a scope.", "Use all or marketing.")
        at, value = now(request), data.value.strip().lower()

        def unit(tx: Tx) -> dict[str, Any]:
            source = request.state["actor"].name
            flow.suppressed(
                tx,
                data.kind,
                value,
                scope=data.scope,
                reason=data.reason,
                source=source,
                setting=setting(request),
                now=at,
            )
            return {"kind": data.kind, "value": value, "scope": data.scope}

        return await once(request, unit)

    @delete("/{kind:str}/{value:str}")
    async def remove(self, request: AnyRequest, kind: FromPath[str], value: FromPath[str]) -> None:
        """Take an address off the list."""
        at = now(request)
        if not await database(request).write(lambda tx: flow.unsuppressed(tx, kind, value, setting(request), at)):
            raise NotFound(f"{value} is not suppressed.")
