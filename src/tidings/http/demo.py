"""Before anybody is known: whether a first user is needed, whether there is a demo, and the way into it."""

from __future__ import annotations

from typing import Literal

from litestar import Response, get, post
from msgspec import Struct

from tidings.access import service as access
from tidings.http.access import session_cookie
from tidings.http.served import AnyRequest, check_origin, now, served
from tidings.runtime.errors import NotFound


class First(Struct, frozen=True, kw_only=True):
    """What a page must know before anybody has signed in."""

    needs_first_user: bool
    """Nobody can sign in yet."""
    demo: bool
    """There is a demo, and it may be entered now."""
    is_demo_coming: bool
    """The demo is being made, or lives through what it missed; it opens in some seconds."""


class Entered(Struct, frozen=True, kw_only=True):
    """Where a visitor is now."""

    workspace: str
    role: Literal["visitor"] = "visitor"


@get("/api/v1/first", tags=["access"])
async def first(request: AnyRequest) -> First:
    """Asked before anybody has signed in: the first user, and the demo."""
    here = served(request)
    is_open = here.demo() is not None
    needs = not await here.app.system.read(access.has_people)
    return First(needs_first_user=needs, demo=is_open, is_demo_coming=here.app.settings.demo and not is_open)


@post("/api/v1/demo/enter", status_code=200, tags=["access"])
async def enter(request: AnyRequest) -> Response[Entered]:
    """Look around the demo without an account; the answer sets the session cookie. Only where the server was started with
    `--demo`."""
    check_origin(request)
    here, at = served(request), now(request)
    demo = here.demo()
    if demo is None or not here.app.settings.demo:
        raise NotFound("There is no demo here yet. Start the server with --demo, and give it some seconds.")
    agent, ip = request.headers.get("user-agent", ""), request.client.host if request.client else ""
    token = await here.app.system.write(lambda tx: access.let_visit(tx, here.app.chance, at, agent=agent, ip=ip))
    return Response(Entered(workspace=demo.name), cookies=[session_cookie(request, token)])
