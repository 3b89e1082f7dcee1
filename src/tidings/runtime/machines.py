"""A pattern as a machine that reads a text sign by sign, for a database that knows no regular expressions."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from msgspec import Struct

from tidings.runtime.patterns import ALLOWED, Part, Pattern, Signs, parse

STATES = 900
"""So many states a machine may have; three digits name one."""
SIGNS = 300
"""So many signs it may know apart."""
LOST, FOUND = 0, 1
_ANY = Signs((), is_not=True)
_OTHER = "\U0010fffd"
"""Stands for every sign that the pattern does not name."""


class Machine(Struct, frozen=True):
    """`signs`: those that it knows apart (place 0 is any other); `moves`: the next state of each state and place, three digits each;
    `ends`: the states in which the text may end."""

    signs: str
    moves: str
    start: int
    ends: tuple[int, ...]

    def reads(self, text: str) -> bool:
        """Whether it is found in a text."""
        state, width = self.start, len(self.signs) + 1
        for sign in text:
            if state in (LOST, FOUND):
                break
            place = (state * width + self.signs.find(sign) + 1) * 3
            state = int(self.moves[place : place + 3])
        return state == FOUND or state in self.ends


class _Net:
    """States with ways between them: by signs, or by nothing."""

    def __init__(self) -> None:
        self.by_sign: list[list[tuple[Signs, int]]] = []
        self.by_nothing: list[list[int]] = []

    def state(self) -> int:
        self.by_sign.append([])
        self.by_nothing.append([])
        if len(self.by_sign) > 20_000:
            raise ValueError(f"Expected a smaller pattern. {ALLOWED}")
        return len(self.by_sign) - 1

    def row(self, parts: Iterable[Part], at: int) -> int:
        for part in parts:
            for _ in range(part.least):
                at = self._once(part, at)
            if part.most is None:
                loop = self.state()
                self.by_nothing[at].append(loop)
                self.by_nothing[self._once(part, loop)].append(loop)
                at = loop
            else:
                at = self._maybe(part, at, part.most - part.least)
        return at

    def _maybe(self, part: Part, at: int, times: int) -> int:
        end = self.state()
        self.by_nothing[at].append(end)
        for _ in range(times):
            at = self._once(part, at)
            self.by_nothing[at].append(end)
        return end

    def _once(self, part: Part, at: int) -> int:
        end = self.state()
        if part.signs is not None:
            self.by_sign[at].append((part.signs, end))
        for way in part.ways:
            begin = self.state()
            self.by_nothing[at].append(begin)
            self.by_nothing[self.row(way, begin)].append(end)
        return end

    def reached(self, states: Iterable[int]) -> frozenset[int]:
        """These, and whatever is reached from them by nothing."""
        found, left = set[int](), list(states)
        while left:
            state = left.pop()
            if state not in found:
                found.add(state)
                left += self.by_nothing[state]
        return frozenset(found)


def check(text: str) -> None:
    """ValueError says what is wrong with a pattern, or that it is too much."""
    machine(parse(text))


@functools.lru_cache(maxsize=256)
def machine(pattern: Pattern) -> Machine:
    """The machine of a pattern; ValueError when it has too many states."""
    net, starts, anywhere, at_end = _Net(), list[int](), set[int](), set[int]()
    for row, is_start, is_end in pattern.ways:
        begin = net.state()
        if not is_start:
            net.by_sign[begin].append((_ANY, begin))
        first = net.state()
        net.by_nothing[begin].append(first)
        (at_end if is_end else anywhere).add(net.row(row, first))
        starts.append(begin)
    signs = _signs(net)
    first_set = net.reached(starts)
    numbers: dict[frozenset[int], int] = {}
    rows: list[list[int]] = [[LOST] * (len(signs) + 1), [FOUND] * (len(signs) + 1)]

    def number(states: frozenset[int]) -> int:
        if states & anywhere:
            return FOUND
        if not states:
            return LOST
        if states not in numbers:
            numbers[states] = len(numbers) + 2
            left.append(states)
            if len(numbers) > STATES:
                raise ValueError(
                    "Expected a simpler pattern: this one would have to keep too much in mind; begin it with ^ or repeat less"
                )
        return numbers[states]

    left = list[frozenset[int]]()
    start = number(first_set)
    while left:
        states = left.pop(0)
        edges = [edge for state in states for edge in net.by_sign[state]]
        rows.append([number(net.reached(to for some, to in edges if some.has(sign))) for sign in (_OTHER, *signs)])
    ends = tuple(sorted(n for states, n in numbers.items() if states & at_end))
    return Machine("".join(signs), "".join(f"{to:03}" for row in rows for to in row), start, ends)


def _signs(net: _Net) -> list[str]:
    """The signs that a pattern knows apart."""
    found = set[str]()
    for some in {some for edges in net.by_sign for some, _ in edges}:
        for first, last in some.ranges:
            if ord(last) - ord(first) + len(found) > SIGNS:
                raise ValueError(f"Expected at most {SIGNS} different signs in a pattern")
            found.update(map(chr, range(ord(first), ord(last) + 1)))
    return sorted(found)
