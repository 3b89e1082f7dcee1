"""Configured senders over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Controller, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from tidings import flow
from tidings.channels import Channel, Check, form_schema, service as channels
from tidings.http.hooks import opened, plugins
from tidings.http.paging import LAST, cursor_of, numbers
from tidings.http.served import AnyRequest, database, must_administer, now, once, setting, shown, workspace
from tidings.http.shapes import gives, pages, record, shape
from tidings.messages import service as messages
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.runtime.ids import iso

CHECK_SECONDS = 30
"""How long a test of a connection may take."""


class AccountIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A sender; secrets that come back hidden stay as they are."""

    plugin: str
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    channel: str = ""
    is_default: bool = False
    per_second: float | None = None


class Tried(Struct, kw_only=True, forbid_unknown_fields=True):
    """A configuration that is not saved yet; `name` where it changes an account that is."""

    plugin: str
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    name: str = ""


class MailIn(Struct, kw_only=True, rename={"kind": "class"}):
    """A mail that came in: what it was taken for, and whether it is about a message of ours (`is_ours`)."""

    id: int
    at: str
    type: str
    kind: str
    reason: str
    status: str
    sender: str
    recipient: str
    is_ours: bool
    text: str


class CameIn(Struct, kw_only=True):
    """A page of them."""

    items: list[MailIn]
    next: str | None


ACCOUNT = shape(channels.Account)
KIND = record("ChannelKind", id=str, name=str, channel=str, summary=str, form=dict[str, Any])


def _plugin(request: AnyRequest, name: str) -> type[Channel[Any]]:
    plugin = plugins(request).found.get(name)
    if plugin is None:
        raise Invalid.at("plugin", f"{name!r} is not here.", "GET /api/v1/accounts/plugins lists what is.")
    return plugin


async def _checked(request: AnyRequest, account: channels.Account) -> Check:
    try:
        async with asyncio.timeout(CHECK_SECONDS), opened(request, workspace(request), account) as channel:
            return await channel.check()
    except TimeoutError:
        return Check(ok=False, detail=f"There was no answer within {CHECK_SECONDS} seconds.")


def _read(row: channels.Record) -> dict[str, Any]:
    told = channels.decoded(row)
    return {"kind": told.pop("class"), **told}


class Accounts(Controller):
    """Configured senders."""

    path = "/accounts"
    tags = ("channels",)

    @get(responses=pages(ACCOUNT))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every account, its secrets hidden."""
        found, here = await database(request).read(channels.accounts), plugins(request).found
        items = [shown(a) | {"config": channels.shown(a, here[a.plugin]) if a.plugin in here else {}} for a in found]
        return {"items": items, "next": None}

    @get("/plugins", responses=pages(KIND, problems=dict[str, str]))
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

    @post("/check", status_code=200)
    async def try_out(self, request: AnyRequest, data: JSONBody[Tried]) -> Check:
        """Test a connection before it is saved; secrets that come hidden are those of the account `name`."""
        must_administer(request, "Configuring channels")
        plugin = _plugin(request, data.plugin)
        account = await database(request).read(lambda tx: channels.tried(tx, plugin, data.name, data.config))
        return await _checked(request, account)

    @put("/{name:str}", responses=gives(ACCOUNT))
    async def save(self, request: AnyRequest, name: FromPath[str], data: JSONBody[AccountIn]) -> dict[str, Any]:
        """Create or change an account; its lane follows at once, those of other processes within two seconds."""
        must_administer(request, "Configuring channels")
        plugin, at, here = _plugin(request, data.plugin), now(request), setting(request)

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

    @get("/{name:str}/mail")
    async def mail(
        self, request: AnyRequest, name: FromPath[str], cursor: FromQuery[str] = "", limit: FromQuery[int] = 20
    ) -> CameIn:
        """What came into the account's mailbox in the last 30 days, newest first, and what each was taken for."""
        limit, place = max(1, min(limit, 100)), numbers(cursor, 1)[0] if cursor else LAST

        def unit(tx: Tx) -> list[channels.Record]:
            return channels.records_of(tx, channels.find(tx, name).id, channels.MAIL, before=place, limit=limit)

        rows = await database(request).read(unit)
        items = [MailIn(id=row.id, at=iso(row.at) or "", **_read(row)) for row in rows]
        return CameIn(items=items, next=cursor_of(rows[-1].id) if len(rows) >= limit else None)

    @post("/{name:str}/check", status_code=200)
    async def check(self, request: AnyRequest, name: FromPath[str]) -> Check:
        """Test the connection without sending anything: `ok`, one sentence, and facts worth showing."""
        return await _checked(request, await database(request).read(lambda tx: channels.find(tx, name)))

    @post("/{name:str}/{change:str}", status_code=200, responses=gives(ACCOUNT))
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
