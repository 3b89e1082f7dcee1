"""Callbacks of providers: their own format, their signature verified by their plugin; and opening channels for a look."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Response, route
from litestar.params import FromPath

from tidings import flow
from tidings.channels import BadSignature, Channel, HookReply, HookRequest, Linked, service as channels
from tidings.channels.context import PluginContext
from tidings.channels.loader import Plugins
from tidings.http.served import AnyRequest, Unknown, now, served
from tidings.messages import tokens
from tidings.runtime.app import Workspace
from tidings.runtime.errors import Invalid, NotFound


def plugins(request: AnyRequest) -> Plugins:
    """The plugins that are here."""
    return request.app.state["plugins"]  # type: ignore[no-any-return]


@contextlib.asynccontextmanager
async def opened(request: AnyRequest, workspace: Workspace, account: channels.Account) -> AsyncIterator[Channel[Any]]:
    """A channel of an account that is not started: it can check, and read callbacks."""
    plugin = plugins(request).found.get(account.plugin)
    if plugin is None:
        raise Invalid.at("plugin", f"{account.plugin!r} is not here.", "GET /api/v1/accounts/plugins lists what is.")
    config = channels.check_config(plugin, msgspec.json.decode(account.config))
    here = served(request)
    context = PluginContext(here.app, workspace, account, lambda: here.settings[workspace.name].address)
    try:
        yield plugin(config, context)
    finally:
        await context.http.close()


def _whose(request: AnyRequest, name: str) -> tuple[Workspace, str]:
    """`account` belongs to the workspace main, `workspace.account` to another."""
    workspace, _, account = name.rpartition(".")
    return served(request).app.workspace(workspace or "main"), account


@route("/hooks/channels/{account:str}/{kind:str}", http_method=["GET", "POST"], include_in_schema=False)
async def hook(request: AnyRequest, account: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    """What a provider says of its messages, or passes on; stored before it is answered."""
    workspace, name = _whose(request, account)
    known = await workspace.database.read(lambda tx: channels.find(tx, name))
    async with opened(request, workspace, known) as channel:
        if kind not in channel.hooks:
            raise NotFound(f"Account {name!r} takes no callbacks of kind {kind!r}.")
        try:
            reply = await channel.receive(kind, await _arrived(request, channel, kind))
        except BadSignature:
            raise Unknown("The signature of this callback is wrong.") from None
    await take(request, workspace, known, reply)
    return Response(reply.body, status_code=reply.status, headers=reply.headers)


async def _arrived(request: AnyRequest, channel: Channel[Any], kind: str) -> HookRequest:
    """The callback as the provider sent it; its address is the public one, which signatures cover."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return HookRequest(
        method=request.method,
        url=channel.context.hook_url(kind) + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: str(value) for name, value in request.query_params.items()},
        body=await request.body(),
    )


async def take(request: AnyRequest, workspace: Workspace, account: channels.Account, reply: HookReply) -> None:
    """Write what came in, and let the lanes and timers see what follows."""
    if not reply.inbound:
        return
    at, setting = now(request), served(request).settings[workspace.name]
    linked = tokens.linked(workspace.secret, [one.token for one in reply.inbound if isinstance(one, Linked)])
    await workspace.database.write(lambda tx: flow.heard(tx, account, reply.inbound, linked, setting, at))
    workspace.timers.ring()
