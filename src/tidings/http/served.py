"""What every handler has at hand: the app, the workspace, who is asking; and how rows are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from tidings import flow
from tidings.access import service as access
from tidings.events import decoding
from tidings.http.limits import Limits
from tidings.runtime import idempotency
from tidings.runtime.app import App, Workspace
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import Forbidden
from tidings.runtime.ids import iso
from tidings.templates.knowing import Without

COOKIE = "tidings_session"
KEY_CACHE_SECONDS = 5.0
LOCAL = "tidings.local"
"""Set in the scope of requests that came through the socket in the data folder, which only its owner can open."""
Connection = ASGIConnection[Any, Any, Any, Any]
AnyRequest = Request[Any, Any, Any]
_JSON = frozenset({"attributes", "properties", "context", "evidence", "config", "body", "old", "new", "query"})


T = TypeVar("T")


class Served(Struct, eq=False, kw_only=True):
    """The running server."""

    app: App
    settings: dict[str, flow.Setting]
    key_cache: dict[str, tuple[float, access.Key | None]] = msgspec.field(default_factory=dict)
    homes: dict[str, tuple[float, Any]] = msgspec.field(default_factory=dict)
    """By workspace: until when its Home is good, and what it says."""
    looks: dict[str, tuple[float, str]] = msgspec.field(default_factory=dict)
    """By public address: until when what became of a look at it is good, and why it failed."""
    counts: dict[str, tuple[float, Without]] = msgspec.field(default_factory=dict)
    """By workspace and variable: until when the count of those who lack it is good, and what it is."""
    limits: Limits = msgspec.field(default_factory=Limits)
    is_demo_coming: bool = False
    """The demo is being made, or lives through what it missed."""
    is_stopping: bool = False
    """Streams end when this is set, so that stopping need not wait for them."""

    def demo(self) -> Workspace | None:
        """The demo, when it is open."""
        return next((one for one in self.app.workspaces.values() if one.is_demo), None)

    async def key(self, text: str) -> access.Key | None:
        """Whose key this is; remembered for a few seconds, so that a revoked one opens nothing soon after."""
        now, digest = self.app.clock.monotonic(), access.digest(text)
        known = self.key_cache.get(digest)
        if known is not None and known[0] > now:
            return known[1]
        found = await self.app.system.read(lambda tx: access.find_key(tx, text))
        if len(self.key_cache) > 10_000:
            self.key_cache.clear()
        self.key_cache[digest] = (now + KEY_CACHE_SECONDS, found)
        return found


class Actor(Struct, frozen=True):
    """Who asks, and in which workspace."""

    name: str
    workspace: str
    is_person: bool
    role: str


class Unknown(Exception):
    """Nobody has said who they are, or nobody knows them: 401."""


def must_administer(request: Connection, what: str) -> None:
    """Only owners and admins, and keys of scope admin; in the demo everybody who looks around."""
    if request.state["actor"].role not in ("owner", "admin", access.VISITOR):
        raise Forbidden(f"{what} needs the role owner or admin, or a key of scope admin.")


def must_live_here(request: Connection, what: str) -> None:
    """What concerns the whole installation is not for those who only look around the demo, nor for the demo's keys."""
    actor: Actor = request.state["actor"]
    if actor.role == access.VISITOR or (not actor.is_person and workspace(request).is_demo):
        raise Forbidden(f"{what} is not for visitors of the demo.")


def served(connection: Connection) -> Served:
    return connection.app.state["served"]  # type: ignore[no-any-return]


def workspace(request: Connection) -> Workspace:
    """The workspace of whoever asks."""
    return served(request).app.workspace(request.state["actor"].workspace)


def database(request: Connection) -> Database:
    return workspace(request).database


def setting(request: Connection) -> flow.Setting:
    return served(request).settings[request.state["actor"].workspace]


def now(request: Connection) -> int:
    return served(request).app.clock.now()


async def guard(connection: Connection, _: BaseRouteHandler) -> None:
    """A Bearer key of scope api or admin, or a person's cookie from our own pages."""
    connection.state["actor"] = await _actor(connection)


async def _actor(connection: Connection) -> Actor:
    here = served(connection)
    if connection.scope.get(LOCAL):
        name = _named(connection)
        here.app.workspace(name)
        return Actor("command line", name, is_person=True, role="owner")
    scheme, _, text = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _program(here, text.strip())
    cookie = connection.cookies.get(COOKIE)
    if not cookie:
        raise Unknown("Sign in, or send a key: Authorization: Bearer tk_….")
    check_origin(connection)
    try:
        person = await here.app.system.read(lambda tx: access.who(tx, cookie, here.app.clock.now()))
    except Forbidden:
        raise Unknown("This session has ended. Sign in again.") from None
    if person.role == access.VISITOR:
        return _visitor(here, person, _named(connection, ""))
    name = _named(connection)
    here.app.workspace(name)
    return Actor(person.email, name, is_person=True, role=person.role)


async def _program(here: Served, text: str) -> Actor:
    key = await here.key(text)
    if key is None:
        raise Unknown("This key is not known, or it was revoked.")
    if key.scope not in ("api", "admin"):
        raise Forbidden(f"A key of scope {key.scope} cannot do this; make one of scope api.")
    is_demo = here.app.workspace(key.workspace).is_demo
    role = access.VISITOR if is_demo and key.scope == "admin" else key.scope
    return Actor(f"key:{key.id}", key.workspace, is_person=False, role=role)


def _visitor(here: Served, person: access.Person, asked: str) -> Actor:
    """Whoever looks around the demo, while it is open; they are nowhere else, whatever they ask for."""
    demo = here.demo()
    if demo is None:
        raise Unknown("The demo is closed. Sign in.")
    if asked not in ("", demo.name):
        raise Forbidden("You are looking around the demo; sign in to enter other workspaces.")
    return Actor(person.email, demo.name, is_person=True, role=person.role)


def _named(connection: Connection, otherwise: str = "main") -> str:
    """The workspace that is meant; a browser's event stream can send no header, so it says it in the query."""
    meant = connection.headers.get("tidings-workspace") or connection.query_params.get("workspace")
    return str(meant or otherwise)


async def fit(request: AnyRequest) -> None:
    """What no database keeps (NUL, half a surrogate pair, numbers beyond 64 bits) is refused at the door, with its place."""
    for name, value in {**request.path_params, **request.query_params}.items():
        is_number = name.endswith("_id") and value.lstrip("-").isdecimal() if isinstance(value, str) else False
        decoding.fit(int(value) if is_number else value, name)
    try:
        body = msgspec.json.decode(await request.body() or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return  # whoever decodes it says what is wrong
    decoding.fit(body, "")


def check_origin(connection: Connection) -> None:
    """A cookie counts for unsafe methods only when our own page asks (CSRF)."""
    if connection.scope.get("method") in ("GET", "HEAD", "OPTIONS"):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = connection.headers.get("origin")
        if origin is None or origin.partition("://")[2] == connection.headers.get("host"):
            return
    raise Forbidden("This was asked from another site.")


async def once(
    request: AnyRequest, unit: Callable[[Tx], T], *, store: Database | None = None, is_secret: bool = False
) -> T:
    """Write, and answer with what the unit returns; with an `Idempotency-Key`, a repeated request gets the first answer."""
    where, key = store or database(request), request.headers.get("idempotency-key", "")
    if not key:
        return await where.write(unit)
    actor: Actor = request.state["actor"]
    parts = (request.method.encode(), request.url.path.encode(), await request.body())
    asked, at = idempotency.asked(f"{actor.workspace}:{actor.name}", key, *parts), now(request)
    return await where.write(lambda tx: idempotency.once(tx, asked, unit, at, is_secret=is_secret))


def is_time(field: str) -> bool:
    """Whether a column of this name holds an instant."""
    return field == "at" or field.endswith("_at")


def is_json(field: str) -> bool:
    """Whether a column of this name holds JSON."""
    return field in _JSON


def shown(row: Struct) -> dict[str, Any]:
    """A row as people expect it: times as ISO 8601, JSON as JSON."""
    found: dict[str, Any] = {}
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if is_time(name):
            value = iso(value)
        elif is_json(name) and isinstance(value, str):
            value = msgspec.json.decode(value)
        found[name] = value
    return found
