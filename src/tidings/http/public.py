"""Links in messages: clicks, opens, unsubscribe. GET and HEAD change no consent, whoever sends them."""

from __future__ import annotations

import html

from litestar import Response, post, route
from litestar.enums import MediaType
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
_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem;
color-scheme:light dark}}button{{font:inherit;padding:.5rem 1rem}}</style><main><h1>{title}</h1>{body}</main></html>"""


def _message(request: AnyRequest, purpose: tokens.Purpose, token: str) -> tuple[Workspace, int]:
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
    workspace, message_id = _message(request, "click", signed)
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
    return Redirect(url, status_code=302, headers=_HEADERS)


@route("/o/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def opened(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """A pixel."""
    workspace, message_id = _message(request, "open", token)
    agent = request.headers.get("user-agent", "")
    await _visit(
        request,
        workspace,
        message_id,
        engagement.Visit(kind="opened", at=now(request), agent=agent, method=request.method),
    )
    return Response(_PIXEL, media_type="image/gif", headers=_HEADERS)


def _page(title: str, body: str) -> Response[str]:
    csp = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    return Response(
        _PAGE.format(title=html.escape(title), body=body),
        media_type=MediaType.HTML,
        headers=_HEADERS | {"content-security-policy": csp},
    )


@route("/u/{token:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def unsubscribe_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Asks; changes nothing."""
    workspace, message_id = _message(request, "unsubscribe", token)
    message = await workspace.database.read(lambda tx: messages.get(tx, message_id))
    about = f"messages about {html.escape(message.topic)}" if message.topic else "these messages"
    body = f'<p>Do you want to stop getting {about}?</p><form method="post"><button>Unsubscribe</button></form>'
    return _page("Unsubscribe", body)


@post("/u/{token:str}", status_code=200, include_in_schema=False)
async def unsubscribe(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """One click (RFC 8058): no cookie, no login. What has not left is cancelled before this answers."""
    workspace, message_id = _message(request, "unsubscribe", token)
    at, agent = now(request), request.headers.get("user-agent", "")[:300]
    ip, setting = request.client.host if request.client else "", served(request).settings[workspace.name]
    await workspace.database.write(lambda tx: flow.unsubscribed(tx, message_id, setting, at, ip=ip, agent=agent))
    workspace.timers.ring()
    return _page("You are unsubscribed", "<p>You will not get these messages any more.</p>")
