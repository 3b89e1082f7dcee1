"""Links in messages: clicks and opens. They change no consent, whoever follows them."""

from __future__ import annotations

from litestar import Response, route
from litestar.params import FromPath
from litestar.response import Redirect

from tidings import flow
from tidings.http.served import AnyRequest, now, served
from tidings.messages import engagement, service as messages, tokens
from tidings.runtime.app import Workspace
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.templates import service as templates

_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


def named(request: AnyRequest, purpose: tokens.Purpose, token: str) -> tuple[Workspace, int]:
    for workspace in served(request).app.workspaces.values():
        message_id = tokens.read(workspace.secret, purpose, token)
        if message_id is not None:
            return workspace, message_id
    raise NotFound("This link is not one of ours.")


async def _visit(request: AnyRequest, workspace: Workspace, message_id: int, visit: engagement.Visit) -> None:
    setting = served(request).settings[workspace.name]
    await workspace.database.write(lambda tx: flow.visited(tx, message_id, visit, setting))
    workspace.timers.ring()


@route("/c/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def click(request: AnyRequest, token: FromPath[str]) -> Redirect:
    """On to the link's target, which is looked up and never taken from the address."""
    signed, _, number = token.rpartition(".")
    workspace, message_id = named(request, "click", signed)
    index = int(number) if number.isdecimal() and len(number) < 6 else -1

    def target(tx: Tx) -> str:
        version_id = messages.get(tx, message_id).template_version_id
        links = templates.links_of(templates.version(tx, version_id)) if version_id else []
        if not 0 <= index < len(links):
            raise NotFound("This link is not one of ours.")
        return links[index]

    url = await workspace.database.read(target)
    agent = request.headers.get("user-agent", "")
    visit = engagement.Visit(kind="clicked", at=now(request), agent=agent, method=request.method, link=index, url=url)
    await _visit(request, workspace, message_id, visit)
    return Redirect(url, status_code=302, headers=HEADERS)


@route("/o/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def opened(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """A pixel."""
    workspace, message_id = named(request, "open", token)
    agent = request.headers.get("user-agent", "")
    await _visit(
        request,
        workspace,
        message_id,
        engagement.Visit(kind="opened", at=now(request), agent=agent, method=request.method),
    )
    return Response(_PIXEL, media_type="image/gif", headers=HEADERS)
