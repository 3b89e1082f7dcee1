"""A draft: a document that is being written, kept beside the live one until it is published or thrown away."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.documents.checking import check, known, warnings
from tidings.documents.service import queries
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem
from tidings.runtime.revisions import bump


class Draft(Struct, frozen=True, array_like=True):
    """A document that is being written; `based_on` is the number of the version that was live when it was begun, 0 for none."""

    kind: str
    name: str
    body: str
    based_on: int
    at: int
    actor: str


def draft(tx: Tx, kind: str, name: str) -> Draft | None:
    """The draft of a document, if there is one."""
    return tx.row(queries.find_draft, Draft, kind=known(kind).name, name=name)


def drafts(tx: Tx, kind: str) -> list[Draft]:
    """Every draft of a kind, by name."""
    return tx.rows(queries.list_drafts, Draft, kind=kind)


def save(tx: Tx, kind: str, name: str, data: dict[str, Any], now: int, *, actor: str) -> Draft:
    """Keep what was written, valid or not; only its kind and name must be those of the place."""
    if data.get(known(kind).name) != name:
        raise Invalid.at(kind, f"is {data.get(kind)!r}, not {name!r}.", "A draft keeps the name of its document.")
    names = {"kind": kind, "name": name, "now": now, "actor": actor, "based_on": known(kind).number(tx, name)}
    tx.run(queries.save_draft, body=msgspec.json.encode(data).decode(), **names)
    bump(tx, "drafts")
    found = draft(tx, kind, name)
    assert found is not None, "written above"
    return found


def drop(tx: Tx, kind: str, name: str) -> None:
    """Throw a draft away; what is live stays."""
    if not tx.run(queries.delete_draft, kind=known(kind).name, name=name):
        what = "has no draft" if known(kind).number(tx, name) else "does not exist"
        raise NotFound(f"{kind.capitalize()} {name!r} {what}.")
    bump(tx, "drafts")


def decoded(found: Draft) -> dict[str, Any]:
    """The document of a draft, its keys in the order in which they were written."""
    return msgspec.json.decode(found.body)  # type: ignore[no-any-return]


def problems(tx: Tx, data: Any) -> tuple[list[Problem], list[Problem]]:
    """(what keeps a document from being published, what will go wrong all the same)."""
    try:
        return [], warnings(tx, check(data))
    except Invalid as error:
        return list(error.problems), []
