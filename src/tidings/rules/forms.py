"""The forms of rules, as editors need them: what can be asked, in groups and words, and how values are compared."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.rules.tree import Asks, Kinds

Takes = Literal[
    "value",
    "list",
    "text",
    "number",
    "range",
    "yes or no",
    "pattern",
    "times",
    "date",
    "dates",
    "duration",
    "day of the year",
    "month",
]
Type = Literal["text", "number", "boolean", "date", "list"]


class ConditionGroup(Struct, frozen=True):
    """Conditions that belong together."""

    name: str
    title: str


class ConditionKind(Struct, frozen=True, kw_only=True):
    """What a rule may ask: the key by which it is known, and its form; with `compares`, one operator stands beside the key."""

    kind: str
    group: str
    title: str
    sentence: str
    schema: dict[str, Any]
    compares: bool
    example: Any


class RuleOperator(Struct, frozen=True):
    """How a value is compared: its key, how it reads, what is written under it, and of which types of values."""

    key: str
    title: str
    takes: Takes
    types: tuple[Type, ...]


class RuleForms(Struct, frozen=True, kw_only=True):
    """Everything that an editor of rules draws."""

    groups: list[ConditionGroup]
    conditions: list[ConditionKind]
    operators: list[RuleOperator]


GROUPS = (
    ConditionGroup("person", "About the person"),
    ConditionGroup("events", "What they did"),
    ConditionGroup("messages", "What became of messages"),
    ConditionGroup("audience", "Segments, lists and tags"),
    ConditionGroup("consent", "Consent and reach"),
    ConditionGroup("journeys", "Journeys"),
    ConditionGroup("company", "Their company"),
    ConditionGroup("chance", "A part of everybody"),
    ConditionGroup("other", "Other"),
)
_ANY: tuple[Type, ...] = ("text", "number", "boolean", "list")
_TEXT: tuple[Type, ...] = ("text",)
_ORDERED: tuple[Type, ...] = ("number", "text")
_DATE: tuple[Type, ...] = ("date",)
_LIST: tuple[Type, ...] = ("list",)
OPERATORS = (
    RuleOperator("eq", "is", "value", ("text", "number", "boolean")),
    RuleOperator("ne", "is not", "value", ("text", "number", "boolean")),
    RuleOperator("in", "is one of", "list", ("text", "number")),
    RuleOperator("not_in", "is none of", "list", ("text", "number")),
    RuleOperator("contains", "contains", "text", _TEXT),
    RuleOperator("not_contains", "does not contain", "text", _TEXT),
    RuleOperator("starts_with", "begins with", "text", _TEXT),
    RuleOperator("ends_with", "ends with", "text", _TEXT),
    RuleOperator("matches", "matches the pattern", "pattern", _TEXT),
    RuleOperator("gt", "is more than", "number", _ORDERED),
    RuleOperator("gte", "is at least", "number", _ORDERED),
    RuleOperator("lt", "is less than", "number", _ORDERED),
    RuleOperator("lte", "is at most", "number", _ORDERED),
    RuleOperator("between", "is between", "range", ("number", "text", "date")),
    RuleOperator("has", "has", "value", _LIST),
    RuleOperator("has_any", "has one of", "list", _LIST),
    RuleOperator("has_all", "has all of", "list", _LIST),
    RuleOperator("has_none", "has none of", "list", _LIST),
    RuleOperator("length", "has so many entries", "times", _LIST),
    RuleOperator("before", "is before", "date", _DATE),
    RuleOperator("after", "is after", "date", _DATE),
    RuleOperator("on", "is on", "date", _DATE),
    RuleOperator("in_last", "is in the last", "duration", _DATE),
    RuleOperator("in_next", "is in the next", "duration", _DATE),
    RuleOperator("more_than_ago", "is longer ago than", "duration", _DATE),
    RuleOperator("more_than_ahead", "is further ahead than", "duration", _DATE),
    RuleOperator("anniversary", "has its day of the year", "day of the year", _DATE),
    RuleOperator("month", "is in the month", "month", _DATE),
    RuleOperator("empty", "is empty", "yes or no", (*_ANY, "date")),
)
BESIDE = ("missing", "zone")
"""What may stand beside an operator."""


def forms(kinds: Kinds) -> RuleForms:
    """The forms of all that the rooms offer to ask."""
    found = conditions(kinds)
    used = {one.group for one in found}
    groups = [group for group in GROUPS if group.name in used]
    return RuleForms(groups=groups, conditions=found, operators=list(OPERATORS))


def conditions(kinds: Kinds) -> list[ConditionKind]:
    """Each kind of condition with its form, group by group."""
    order = {group.name: number for number, group in enumerate(GROUPS)}
    found = [_kind(kind, struct) for kind, struct in kinds.items()]
    return sorted(found, key=lambda one: order.get(one.group, len(order)))


def _kind(kind: str, struct: type[Struct]) -> ConditionKind:
    asks: Asks = getattr(struct, "asks", None) or Asks("other", kind, "", {})
    return ConditionKind(
        kind=kind,
        group=asks.group,
        title=asks.title,
        sentence=asks.sentence,
        schema=form(
            struct, leave=frozenset({*(one.key for one in OPERATORS), *BESIDE}) if _compares(struct) else frozenset()
        ),
        compares=_compares(struct),
        example=asks.example,
    )


def _compares(struct: type[Struct]) -> bool:
    return "not_contains" in names(struct)


def names(struct: type[Struct]) -> list[str]:
    """The fields of a struct as they are written."""
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def form(struct: type[Struct], leave: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The JSON Schema of a struct, its fields in declared order (`x-order`), without those to `leave` out."""
    (root,), definitions = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    name = root["$ref"].rsplit("/", 1)[1]
    schema: dict[str, Any] = dict(definitions.pop(name))
    schema["properties"] = {key: one for key, one in schema["properties"].items() if key not in leave}
    schema["x-order"] = [key for key in names(struct) if key not in leave]
    used = _used(schema, definitions)
    return schema | ({"$defs": used} if used else {})


def _used(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that a schema refers to, and those that they refer to."""
    found, left = dict[str, Any](), [schema]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in definitions and name not in found:
                found[name] = definitions[name]
                left.append(definitions[name])
            left += one.values()
        elif isinstance(one, list):
            left += one
    return dict(sorted(found.items()))


def rule_schema(kinds: Kinds) -> dict[str, Any]:
    """Definitions for the JSON Schema of a whole rule: `Rule`, and what it refers to."""
    components, definitions = msgspec.json.schema_components(list(kinds.values()), ref_template="#/$defs/{name}")
    many = {"type": "array", "items": {"$ref": "#/$defs/Rule"}, "maxItems": 200}

    def group(how: str, inner: dict[str, Any], told: str) -> dict[str, Any]:
        return {
            "type": "object",
            "title": how,
            "description": told,
            "properties": {how: inner},
            "required": [how],
            "additionalProperties": False,
        }

    groups = [
        {**many, "description": "All of these are true."},
        group("all", many, "All of these are true."),
        group("any", many, "Any of these is true."),
        group("not", {"$ref": "#/$defs/Rule"}, "This is not true."),
    ]
    rule = {"title": "Rule", "description": "A condition, or a group of them.", "anyOf": [*groups, *components]}
    return {"Rule": rule} | _used(rule, definitions)
