"""Documents of any kind over HTTP: check, plan, publish; drafts and versions."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Controller, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import documents
from tidings.http.served import AnyRequest, database, now, once, workspace
from tidings.http.shapes import gives
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound, Problem
from tidings.runtime.ids import iso
from tidings.runtime.shelf import Edition


class ValidDocument(Struct, kw_only=True):
    """A document that could be published."""

    kind: str
    name: str
    valid: bool


class PublishedDocument(Struct, kw_only=True):
    """A document that is live now; `published` is false when nothing changed."""

    kind: str
    name: str
    published: bool


class DocumentProblem(Struct, kw_only=True):
    """One place: an error keeps the document from being published, a warning says what will go wrong all the same."""

    level: Literal["error", "warning"]
    path: str
    message: str
    hint: str


class DocumentDraft(Struct, kw_only=True):
    """A document that is being written; `based_on` is the version that was live when it was begun, 0 for none."""

    kind: str
    name: str
    document: dict[str, Any]
    based_on: int
    saved_at: str
    actor: str
    problems: list[DocumentProblem]


class DocumentEdition(Struct, kw_only=True):
    """A version: its number, when it was published, and by whom."""

    number: int
    at: str
    actor: str


class DocumentLine(Struct, kw_only=True):
    """A document in the list of its kind; `number` is the version that is live, 0 where there is only a draft."""

    name: str
    number: int
    has_draft: bool
    document: dict[str, Any]
    """What is live; the draft where nothing is."""


class DocumentPage(Struct, kw_only=True):
    """Everything about one document; `document` is what is live, null when nothing is."""

    kind: str
    name: str
    number: int
    document: dict[str, Any] | None
    draft: DocumentDraft | None
    versions: list[DocumentEdition]


class DocumentVersion(Struct, kw_only=True):
    """A document as one of its versions says it."""

    kind: str
    name: str
    number: int
    document: dict[str, Any]


def problems_of(tx: Tx, document: dict[str, Any]) -> list[DocumentProblem]:
    """What is wrong with a document, errors first."""

    def told(level: Literal["error", "warning"], one: Problem) -> DocumentProblem:
        return DocumentProblem(level=level, path=one.path, message=one.message, hint=one.hint)

    errors, warnings = documents.problems(tx, document)
    return [told("error", one) for one in errors] + [told("warning", one) for one in warnings]


def shown_draft(tx: Tx, found: documents.Draft) -> DocumentDraft:
    """A draft with what is wrong with it now."""
    document = documents.decoded(found)
    return DocumentDraft(
        kind=found.kind,
        name=found.name,
        document=document,
        based_on=found.based_on,
        saved_at=iso(found.at) or "",
        actor=found.actor,
        problems=problems_of(tx, document),
    )


def draft_of(tx: Tx, kind: str, name: str) -> DocumentDraft | None:
    """The draft of a document, if there is one."""
    found = documents.draft(tx, kind, name)
    return shown_draft(tx, found) if found is not None else None


def shown_editions(editions: list[Edition]) -> list[DocumentEdition]:
    """Versions as people expect them."""
    return [DocumentEdition(number=one.number, at=iso(one.at) or "", actor=one.actor) for one in editions]


class Documents(Controller):
    """Any document: check, plan, publish; its draft, its versions."""

    path = "/documents"
    tags = ("documents",)

    @post("/validate", status_code=200, responses=gives(ValidDocument))
    async def validate(self, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
        """Whether a document could be published; 400 names every place that is wrong."""
        kind, name = documents.name(documents.check(data))
        return {"kind": kind, "name": name, "valid": True}

    @post("/plan", status_code=200)
    async def plan(self, request: AnyRequest, data: JSONBody[dict[str, Any]]) -> documents.DocumentPlan:
        """What publishing would change, place by place, who is inside the steps that change, and whom it cannot reach and why."""
        document, at = documents.check(data), now(request)
        return await database(request).read(lambda tx: documents.plan(tx, document, at))

    @post("/publish", status_code=200, responses=gives(PublishedDocument))
    async def publish(self, request: AnyRequest, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
        """Make a document live, and be done with its draft; one that does not validate changes nothing."""
        at, actor = now(request), request.state["actor"].name
        document = documents.check(data)
        answer = await once(request, lambda tx: documents.publish(tx, document, at, actor=actor))
        workspace(request).imports.ring()
        return answer

    @post("/publish-all", status_code=200, responses=gives(list[PublishedDocument]))
    async def publish_all(self, request: AnyRequest, data: JSONBody[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        """Make several documents live together; if one does not validate, none is changed."""
        at, actor = now(request), request.state["actor"].name
        checked = documents.in_order(documents.check(one) for one in data)

        def unit(tx: Tx) -> list[dict[str, Any]]:
            return [documents.publish(tx, document, at, actor=actor) for document in checked]

        answer = await once(request, unit)
        workspace(request).imports.ring()
        return answer

    @get("/{kind:str}")
    async def list_documents(self, request: AnyRequest, kind: FromPath[str]) -> list[DocumentLine]:
        """Every document of a kind by name, those with only a draft among them."""

        def unit(tx: Tx) -> list[DocumentLine]:
            how = documents.known(kind)
            drafts = {one.name: documents.decoded(one) for one in documents.drafts(tx, kind)}
            live = how.live(tx)
            return [
                DocumentLine(
                    name=name,
                    number=live[name].number if name in live else 0,
                    has_draft=name in drafts,
                    document=live[name].document if name in live else drafts[name],
                )
                for name in sorted({*live, *drafts})
            ]

        return await database(request).read(unit)

    @get("/{kind:str}/{name:str}")
    async def show_document(self, request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> DocumentPage:
        """One document: what is live, its draft, its versions."""

        def unit(tx: Tx) -> DocumentPage:
            how, draft = documents.known(kind), draft_of(tx, kind, name)
            number = how.number(tx, name)
            if not number and draft is None:
                raise NotFound(f"There is no {kind} {name!r}.")
            return DocumentPage(
                kind=kind,
                name=name,
                number=number,
                document=how.version(tx, name, number) if number else None,
                draft=draft,
                versions=shown_editions(how.editions(tx, name)) if number else [],
            )

        return await database(request).read(unit)

    @delete("/{kind:str}/{name:str}")
    async def take_down(self, request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> None:
        """Nothing of this name is live any more, its versions stay; refused while others use it."""
        at = now(request)
        await database(request).write(lambda tx: documents.take_down(tx, kind, name, at))

    @get("/{kind:str}/{name:str}/draft")
    async def show_draft(self, request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> DocumentDraft:
        """The draft of a document, with what is wrong with it."""

        def unit(tx: Tx) -> DocumentDraft:
            found = documents.draft(tx, kind, name)
            if found is None:
                raise NotFound(f"{kind.capitalize()} {name!r} has no draft.")
            return shown_draft(tx, found)

        return await database(request).read(unit)

    @put("/{kind:str}/{name:str}/draft")
    async def save_draft(
        self, request: AnyRequest, kind: FromPath[str], name: FromPath[str], data: JSONBody[dict[str, Any]]
    ) -> DocumentDraft:
        """Keep a document beside the live one, valid or not; the answer says what is wrong with it."""
        at, actor = now(request), request.state["actor"].name

        def unit(tx: Tx) -> DocumentDraft:
            return shown_draft(tx, documents.save(tx, kind, name, data, at, actor=actor))

        return await database(request).write(unit)

    @delete("/{kind:str}/{name:str}/draft")
    async def drop_draft(self, request: AnyRequest, kind: FromPath[str], name: FromPath[str]) -> None:
        """Throw a draft away; what is live stays."""
        await database(request).write(lambda tx: documents.drop(tx, kind, name))

    @get("/{kind:str}/{name:str}/versions/{number:int}")
    async def show_version(
        self, request: AnyRequest, kind: FromPath[str], name: FromPath[str], number: FromPath[int]
    ) -> DocumentVersion:
        """A document as one of its versions says it."""

        def unit(tx: Tx) -> DocumentVersion:
            found = documents.version(tx, kind, name, number)
            return DocumentVersion(kind=kind, name=name, number=number, document=found)

        return await database(request).read(unit)


@get("/api/schemas/{kind:str}", tags=["documents"])
async def schemas(kind: FromPath[str]) -> dict[str, Any]:
    """The JSON Schema of a kind of document, for editors: `journey.json`, `template.json` and so on."""
    return documents.known(kind.removesuffix(".json")).schema()
