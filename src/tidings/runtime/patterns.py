"""Patterns of text: a subset of regular expressions that answers in time that grows with the text alone, on every database.

Allowed: letters and digits, `.`, classes like `[a-z0-9_]` and `[^…]`, `\\d` `\\w` `\\s`, `\\` before a sign, `( | )`,
`^` and `$` at the ends, and `*` `+` `?` `{2}` `{2,5}` after one sign, class or group without such a mark inside.
Letters of ASCII are folded.
"""

from __future__ import annotations

import string
from collections.abc import Iterator

from msgspec import Struct

LONGEST = 200
"""Characters of a pattern."""
LOOKED_AT = 1_000
"""Characters of a text; what comes after them is not looked at."""
REPEATS = 50
_SETS = {"d": "0-9", "w": "a-z0-9_", "s": " \t\n\r\f\v"}
_SIGNS = frozenset("\\^$.|?*+()[]{}")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
ALLOWED = "Allowed are letters, ., [a-z], \\d \\w \\s, ( | ), ^ and $ at the ends, and * + ? {2,5} after one sign or a group without them"


class Signs(Struct, frozen=True):
    """Some characters, or all but some."""

    ranges: tuple[tuple[str, str], ...]
    is_not: bool = False

    def has(self, sign: str) -> bool:
        return any(first <= sign <= last for first, last in self.ranges) is not self.is_not

    def told(self) -> str:
        """As a class of a regular expression."""
        inner = "".join(_safe(a) if a == b else f"{_safe(a)}-{_safe(b)}" for a, b in self.ranges)
        return f"[{'^' if self.is_not else ''}{inner}]" if inner else "."


class Part(Struct, frozen=True):
    """A piece of a pattern: some signs, one of several rows of pieces, or a piece so many times (`most` None: no end)."""

    signs: Signs | None = None
    ways: tuple[tuple[Part, ...], ...] = ()
    least: int = 1
    most: int | None = 1


class Pattern(Struct, frozen=True):
    """A pattern as it was read: ways, each with whether it begins and ends where the text does."""

    ways: tuple[tuple[tuple[Part, ...], bool, bool], ...]

    @property
    def expression(self) -> str:
        """As a regular expression that means the same everywhere."""
        return "|".join(f"{'^' if s else ''}{''.join(map(_told, row))}{'$' if e else ''}" for row, s, e in self.ways)


def _safe(sign: str) -> str:
    return f"\\{sign}" if sign in "\\^]-[" else sign


def _told(part: Part) -> str:
    body = (
        part.signs.told()
        if part.signs is not None
        else f"(?:{'|'.join(''.join(map(_told, row)) for row in part.ways)})"
    )
    if (part.least, part.most) == (1, 1):
        return body
    return f"{body}{{{part.least},{'' if part.most is None else part.most}}}"


def parse(text: str) -> Pattern:
    """The pattern; ValueError says what is allowed."""
    if len(text) > LONGEST:
        raise ValueError(f"Expected a pattern of at most {LONGEST} characters")
    reader = _Reader(text.translate(_LOWER) if "\\" not in text else _folded(text))
    ways = [reader.way()]
    while reader.takes("|"):
        ways.append(reader.way())
    if reader.left:
        raise ValueError(f"Expected no {reader.left[0]!r} there. {ALLOWED}")
    return Pattern(tuple(ways))


def _folded(text: str) -> str:
    """Folded, but for what follows a backslash."""
    found, is_escaped = list[str](), False
    for sign in text:
        found.append(sign if is_escaped else sign.translate(_LOWER))
        is_escaped = sign == "\\" and not is_escaped
    return "".join(found)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.left = text

    def takes(self, sign: str) -> bool:
        if not self.left.startswith(sign):
            return False
        self.left = self.left[len(sign) :]
        return True

    def next(self) -> str:
        if not self.left:
            raise ValueError(f"Expected more at the end of the pattern. {ALLOWED}")
        sign, self.left = self.left[0], self.left[1:]
        return sign

    def way(self) -> tuple[tuple[Part, ...], bool, bool]:
        starts = self.takes("^")
        row = self.row(depth=0)
        return row, starts, self.takes("$")

    def row(self, depth: int) -> tuple[Part, ...]:
        found = list[Part]()
        while self.left and self.left[0] not in "|)$":
            found.append(self.repeated(self.piece(depth)))
        return tuple(found)

    def piece(self, depth: int) -> Part:
        sign = self.next()
        if sign == "(":
            if self.left.startswith("?") or depth >= 5:
                raise ValueError(f"Expected a plain group, at most five inside each other. {ALLOWED}")
            ways = [self.row(depth + 1)]
            while self.takes("|"):
                ways.append(self.row(depth + 1))
            if not self.takes(")"):
                raise ValueError(f"Expected ) after a group. {ALLOWED}")
            return Part(ways=tuple(ways))
        if sign == "[":
            return Part(signs=self.set())
        if sign == ".":
            return Part(signs=Signs((), is_not=True))
        if sign == "\\":
            return Part(signs=self.escaped())
        if sign in _SIGNS:
            raise ValueError(f"Expected no {sign!r} there. {ALLOWED}")
        return Part(signs=Signs(((sign, sign),)))

    def escaped(self) -> Signs:
        sign = self.next()
        if sign in _SETS:
            return Signs(tuple(_ranges(_SETS[sign])))
        if sign.isalnum():
            raise ValueError(f"Expected no \\{sign}. {ALLOWED}")
        return Signs(((sign, sign),))

    def set(self) -> Signs:
        is_not, ranges = self.takes("^"), list[tuple[str, str]]()
        while not self.takes("]"):
            if self.left.startswith("["):
                raise ValueError(f"Expected \\[ inside a class. {ALLOWED}")
            sign = self.next()
            if sign == "\\":
                ranges += self.escaped().ranges
            elif self.left.startswith("-") and not self.left.startswith("-]"):
                self.next()
                last = self.next()
                if not sign <= last or not (sign + last).isalnum() or sign.isdigit() is not last.isdigit():
                    raise ValueError(f"Expected a range like a-z or 0-9. {ALLOWED}")
                ranges.append((sign, last))
            else:
                ranges.append((sign, sign))
        if not ranges:
            raise ValueError(f"Expected something inside [ ]. {ALLOWED}")
        return Signs(tuple(ranges), is_not)

    def repeated(self, part: Part) -> Part:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.takes(sign):
                return self.marked(part, least, most)
        if not self.takes("{"):
            return part
        inner, brace, self.left = self.left.partition("}")
        first, comma, last = inner.partition(",")
        if (
            not brace
            or not (first.isascii() and first.isdigit())
            or not (not last or (last.isascii() and last.isdigit()))
        ):
            raise ValueError(f"Expected a number like {{2}} or {{2,5}}. {ALLOWED}")
        least, most = int(first), int(last) if last else None if comma else int(first)
        if max(least, most or 0) > REPEATS or (most is not None and most < least):
            raise ValueError(f"Expected at most {REPEATS} repetitions, the smaller number first")
        return self.marked(part, least, most)

    def marked(self, part: Part, least: int, most: int | None) -> Part:
        if self.left[:1] in ("*", "+", "?", "{") or any(_is_marked(one) for row in part.ways for one in row):
            raise ValueError(f"Expected no repetition of a repetition. {ALLOWED}")
        return Part(signs=part.signs, ways=part.ways, least=least, most=most)


def _is_marked(part: Part) -> bool:
    return (part.least, part.most) != (1, 1) or any(_is_marked(one) for row in part.ways for one in row)


def _ranges(text: str) -> Iterator[tuple[str, str]]:
    while text:
        if text[1:2] == "-":
            yield text[0], text[2]
            text = text[3:]
        else:
            yield text[0], text[0]
            text = text[1:]
