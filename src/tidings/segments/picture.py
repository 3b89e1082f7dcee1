"""Every live segment, parsed, in the order in which they need each other, and looked up by what may concern it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.rules.panel import has_boundary
from tidings.rules.tree import Condition, Depends, Kinds
from tidings.runtime import shelf, sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.sql import Dialect
from tidings.segments.models import Checked, check

queries = sql.load("tidings.segments")
EVERYTHING = "*"
"""The root of somebody who is new, or of whom everything may be otherwise."""
TROUBLE = frozenset({"message.bounced", "message.complained", "message.failed"})
"""Facts after which somebody may not be reached any more."""


class LiveSegment(Struct, frozen=True, kw_only=True):
    """A segment with its rule. `level`: all that it asks about stand on lower ones."""

    id: int
    name: str
    rule: Condition
    depends: Depends
    level: int
    is_computing: bool
    is_timed: bool


class Picture:
    """All live segments, lowest level first."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self.segments = {one.id: one for one in sorted(segments, key=lambda one: (one.level, one.id))}
        self.by_name = {one.name: one for one in self.segments.values()}
        self.is_timed = any(one.is_timed for one in segments)
        self.is_computing = any(one.is_computing for one in segments)
        self._events: dict[str, set[int]] = {}
        self._roots: dict[str, set[int]] = {}
        self._messages: set[int] = set()
        self._journeys: set[int] = set()
        for one in segments:
            for name in one.depends.events:
                self._events.setdefault(name, set()).add(one.id)
            for root in one.depends.roots:
                self._roots.setdefault(root, set()).add(one.id)
            if one.depends.messages:
                self._messages.add(one.id)
            if any(root.startswith("journey:") for root in one.depends.roots):
                self._journeys.add(one.id)
        self.minds_changes = bool(self._roots)

    @property
    def minds_messages(self) -> bool:
        """Whether what becomes of messages may concern any."""
        return bool(self._messages)

    @property
    def minds_reach(self) -> bool:
        """Whether any asks who can be reached."""
        return "reach:" in self._roots

    @property
    def is_empty(self) -> bool:
        return not self.segments

    def mentions(self, name: str) -> bool:
        """Whether an event or fact of this name may bring somebody in or out."""
        return bool(self.minding_event(name))

    def minding_event(self, name: str) -> set[int]:
        """The segments that an event or fact may concern."""
        found = self._events.get(name, set())
        if name.startswith("message."):
            found = found | self._messages
            if name in TROUBLE:
                found = found | self._roots.get("reach:", set()) | self._roots.get("consent:", set())
        if name.startswith("journey."):
            found = found | self._journeys
        return found

    def minding_root(self, root: str) -> set[int]:
        """The segments that something which changed of somebody may concern."""
        return set(self.segments) if root == EVERYTHING else self._roots.get(root, set())

    def dependents(self, names: Iterable[str]) -> set[int]:
        """The segments that ask about these."""
        return {i for name in names for i in self._roots.get(f"segment:{name}", ())}


NOBODY = Picture(())


class Row(Struct, frozen=True, array_like=True):
    """A segment as the store keeps it."""

    id: int
    name: str
    state: str
    is_ready: int
    position: int | None
    published_at: int
    computed_at: int | None


def rows(tx: Tx) -> list[Row]:
    """Every segment that is live, by name."""
    return tx.rows(queries.live_segments, Row)


def read(tx: Tx, kinds: Kinds) -> Picture:
    """The live segments as this transaction sees them. One whose rule this version does not understand is left out of the picture:
    it keeps its people."""
    kept = {one.name: one.data for one in shelf.live(tx, "segment")}
    checked: dict[str, Checked] = {}
    for name, data in kept.items():
        try:
            checked[name] = check(data, kinds)
        except Invalid:
            continue
    levels = levels_of({name: one.rule.depends().segments for name, one in checked.items()})
    return Picture(
        [_live(row, checked[row.name], levels[row.name], tx.dialect) for row in rows(tx) if row.name in checked]
    )


def _live(row: Row, checked: Checked, level: int, dialect: Dialect) -> LiveSegment:
    return LiveSegment(
        id=row.id,
        name=row.name,
        rule=checked.rule,
        depends=checked.rule.depends(),
        level=level,
        is_computing=row.position is not None,
        is_timed=has_boundary(checked.rule, dialect),
    )


def levels_of(needs: dict[str, frozenset[str]]) -> dict[str, int]:
    """How deep each stands on others; those in a circle stand on level 0 of each other (publishing refuses circles)."""
    levels: dict[str, int] = {}

    def level(name: str, above: frozenset[str]) -> int:
        if name not in levels:
            below = [one for one in needs[name] if one in needs and one not in above]
            levels[name] = 1 + max((level(one, above | {name}) for one in below), default=-1)
        return levels[name]

    for name in needs:
        level(name, frozenset())
    return levels


def circle(name: str, needs: dict[str, frozenset[str]]) -> list[str]:
    """The way on which a segment leads back to itself, both ends named; empty when it does not."""
    stack: list[list[str]] = [[name]]
    seen = set[str]()
    while stack:
        way = stack.pop()
        for one in sorted(needs.get(way[-1], frozenset())):
            if one == name:
                return [*way, name]
            if one not in seen:
                seen.add(one)
                stack.append([*way, one])
    return []
