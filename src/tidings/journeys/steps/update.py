"""Write to the contact: attributes and tags."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Struct

from tidings.journeys.outcome import Change, Moment, Outcome
from tidings.journeys.steps.about import About, told
from tidings.rules.tree import Kinds

ABOUT = About(title="Change the contact", sentence="Write attributes and tags of the contact.")


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values as they are, or `{property: x}` of the event that started the run; null takes an attribute away."""

    attributes: Annotated[
        dict[str, Any],
        told("Attributes", "Values to write; an empty one takes the attribute away.", {"stage": "customer"}),
    ] = msgspec.field(default_factory=dict)
    add_tags: Annotated[tuple[str, ...], told("Add tags", "Tags that they get.", ["vip"], suggest="tags")] = ()
    remove_tags: Annotated[
        tuple[str, ...], told("Take tags away", "Tags that they lose.", ["trial"], suggest="tags")
    ] = ()


class UpdateStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{update: {attributes, add_tags, remove_tags}, next}`."""

    update: What
    next: str = "end"

    def exits(self) -> dict[str, str]:
        return {"next": self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        values = {name: resolved(value, moment) for name, value in self.update.attributes.items()}
        return Change(attributes=values, add_tags=self.update.add_tags, remove_tags=self.update.remove_tags)


def resolved(value: Any, moment: Moment) -> Any:
    """A literal, or what `{property: path}` or `{attribute: path}` points to (None when there is nothing)."""
    if isinstance(value, dict) and set(value) in ({"property"}, {"attribute"}):
        (kind, path), *_ = value.items()
        found: Any = moment.properties if kind == "property" else moment.attributes
        for key in str(path).split("."):
            found = found.get(key) if isinstance(found, dict) else None
        return found
    if isinstance(value, dict):
        return {name: resolved(inner, moment) for name, inner in value.items()}
    return [resolved(inner, moment) for inner in value] if isinstance(value, list) else value
