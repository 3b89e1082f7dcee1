"""Journeys as a kind of document: told step by step, with the people inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from tidings import flow
from tidings.documents.kinds import Kind, Live
from tidings.documents.plans import DocumentPlan, StepChange, changes, field_changes
from tidings.flow.reaching import reach_of
from tidings.journeys import documents as journey_documents, forms, service as journeys
from tidings.journeys.documents import Definition
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.templates import service as templates
from tidings.templates.models import LiveTemplate


def _plan(tx: Tx, definition: Definition) -> DocumentPlan:
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
        fields=field_changes("journey", old, new),
        warnings=[],
        reach=[],
    )


def _as_stored(body: dict[str, Any]) -> dict[str, Any]:
    """With lists where structs have tuples, so that only what differs differs."""
    return msgspec.json.decode(msgspec.json.encode(body))  # type: ignore[no-any-return]


def _of_sends(definition: Definition, live: dict[str, LiveTemplate]) -> Iterator[Problem]:
    for step, channel, template in journeys.sends(definition):
        found, path = live.get(template), f"steps.{step}.send.template"
        if found is None:
            yield Problem(path, f"there is no live template {template!r}.", "Publish it, or everybody fails here.")
        elif found.channel != channel:
            hint = f"Send it by {found.channel}, or choose a template for {channel}."
            yield Problem(path, f"{template!r} is written for {found.channel}, not for {channel}.", hint)


def _live(tx: Tx) -> dict[str, Live]:
    return {
        row.name: Live(journeys.live_number(tx, row.name), journeys.pull(tx, row.name)) for row in journeys.journeys(tx)
    }


def _publish(tx: Tx, definition: Definition, now: int, actor: str) -> bool:
    return journeys.publish(tx, definition, now, actor=actor)


JOURNEY = Kind(
    name="journey",
    folder="journeys",
    checked=Definition,
    check=lambda data: journey_documents.check(data, flow.KINDS),
    title=lambda definition: str(definition.document.journey),
    publish=_publish,
    plan=_plan,
    live=_live,
    number=journeys.live_number,
    version=lambda tx, name, number: journey_documents.canonical(journeys.numbered(tx, name, number)),
    schema=lambda: forms.schema(flow.KINDS),
    editions=journeys.editions,
    warnings=lambda tx, definition: list(_of_sends(definition, templates.live(tx))),
    reach=reach_of,
)
