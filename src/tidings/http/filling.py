"""Forms that anybody fills in: a page of ours, or inside a page of somebody else. What a robot sends is taken and forgotten."""

from __future__ import annotations

from typing import Any

from litestar import Response, post, route
from litestar.params import FromPath

from tidings import flow
from tidings.forms import service as forms
from tidings.forms.models import Field, Filled, Form, filled
from tidings.http.pages import Reader, answer, form_of, reader
from tidings.http.served import AnyRequest, now, served
from tidings.messages import tokens
from tidings.pages import rendering
from tidings.runtime.app import Workspace
from tidings.runtime.clock import HOUR, SECOND

QUICKEST = 2 * SECOND
"""No person reads and fills in a form faster."""
LONGEST = 24 * HOUR
BY_IP, BY_FORM = 20, 2_000
"""Submissions an hour that are taken from one address of the net, and by one form."""


@route("/f/{workspace:str}/{name:str}", http_method=["GET", "HEAD"], include_in_schema=False)
async def form_page(request: AnyRequest, workspace: FromPath[str], name: FromPath[str]) -> Response[str]:
    """The form, to be filled in; fields may be filled by the address. It may stand in a frame of another page."""
    where = served(request).app.workspace(workspace)
    form, here = await where.database.read(lambda tx: forms.find(tx, name)), await reader(request, where)
    given = {field.name: str(request.query_params.get(field.name, "")) for field in form.fields}
    return _shown(here, form, given, now(request))


@post("/f/{workspace:str}/{name:str}", status_code=200, include_in_schema=False)
async def fill(request: AnyRequest, workspace: FromPath[str], name: FromPath[str]) -> Response[str]:
    """A submission. The answer does not tell who is known here."""
    where, at = served(request).app.workspace(workspace), now(request)
    form, here = await where.database.read(lambda tx: forms.find(tx, name)), await reader(request, where)
    given = await form_of(request)
    if given.get("website"):  # only a robot fills in what nobody sees
        return _thanks(here, form, "asked" if form.consent else "taken")
    found = filled(form, given)
    if found.wrong:
        return _shown(here, form, given, at, found=found, problem=here.look.say("wrong"))
    if not _is_in_time(where, given.get("_seen", ""), at):
        return _shown(here, form, given, at, problem=here.look.say("slow"))
    limits = served(request).limits
    if not (limits.may(f"ip {here.ip}", BY_IP, at) and limits.may(f"form {workspace} {name}", BY_FORM, at)):
        return _shown(here, form, given, at, problem=here.look.say("busy"), status=429)
    setting, visitor = served(request).settings[where.name], here.visitor
    words = here.look.words
    asking = flow.Asking(subject=words["mail_subject"], text=words["mail_told"], button=words["confirm_button"])
    outcome = await where.database.write(lambda tx: flow.submit(tx, form, found.values, visitor, asking, setting, at))
    where.timers.ring()
    where.lanes.ring()
    return _thanks(here, form, outcome)


def _is_in_time(workspace: Workspace, seen: str, at: int) -> bool:
    """Whether the page was opened by somebody, and neither a moment nor a day ago."""
    opened = tokens.read(workspace.secret, "seen", seen)
    return opened is not None and QUICKEST <= at - opened <= LONGEST


def _thanks(here: Reader, form: Form, outcome: str) -> Response[str]:
    titles = {
        "asked": ("sent", "sent_told"),
        "signed_up": ("confirmed", "confirmed_told"),
        "taken": ("thanks", "thanks_told"),
    }
    title, told = titles[outcome]
    lines = [form.thanks] if form.thanks and outcome != "asked" else [here.look.say(told)]
    return answer(here, rendering.plain(here.look, here.look.say(title), *lines), may_be_framed=True)


def _shown(
    here: Reader,
    form: Form,
    given: Any,
    at: int,
    *,
    found: Filled | None = None,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    wrong = found.wrong if found else {}
    values = {
        "description": form.description,
        "problem": problem,
        "action": f"/f/{here.workspace.name}/{form.form}",
        "fields": [_field(field, given.get(field.name, ""), wrong.get(field.name), here) for field in form.fields],
        "seen": tokens.make(here.workspace.secret, "seen", at),
        "button_words": form.button,
    }
    text = rendering.page(here.look, "form.html", form.title, **values)
    return answer(here, text, may_be_framed=True, status=status)


def _field(field: Field, value: str, wrong: str | None, here: Reader) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": "email" if field.name == "email" else field.type,
        "required": field.required or field.name == "email",
        "options": field.options,
        "value": value[:500],
        "problem": here.look.say(f"wrong_{wrong}") if wrong else "",
    }
