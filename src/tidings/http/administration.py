"""Accounts, keys, sign-in and settings over HTTP."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from tidings.access import service as access
from tidings.channels import form_schema, service as channels
from tidings.channels.loader import Plugins
from tidings.contacts.addresses import zone
from tidings.http.served import COOKIE, AnyRequest, check_origin, database, now, served, setting, shown, workspace
from tidings.messages import service as messages
from tidings.runtime.app import write_setting
from tidings.runtime.database import Tx
from tidings.runtime.errors import Forbidden, Invalid, NotFound

_slow = asyncio.Semaphore(2)
"""Passwords are checked two at a time: each takes 19 MiB."""


class AccountIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A sender; secrets that come back hidden stay as they are."""

    plugin: str
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    channel: str = ""
    is_default: bool = False
    per_second: float | None = None


class NewKey(Struct, kw_only=True, forbid_unknown_fields=True):
    """A key for a program."""

    scope: str
    name: str = ""


class SignIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who, and the password."""

    email: str
    password: str


def _plugins(request: AnyRequest) -> Plugins:
    return request.app.state["plugins"]  # type: ignore[no-any-return]


class Accounts(Controller):
    """Configured senders."""

    path = "/accounts"
    tags = ("channels",)

    @get()
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every account, its secrets hidden."""
        found, plugins = await database(request).read(channels.accounts), _plugins(request).found
        items = [
            shown(a) | {"config": channels.shown(a, plugins[a.plugin]) if a.plugin in plugins else {}} for a in found
        ]
        return {"items": items, "next": None}

    @get("/plugins")
    async def plugins(self, request: AnyRequest) -> dict[str, Any]:
        """Kinds of channel that are here, each with the form of its configuration."""
        found = _plugins(request)
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
        """Create or change an account; its lane follows within two seconds."""
        plugin = _plugins(request).found.get(data.plugin)
        if plugin is None:
            raise Invalid.at("plugin", f"{data.plugin!r} is not here.", "GET /api/v1/accounts/plugins lists what is.")
        at = now(request)

        def unit(tx: Tx) -> channels.Account:
            more = {"channel": data.channel, "is_default": data.is_default, "per_second": data.per_second}
            account = channels.save(tx, plugin, name, data.config, at, **more)  # type: ignore[arg-type]
            messages.adopt(tx, account.id, account.name, account.channel)
            return account

        account = await database(request).write(unit)
        return shown(account) | {"config": channels.shown(account, plugin)}

    @post("/{name:str}/{change:str}", status_code=200)
    async def set_state(self, request: AnyRequest, name: FromPath[str], change: FromPath[str]) -> dict[str, Any]:
        """`pause`, or `resume` after it was mended."""
        if change not in ("pause", "resume"):
            raise NotFound(f"An account can be paused or resumed, not {change!r}.")
        at, wanted = now(request), "paused" if change == "pause" else "active"
        account = await database(request).read(lambda tx: channels.find(tx, name))
        await database(request).write(lambda tx: channels.set_state(tx, account.id, wanted, "by hand", at))
        return shown(await database(request).read(lambda tx: channels.find(tx, name))) | {"config": {}}


class Keys(Controller):
    """Keys of programs."""

    path = "/keys"
    tags = ("access",)

    @get()
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every key, without the key."""
        name = workspace(request).name
        rows = await served(request).app.system.read(lambda tx: access.keys(tx, name))
        return {"items": [shown(row) for row in rows], "next": None}

    @post()
    async def create(self, request: AnyRequest, data: JSONBody[NewKey]) -> dict[str, Any]:
        """A new key; it is shown this once."""
        actor, app = request.state["actor"], served(request).app
        if actor.role not in ("owner", "admin"):
            raise Forbidden("Making keys needs the role admin, or a key of scope admin.")
        at, name = now(request), workspace(request).name
        key = await app.system.write(lambda tx: access.make_key(tx, name, data.name, data.scope, app.chance, at))
        return {"key": key, "scope": data.scope}

    @delete("/{key_id:int}")
    async def revoke(self, request: AnyRequest, key_id: FromPath[int]) -> None:
        """It opens nothing any more."""
        at, name = now(request), workspace(request).name
        await served(request).app.system.write(lambda tx: access.revoke_key(tx, name, key_id, at))
        served(request).key_cache.clear()


async def sign_in(request: AnyRequest, email: str, password: str) -> str:
    """The cookie of a new session; the same answer and time for somebody who does not exist."""
    check_origin(request)
    app, at = served(request).app, now(request)
    ip = request.client.host if request.client else ""
    subjects = [f"account:{email.strip().lower()}", f"network:{ip.rpartition('.')[0] or ip}"]
    await app.system.read(lambda tx: access.check_throttle(tx, subjects, at))
    person = await app.system.read(lambda tx: access.find_person(tx, email))
    async with _slow:
        right = await asyncio.to_thread(access.is_right, password, person.password_hash if person else None)
    if not right or person is None or person.disabled_at is not None:
        await app.system.write(lambda tx: access.failed_login(tx, subjects, at))
        raise Forbidden("Email or password is wrong.")
    agent = request.headers.get("user-agent", "")
    return await app.system.write(lambda tx: access.sign_in(tx, person, app.chance, at, agent=agent, ip=ip))


def session_cookie(request: AnyRequest, token: str) -> Cookie:
    secure = served(request).app.settings.address.startswith("https://")
    return Cookie(key=COOKIE, value=token, httponly=True, samesite="lax", secure=secure, max_age=access.SESSION // 1000)


class SettingsIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The workspace's time zone (IANA); and between which hours a disturbing channel may be used, in minutes of the day."""

    zone: str
    quiet_from: Annotated[int, Meta(ge=0, le=1440)] = 540
    quiet_to: Annotated[int, Meta(ge=0, le=1440)] = 1200


@get("/settings", tags=["workspace"])
async def show_settings(request: AnyRequest) -> dict[str, Any]:
    """How the workspace is set."""
    ledger = setting(request).ledger
    address = served(request).app.settings.address
    return {"zone": ledger.zone, "quiet_from": ledger.quiet_from, "quiet_to": ledger.quiet_to, "public_url": address}


@put("/settings", tags=["workspace"])
async def change_settings(request: AnyRequest, data: JSONBody[SettingsIn]) -> dict[str, Any]:
    """Change it; what departs from now on follows."""
    known = zone(data.zone)
    if known is None:
        raise Invalid.at("zone", f"{data.zone!r} is not a time zone.", "Write it as Europe/Berlin.")
    at, values = now(request), msgspec.structs.asdict(data) | {"zone": known}

    def unit(tx: Tx) -> None:
        for name, value in values.items():
            write_setting(tx, name, value, at)

    await database(request).write(unit)
    here = setting(request)
    here.ledger = msgspec.structs.replace(here.ledger, **values)
    return await show_settings.fn(request)  # type: ignore[no-any-return]


@post("/api/v1/login", status_code=200, tags=["access"])
async def login(request: AnyRequest, data: JSONBody[SignIn]) -> Response[dict[str, str]]:
    """Sign in; the answer sets the session cookie."""
    token = await sign_in(request, data.email, data.password)
    return Response({"email": data.email}, cookies=[session_cookie(request, token)])


@get("/me", tags=["access"])
async def me(request: AnyRequest) -> dict[str, Any]:
    """Who asks."""
    return msgspec.to_builtins(request.state["actor"])  # type: ignore[no-any-return]
