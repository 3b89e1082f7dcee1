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
"""So many variables of one letter are asked of everybody."""


class Known(Struct, frozen=True, array_like=True):
    """An attribute that somebody has, and its type as it was learnt."""

    path: str
    type: str


class Happening(Struct, frozen=True, kw_only=True):
    """A kind of event, with the properties that it had of late."""

    name: str
    properties: list[str]


class Without(Struct, frozen=True):
    """How many people lack something; not exact where nobody counts on."""

    count: int
    is_exact: bool


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


def bare(tx: Tx, document: Stored) -> dict[str, str]:
    """Variables of people that have no fallback, each with the first place that names it; those that nobody has are told elsewhere."""
    if document.missing == "default":
        return {}
    named = [use for use in uses(document) if not use.has_fallback and use.path.startswith("contact.")]
    known = {one.path for one in attributes(tx)} if named else set()
    found = {use.path: use.place for use in reversed(named) if not _is_unknown(use.path, known)}
    return dict(list(found.items())[-ASKED:])


def count_without(tx: Tx, path: str, now: int) -> Without:
    """How many people lack a variable. It looks at everybody, which takes a microsecond or two for each."""
    rule = Attribute(attribute=path.removeprefix("contact."), empty=True)
    return Without(*finding.count(tx, rule, now))


def told(document: Stored, places: dict[str, str], counts: dict[str, Without]) -> list[Problem]:
    """The same in words, for those that somebody lacks."""
    fate = "they are skipped" if document.missing == "skip" else "their message fails"
    return [
        Problem(place, f"names {path}, and {_people(counts[path])} none: {fate}.", "Give it a fallback.")
        for path, place in places.items()
        if counts[path].count
    ]


def _people(one: Without) -> str:
    if one.count == 1 and one.is_exact:
        return "1 contact has"
    return f"{'' if one.is_exact else 'more than '}{one.count:,} contacts have"


def lacking(tx: Tx, document: Stored, now: int) -> list[Problem]:
    """Variables without a fallback that some people lack, with how many."""
    places = bare(tx, document)
    return told(document, places, {path: count_without(tx, path, now) for path in places})


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
