"""The first run: a link that works once makes the first user, and sets the workspace."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings.access import service as access
from tidings.contacts.addresses import email
from tidings.http.access import SignedIn, hashed_password, session_cookie, sign_in
from tidings.http.served import AnyRequest, check_origin, now, served
from tidings.http.settings import SettingsIn, checked
from tidings.runtime.app import read_settings, write_setting
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid


class FirstUser(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who owns the installation, and how the workspace `main` is set."""

    token: str
    email: str
    password: str
    settings: SettingsIn = SettingsIn()


class Link(Struct, kw_only=True):
    """Whether a link of the first run still works."""

    is_good: bool


class Door(Struct, kw_only=True):
    """What the way in shows: whether the first user is missing, and whether there is a demo to look at."""

    needs_first_user: bool
    demo: bool
    """It is open now, and may be entered."""
    is_demo_coming: bool
    """It is being made, or lives through what it missed; it opens in some seconds."""


@get("/api/v1/first", tags=["access"])
async def door(request: AnyRequest) -> Door:
    """What somebody who is not signed in may do here."""
    here = served(request)
    has_people, is_open = await here.app.system.read(access.has_people), here.demo() is not None
    return Door(needs_first_user=not has_people, demo=is_open, is_demo_coming=here.is_demo_coming)


@get("/api/v1/first/{token:str}", tags=["access"])
async def first_link(request: AnyRequest, token: FromPath[str]) -> Link:
    """Whether this link still makes the first user."""
    at = now(request)
    return Link(is_good=await served(request).app.system.read(lambda tx: access.may_be_first(tx, token, at)))


@post("/api/v1/first", status_code=200, tags=["access"])
async def first_user(request: AnyRequest, data: JSONBody[FirstUser]) -> Response[SignedIn]:
    """Make the first user, set the workspace, and sign them in."""
    check_origin(request)
    app, at, given, values = served(request).app, now(request), email(data.email), checked(data.settings, "settings.")
    if given is None:
        raise Invalid.at("email", f"{data.email!r} is not an email address.")
    hashed = await hashed_password(data.password)
    await app.system.write(lambda tx: access.be_first(tx, data.token, given, hashed, at))

    def unit(tx: Tx) -> dict[str, object]:
        for name, value in values.items():
            write_setting(tx, name, value, at)
        return read_settings(tx)

    known = await app.workspace("main").database.write(unit)
    served(request).settings["main"].follow(known, app.settings)
    token = await sign_in(request, given, data.password)
    return Response(SignedIn(email=given), cookies=[session_cookie(request, token)])
