"""The way into the demo, for somebody without an account."""

from __future__ import annotations

from typing import Literal

from litestar import Response, post
from msgspec import Struct

from tidings.access import service as access
from tidings.http.access import session_cookie
from tidings.http.served import AnyRequest, check_origin, now, served
from tidings.runtime.errors import NotFound


class Entered(Struct, frozen=True, kw_only=True):
    """Where a visitor is now."""

    workspace: str
    role: Literal["visitor"] = "visitor"


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
