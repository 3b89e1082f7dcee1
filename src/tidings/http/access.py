"""Sign-in, people, sessions and keys over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import __version__
from tidings.access import service as access
from tidings.http.served import (
    COOKIE,
    Actor,
    AnyRequest,
    check_origin,
    must_administer,
    must_live_here,
    now,
    once,
    served,
    shown,
    workspace,
)
from tidings.http.shapes import gives, pages, record, shape, wider
from tidings.runtime.database import Tx
from tidings.runtime.errors import Forbidden, NotFound

_slow = asyncio.Semaphore(2)
"""Passwords are checked two at a time: each takes 19 MiB."""


class NewKey(Struct, kw_only=True, forbid_unknown_fields=True):
    """A key for a program."""

    scope: str
    name: str = ""


class SignIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who, and the password."""

    email: str
    password: str


class NewPerson(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who may sign in; role owner, admin or marketer."""

    email: str
    password: str
    role: str = "marketer"
    name: str = ""


class Keys(Controller):
    """Keys of programs."""

    path = "/keys"
    tags = ("access",)

    @get(responses=pages(shape(access.Key, "ApiKey")))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Every key, without the key."""
        name = workspace(request).name
        rows = await served(request).app.system.read(lambda tx: access.keys(tx, name))
        return {"items": [shown(row) for row in rows], "next": None}

    @post(responses=gives(record("MadeKey", key=str, scope=str), 201))
    async def create(self, request: AnyRequest, data: JSONBody[NewKey]) -> dict[str, Any]:
        """A new key; it is shown this once."""
        must_administer(request, "Making keys")
        app, at, name = served(request).app, now(request), workspace(request).name

        def unit(tx: Tx) -> dict[str, Any]:
            return {"key": access.make_key(tx, name, data.name, data.scope, app.chance, at), "scope": data.scope}

        return await once(request, unit, store=app.system, is_secret=True)

    @delete("/{key_id:int}")
    async def revoke(self, request: AnyRequest, key_id: FromPath[int]) -> None:
        """It opens nothing any more."""
        must_administer(request, "Revoking keys")
        at, name = now(request), workspace(request).name
        await served(request).app.system.write(lambda tx: access.revoke_key(tx, name, key_id, at))
        served(request).key_cache.clear()


class People(Controller):
    """Who may sign in."""

    path = "/people"
    tags = ("access",)

    @get(responses=pages(shape(access.Listed, "TeamMember")))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """Everybody, by email."""
        must_live_here(request, "Who may sign in")
        rows = await served(request).app.system.read(access.people)
        return {"items": [shown(row) for row in rows], "next": None}

    @post()
    async def create(self, request: AnyRequest, data: JSONBody[NewPerson]) -> dict[str, Any]:
        """Somebody may sign in from now on."""
        must_administer(request, "Letting people in")
        must_live_here(request, "Letting people in")
        at, system = now(request), served(request).app.system
        hashed = await hashed_password(data.password)

        def unit(tx: Tx) -> dict[str, Any]:
            access.add_person(tx, data.email, hashed, data.role, at, name=data.name)
            return {"email": data.email.strip().lower(), "role": data.role}

        return await once(request, unit, store=system)


class Sessions(Controller):
    """Where I am signed in."""

    path = "/sessions"
    tags = ("access",)

    @get(responses=pages(wider(access.Session, "SessionOfMine", is_this=bool)))
    async def index(self, request: AnyRequest) -> dict[str, Any]:
        """My sessions, newest first; `is_this` marks the one that asks."""
        name, at = request.state["actor"].name, now(request)
        mine = access.digest(request.cookies.get(COOKIE, ""))
        rows = await served(request).app.system.read(lambda tx: access.sessions(tx, name, at))
        if request.state["actor"].role == access.VISITOR:
            rows = [row for row in rows if row.id == mine]  # visitors share a name, and nothing else
        return {"items": [shown(row) | {"is_this": row.id == mine} for row in rows], "next": None}

    @delete("/{session_id:str}")
    async def end(self, request: AnyRequest, session_id: FromPath[str]) -> None:
        """That browser is signed out."""
        name = request.state["actor"].name
        if request.state["actor"].role == access.VISITOR and session_id != access.digest(
            request.cookies.get(COOKIE, "")
        ):
            raise NotFound("There is no such session.")
        await served(request).app.system.write(lambda tx: access.end_session(tx, name, session_id))


async def hashed_password(password: str) -> str:
    """Slow on purpose, so never inside a unit, and not too many at once."""
    async with _slow:
        return await asyncio.to_thread(access.hash_password, password)


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
    secure = request.scope["scheme"] == "https" or served(request).app.settings.address.startswith("https://")
    return Cookie(key=COOKIE, value=token, httponly=True, samesite="lax", secure=secure, max_age=access.SESSION // 1000)


class SignedIn(Struct, kw_only=True):
    """Who is signed in."""

    email: str


@post("/api/v1/login", status_code=200, tags=["access"])
async def login(request: AnyRequest, data: JSONBody[SignIn]) -> Response[SignedIn]:
    """Sign in; the answer sets the session cookie."""
    token = await sign_in(request, data.email, data.password)
    return Response(SignedIn(email=data.email), cookies=[session_cookie(request, token)])


@post("/api/v1/logout", status_code=200, tags=["access"])
async def logout(request: AnyRequest) -> Response[None]:
    """Sign out; the cookie opens nothing any more."""
    check_origin(request)
    if cookie := request.cookies.get(COOKIE):
        await served(request).app.system.write(lambda tx: access.sign_out(tx, cookie))
    gone = Cookie(key=COOKIE, value="", max_age=0, httponly=True, samesite="lax")
    return Response(None, cookies=[gone])


class Place(Struct, kw_only=True):
    """A workspace that may be entered."""

    name: str
    title: str
    is_demo: bool


class Me(Struct, kw_only=True):
    """Who asks, where they are now, and where they may go."""

    name: str
    workspace: str
    is_person: bool
    role: Literal["owner", "admin", "marketer", "visitor", "api"]
    version: str
    workspaces: list[Place]


@get("/me", tags=["access"])
async def me(request: AnyRequest) -> Me:
    """Who asks. Keys and visitors are bound to one workspace; other people may enter every one that is open."""
    actor: Actor = request.state["actor"]
    is_free = actor.is_person and actor.role != access.VISITOR
    found = sorted(served(request).app.workspaces.values(), key=lambda one: (one.is_demo, one.name))
    places = [
        Place(name=one.name, title=one.title, is_demo=one.is_demo)
        for one in found
        if is_free or one.name == actor.workspace
    ]
    known = msgspec.structs.asdict(actor)
    return Me(**known, version=__version__, workspaces=places)
