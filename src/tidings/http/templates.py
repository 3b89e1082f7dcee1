"""Templates over HTTP: the list, one with its draft and versions, how it looks to somebody, a test."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import documents, flow
from tidings.contacts import service as contacts
from tidings.http.documents import DocumentDraft, DocumentEdition, DocumentProblem, draft_of, shown_editions
from tidings.http.served import AnyRequest, database, now, once, served, setting, workspace
from tidings.journeys import numbers as journey_numbers
from tidings.messages import numbers as message_numbers
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem
from tidings.runtime.ids import iso
from tidings.templates import knowing, rendering, service as templates
from tidings.templates.brand import Brand
from tidings.templates.checks import checks
from tidings.templates.models import Stored, TemplateDocument
from tidings.templates.sandbox import Budget
from tidings.templates.stocked import stock
from tidings.templates.variables import written as named

TemplateState = Literal["draft", "live"]


class TemplateLine(Struct, kw_only=True):
    """A template in the list; one that was never published has the state `draft` and no version."""

    name: str
    state: TemplateState
    channel: str
    message_class: str
    topic: str
    subject: str
    version: int | None
    published_at: str | None
    has_draft: bool
    used_in: list[str]
    """Live journeys that send it."""
    sent_30d: int


class TemplatePage(Struct, kw_only=True):
    """Every template."""

    items: list[TemplateLine]
    next: str | None


class TemplateDetail(TemplateLine, kw_only=True):
    """One template; `document` is what is live, null when it was never published."""

    document: dict[str, Any] | None
    draft: DocumentDraft | None
    versions: list[DocumentEdition]


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


class StockTemplates(Struct, kw_only=True):
    """Documents to begin with, each a template."""

    items: list[dict[str, Any]]


class KnownVariable(Struct, kw_only=True):
    """Something that is known of people; `path` as templates name it, `type` as it was learnt."""

    path: str
    type: str


class KnownEvent(Struct, kw_only=True):
    """A kind of event with the variables that it brings to whatever it starts."""

    name: str
    paths: list[str]


class KnownVariables(Struct, kw_only=True):
    """What a template may name, from what is really there."""

    contact: list[KnownVariable]
    events: list[KnownEvent]


class Templates(Controller):
    """Templates as they are live, and as they are being written."""

    path = "/templates"
    tags = ("templates",)

    @get()
    async def index(self, request: AnyRequest) -> TemplatePage:
        """Every template, those that are only a draft among them."""
        at = now(request)
        return TemplatePage(items=await database(request).read(lambda tx: _lines(tx, at)), next=None)

    @get("/stock", sync_to_thread=False)
    def stock(self) -> StockTemplates:
        """Letters that come along, to begin with."""
        return StockTemplates(items=list(stock().values()))

    @get("/variables")
    async def variables(self, request: AnyRequest) -> KnownVariables:
        """What a template may name: what is known of people, the last written first, and what the last events brought."""
        attributes, happened = await database(request).read(lambda tx: (knowing.attributes(tx), knowing.happenings(tx)))
        return KnownVariables(
            contact=[KnownVariable(path=named("contact", one.path), type=one.type) for one in attributes],
            events=[
                KnownEvent(name=one.name, paths=[named("event", path) for path in one.properties]) for one in happened
            ],
        )

    @get("/{name:str}")
    async def show(self, request: AnyRequest, name: FromPath[str]) -> TemplateDetail:
        """One template: what is live, its draft, its versions."""
        at = now(request)
        return await database(request).read(lambda tx: _detail(tx, name, at))

    @post("/preview", status_code=200)
    async def preview(self, request: AnyRequest, data: JSONBody[LookAt]) -> TemplateLook:
        """How a document looks to somebody, by the renderer that sends; what is wrong is told, with its line."""
        try:
            written = msgspec.convert(data.document, TemplateDocument)
        except msgspec.ValidationError as error:
            return TemplateLook(subject="", html="", text="", problems=[_problem("", f"{error}.")])
        at = now(request)

        def unit(tx: Tx) -> tuple[dict[str, Any], Stored, list[Problem]]:
            stored = templates.taking_over(tx, written)
            unsure = knowing.unknown(tx, stored) + knowing.lacking(tx, stored, at) + knowing.gone(tx, stored)
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


def _lines(tx: Tx, now: int) -> list[TemplateLine]:
    used, sent = journey_numbers.templates_used(tx), message_numbers.sent_by_template(tx, now - 30 * DAY)
    drafts = {one.name: one for one in documents.drafts(tx, "template")}
    found = dict[str, TemplateLine]()
    for row in templates.versions(tx):
        document = templates.document_of(row)
        found[row.name] = TemplateLine(
            name=row.name,
            state="live",
            channel=document.channel,
            message_class=document.message_class,
            topic=document.topic,
            subject=document.subject,
            version=row.number,
            published_at=iso(row.created_at),
            has_draft=row.name in drafts,
            used_in=used.get(row.name, []),
            sent_30d=sent.get(row.name, 0),
        )
    found |= {name: _unpublished(one, used) for name, one in drafts.items() if name not in found}
    return sorted(found.values(), key=lambda line: line.name)


def _unpublished(draft: documents.Draft, used: dict[str, list[str]]) -> TemplateLine:
    document = documents.decoded(draft)
    return TemplateLine(
        name=draft.name,
        state="draft",
        channel=str(document.get("channel") or "email"),
        message_class=str(document.get("class") or "promotional"),
        topic=str(document.get("topic") or ""),
        subject=str(document.get("subject") or ""),
        version=None,
        published_at=None,
        has_draft=True,
        used_in=used.get(draft.name, []),
        sent_30d=0,
    )


def _detail(tx: Tx, name: str, now: int) -> TemplateDetail:
    line = next((line for line in _lines(tx, now) if line.name == name), None)
    if line is None:
        raise NotFound(f"There is no template {name!r}.")
    document = documents.version(tx, "template", name, line.version) if line.version else None
    return TemplateDetail(
        **msgspec.structs.asdict(line),
        document=document,
        draft=draft_of(tx, "template", name),
        versions=shown_editions(templates.editions(tx, name)),
    )
