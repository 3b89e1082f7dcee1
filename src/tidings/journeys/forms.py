"""The forms of a journey, as editors need them: each kind of step, what starts and ends it, and what a rule may ask."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.documents import Journey
from tidings.journeys.entrance import Goal, Reentry, Trigger
from tidings.journeys.steps import ABOUT, KINDS
from tidings.journeys.steps.about import StepExit
from tidings.rules import forms as rules
from tidings.rules.forms import ConditionKind, RuleOperator, form, rule_schema
from tidings.rules.tree import Kinds


class StepKind(Struct, frozen=True, kw_only=True):
    """A kind of step: `schema` is the form of what stands under its key, `options` of what stands beside it and is no exit."""

    kind: str
    title: str
    sentence: str
    schema: dict[str, Any]
    options: dict[str, Any]
    exits: tuple[StepExit, ...]


class JourneyForms(Struct, frozen=True, kw_only=True):
    """Everything that an editor of journeys draws."""

    steps: list[StepKind]
    trigger: dict[str, Any]
    goal: dict[str, Any]
    reentry: dict[str, Any]
    conditions: list[ConditionKind]
    operators: list[RuleOperator]


def forms(kinds: Kinds) -> JourneyForms:
    """The forms, with the kinds of condition that the rooms offer."""
    return JourneyForms(
        steps=[_step(kind) for kind in KINDS],
        trigger=form(Trigger),
        goal=form(Goal),
        reentry=form(Reentry),
        conditions=rules.conditions(kinds),
        operators=list(rules.OPERATORS),
    )


def _step(kind: str) -> StepKind:
    about, whole = ABOUT[kind], form(KINDS[kind])
    exits = {name for name in whole["properties"] if name in ("next", "else") or name.startswith("on_")}
    inner = whole["properties"][kind]
    schema = {key: value for key, value in inner.items() if key != "default"}
    return StepKind(
        kind=kind,
        title=about.title,
        sentence=about.sentence,
        schema=_whole(schema, whole.get("$defs", {})),
        options=_without(whole, frozenset({kind, *exits})),
        exits=about.ways,
    )


def _whole(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A schema that stands alone: what it refers to at its root is put in its place, the rest is kept beside it."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]] | {k: v for k, v in schema.items() if k != "$ref"}
    used = {name: one for name, one in definitions.items() if one.get("title") != schema.get("title")}
    ordered = {"x-order": list(schema["properties"])} if "properties" in schema else {}
    return schema | ordered | ({"$defs": used} if used else {})


def _without(schema: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    kept = {name: one for name, one in schema["properties"].items() if name not in names}
    return {"type": "object", "properties": kept, "x-order": list(kept), "additionalProperties": False}


def schema(kinds: Kinds) -> dict[str, Any]:
    """The JSON Schema of the document, each step kind with its own, and every rule with what it may ask."""
    components = [Journey, *KINDS.values()]
    (root, *steps), definitions = msgspec.json.schema_components(components, ref_template="#/$defs/{name}")
    rule = {"$ref": "#/$defs/Rule"}
    fields = definitions["Journey"]["properties"]
    fields["steps"] = {"type": "object", "additionalProperties": {"anyOf": steps}}
    fields["audience"] |= {"anyOf": [rule, {"type": "null"}]}
    fields["exit"] |= {"items": rule}
    definitions["Case"]["properties"]["when"] |= rule
    definitions |= rule_schema(kinds)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "journey", **root, "$defs": definitions}
