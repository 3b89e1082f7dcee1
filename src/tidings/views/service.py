"""The verbs of views: keep, list, forget."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound

queries = sql.load("tidings.views")
MOST = 200
"""Views of one list."""


class View(Struct, frozen=True, array_like=True):
    """A saved view; `query` is JSON text."""

    room: str
    name: str
    query: str
    created_at: int
    changed_at: int


def views(tx: Tx, room: str) -> list[View]:
    """Every view of a list, by name."""
    return tx.rows(queries.list_views, View, room=room)


def save(tx: Tx, room: str, name: str, query: dict[str, Any], now: int) -> View:
    """Keep a view under a name; the same name replaces."""
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise Invalid.at("name", "is not a name.", "It has between 1 and 100 printable characters.")
    known = views(tx, room)
    if len(known) >= MOST and name not in {view.name for view in known}:
        raise Invalid.at("name", f"would be one view too many: a list has at most {MOST}.", "Delete one first.")
    tx.run(queries.save_view, room=room, name=name, query=query, now=now)
    return next(view for view in views(tx, room) if view.name == name)


def forget(tx: Tx, room: str, name: str) -> None:
    """Nobody needs it any more."""
    if not tx.run(queries.forget_view, room=room, name=name):
        raise NotFound(f"There is no view {name!r} of {room}.")
