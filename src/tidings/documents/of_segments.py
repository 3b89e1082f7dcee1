"""Segments as a kind of document: what leads back to itself is refused, and what is in use is not taken down."""

from __future__ import annotations

from typing import Any

import msgspec

from tidings import flow
from tidings.channels import form_schema
from tidings.documents.kinds import plain, shelved
from tidings.flow import previewing
from tidings.rules import finding
from tidings.rules.forms import rule_schema
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.segments import service as segments
from tidings.segments.models import Checked, Segment, check


def _warnings(tx: Tx, checked: Checked) -> list[Problem]:
    segments.refuse_circles(tx, checked, flow.KINDS)
    missing = sorted(checked.rule.depends().segments - segments.documents(tx).keys())
    hint = "Publish it; until then nobody is known to be in it."
    return [Problem("where", f"there is no live segment {name!r}.", hint) for name in missing]


def _lacking(tx: Tx, checked: Checked, now: int) -> list[Problem]:
    """Who would come in and go; and that nobody enters a journey by it."""
    name = checked.document.segment
    change = previewing.changes(tx, checked.rule, name, now)
    enter = change.enter if change else finding.count(tx, checked.rule, now, exact=True)[0]
    told = f"{enter:,} {'person comes' if enter == 1 else 'people come'} in" + (
        f", {change.leave:,} leave." if change else "."
    )
    starts = flow.started_by(tx, name) if enter else []
    hint = f"None of them enters {', '.join(starts)} by this; enrol them afterwards if they should." if starts else ""
    return [Problem("where", told, hint)] if enter or (change and change.leave) else []


def _publish(tx: Tx, checked: Checked, now: int, actor: str) -> bool:
    return flow.publish_segment(tx, checked, plain(checked.document), now, actor=actor)


def _schema() -> dict[str, Any]:
    """The document with the schema of its rule."""
    schema = form_schema(Segment)
    schema["properties"]["where"] |= {"$ref": "#/$defs/Rule"}
    return schema | {"$defs": rule_schema(flow.KINDS)}


SEGMENT = msgspec.structs.replace(
    shelved(
        "segment",
        "segments",
        Checked,
        lambda data: check(data, flow.KINDS),
        written=lambda checked: checked.document,
        schema=_schema,
        warnings=_warnings,
        used=lambda tx, name: [f"{use.kind} {use.name}" for use in flow.uses_of_segment(tx, name)],
    ),
    publish=_publish,
    lacking=_lacking,
    take_down=flow.take_down_segment,
)
