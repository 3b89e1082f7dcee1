"""The verbs of templates: publish a version, find what is live."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem
from tidings.runtime.revisions import bump
from tidings.runtime.shelf import Edition
from tidings.templates.models import LiveTemplate, TemplateDocument, VersionRow
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
    if not document.html and not document.text:
        problems.append(Problem("text", "is empty.", "Write `html`, `text` or both."))
    if document.channel == "email" and not document.subject:
        problems.append(Problem("subject", "is empty.", "An email has a subject."))
    if problems:
        raise Invalid(*problems)
    return document


def publish(tx: Tx, document: TemplateDocument, now: int, *, actor: str = "") -> int:
    """Make a document live; the id of its version. The same content makes no new version."""
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


def document_of(row: VersionRow) -> TemplateDocument:
    """What a stored version says."""
    return msgspec.json.decode(row.body, type=TemplateDocument)


def stored(body: dict[str, Any]) -> TemplateDocument:
    """A document that was checked before it was stored."""
    return msgspec.convert(body, TemplateDocument)


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
