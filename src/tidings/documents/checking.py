"""What a document is, and whether it could be published: checked by the code that will run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tidings import flow
from tidings.journeys import documents as journey_documents, service as journeys
from tidings.journeys.documents import Definition
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, Problem
from tidings.templates import service as templates
from tidings.templates.models import LiveTemplate, TemplateDocument

KINDS = ("template", "journey")
Document = TemplateDocument | Definition
"""A checked document of any kind."""
COMING = ("segment", "campaign", "form", "topic", "score", "block")
"""Kinds that will exist; until then they are refused by name."""


def check(data: Any) -> Document:
    """A document of any kind, checked by the code that will run it."""
    if not isinstance(data, dict) or not data:
        raise Invalid.at("", "is not a document.", f"Its first key is its kind: {', '.join(KINDS)}.")
    if "template" in data:
        return templates.check(data)
    if "journey" in data:
        return journey_documents.check(data, flow.KINDS)
    for kind in COMING:
        if kind in data:
            raise Invalid.at(kind, f"documents of kind {kind} are not built yet.")
    raise Invalid.at("", f"has no kind that is known: {', '.join(map(str, data))}.", f"Use one of {', '.join(KINDS)}.")


def name(document: Document) -> tuple[str, str]:
    """(kind, name)."""
    if isinstance(document, TemplateDocument):
        return "template", document.template
    return "journey", document.document.journey


def in_order(documents: Iterable[Document]) -> list[Document]:
    """What others need comes first."""
    return sorted(documents, key=lambda document: KINDS.index(name(document)[0]))


def warnings(tx: Tx, document: Document) -> list[Problem]:
    """What does not keep a document from being published, and will go wrong all the same."""
    if isinstance(document, TemplateDocument):
        return []
    return list(_of_sends(document, templates.live(tx)))


def _of_sends(definition: Definition, live: dict[str, LiveTemplate]) -> Iterator[Problem]:
    for step, channel, template in journeys.sends(definition):
        found, path = live.get(template), f"steps.{step}.send.template"
        if found is None:
            yield Problem(path, f"there is no live template {template!r}.", "Publish it, or everybody fails here.")
        elif found.channel != channel:
            hint = f"Send it by {found.channel}, or choose a template for {channel}."
            yield Problem(path, f"{template!r} is written for {found.channel}, not for {channel}.", hint)
