"""What publishing would change, place by place, and whom it touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.documents.checking import Document, warnings
from tidings.journeys import documents as journey_documents, service as journeys
from tidings.journeys.documents import Definition
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.templates import service as templates
from tidings.templates.models import TemplateDocument


class FieldChange(Struct, frozen=True, kw_only=True):
    """One place: what stands there now, and what would; null is nothing."""

    path: str
    before: Any
    after: Any


class StepChange(Struct, frozen=True, kw_only=True):
    """A step that comes, goes or changes; `people` are inside it now and finish on their version."""

    step: str
    how: Literal["added", "removed", "changed"]
    people: int
    changes: list[FieldChange]
    before: Any
    after: Any


class DocumentPlan(Struct, frozen=True, kw_only=True):
    """What publishing would do; `changed` names steps of a journey, fields of a template."""

    kind: Literal["template", "journey"]
    name: str
    is_new: bool
    is_changed: bool
    added: list[str]
    removed: list[str]
    changed: list[str]
    inside: dict[str, int]
    """How many people are now inside each step that changes or goes; they finish on their version."""
    steps: list[StepChange]
    fields: list[FieldChange]
    """What changes beside the steps."""
    warnings: list[Problem]


def plan(tx: Tx, document: Document) -> DocumentPlan:
    """The difference between a document and what is live."""
    found = _of_journey(tx, document) if isinstance(document, Definition) else _of_template(tx, document)
    return msgspec.structs.replace(found, warnings=warnings(tx, document))


def _of_journey(tx: Tx, definition: Definition) -> DocumentPlan:
    planned = journeys.plan(tx, definition)
    old, new = planned.before, _as_stored(journey_documents.body(definition))
    before, after = old.get("steps", {}), new["steps"]
    kinds: tuple[tuple[Literal["added", "removed", "changed"], list[str]], ...] = (
        ("added", planned.added),
        ("changed", planned.changed),
        ("removed", planned.removed),
    )
    steps = [
        StepChange(
            step=step,
            how=how,
            people=planned.inside.get(step, 0),
            changes=list(changes(before.get(step), after.get(step))) if how == "changed" else [],
            before=before.get(step),
            after=after.get(step),
        )
        for how, names in kinds
        for step in names
    ]
    return DocumentPlan(
        kind="journey",
        name=planned.name,
        is_new=planned.is_new,
        is_changed=planned.is_changed,
        added=planned.added,
        removed=planned.removed,
        changed=planned.changed,
        inside=planned.inside,
        steps=steps,
        fields=_fields(old, new),
        warnings=[],
    )


_APART = ("journey", "template", "steps", "layout")
"""Not told as fields: the name, what is told step by step, and what is no content."""


def _fields(old: dict[str, Any], new: dict[str, Any]) -> list[FieldChange]:
    names = [name for name in (*new, *(name for name in old if name not in new)) if name not in _APART]
    return [
        FieldChange(path=name, before=old.get(name), after=new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _of_template(tx: Tx, document: TemplateDocument) -> DocumentPlan:
    live = templates.current(tx, [document.template]).get(document.template)
    old = msgspec.json.decode(live.body) if live else {}
    new = msgspec.to_builtins(document)
    fields = _fields(old, new)
    return DocumentPlan(
        kind="template",
        name=document.template,
        is_new=live is None,
        is_changed=live is None or bool(fields),
        added=[],
        removed=[],
        changed=[change.path for change in fields],
        inside={},
        steps=[],
        fields=[change for change in fields if live is not None or change.after not in ("", False)],
        warnings=[],
    )


def _as_stored(body: dict[str, Any]) -> dict[str, Any]:
    """With lists where structs have tuples, so that only what differs differs."""
    return msgspec.json.decode(msgspec.json.encode(body))  # type: ignore[no-any-return]


def changes(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """The places in which two values differ; lists are told whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from changes(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
    elif before != after:
        yield FieldChange(path=path, before=before, after=after)
