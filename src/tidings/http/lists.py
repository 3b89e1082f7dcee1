"""Lists over HTTP: people put together by hand."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import flow
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.http.served import AnyRequest, database, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.runtime.database import Tx


class ListIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a list is called."""

    title: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(max_length=500)] = ""


class Members(Struct, kw_only=True, forbid_unknown_fields=True):
    """People who join or leave."""

    contact_ids: Annotated[list[int], Meta(min_length=1, max_length=1_000)]


MOVED = record("MovedMembers", contact_ids=list[int])


class Lists(Controller):
    """Lists of people; who is on one is asked of the contacts (`where={"list": name}`)."""

    path = "/lists"
    tags = ("contacts",)

    @get(responses=pages(shape(contacts.Counted, "CountedList")))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every list by name, with how many are on it."""
        return {"items": [shown(row) for row in await database(request).read(contacts.all_lists)], "next": None}

    @put("/{name:str}", responses=gives(shape(contacts.List, "ContactList")))
    async def save(self, request: AnyRequest, name: FromPath[str], data: JSONBody[ListIn]) -> dict[str, Any]:
        """Make a list, or call it otherwise; the name stays."""
        at, words = now(request), {"title": data.title, "description": data.description}
        return shown(await database(request).write(lambda tx: contacts.save_list(tx, name, at, **words)))

    @delete("/{name:str}")
    async def remove(self, request: AnyRequest, name: FromPath[str], sure: FromQuery[bool] = False) -> None:
        """Take a list away; with people on it only when `sure`. They stay, the list goes."""
        await database(request).write(lambda tx: flow.delete_list(tx, name, setting(request), is_sure=sure))

    @post("/{name:str}/join", status_code=200, responses=gives(MOVED))
    async def join(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Members]) -> dict[str, Any]:
        """People join; those who were not on it are told. It is a fact that may start journeys (`list.joined`)."""
        return await self._moved(request, name, data, is_joining=True)

    @post("/{name:str}/leave", status_code=200, responses=gives(MOVED))
    async def leave(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Members]) -> dict[str, Any]:
        """People leave; those who were on it are told (`list.left`)."""
        return await self._moved(request, name, data, is_joining=False)

    async def _moved(self, request: AnyRequest, name: str, data: Members, *, is_joining: bool) -> dict[str, Any]:
        at, here, actor = now(request), setting(request), request.state["actor"].name

        def unit(tx: Tx) -> list[int]:
            found: dict[int, Contact] = contacts.load(tx, data.contact_ids)
            alive = [row.merged_into_id or row.id for row in found.values()]
            return flow.listed(tx, name, alive, here, at, is_joining=is_joining, actor=actor)

        moved = await once(request, unit)
        workspace(request).timers.ring()
        return {"contact_ids": moved}
