"""A rule taken apart for one person: each of its conditions in words, with the answer that it gives now and what it saw."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, cast

from msgspec import Struct

from tidings.rules.evaluate import BATCH, Asked, Compiled, Exact
from tidings.rules.tree import Condition, Group, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

AT_ONCE = 40
"""Conditions in one statement."""


class Part(Struct, frozen=True):
    """One condition: its sentence, how deep it stands in the rule, and yes, no or unknown (None); where it stands, and what it saw."""

    sentence: str
    depth: int
    answer: bool | None
    path: str = ""
    seen: str | None = None


class Failed(Struct, frozen=True):
    """The outermost condition that was not true of somebody."""

    path: str
    sentence: str
    seen: str | None


class _Row(Struct, frozen=True, array_like=True):
    key: int
    number: int
    answer: int | None
    seen: str | None


class Nested(Struct, frozen=True):
    """A part of a rule, and where it stands in it."""

    rule: Any
    path: str
    depth: int


_Told = dict[str, tuple[bool | None, str | None]]
"""Path -> (answer, what was seen)."""


def explain(tx: Tx, rule: Condition, asked: Asked, now: int) -> list[Part]:
    """Every group and condition of a rule, outermost first."""
    places, told = list(nested(rule)), _told(tx, rule, [asked], now)[asked.key]
    return [
        Part(_words(one.rule), one.depth, _answer(one, told), path=one.path, seen=_seen(one, told)) for one in places
    ]


def failed(tx: Tx, rule: Condition, ids: Sequence[int], now: int) -> dict[int, Failed | None]:
    """Contact -> the outermost condition that was not true; None where the rule is true."""
    asked = [Asked(key=one, contact_id=one) for one in ids]
    return {key: _outermost(Nested(rule, "", 0), told) for key, told in _told(tx, rule, asked, now).items()}


def _outermost(place: Nested, told: _Told) -> Failed | None:
    if _answer(place, told):
        return None
    if isinstance(place.rule, Group) and place.rule.how == "all":
        wrong = [found for inner in _inner(place) if (found := _outermost(inner, told)) is not None]
        # What is plainly untrue is told before what nobody knows.
        return next((one for one in wrong if told.get(one.path, (False, None))[0] is False), wrong[0])
    return Failed(place.path, place.rule.sentence(), _seen(place, told))


def _words(rule: Condition) -> str:
    return {"all": "all of", "any": "any of", "not": "not"}[rule.how] if isinstance(rule, Group) else rule.sentence()


def _inner(place: Nested) -> list[Nested]:
    rules: tuple[Any, ...] = place.rule.rules if isinstance(place.rule, Group) else ()
    how, dot = getattr(place.rule, "how", ""), "." if place.path else ""
    ends = [how] if how == "not" else [f"{how}[{i}]" for i in range(len(rules))]
    return [Nested(rule, f"{place.path}{dot}{end}", place.depth + 1) for rule, end in zip(rules, ends, strict=True)]


def nested(rule: Condition) -> Iterator[Nested]:
    """Every group and condition of a rule, outermost first."""
    left = [Nested(rule, "", 0)]
    while left:
        place = left.pop(0)
        yield place
        left = _inner(place) + left


def _answer(place: Nested, told: _Told) -> bool | None:
    """Groups follow from what is inside them."""
    if not isinstance(place.rule, Group):
        return told[place.path][0]
    answers = [_answer(inner, told) for inner in _inner(place)]
    if place.rule.how == "not":
        return None if answers[0] is None else not answers[0]
    decisive = place.rule.how == "any"
    return decisive if decisive in answers else None if None in answers else not decisive


def _seen(place: Nested, told: _Told) -> str | None:
    """What a condition saw; a denied one, what it denies."""
    if isinstance(place.rule, Group):
        return _seen(_inner(place)[0], told) if place.rule.how == "not" else None
    return told[place.path][1]


def _told(tx: Tx, rule: Condition, asked: Sequence[Asked], now: int) -> dict[int, _Told]:
    """What every condition answers about everybody, by its path."""
    leaves = [one for one in nested(rule) if not isinstance(one.rule, Group)]
    found: dict[int, _Told] = {one.key: {leaf.path: (False, None) for leaf in leaves} for one in asked}
    for start in range(0, len(leaves) if asked else 0, AT_ONCE):
        some = leaves[start : start + AT_ONCE]
        question = _compiled(tuple(Exact(leaf.rule) for leaf in some), cast(Hashable, tx.dialect))
        for row in tx.rows(question.statement, _Row, batch=list(asked), now=now, **question.bound(tx, now)):
            answer = None if row.answer is None else bool(row.answer)
            found[row.key][some[row.number].path] = (answer, row.seen)
    return found


@functools.lru_cache(maxsize=512)
def _compiled(leaves: tuple[Exact, ...], dialect: Hashable) -> Compiled:
    """One statement for all: a row for each condition and person."""
    scope, selects = Scope(cast(Dialect, dialect)), list[str]()
    for number, leaf in enumerate(leaves):
        see = getattr(leaf.rule, "seen", None)
        seen = (see(scope) if see is not None else None) or "null"
        answer = f"case {leaf.rule.sql(scope)} when true then 1 when false then 0 end"
        selects.append(f"select b.key, {number}, {answer}, cast({seen} as text) {BATCH}")
    return Compiled(Statement("parts", " union all ".join(selects)), scope.parameters, scope.moving)
