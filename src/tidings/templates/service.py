"""The verbs of templates: publish a version, find what is live."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from tidings.runtime import shelf, sql
from tidings.runtime.app import read_settings
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem
from tidings.runtime.revisions import bump
from tidings.runtime.shelf import Edition
from tidings.templates.blocks import SavedBlock, walk
from tidings.templates.brand import Brand
from tidings.templates.building import built_wrongly, saved_in, sides, wrong
from tidings.templates.models import LiveTemplate, Stored, TemplateDocument, VersionRow
from tidings.templates.rendering import compiled

queries = sql.load("tidings.templates")
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class _Known(Struct, frozen=True, array_like=True):
    id: int
    hash: str


def check(data: Any) -> TemplateDocument:
    """A document, with every part compiled; `Invalid` names what is wrong and where."""
    try:
        document = msgspec.convert(data, TemplateDocument)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        raise Invalid.at(where[1] if where else "", _WHERE.sub("", str(error)) + ".") from error
    problems = list(compiled(document).problems)
    if not _NAME.match(document.template):
        problems.append(Problem("template", "needs a name of small letters, digits, - and _."))
    if not document.html and not document.text and not document.blocks:
        problems.append(Problem("text", "is empty.", "Write `blocks`, `html`, `text` or several."))
    problems += built_wrongly(document)
    if document.channel == "email" and not document.subject:
        problems.append(Problem("subject", "is empty.", "An email has a subject."))
    if problems:
        raise Invalid(*problems)
    return document


def taking_over(tx: Tx, document: TemplateDocument) -> Stored:
    """A document with what it takes over now: the brand, and the blocks that it shares."""
    written = msgspec.structs.asdict(document)
    if not any(blocks for _, blocks in sides(document)):
        return Stored(**written | {"brand": Brand(), "saved": {}})
    names = saved_in(document)
    kept = {one.name: one.data for one in shelf.live(tx, "block") if one.name in names}
    saved = {name: msgspec.convert(data, SavedBlock).blocks for name, data in kept.items()}
    return Stored(**written | {"brand": brand(tx), "saved": saved})


def brand(tx: Tx) -> Brand:
    """How the workspace looks."""
    return msgspec.convert(read_settings(tx).get("brand") or {}, Brand)


def follow(tx: Tx, now: int, *, actor: str = "") -> list[str]:
    """Templates whose brand or shared blocks changed get a new version, so that what is sent is always on record; their names."""
    changed = list[str]()
    for row in versions(tx):
        document = document_of(row)
        if publish(tx, document, now, actor=actor) != row.id:
            changed.append(row.name)
    return changed


def publish(tx: Tx, document: TemplateDocument, now: int, *, actor: str = "") -> int:
    """Make a document live; the id of its version. The same content makes no new version."""
    document = taking_over(tx, document)
    body = msgspec.to_builtins(document)
    digest = hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()
    known = tx.row(queries.find_template, _Known, name=document.template)
    if known is not None and known.hash == digest:
        return live(tx)[document.template].version_id
    if known is None:
        (template_id,) = tx.new_ids("template", 1)
        tx.run(queries.insert_template, id=template_id, name=document.template, now=now)
    else:
        template_id = known.id
    (version_id,) = tx.new_ids("template_version", 1)
    links = list(compiled(document).links)
    tx.run(
        queries.insert_version,
        id=version_id,
        template_id=template_id,
        body=body,
        hash=digest,
        links=links,
        now=now,
        actor=actor,
    )
    tx.run(queries.set_live, id=template_id, version_id=version_id, now=now)
    bump(tx, "templates")
    return version_id


def live(tx: Tx) -> dict[str, LiveTemplate]:
    """The live version of every template, by name."""
    found: dict[str, LiveTemplate] = {}
    for row in versions(tx):
        document = document_of(row)
        found[row.name] = LiveTemplate(
            name=row.name,
            version_id=row.id,
            message_class=document.message_class,
            topic=document.topic,
            channel=document.channel,
        )
    return found


def current(tx: Tx, names: Iterable[str]) -> dict[str, VersionRow]:
    """The live versions of some templates as they are stored, by name; empty names are passed over."""
    wanted = sorted({name for name in names if name})
    return {row.name: row for row in tx.rows(queries.live_templates, VersionRow, names=wanted)} if wanted else {}


def document_of(row: VersionRow) -> Stored:
    """What a stored version says."""
    return msgspec.json.decode(row.body, type=Stored)


def stored(body: dict[str, Any]) -> Stored:
    """A document that was checked before it was stored."""
    return msgspec.convert(body, Stored)


def versions(tx: Tx) -> list[VersionRow]:
    """Every live template, by name."""
    return tx.rows(queries.list_templates, VersionRow)


def version(tx: Tx, version_id: int) -> VersionRow:
    """One version, live or not."""
    row = tx.row(queries.get_version, VersionRow, id=version_id)
    if row is None:
        raise NotFound(f"There is no template version {version_id}.")
    return row


def links_of(row: VersionRow) -> list[str]:
    """The targets of a version's numbered links."""
    return msgspec.json.decode(row.links, type=list[str])


def editions(tx: Tx, name: str) -> list[Edition]:
    """Every version of a template, newest first."""
    return tx.rows(queries.editions, Edition, name=name)


def numbered(tx: Tx, name: str, number: int) -> VersionRow:
    """A version by its number."""
    row = tx.row(queries.numbered_version, VersionRow, name=name, number=number)
    if row is None:
        raise NotFound(f"Template {name!r} has no version {number}.")
    return row


def names(tx: Tx, text: str, limit: int) -> list[str]:
    """Templates whose name holds a text."""
    return [row.name for row in versions(tx) if text.lower() in row.name][:limit]


def topics(tx: Tx) -> list[str]:
    """Topics that templates are about."""
    return sorted({topic for row in versions(tx) if (topic := document_of(row).topic)})


def check_block(data: Any) -> SavedBlock:
    """A saved block; `Invalid` names what is wrong and where."""
    try:
        block = msgspec.convert(data, SavedBlock)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        raise Invalid.at(where[1] if where else "", _WHERE.sub("", str(error)) + ".") from error
    problems = wrong(block.blocks)
    for place, piece in walk(block.blocks):
        if piece.saved is not None:
            problems.append(Problem(place, "a saved block holds no other.", "Put its blocks here."))
    problems += compiled(TemplateDocument(template="block", blocks=block.blocks)).problems
    if problems:
        raise Invalid(*problems)
    return block
