"""What publishing a document would change, place by place, and whom it touches. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from tidings.flow.reaching import Reached
from tidings.runtime.errors import Problem


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
    """What publishing would do; `changed` names steps of a journey, fields of any other document."""

    kind: str
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
    reach: list[Reached]
    """Whom it cannot reach, and why; for each kind of message that it sends."""


APART = ("steps", "layout")
"""Not told as fields: what is told step by step, and what is no content."""


def fields_plan(kind: str, name: str, before: dict[str, Any] | None, after: dict[str, Any]) -> DocumentPlan:
    """The plan of a document that is a handful of fields; `before` is what is live."""
    fields = field_changes(kind, before or {}, after)
    return DocumentPlan(
        kind=kind,
        name=name,
        is_new=before is None,
        is_changed=before is None or bool(fields),
        added=[],
        removed=[],
        changed=[change.path for change in fields],
        inside={},
        steps=[],
        fields=fields,
        warnings=[],
        reach=[],
    )


def field_changes(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """The fields in which two documents of a kind differ, apart from their name."""
    names = [name for name in dict.fromkeys((*after, *before)) if name not in (kind, *APART)]
    return [
        FieldChange(path=name, before=before.get(name), after=after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def changes(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """The places in which two values differ; lists are told whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from changes(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
    elif before != after:
        yield FieldChange(path=path, before=before, after=after)
