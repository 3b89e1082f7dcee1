"""Documents become live, and are read back."""

from __future__ import annotations

from typing import Any

import msgspec

from tidings.documents.checking import Document, name
from tidings.documents.planning import plan
from tidings.journeys import documents as journey_documents, service as journeys
from tidings.journeys.documents import Definition
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument

queries = sql.load("tidings.documents")


def publish(tx: Tx, document: Document, now: int, *, actor: str) -> dict[str, Any]:
    """Make a document live; its draft is done with."""
    kind, title = name(document)
    if isinstance(document, Definition):
        is_changed = journeys.publish(tx, document, now, actor=actor)
    else:
        is_changed = plan(tx, document).is_changed
        templates.publish(tx, document, now, actor=actor)
    tx.run(queries.delete_draft, kind=kind, name=title)
    return {"kind": kind, "name": title, "published": is_changed}


def pull(tx: Tx) -> dict[str, dict[str, Any]]:
    """Everything that is live, by file name, in canonical form."""
    found = {f"templates/{row.name}.yaml": plain(templates.document_of(row)) for row in templates.versions(tx)}
    found |= {f"journeys/{row.name}.yaml": journeys.pull(tx, row.name) for row in journeys.journeys(tx)}
    return found


def version(tx: Tx, kind: str, title: str, number: int) -> dict[str, Any]:
    """A document as one of its versions says it."""
    if kind == "template":
        return plain(templates.document_of(templates.numbered(tx, title, number)))
    if kind == "journey":
        return journey_documents.canonical(journeys.numbered(tx, title, number))
    raise NotFound(f"There is no kind of document {kind!r}.")


def is_live(tx: Tx, kind: str, title: str) -> bool:
    """Whether a document of this name was ever published."""
    return live_number(tx, kind, title) > 0


def live_number(tx: Tx, kind: str, title: str) -> int:
    """The number of the version that is live; 0 when none is."""
    if kind == "template":
        row = templates.current(tx, [title]).get(title)
        return row.number if row else 0
    return journeys.live_number(tx, title)


def plain(document: TemplateDocument) -> dict[str, Any]:
    """A template as people write it: what is empty is left out."""
    values = msgspec.to_builtins(document)
    return {key: value for key, value in values.items() if value not in ("", False) or key == "template"}
