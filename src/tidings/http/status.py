"""A plain page for an operator: what is due, what failed and why, the sandbox's inbox; until the real interface is there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from jinja2 import Environment, FileSystemLoader
from litestar import Response, get, post
from litestar.enums import MediaType, RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.params import Body, FromPath
from litestar.response import Redirect

from tidings.access import service as access
from tidings.channels import service as channels
from tidings.contacts.addresses import email
from tidings.http.access import session_cookie, sign_in
from tidings.http.operations import lag
from tidings.http.paging import LAST
from tidings.http.served import COOKIE, AnyRequest, check_origin, now, served
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.database import Tx
from tidings.runtime.errors import Busy, Forbidden, Invalid
from tidings.runtime.ids import iso

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_HERE = Path(__file__).parent / "pages"
_PAGES = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, loader=FileSystemLoader(_HERE))


def _html(text: str, status: int = 200, cookies: Any = None) -> Response[str]:
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=_HEADERS, cookies=cookies or [])


async def _person(request: AnyRequest) -> str | None:
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    try:
        app = served(request).app
        person = await app.system.read(lambda tx: access.who(tx, cookie, app.clock.now()))
        return None if person.role == access.VISITOR else person.email  # this page shows the workspace main
    except Forbidden:
        return None


@get("/", include_in_schema=False)
async def status(request: AnyRequest) -> Response[str]:
    """The page, or the way in."""
    app = served(request).app
    person = await _person(request)
    if person is None:
        nobody = not await app.system.read(access.has_people)
        return _html(_PAGES.get_template("login.html").render(nobody=nobody))
    workspace = app.workspace("main")

    def unit(tx: Tx) -> dict[str, Any]:
        return {
            "journeys": [(row.name, row.state, *journeys.people(tx, row.name)) for row in journeys.journeys(tx)],
            "next_due": iso(journeys.next_due(tx)),
            "alerts": [one for one in messages.alerts(tx, before=LAST, limit=50) if one.ended_at is None],
            "resting": [one for one in channels.accounts(tx) if one.state != "active"],
            "counts": messages.counts(tx),
            "uncertain": messages.page(tx, before=LAST, limit=50, state="uncertain"),
            "lost": messages.page(tx, before=LAST, limit=20, state="failed"),
            "failed": journeys.failed(tx, 50),
            "inbox": [
                (iso(row.at), channels.decoded(row)) for row in channels.records(tx, "inbox", before=LAST, limit=30)
            ],
        }

    found = await workspace.database.read(unit)
    waits = await lag(workspace, now(request))
    return _html(_PAGES.get_template("status.html").render(person=person, lag=round(waits), **found))


@get("/status.css", include_in_schema=False, sync_to_thread=False)
def style() -> Response[str]:
    return Response(
        (_HERE / "status.css").read_text(), media_type="text/css", headers={"cache-control": "max-age=3600"}
    )


@post("/login", include_in_schema=False)
async def login(request: AnyRequest, data: Form) -> Response[str] | Redirect:
    """Sign in, or say what was wrong without saying whether the person exists."""
    try:
        token = await sign_in(request, data.get("email", ""), data.get("password", ""))
    except (Forbidden, Busy) as error:
        return _html(
            _PAGES.get_template("login.html").render(problem=str(error)), status=429 if isinstance(error, Busy) else 403
        )
    return Redirect("/", status_code=303, cookies=[session_cookie(request, token)])


@get("/first/{token:str}", include_in_schema=False)
async def first_user_page(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The form for the first user, behind a link that works once."""
    at = now(request)
    good = await served(request).app.system.read(lambda tx: access.may_be_first(tx, token, at))
    if not good:
        raise HTTPException(status_code=404, detail="This link has been used, or is too old.")
    return _html(_PAGES.get_template("first.html").render(token=token))


@post("/first/{token:str}", include_in_schema=False)
async def first_user(request: AnyRequest, token: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Make the first user, and sign them in."""
    check_origin(request)
    app, at, given = served(request).app, now(request), email(data.get("email", ""))
    problem = "" if given else "This is not an email address."
    try:
        hashed = await asyncio.to_thread(access.hash_password, data.get("password", ""))
    except Invalid as error:
        problem = problem or str(error)
    if problem or given is None:
        return _html(_PAGES.get_template("first.html").render(token=token, problem=problem), status=400)
    await app.system.write(lambda tx: access.be_first(tx, token, given, hashed, at))
    session = await sign_in(request, given, data.get("password", ""))
    return Redirect("/", status_code=303, cookies=[session_cookie(request, session)])


@post("/logout", include_in_schema=False)
async def logout(request: AnyRequest) -> Redirect:
    """Sign out."""
    check_origin(request)
    if cookie := request.cookies.get(COOKIE):
        await served(request).app.system.write(lambda tx: access.sign_out(tx, cookie))
    return Redirect("/", status_code=303)


async def _mend(request: AnyRequest, unit: Any) -> Redirect:
    check_origin(request)
    if await _person(request) is None:
        raise HTTPException(status_code=401, detail="Sign in first.")
    workspace = served(request).app.workspace("main")
    await workspace.database.write(unit)
    workspace.timers.ring()
    workspace.lanes.ring()
    workspace.accounts.ring()
    return Redirect("/", status_code=303)


@post("/runs/{run_id:int}/{how:str}", include_in_schema=False)
async def mend_run(request: AnyRequest, run_id: FromPath[int], how: FromPath[str]) -> Redirect:
    """Try a failed run again, or skip its step."""
    at = now(request)
    return await _mend(request, lambda tx: journeys.retry(tx, run_id, at, is_skipping=how == "skip"))


@post("/messages/{message_id:int}/again", include_in_schema=False)
async def mend_message(request: AnyRequest, message_id: FromPath[int]) -> Redirect:
    """Send an uncertain message again."""
    at = now(request)
    return await _mend(request, lambda tx: messages.send_again(tx, message_id, at))


@post("/accounts/{account_id:int}/resume", include_in_schema=False)
async def mend_account(request: AnyRequest, account_id: FromPath[int]) -> Redirect:
    """Let an account that rests send again."""
    at = now(request)
    return await _mend(request, lambda tx: messages.resume_account(tx, account_id, at))
