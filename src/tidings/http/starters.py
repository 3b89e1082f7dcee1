"""Journeys to begin with over HTTP."""

from __future__ import annotations

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings.documents import starters
from tidings.http.served import AnyRequest, now, once


class StarterLine(Struct, kw_only=True):
    """A journey that comes along; `templates` are the letters that it sends."""

    name: str
    title: str
    told: str
    journey: str
    templates: list[str]


class StarterLines(Struct, kw_only=True):
    """Every one of them."""

    items: list[StarterLine]
    next: str | None = None


class InstallIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the journey is to be called, and what its letters are about; empty: as the starter says."""

    name: str = ""
    topic: str = ""


class Starters(Controller):
    """Journeys to begin with."""

    path = "/starters"
    tags = ("journeys",)

    @get(sync_to_thread=False)
    def index(self) -> StarterLines:
        """Every journey that comes along."""
        lines = [
            StarterLine(
                name=one.name,
                title=one.title,
                told=one.told,
                journey=str(one.journey["journey"]),
                templates=list(one.templates),
            )
            for one in starters.starters().values()
        ]
        return StarterLines(items=lines)

    @post("/{name:str}", status_code=200)
    async def install(self, request: AnyRequest, name: FromPath[str], data: JSONBody[InstallIn]) -> starters.Installed:
        """Make the letters, the topic and the form that it needs, where there are none of their names, and the journey as a draft."""
        at, actor = now(request), request.state["actor"].name
        return await once(request, lambda tx: starters.install(tx, name, data.name, data.topic, at, actor=actor))
