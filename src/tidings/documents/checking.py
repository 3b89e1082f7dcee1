"""What a document is, and whether it could be published: checked by the code that will run it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tidings.documents.kinds import Kind
from tidings.documents.of_blocks import BLOCK
from tidings.documents.of_campaigns import CAMPAIGN
from tidings.documents.of_forms import FORM
from tidings.documents.of_journeys import JOURNEY
from tidings.documents.of_segments import SEGMENT
from tidings.documents.of_templates import TEMPLATE
from tidings.documents.of_topics import TOPIC
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound, Problem

KINDS: dict[str, Kind] = {kind.name: kind for kind in (TOPIC, BLOCK, TEMPLATE, FORM, SEGMENT, JOURNEY, CAMPAIGN)}
"""Every kind there is; what others need comes first."""
COMING = ("score",)
"""Kinds that will exist; until then they are refused by name."""
Document = Any
"""A checked document of any kind."""


def known(kind: str) -> Kind:
    """A kind by its name, or `NotFound`."""
    if kind not in KINDS:
        raise NotFound(f"There is no kind of document {kind!r}.")
    return KINDS[kind]


def of(document: Document) -> Kind:
    """The kind of a checked document."""
    return next(kind for kind in KINDS.values() if isinstance(document, kind.checked))


def check(data: Any) -> Document:
    """A document of any kind, checked by the code that will run it."""
    if not isinstance(data, dict) or not data:
        raise Invalid.at("", "is not a document.", f"Its first key is its kind: {', '.join(KINDS)}.")
    kind = _kind(data)
    if kind is not None:
        return kind.check(data)
    for coming in COMING:
        if coming in data:
            raise Invalid.at(coming, f"documents of kind {coming} are not built yet.")
    raise Invalid.at("", f"has no kind that is known: {', '.join(map(str, data))}.", f"Use one of {', '.join(KINDS)}.")


def _kind(data: dict[str, Any]) -> Kind | None:
    """The kind that the first key names; where keys came in another order, the kind that uses the others."""
    first = next(iter(data))
    return KINDS.get(first) or next((kind for name, kind in reversed(KINDS.items()) if name in data), None)


def name(document: Document) -> tuple[str, str]:
    """(kind, name)."""
    kind = of(document)
    return kind.name, kind.title(document)


def in_order(documents: Iterable[Document]) -> list[Document]:
    """What others need comes first."""
    order = list(KINDS)
    return sorted(documents, key=lambda document: order.index(of(document).name))


def warnings(tx: Tx, document: Document) -> list[Problem]:
    """What does not keep a document from being published, and will go wrong all the same."""
    return of(document).warnings(tx, document)
