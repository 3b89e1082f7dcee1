"""Which pictures of the store, kept in memory, are still right: each has a number, raised by whoever changes what it shows."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.runtime")
Name = Literal["journeys", "templates", "accounts", "drafts", "documents", "segments"]


class _Revision(Struct, frozen=True, array_like=True):
    name: str
    number: int


def bump(tx: Tx, name: Name) -> None:
    """Pictures of this are out of date from this commit on."""
    tx.run(queries.bump, name=name)


def numbers(tx: Tx) -> dict[str, int]:
    """The number of each picture as this transaction sees it; what was never changed is left out."""
    return {row.name: row.number for row in tx.rows(queries.revisions, _Revision)}
