"""The forms of a journey, as editors need them: each kind of step, what starts and ends it, and what a rule may ask."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.journeys.documents import Goal, Journey, Reentry, Trigger
from tidings.journeys.steps import ABOUT, KINDS
from tidings.journeys.steps.about import StepExit
from tidings.rules.tree import Kinds

Takes = Literal["value", "list", "text", "number", "range", "yes or no"]


class StepKind(Struct, frozen=True, kw_only=True):
    """A kind of step: `schema` is the form of what stands under its key, `options` of what stands beside it and is no exit."""

    kind: str
    title: str
    sentence: str
    schema: dict[str, Any]
    options: dict[str, Any]
    exits: tuple[StepExit, ...]


class ConditionKind(Struct, frozen=True, kw_only=True):
    """What a rule may ask: the key by which it is known, and its form; with `compares`, one operator stands beside the key."""

    kind: str
    title: str
    schema: dict[str, Any]
    compares: bool


class RuleOperator(Struct, frozen=True):
    """How a value is compared: its key, how it reads, and what is written under it."""

    key: str
    title: str
    takes: Takes


class JourneyForms(Struct, frozen=True, kw_only=True):
    """Everything that an editor of journeys draws."""

    steps: list[StepKind]
    trigger: dict[str, Any]
    goal: dict[str, Any]
    reentry: dict[str, Any]
    conditions: list[ConditionKind]
    operators: list[RuleOperator]


OPERATORS = (
    RuleOperator("eq", "is", "value"),
    RuleOperator("ne", "is not", "value"),
    RuleOperator("in", "is one of", "list"),
    RuleOperator("not_in", "is none of", "list"),
    RuleOperator("contains", "contains", "text"),
    RuleOperator("not_contains", "does not contain", "text"),
    RuleOperator("starts_with", "begins with", "text"),
    RuleOperator("ends_with", "ends with", "text"),
    RuleOperator("gt", "is more than", "number"),
    RuleOperator("gte", "is at least", "number"),
    RuleOperator("lt", "is less than", "number"),
    RuleOperator("lte", "is at most", "number"),
    RuleOperator("between", "is between", "range"),
    RuleOperator("has", "has", "value"),
    RuleOperator("empty", "is empty", "yes or no"),
)
CONDITIONS = {
    "attribute": "An attribute of theirs",
    "tag": "A tag of theirs",
    "list": "A list that they are on",
    "company": "A company that they belong to",
    "company_attribute": "An attribute of their company",
    "event": "What they did",
    "property": "The event that brought them",
    "message": "What became of a message",
    "consent": "What they agreed to",
}


def forms(kinds: Kinds) -> JourneyForms:
    """The forms, with the kinds of condition that the rooms offer."""
    return JourneyForms(
        steps=[_step(kind) for kind in KINDS],
        trigger=form(Trigger),
        goal=form(Goal),
        reentry=form(Reentry),
        conditions=[
            ConditionKind(
                kind=kind,
                title=CONDITIONS.get(kind, kind),
                schema=form(struct, leave=frozenset({*_operators(), "missing"})),
                compares="eq" in _names(struct),
            )
            for kind, struct in kinds.items()
        ],
        operators=list(OPERATORS),
    )


def _operators() -> set[str]:
    return {operator.key for operator in OPERATORS}


def _names(struct: type[Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


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


def form(struct: type[Struct], leave: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The JSON Schema of a struct, its fields in declared order (`x-order`), without those to `leave` out."""
    (root,), definitions = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    name = root["$ref"].rsplit("/", 1)[1]
    schema: dict[str, Any] = dict(definitions.pop(name))
    schema["properties"] = {key: one for key, one in schema["properties"].items() if key not in leave}
    schema["x-order"] = [key for key in _names(struct) if key not in leave]
    return schema | ({"$defs": definitions} if definitions else {})


def schema() -> dict[str, Any]:
    """The JSON Schema of the document, each step kind with its own."""
    components = [Journey, *KINDS.values()]
    (root, *steps), definitions = msgspec.json.schema_components(components, ref_template="#/$defs/{name}")
    definitions["Journey"]["properties"]["steps"] = {"type": "object", "additionalProperties": {"anyOf": steps}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "journey", **root, "$defs": definitions}
