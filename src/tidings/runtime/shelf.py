"""A shelf for documents: each has a name within its kind, immutable numbered versions, and at most one that is live.

Rooms whose documents need nothing beside them keep them here (topics, blocks, forms, campaigns); which kinds there are is
theirs to say.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.revisions import bump

queries = sql.load("tidings.runtime")
Shelved = Literal["topic", "block", "form", "campaign", "segment"]
"""The kinds that are kept here."""


class Kept(Struct, frozen=True, array_like=True):
    """A document with its live version; `body` is JSON text."""

    id: int
    kind: str
    name: str
    version_id: int
    number: int
    body: str
    hash: str
    created_at: int
    changed_at: int

    @property
    def data(self) -> dict[str, Any]:
        """The document as it was published."""
        return msgspec.json.decode(self.body)  # type: ignore[no-any-return]


class Edition(Struct, frozen=True, array_like=True):
    """A version of a document: its number, when it was published, and by whom."""

    number: int
    at: int
    actor: str


def publish(tx: Tx, kind: Shelved, name: str, body: dict[str, Any], now: int, *, actor: str = "") -> bool:
    """Make a version live. False when the same content is live already."""
    digest = hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()
    known = find(tx, kind, name)
    if known is not None and known.hash == digest:
        return False
    tx.run(queries.keep_document, kind=kind, name=name, now=now)
    document_id = tx.value(queries.document_id, kind=kind, name=name)
    (version_id,) = tx.new_ids("document_version", 1)
    tx.run(
        queries.keep_document_version,
        id=version_id,
        document_id=document_id,
        body=body,
        hash=digest,
        now=now,
        actor=actor,
    )
    tx.run(queries.make_live, id=document_id, version_id=version_id, now=now)
    bump(tx, "documents")
    return True


def take_down(tx: Tx, kind: Shelved, name: str, now: int) -> None:
    """Nothing of this name is live any more; its versions stay."""
    tx.run(queries.make_live, id=get(tx, kind, name).id, version_id=None, now=now)
    bump(tx, "documents")


def live(tx: Tx, kind: Shelved) -> list[Kept]:
    """What is live of a kind, by name."""
    return tx.rows(queries.live_documents, Kept, kind=kind)


def find(tx: Tx, kind: Shelved, name: str) -> Kept | None:
    """What is live under a name, if anything is."""
    return tx.row(queries.live_document, Kept, kind=kind, name=name)


def get(tx: Tx, kind: Shelved, name: str) -> Kept:
    """What is live under a name, or `NotFound`."""
    found = find(tx, kind, name)
    if found is None:
        raise NotFound(f"There is no {kind} {name!r}.")
    return found


def by_id(tx: Tx, document_id: int) -> Kept | None:
    """A document by its id with its newest version, live or taken down."""
    return tx.row(queries.kept_document, Kept, id=document_id)


def editions(tx: Tx, kind: Shelved, name: str) -> list[Edition]:
    """Every version, newest first."""
    return tx.rows(queries.document_editions, Edition, kind=kind, name=name)


def numbered(tx: Tx, kind: Shelved, name: str, number: int) -> dict[str, Any]:
    """What a version says."""
    body = tx.value(queries.numbered_document, kind=kind, name=name, number=number)
    if body is None:
        raise NotFound(f"{kind.capitalize()} {name!r} has no version {number}.")
    return msgspec.json.decode(body)  # type: ignore[no-any-return]
