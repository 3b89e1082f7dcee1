"""How a kind of step is told to people: its title, its sentence, where it leads; and how its fields are."""

from __future__ import annotations

from typing import Any

from msgspec import Meta, Struct


class StepExit(Struct, frozen=True):
    """An exit: the key under which its target is written, and what it is called on the canvas."""

    key: str
    title: str
    is_optional: bool = False
    """Without a target of its own it leads where `next` does."""


class About(Struct, frozen=True, kw_only=True):
    """A kind of step, in words."""

    title: str
    sentence: str
    ways: tuple[StepExit, ...] = (StepExit("next", "then"),)


def told(title: str, description: str, *examples: Any, suggest: str = "", is_needed: bool = False) -> Meta:
    """Metadata of a field: its label, its help in one sentence, examples, and of which names it is one (`x-suggest`);
    with `is_needed` it may not be empty."""
    extra = {"x-suggest": suggest} if suggest else None
    return Meta(
        title=title,
        description=description,
        examples=list(examples) or None,
        extra_json_schema=extra,
        min_length=1 if is_needed else None,
    )
