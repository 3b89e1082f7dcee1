"""Variables against what is really known of people: what may be named, what nobody has, what some lack."""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from tidings.contacts.attributes import flat
from tidings.contacts.conditions import Attribute
from tidings.events import service as events
from tidings.media import service as media
from tidings.rules import finding
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.templates.blocks import Image, walk
from tidings.templates.building import sides
from tidings.templates.models import Stored
from tidings.templates.variables import Use, uses

queries = sql.load("tidings.templates")
_PICTURE = re.compile(r"/media/[\w-]+/([0-9a-f]{32}\.\w{3,4})")
MOST = 500
"""Attributes, and events that are looked into for their properties."""
ASKED = 5
"""So many variables are asked of everybody for one preview."""


class Known(Struct, frozen=True, array_like=True):
    """An attribute that somebody has, and its type as it was learnt."""

    path: str
    type: str


class Happening(Struct, frozen=True, kw_only=True):
    """A kind of event, with the properties that it had of late."""

    name: str
    properties: list[str]


def attributes(tx: Tx) -> list[Known]:
    """What is known of people, the last written first."""
    return tx.rows(queries.known_attributes, Known, limit=MOST)


def happenings(tx: Tx) -> list[Happening]:
    """What happens to people, with its properties, from the last events."""
    found = dict[str, dict[str, None]]()
    for event in events.page(tx, before=2**62, limit=MOST):
        if event.kind == "track":
            properties = msgspec.json.decode(event.properties)
            found.setdefault(event.name, {}).update(dict.fromkeys(sorted(flat(properties))))
    return [Happening(name=name, properties=list(paths)[:40]) for name, paths in found.items()]


def unknown(tx: Tx, document: Stored) -> list[Problem]:
    """Variables that nobody has; nothing while nobody is known at all."""
    known = {one.path for one in attributes(tx)}
    if not known or len(known) >= MOST:
        return []
    return [_unknown(use) for use in uses(document) if _is_unknown(use.path, known)]


def _is_unknown(path: str, known: set[str]) -> bool:
    root, _, rest = path.partition(".")
    return root == "contact" and not any(
        rest == one or one.startswith(f"{rest}.") or rest.startswith(f"{one}.") for one in known
    )


def _unknown(use: Use) -> Problem:
    if use.has_fallback:
        return Problem(
            use.place, f"names {use.path}, which nobody has; everybody reads the other words.", "Is it right?"
        )
    return Problem(use.place, f"names {use.path}, which nobody has.", "Choose another, or give it a fallback.")


def lacking(tx: Tx, document: Stored, now: int) -> list[Problem]:
    """Variables without a fallback that some people lack, with how many."""
    if document.missing == "default":
        return []
    bare = {use.path: use.place for use in uses(document) if not use.has_fallback and use.path.startswith("contact.")}
    known = {one.path for one in attributes(tx)}
    found = list[Problem]()
    for path, place in [one for one in bare.items() if not _is_unknown(one[0], known)][:ASKED]:
        rule = Attribute(attribute=path.removeprefix("contact."), empty=True)
        count, is_exact = finding.count(tx, rule, now)
        if count:
            many = f"{count:,}" if is_exact else f"more than {count:,}"
            what = "they are skipped" if document.missing == "skip" else "their message fails"
            people = "1 contact has" if count == 1 and is_exact else f"{many} contacts have"
            found.append(Problem(place, f"names {path}, and {people} none: {what}.", "Give it a fallback."))
    return found


def gone(tx: Tx, document: Stored) -> list[Problem]:
    """Pictures of ours that are not here any more."""
    named = set(_PICTURE.findall(msgspec.json.encode(document).decode()))
    missing = sorted(named - media.known(tx, named)) if named else []
    return [
        Problem(_place_of(name, document), f"shows the picture {name}, which is not here any more.", "Choose another.")
        for name in missing
    ]


def _place_of(name: str, document: Stored) -> str:
    for path, blocks in sides(document):
        for place, piece in walk(blocks, path):
            if isinstance(piece.block, Image) and name in piece.block.src:
                return f"{place}.image.src"
    return "brand.logo" if name in document.brand.logo else "html"
