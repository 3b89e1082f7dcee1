"""Templates over HTTP: the list, one with its draft and versions, what they may name, those that come along."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromPath
from msgspec import Struct

from tidings import documents
from tidings.http.documents import DocumentDraft, DocumentEdition, draft_of, shown_editions
from tidings.http.served import AnyRequest, database, now
from tidings.journeys import numbers as journey_numbers
from tidings.messages import numbers as message_numbers
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.ids import iso
from tidings.templates import knowing, service as templates
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
