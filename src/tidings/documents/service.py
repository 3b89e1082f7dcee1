"""Documents become live, and are read back."""

from __future__ import annotations

from typing import Any

import msgspec

from tidings.documents.checking import KINDS, Document, known, of, warnings
from tidings.documents.plans import DocumentPlan
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict

queries = sql.load("tidings.documents")


def plan(tx: Tx, document: Document, now: int) -> DocumentPlan:
    """The difference between a document and what is live, and whom it cannot reach."""
    kind = of(document)
    unsure = warnings(tx, document) + kind.lacking(tx, document, now)
    told = {"warnings": unsure, "reach": kind.reach(tx, document, now)}
    return msgspec.structs.replace(kind.plan(tx, document), **told)


def publish(tx: Tx, document: Document, now: int, *, actor: str) -> dict[str, Any]:
    """Make a document live; its draft is done with."""
    kind = of(document)
    title = kind.title(document)
    is_changed = kind.publish(tx, document, now, actor)
    tx.run(queries.delete_draft, kind=kind.name, name=title)
    return {"kind": kind.name, "name": title, "published": is_changed}


def take_down(tx: Tx, kind: str, title: str, now: int) -> None:
    """Nothing of this name is live any more; refused while others need it."""
    how = known(kind)
    if how.take_down is None:
        raise Conflict(f"A {kind} is not taken down. Archive it.")
    if used := how.used(tx, title):
        raise Conflict(f"{kind.capitalize()} {title!r} is used by {', '.join(used)}. Change these first.")
    how.take_down(tx, title, now)


def pull(tx: Tx) -> dict[str, dict[str, Any]]:
    """Everything that is live, by file name, in canonical form."""
    return {
        f"{kind.folder}/{name}.yaml": one.document for kind in KINDS.values() for name, one in kind.live(tx).items()
    }


def version(tx: Tx, kind: str, title: str, number: int) -> dict[str, Any]:
    """A document as one of its versions says it."""
    return known(kind).version(tx, title, number)
