"""Companies over HTTP: what is known of them, and who belongs to them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import flow
from tidings.contacts import service as contacts
from tidings.http.paging import LAST, cursor_of, numbers
from tidings.http.served import AnyRequest, database, now, setting, shown, workspace
from tidings.http.shapes import gives, pages, shape
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid


class CompanyIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """What changes; an attribute that is null is taken away."""

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)


COMPANY = shape(contacts.Company)


class Companies(Controller):
    """Companies; who belongs to one is asked of the contacts (`company=key`)."""

    path = "/companies"
    tags = ("contacts",)

    @get(responses=pages(COMPANY))
    async def index(
        self, request: AnyRequest, q: FromQuery[str] = "", cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first; `q`: their key or what is known of them holds it (among the newest 100,000)."""
        limit, place = max(1, min(limit, 200)), numbers(cursor, 1)[0] if cursor else LAST
        text = q.strip()[:100]
        rows = await database(request).read(lambda tx: contacts.find_companies(tx, text, before=place, limit=limit))
        last = cursor_of(rows[-1].id) if len(rows) >= limit else None
        return {"items": [shown(row) for row in rows], "next": last}

    @put(responses=gives(COMPANY))
    async def save(self, request: AnyRequest, data: JSONBody[CompanyIn]) -> dict[str, Any]:
        """Make a company, or write what is new about the one with this key."""
        at, key = now(request), data.key.strip()
        if not key:
            raise Invalid.at("key", "is empty.", "Give the name by which your data calls it.")

        def unit(tx: Tx) -> dict[str, Any]:
            return shown(contacts.get_company(tx, flow.save_company(tx, key, data.attributes, setting(request), at)))

        return await database(request).write(unit)

    @get("/{company_id:int}", responses=gives(COMPANY))
    async def show(self, request: AnyRequest, company_id: FromPath[int]) -> dict[str, Any]:
        """One company."""
        return shown(await database(request).read(lambda tx: contacts.get_company(tx, company_id)))

    @put("/{company_id:int}/people/{contact_id:int}", status_code=204)
    async def join(self, request: AnyRequest, company_id: FromPath[int], contact_id: FromPath[int]) -> None:
        """Somebody belongs to it; exits that this fulfils happen at once."""
        await self._moved(request, company_id, contact_id, is_joining=True)

    @delete("/{company_id:int}/people/{contact_id:int}")
    async def leave(self, request: AnyRequest, company_id: FromPath[int], contact_id: FromPath[int]) -> None:
        """Somebody does not belong to it any more."""
        await self._moved(request, company_id, contact_id, is_joining=False)

    async def _moved(self, request: AnyRequest, company_id: int, contact_id: int, *, is_joining: bool) -> None:
        at, here = now(request), setting(request)
        await database(request).write(
            lambda tx: flow.employed(tx, company_id, contact_id, here, at, is_joining=is_joining)
        )
        workspace(request).timers.ring()
