"""The verbs of media: keep a picture, find it, say what it shows, let it go."""

from __future__ import annotations

import hashlib
import re

from msgspec import Struct

from tidings.media.pictures import ENDINGS, Shape
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.revisions import bump

queries = sql.load("tidings.media")
_NAME = re.compile(r"[0-9a-f]{32}\.(png|jpg|gif|webp)")


class Picture(Struct, frozen=True, array_like=True):
    """A picture without its bytes; `title` is the file's name as it came, `alt` what it shows."""

    id: int
    name: str
    title: str
    alt: str
    type: str
    width: int
    height: int
    size: int
    created_at: int
    actor: str


class Content(Struct, frozen=True, array_like=True):
    """What a browser gets."""

    type: str
    data: bytes


def name_of(data: bytes, shape: Shape) -> str:
    """Its name: a hash of its content, and the ending of its kind."""
    return f"{hashlib.sha256(data).hexdigest()[:32]}.{ENDINGS[shape.type]}"


def keep(tx: Tx, data: bytes, shape: Shape, title: str, now: int, *, actor: str = "") -> Picture:
    """Keep a picture; one that is here already stays as it is."""
    name = name_of(data, shape)
    about = {"type": shape.type, "width": shape.width, "height": shape.height, "size": len(data)}
    tx.run(queries.keep, name=name, title=title, alt="", now=now, actor=actor, data=data, **about)
    bump(tx, "documents")
    return get(tx, name)


def get(tx: Tx, name: str) -> Picture:
    """A picture by name, or `NotFound`."""
    found = tx.row(queries.find, Picture, name=name)
    if found is None:
        raise NotFound(f"There is no picture {name!r}.")
    return found


def known(tx: Tx, names: set[str]) -> set[str]:
    """Those of some pictures that are here."""
    return set(tx.values(queries.known, names=sorted(names)))


def page(tx: Tx, text: str, *, before: int, limit: int) -> list[Picture]:
    """Pictures whose title or words hold a text, the newest first."""
    return tx.rows(queries.page, Picture, pattern=sql.containing(text), before=before, limit=limit)


def content(tx: Tx, name: str) -> Content:
    """What it consists of, or `NotFound`."""
    found = tx.row(queries.content, Content, name=name) if _NAME.fullmatch(name) else None
    if found is None:
        raise NotFound("There is no such picture.")
    return found


def tell(tx: Tx, name: str, title: str, alt: str) -> Picture:
    """Say what it is called and what it shows."""
    if not tx.run(queries.tell, name=name, title=title, alt=alt):
        raise NotFound(f"There is no picture {name!r}.")
    bump(tx, "documents")
    return get(tx, name)


def forget(tx: Tx, name: str) -> None:
    """It goes; what still names it shows an empty place from now on."""
    if not tx.run(queries.forget, name=name):
        raise NotFound(f"There is no picture {name!r}.")
    bump(tx, "documents")
