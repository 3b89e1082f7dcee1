"""Documents of every kind through one door: check, plan, publish, pull. One that does not validate changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tidings import flow
from tidings.journeys import documents as journey_documents, service as journeys
from tidings.journeys.documents import Definition
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument

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


def plan(tx: Tx, document: Document) -> dict[str, Any]:
    """What publishing would change, and whom it touches."""
    if isinstance(document, Definition):
        return {"kind": "journey", **msgspec.to_builtins(journeys.plan(tx, document))}
    live = templates.current(tx, [document.template]).get(document.template)
    old = templates.document_of(live) if live else None
    fields = [
        field for field in document.__struct_fields__ if old is None or getattr(old, field) != getattr(document, field)
    ]
    return {
        "kind": "template",
        "name": document.template,
        "is_new": old is None,
        "is_changed": bool(fields),
        "changed": fields,
    }


def publish(tx: Tx, document: Document, now: int, *, actor: str) -> dict[str, Any]:
    """Make a document live."""
    kind, title = name(document)
    if isinstance(document, Definition):
        is_changed = journeys.publish(tx, document, now, actor=actor)
    else:
        is_changed = bool(plan(tx, document)["is_changed"])
        templates.publish(tx, document, now, actor=actor)
    return {"kind": kind, "name": title, "published": is_changed}


def pull(tx: Tx) -> dict[str, dict[str, Any]]:
    """Everything that is live, by file name, in canonical form."""
    found = {f"templates/{row.name}.yaml": _plain(templates.document_of(row)) for row in templates.versions(tx)}
    found |= {f"journeys/{row.name}.yaml": journeys.pull(tx, row.name) for row in journeys.journeys(tx)}
    return found


def _plain(document: TemplateDocument) -> dict[str, Any]:
    values = msgspec.to_builtins(document)
    return {key: value for key, value in values.items() if value not in ("", False) or key == "template"}


def parse(text: str) -> Any:
    """YAML or JSON as data."""
    return YAML(typ="safe", pure=True).load(text)


def read(file: Path) -> Any:
    """A document from a YAML or JSON file; `Invalid` names the file and the line."""
    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid.at(str(file), f"cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark is not None else str(file)
        raise Invalid.at(place, f"is not YAML: {getattr(error, 'problem', None) or error}.") from error


def write(file: Path, document: dict[str, Any]) -> None:
    """The same content gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML()
    yaml.default_flow_style, yaml.width, yaml.allow_unicode = False, 120, True
    with file.open("w", encoding="utf-8") as target:
        yaml.dump(document, target)
