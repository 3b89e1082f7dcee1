"""Saved views over HTTP: the filters of a list, under a name."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings.http.served import AnyRequest, database, now, shown
from tidings.http.shapes import gives, pages, shape
from tidings.views import service as views

VIEW = shape(views.View, "SavedView")


class ViewIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The query of a list as its address has it."""

    query: dict[str, Any] = msgspec.field(default_factory=dict)


class Views(Controller):
    """Filters that somebody wants to find again; a room is a list: contacts, messages, …"""

    path = "/views"
    tags = ("views",)

    @get("/{room:str}", responses=pages(VIEW))
    async def index(self, request: AnyRequest, room: FromPath[str]) -> dict[str, Any]:
        """Every view of a list, by name."""
        rows = await database(request).read(lambda tx: views.views(tx, room))
        return {"items": [shown(row) for row in rows], "next": None}

    @put("/{room:str}/{name:str}", responses=gives(VIEW))
    async def save(
        self, request: AnyRequest, room: FromPath[str], name: FromPath[str], data: JSONBody[ViewIn]
    ) -> dict[str, Any]:
        """Keep a view under a name; the same name replaces."""
        at = now(request)
        return shown(await database(request).write(lambda tx: views.save(tx, room, name, data.query, at)))

    @delete("/{room:str}/{name:str}")
    async def forget(self, request: AnyRequest, room: FromPath[str], name: FromPath[str]) -> None:
        """Nobody needs it any more."""
        await database(request).write(lambda tx: views.forget(tx, room, name))
