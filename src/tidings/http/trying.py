"""A template before it is sent: how it looks to somebody, for whom it would fail, a test."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody
from msgspec import Struct

from tidings import flow
from tidings.contacts import service as contacts
from tidings.http.documents import DocumentProblem
from tidings.http.served import AnyRequest, database, now, once, served, setting, workspace
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem
from tidings.templates import knowing, rendering, service as templates
from tidings.templates.brand import Brand
from tidings.templates.checks import checks
from tidings.templates.models import Stored, TemplateDocument
from tidings.templates.sandbox import Budget

COUNTED_FOR = 60.0
"""Seconds for which a count of everybody is good."""


class LookAt(Struct, kw_only=True, forbid_unknown_fields=True):
    """A document, and as whom it is read: a contact, or `sample` attributes; with the properties of an `event`. `brand` tries
    another look, `locale` another language."""

    document: dict[str, Any]
    contact_id: int | None = None
    sample: dict[str, Any] = msgspec.field(default_factory=dict)
    event: dict[str, Any] = msgspec.field(default_factory=dict)
    brand: Brand | None = None
    locale: str = ""


class TemplateLook(Struct, kw_only=True):
    """What they would read, as far as it can be made; a problem names the part and the line: `html:12`."""

    subject: str
    html: str
    text: str
    problems: list[DocumentProblem]
    language: str = ""
    """The translation that they would read, by their locale; empty: the base."""
    preheader: str = ""
    """What their inbox shows beside the subject."""


class SendTest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A document, or the name of a live template; `to` whom, as whom it is read, by which account."""

    document: dict[str, Any] | None = None
    name: str = ""
    to: str = ""
    contact_id: int | None = None
    account: str = ""
    event: dict[str, Any] = msgspec.field(default_factory=dict)


class TestSent(Struct, kw_only=True):
    """The message that was asked for."""

    __test__ = False
    message_id: int


class Lettered(Struct, kw_only=True, forbid_unknown_fields=True):
    """A document that is being written."""

    document: dict[str, Any]


class LackingPeople(Struct, kw_only=True):
    """Variables without a fallback that some people lack, with how many; counted at most once a minute."""

    items: list[DocumentProblem]


class Trying(Controller):
    """Templates before they are sent."""

    path = "/templates"
    tags = ("templates",)

    @post("/preview", status_code=200)
    async def preview(self, request: AnyRequest, data: JSONBody[LookAt]) -> TemplateLook:
        """How a document looks to somebody, by the renderer that sends; what is wrong is told, with its line."""
        try:
            written = msgspec.convert(data.document, TemplateDocument)
        except msgspec.ValidationError as error:
            return TemplateLook(subject="", html="", text="", problems=[_problem("", f"{error}.")])

        def unit(tx: Tx) -> tuple[dict[str, Any], Stored, list[Problem]]:
            stored = templates.taking_over(tx, written)
            unsure = knowing.unknown(tx, stored) + knowing.gone(tx, stored)
            return _attributes(tx, data), stored, unsure

        attributes, document, unsure = await database(request).read(unit)
        if data.brand is not None:
            document = msgspec.structs.replace(document, brand=data.brand)
        if data.locale:
            attributes = attributes | {"locale": data.locale}
        variables = {"contact": attributes, "event": data.event, "journey": "preview"}
        is_marketing = document.message_class in ("lifecycle", "promotional")
        address = setting(request).address
        signed = rendering.Signed(unsubscribe=f"{address}/u/preview" if is_marketing else "", base=address)
        budget = Budget(served(request).app.clock.monotonic)
        seen = rendering.preview(document, variables, signed, budget)
        problems = [_problem(one.path, one.message, one.hint) for one in seen.problems]
        problems += [_problem(one.path, one.message, one.hint, "warning") for one in checks(document) + unsure]
        return TemplateLook(
            subject=seen.subject,
            html=seen.html,
            text=seen.text,
            problems=problems,
            language=seen.language,
            preheader=seen.preheader,
        )

    @post("/lacking", status_code=200)
    async def lacking(self, request: AnyRequest, data: JSONBody[Lettered]) -> LackingPeople:
        """For how many people a letter would fail, variable by variable; what is no document lacks nothing."""
        try:
            written = msgspec.convert(data.document, TemplateDocument)
        except msgspec.ValidationError:
            return LackingPeople(items=[])

        def look(tx: Tx) -> tuple[Stored, dict[str, str]]:
            stored = templates.taking_over(tx, written)
            return stored, knowing.bare(tx, stored)

        stored, places = await database(request).read(look)
        counts = {path: await _without(request, path) for path in places}
        return LackingPeople(
            items=[_problem(one.path, one.message, one.hint, "warning") for one in knowing.told(stored, places, counts)]
        )

    @post("/test-send", status_code=200)
    async def test_send(self, request: AnyRequest, data: JSONBody[SendTest]) -> TestSent:
        """Send it once, now, through the ledger: the answer names the message. It needs no consent and counts nowhere."""
        at, here = now(request), setting(request)

        def unit(tx: Tx) -> TestSent:
            test = flow.Test(
                document=templates.taking_over(tx, _document(tx, data)),
                to=data.to,
                contact_id=data.contact_id or 0,
                account=data.account,
                event=data.event,
            )
            return TestSent(message_id=flow.send_test(tx, test, here, at))

        found = await once(request, unit)
        workspace(request).lanes.ring()
        return found


def _problem(path: str, message: str, hint: str = "", level: Literal["error", "warning"] = "error") -> DocumentProblem:
    return DocumentProblem(level=level, path=path, message=message, hint=hint)


def _attributes(tx: Tx, data: LookAt) -> dict[str, Any]:
    if data.contact_id is None:
        return data.sample
    return msgspec.json.decode(contacts.get(tx, data.contact_id).attributes)  # type: ignore[no-any-return]


def _document(tx: Tx, data: SendTest) -> TemplateDocument:
    if data.document is not None:
        return templates.check(data.document)
    found = templates.current(tx, [data.name]).get(data.name)
    if not data.name:
        raise Invalid.at("document", "is missing, and so is name.", "Say what is sent.")
    if found is None:
        raise NotFound(f"There is no live template {data.name!r}.")
    return templates.document_of(found)


async def _without(request: AnyRequest, path: str) -> knowing.Without:
    here, at = served(request), now(request)
    key, ends = f"{workspace(request).name} {path}", here.app.clock.monotonic()
    kept = here.counts.get(key)
    if kept is not None and kept[0] > ends:
        return kept[1]
    found = await database(request).read(lambda tx: knowing.count_without(tx, path, at))
    if len(here.counts) > 1_000:
        here.counts.clear()
    here.counts[key] = (ends + COUNTED_FOR, found)
    return found
