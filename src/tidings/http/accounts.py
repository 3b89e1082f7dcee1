"""Configured senders over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Controller, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import flow
from tidings.channels import Check, form_schema, service as channels
from tidings.http.hooks import opened, plugins
from tidings.http.served import AnyRequest, database, must_administer, now, once, setting, shown, workspace
from tidings.messages import service as messages
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound

CHECK_SECONDS = 30
"""How long a test of a connection may take."""


class AccountIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A sender; secrets that come back hidden stay as they are."""

    plugin: str
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    channel: str = ""
    is_default: bool = False
    per_second: float | None = None


class Accounts(Controller):
    """Configured senders."""

    path = "/accounts"
    tags = ("channels",)

    @get()
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every account, its secrets hidden."""
        found, here = await database(request).read(channels.accounts), plugins(request).found
        items = [shown(a) | {"config": channels.shown(a, here[a.plugin]) if a.plugin in here else {}} for a in found]
        return {"items": items, "next": None}

    @get("/plugins")
    async def kinds(self, request: AnyRequest) -> dict[str, Any]:
        """Kinds of channel that are here, each with the form of its configuration."""
        found = plugins(request)
        items = [
            {
                "id": p.meta.id,
                "name": p.meta.name,
                "channel": p.meta.channel,
                "summary": p.meta.summary,
                "form": form_schema(p.Config),
            }
            for p in found.found.values()
        ]
        return {"items": items, "problems": found.problems, "next": None}

    @put("/{name:str}")
    async def save(self, request: AnyRequest, name: FromPath[str], data: JSONBody[AccountIn]) -> dict[str, Any]:
        """Create or change an account; its lane follows at once, those of other processes within two seconds."""
        must_administer(request, "Configuring channels")
        plugin = plugins(request).found.get(data.plugin)
        if plugin is None:
            raise Invalid.at("plugin", f"{data.plugin!r} is not here.", "GET /api/v1/accounts/plugins lists what is.")
        at, here = now(request), setting(request)

        def unit(tx: Tx) -> channels.Account:
            account = channels.save(
                tx,
                plugin,
                name,
                data.config,
                at,
                channel=data.channel,
                is_default=data.is_default,
                per_second=data.per_second,
            )
            messages.resume_account(tx, account.id, at)
            flow.adopt(tx, account, here)
            return account

        account = await database(request).write(unit)
        workspace(request).accounts.ring()
        return shown(account) | {"config": channels.shown(account, plugin)}

    @post("/{name:str}/check", status_code=200)
    async def check(self, request: AnyRequest, name: FromPath[str]) -> dict[str, Any]:
        """Test the connection without sending anything: `ok`, one sentence, and facts worth showing."""
        account = await database(request).read(lambda tx: channels.find(tx, name))
        try:
            async with asyncio.timeout(CHECK_SECONDS), opened(request, workspace(request), account) as channel:
                found = await channel.check()
        except TimeoutError:
            found = Check(ok=False, detail=f"There was no answer within {CHECK_SECONDS} seconds.")
        return msgspec.to_builtins(found)  # type: ignore[no-any-return]

    @post("/{name:str}/{change:str}", status_code=200)
    async def set_state(self, request: AnyRequest, name: FromPath[str], change: FromPath[str]) -> dict[str, Any]:
        """`pause`: nothing leaves any more once this is answered; or `resume` after it was mended."""
        if change not in ("pause", "resume"):
            raise NotFound(f"An account can be paused or resumed, not {change!r}.")
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            account = channels.find(tx, name)
            if change == "pause":
                messages.pause_account(tx, account.id, "by hand", at)
            else:
                messages.resume_account(tx, account.id, at)
            return shown(channels.find(tx, name)) | {"config": {}}

        found = await once(request, unit)
        workspace(request).accounts.ring()
        return found
