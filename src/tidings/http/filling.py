"""Forms that anybody fills in: a page of ours, or inside a page of somebody else. What a robot sends is taken and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from litestar import Response, get, post, route
from litestar.params import FromPath

from tidings import flow
from tidings.forms import puzzles, service as forms
from tidings.forms.models import Field, Filled, Form, filled
from tidings.http.served import AnyRequest, now, served
from tidings.http.sorry import sorry
from tidings.http.visitors import Reader, answer, form_of, reader
from tidings.messages import tokens
from tidings.pages import rendering
from tidings.runtime.app import Workspace
from tidings.runtime.clock import HOUR, SECOND
from tidings.runtime.database import Tx

QUICKEST = 2 * SECOND
"""No person reads and fills in a form faster."""
LONGEST = 24 * HOUR
BY_IP, BY_FORM = 20, 2_000
"""Submissions an hour that are taken from one address of the net, and by one form."""


Outcome = Literal["asked", "signed_up", "taken"]


@route("/f/{workspace:str}/{name:str}", http_method=["GET", "HEAD"], include_in_schema=False)
@sorry
async def form_page(request: AnyRequest, workspace: FromPath[str], name: FromPath[str]) -> Response[str]:
    """The form, to be filled in; fields may be filled by the address. It may stand in a frame of another page."""
    where = served(request).app.workspace(workspace)
    form, here = await where.database.read(lambda tx: forms.find(tx, name)), await reader(request, where)
    given = {field.name: str(request.query_params.get(field.name, "")) for field in form.fields}
    return _shown(here, form, given, now(request))


@post("/f/{workspace:str}/{name:str}", status_code=200, include_in_schema=False)
@sorry
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
    puzzle = _solved(where, given, at) if form.proof_of_work else 0
    if puzzle is None:
        return _shown(here, form, given, at, problem=here.look.say("puzzle"))
    limits = served(request).limits
    if not (limits.may(f"ip {here.ip}", BY_IP, at) and limits.may(f"form {workspace} {name}", BY_FORM, at)):
        return _shown(here, form, given, at, problem=here.look.say("busy"), status=429)
    outcome = await _submit(here, form, found, puzzle, at)
    if outcome is None:
        return _shown(here, form, given, at, problem=here.look.say("puzzle"))
    return _thanks(here, form, outcome)


@get("/f/puzzle.js", include_in_schema=False, sync_to_thread=False)
def puzzle_script() -> Response[bytes]:
    """What solves the puzzle of a form that asks for one."""
    headers = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
    return Response(rendering.script(), media_type="text/javascript", headers=headers)


async def _submit(here: Reader, form: Form, found: Filled, puzzle: int, at: int) -> Outcome | None:
    """What became of it; None when its puzzle was handed in before."""
    where, words = here.workspace, here.look.words
    setting, visitor = served(here.request).settings[where.name], here.visitor
    asking = flow.Asking(subject=words["mail_subject"], text=words["mail_told"], button=words["confirm_button"])

    def unit(tx: Tx) -> Outcome | None:
        if puzzle and not forms.spend(tx, puzzle, at):
            return None
        return flow.submit(tx, form, found.values, visitor, asking, setting, at)

    outcome = await where.database.write(unit)
    where.timers.ring()
    where.lanes.ring()
    return outcome


def _solved(workspace: Workspace, given: Mapping[str, str], at: int) -> int | None:
    """The number of the puzzle that was solved; None when it was not, or too long ago."""
    text = given.get("_puzzle", "")
    number = tokens.read(workspace.secret, "puzzle", text)
    is_good = number is not None and puzzles.is_fresh(number, at) and puzzles.is_solved(text, given.get("_answer", ""))
    return number if is_good else None


def _is_in_time(workspace: Workspace, seen: str, at: int) -> bool:
    """Whether the page was opened by somebody, and neither a moment nor a day ago."""
    opened = tokens.read(workspace.secret, "seen", seen)
    return opened is not None and QUICKEST <= at - opened <= LONGEST


def _thanks(here: Reader, form: Form, outcome: Outcome) -> Response[str]:
    titles: dict[Outcome, tuple[str, str]] = {
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
    secret = here.workspace.secret
    number = puzzles.number(at, served(here.request).app.chance.bits(20))
    values = looks(here, form, given, wrong) | {
        "problem": problem,
        "seen": tokens.make(secret, "seen", at),
        "puzzle": tokens.make(secret, "puzzle", number) if form.proof_of_work else "",
    }
    text = rendering.page(here.look, "form.html", form.title, **values)
    return answer(here, text, may_be_framed=True, status=status, may_run=form.proof_of_work)


def looks(here: Reader, form: Form, given: Mapping[str, Any], wrong: Mapping[str, str]) -> dict[str, Any]:
    """What the template of a form shows."""
    return {
        "description": form.description,
        "problem": "",
        "action": f"/f/{here.workspace.name}/{form.form}",
        "fields": [_field(field, given.get(field.name, ""), wrong.get(field.name), here) for field in form.fields],
        "seen": "",
        "puzzle": "",
        "bits": puzzles.BITS,
        "button_words": form.button,
    }


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
