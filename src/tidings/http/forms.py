"""Forms over HTTP: each with how often it was filled in, who did so lately, and how a form looks before it is live."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct

from tidings import documents
from tidings.contacts import service as contacts
from tidings.documents.of_forms import FORM
from tidings.events import service as events
from tidings.forms import models, service as forms
from tidings.http.filling import looks
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, now, setting, workspace
from tidings.http.visitors import reader
from tidings.pages import rendering
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.runtime.ids import iso


class FormLine(Struct, kw_only=True):
    """A form in the list; one that was never published has the state `draft`, and nobody can open its `url`."""

    name: str
    title: str
    topic: str
    state: Literal["draft", "live"]
    has_draft: bool
    url: str
    submitted: int
    submitted_30d: int
    last_at: str | None


class FormSubmission(Struct, kw_only=True):
    """Who filled in a form, when, with what, and on which page it stood."""

    at: str
    contact_id: int
    label: str
    fields: dict[str, Any]
    page: str


class FormSubmissions(Struct, kw_only=True):
    """A page of submissions, newest first."""

    items: list[FormSubmission]
    next: str | None


class FormSeen(Struct, kw_only=True, forbid_unknown_fields=True):
    """A document, and in whose language it is looked at."""

    document: dict[str, Any]
    language: str = ""


class FormLook(Struct, kw_only=True):
    """The page as it would be; nothing on it can be sent."""

    html: str
    languages: list[str]


class Forms(Controller):
    """Forms: who filled them in, and how they look. They are written as documents."""

    path = "/forms"
    tags = ("forms",)

    @get()
    async def index(self, request: AnyRequest) -> list[FormLine]:
        """Every form by name, those with only a draft among them."""
        here, since = setting(request), now(request) - 30 * DAY
        address = f"{here.address}/f/{workspace(request).name}"

        def unit(tx: Tx) -> list[FormLine]:
            drafts = {one.name: documents.decoded(one) for one in documents.drafts(tx, "form")}
            live, counts = FORM.live(tx), forms.counts(tx, since)
            lines = list[FormLine]()
            for name in sorted({*live, *drafts}):
                document, count = live[name].document if name in live else drafts[name], counts.get(name)
                lines.append(
                    FormLine(
                        name=name,
                        title=str(document.get("title") or name),
                        topic=str(document.get("topic") or ""),
                        state="live" if name in live else "draft",
                        has_draft=name in drafts,
                        url=f"{address}/{name}",
                        submitted=count.total if count else 0,
                        submitted_30d=count.lately if count else 0,
                        last_at=iso(count.last_at) if count else None,
                    )
                )
            return lines

        return await database(request).read(unit)

    @get("/{name:str}/submissions")
    async def submissions(
        self, request: AnyRequest, name: FromPath[str], cursor: FromQuery[str] = "", limit: FromQuery[int] = 20
    ) -> FormSubmissions:
        """Who filled it in, newest first, with what they wrote."""
        limit, place = max(1, min(limit, 100)), before(cursor)

        def unit(tx: Tx) -> FormSubmissions:
            if not forms.is_known(tx, name) and documents.draft(tx, "form", name) is None:
                raise NotFound(f"There is no form {name!r}.")
            found = forms.submissions(tx, name, before=place, limit=limit)
            names = contacts.labels(tx, {one.contact_id for one in found})
            items = [_submission(tx, one, names.get(one.contact_id, f"#{one.contact_id}")) for one in found]
            last = cursor_of(found[-1].at, found[-1].contact_id) if len(found) >= limit else None
            return FormSubmissions(items=items, next=last)

        return await database(request).read(unit)

    @post("/preview", status_code=200)
    async def preview(self, request: AnyRequest, data: JSONBody[FormSeen]) -> FormLook:
        """A form as visitors would see it, in a language of theirs; 400 names what is wrong with it."""
        form = models.check(data.document)
        if data.language and data.language not in rendering.languages():
            known = ", ".join(rendering.languages())
            raise Invalid.at("language", f"{data.language!r} is none that pages are written in.", f"One of {known}.")
        here = await reader(request, workspace(request), data.language or "en")
        html = rendering.page(here.look, "form.html", form.title, **looks(here, form, {}, {}))
        return FormLook(html=html, languages=rendering.languages())


def _submission(tx: Tx, one: forms.Submission, label: str) -> FormSubmission:
    event = events.nearest(tx, [one.contact_id], "Form Submitted", one.at)
    said = msgspec.json.decode(event.properties) if event is not None else {}
    return FormSubmission(
        at=iso(one.at) or "",
        contact_id=one.contact_id,
        label=label,
        fields=said.get("fields") or {},
        page=said.get("page") or "",
    )
