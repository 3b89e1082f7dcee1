"""A rule taken apart for one person: each of its conditions in words, with the answer that it gives now."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Condition, Group
from tidings.runtime.database import Tx


class Part(Struct, frozen=True):
    """One condition: its sentence, how deep it stands in the rule, and yes, no or unknown (None)."""

    sentence: str
    depth: int
    answer: bool | None


def explain(tx: Tx, rule: Condition, asked: Asked, now: int) -> list[Part]:
    """Every group and condition of a rule, outermost first. One query for each: for a person who asks why."""
    return [
        Part(words, depth, evaluate(tx, condition, [asked], now)[asked.key])
        for condition, words, depth in _walk(rule, 0)
    ]


def _walk(rule: Condition, depth: int) -> Iterator[tuple[Condition, str, int]]:
    if not isinstance(rule, Group):
        yield rule, rule.sentence(), depth
        return
    yield rule, {"all": "all of", "any": "any of", "not": "not"}[rule.how], depth
    for inner in rule.rules:
        yield from _walk(inner, depth + 1)
