"""A rule as a tree: groups of conditions, checked against the kinds that the rooms offer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from tidings.rules.calendar import Moment
from tidings.runtime.errors import Invalid, Problem
from tidings.runtime.sql import Dialect

MAX_DEPTH = 6
"""Groups inside groups: older versions of SQLite read no deeper expressions than these make."""
MAX_CONDITIONS = 200
MAX_VALUES = 5_000
"""Values that one rule may name: each is a parameter of its statement."""


class Scope:
    """Where an expression is being built: the dialect, what `now` is called, and the parameters bound so far."""

    def __init__(self, dialect: Dialect, *, now: str = ":now") -> None:
        self.dialect, self.now = dialect, now
        self.parameters: dict[str, Any] = {}
        self.moving: dict[str, Callable[[Moment], Any]] = {}
        """Parameters that follow from the moment at which the rule is asked."""

    def bind(self, value: Any) -> str:
        """A parameter for a value; values are never part of the text."""
        name = f"r{len(self.parameters) + len(self.moving)}"
        self.parameters[name] = value
        return f":{name}"

    def bind_at(self, value: Callable[[Moment], Any]) -> str:
        """A parameter whose value follows from the moment: which day it is, when it ends. It may change at a quarter of an
        hour at the soonest (UTC), since questions of one quarter are asked together."""
        name = f"r{len(self.parameters) + len(self.moving)}"
        self.moving[name] = value
        return f":{name}"


class Depends(Struct, frozen=True):
    """Which facts can change the answer. `roots`: what may change of a person, as `root_of` names it."""

    events: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    messages: bool = False

    def __or__(self, other: Depends) -> Depends:
        return Depends(self.events | other.events, self.roots | other.roots, self.messages or other.messages)

    @property
    def segments(self) -> frozenset[str]:
        """The segments that it asks about."""
        return frozenset(root[8:] for root in self.roots if root.startswith("segment:"))


def depends_on(*roots: str) -> Depends:
    """On things that may change of a person."""
    return Depends(roots=frozenset(roots))


_WHOLE = ("tag:", "list:", "segment:", "journey:")


def root_of(path: str) -> str:
    """What a changed path is looked up by: `tag:x`, `list:x`, `segment:x` and `journey:x` whole, `company:`, `consent:` and
    `reach:` for all of theirs, and the first part of an attribute's path."""
    if path.startswith(_WHOLE):
        return path
    kind, colon, _ = path.partition(":")
    return kind + colon if colon and kind in ("company", "consent", "reach") else path.partition(".")[0]


class Asks(Struct, frozen=True):
    """How a kind of condition is offered: in which group, in which words, and an example."""

    group: str
    title: str
    sentence: str
    example: Any


class Condition(Protocol):
    """One condition; its struct is its syntax. `asks: ClassVar[Asks]` says how it is offered; `seen(scope)`, where it has one, is an
    expression of what it saw, as text."""

    def sql(self, scope: Scope) -> str:
        """A three-valued expression over `b` (the batch row) and `c` (the contact); what time it is, is `scope.now`."""
        ...

    def boundary(self, scope: Scope) -> str | None:
        """The earliest instant after now at which time alone may change the answer: an expression, null where it never does.
        None: time never changes it. Too early costs a look; too late is wrong."""
        ...

    def depends(self) -> Depends: ...

    def sentence(self) -> str: ...


COMING = ("score", "stage", "deal")
"""Conditions that will exist when what they are about does; until then they are refused by name."""
Kinds = Mapping[str, type[Struct]]
"""The key by which a condition is recognised -> its struct."""


class Group(Struct, frozen=True):
    """`all`, `any` or `not` over rules."""

    how: str
    rules: tuple[Any, ...]

    def sql(self, scope: Scope) -> str:
        if self.how == "not":
            return f"(not {self.rules[0].sql(scope)})"
        if not self.rules:
            return "(1 = 1)" if self.how == "all" else "(1 = 0)"
        joint = " and " if self.how == "all" else " or "
        # What holds groups of groups stands first: a parser keeps in mind all that stands before a parenthesis.
        ordered = sorted(self.rules, key=lambda rule: _height(rule) < 2)
        return "(" + joint.join(rule.sql(scope) for rule in ordered) + ")"

    def boundary(self, scope: Scope) -> str | None:
        """The earliest of its conditions; none while rules that time does not change decide the answer alone. Groups inside groups
        tell theirs plainly, since a parser counts how deep expressions stand."""
        found = [(rule, _boundaries(rule, scope)) for rule in self.rules]
        moving = [text for _, texts in found for text in texts]
        if not moving:
            return None
        earliest = scope.dialect.least(moving)
        still = tuple(rule for rule, texts in found if not texts)
        if self.how == "not" or not still:
            return earliest
        decided = "false" if self.how == "all" else "true"
        return f"(case when {Group(self.how, still).sql(scope)} is {decided} then null else {earliest} end)"

    def depends(self) -> Depends:
        found = Depends()
        for rule in self.rules:
            found |= rule.depends()
        return found

    def sentence(self) -> str:
        if not self.rules:
            return "everybody" if self.how == "all" else "nobody"
        said = [
            f"({one.sentence()})" if isinstance(one, Group) and one.how != "not" else one.sentence()
            for one in self.rules
        ]
        if self.how == "not":
            return f"not ({self.rules[0].sentence()})"
        return (" and " if self.how == "all" else " or ").join(said)


def _height(rule: Any) -> int:
    """How many groups stand inside each other."""
    return 1 + max(map(_height, rule.rules), default=0) if isinstance(rule, Group) else 0


def _boundaries(rule: Any, scope: Scope) -> list[str]:
    """Of each condition in a rule that time may change."""
    if isinstance(rule, Group):
        return [text for inner in rule.rules for text in _boundaries(inner, scope)]
    if ends := getattr(rule, "ends", None):
        return list(ends(scope))
    text: str | None = rule.boundary(scope)
    return [] if text is None else [text]


def conditions(rule: Condition) -> Iterator[Condition]:
    """Every condition of a rule, without the groups."""
    if isinstance(rule, Group):
        for inner in rule.rules:
            yield from conditions(inner)
    else:
        yield rule


def parse(data: Any, kinds: Kinds, path: str) -> Condition:
    """A rule from a document. A list means `all`. `Invalid` names every place that is wrong."""
    problems, left = list[Problem](), [MAX_CONDITIONS]
    if _values(data) > MAX_VALUES:
        raise Invalid.at(path, f"is too large: at most {MAX_VALUES:,} values.")
    rule = _parse(data, kinds, path, 0, problems, left)
    if problems or rule is None:
        raise Invalid(*problems)
    return rule


def _values(data: Any) -> int:
    """How many values are written in it."""
    count, left = 0, [data]
    while left and count <= MAX_VALUES:
        one = left.pop()
        if isinstance(one, dict):
            left += one.values()
        elif isinstance(one, list):
            left += one
        else:
            count += 1
    return count


def _parse(
    data: Any, kinds: Kinds, path: str, depth: int, problems: list[Problem], left: list[int]
) -> Condition | None:
    left[0] -= 1
    if depth > MAX_DEPTH or left[0] < 0:
        problems.append(Problem(path, f"is too large: at most {MAX_DEPTH} levels and {MAX_CONDITIONS} conditions."))
        return None
    if isinstance(data, list):
        data = {"all": data}
    if not isinstance(data, dict) or not data:
        problems.append(Problem(path, "is not a condition.", f"Write one of {_known(kinds)}."))
        return None
    for how in ("all", "any", "not"):
        if how in data:
            return _group(how, data, kinds, path, depth, problems, left)
    for key, struct in kinds.items():
        if key in data:
            try:
                return msgspec.convert(data, struct)  # type: ignore[return-value]
            except msgspec.ValidationError as error:
                problems.append(_problem(path, error, struct))
                return None
    problems.append(_unknown(data, kinds, path))
    return None


def _unknown(data: dict[str, Any], kinds: Kinds, path: str) -> Problem:
    for coming in COMING:
        if coming in data:
            return Problem(f"{path}.{coming}", f"cannot be asked yet: there is no {coming} in this version.")
    told = f"has no condition that is known: {', '.join(map(str, data))}."
    return Problem(path, told, f"Write one of {_known(kinds)}.")


def _group(
    how: str, data: dict[str, Any], kinds: Kinds, path: str, depth: int, problems: list[Problem], left: list[int]
) -> Condition | None:
    if len(data) > 1:
        others = ", ".join(sorted(set(map(str, data)) - {how}))
        problems.append(Problem(path, f"mixes {how} with {others}.", "Put them inside the group."))
        return None
    inner = data[how]
    if how == "not":
        rule = _parse(inner, kinds, f"{path}.not", depth + 1, problems, left)
        return None if rule is None else Group("not", (rule,))
    if not isinstance(inner, list):
        problems.append(Problem(f"{path}.{how}", "must be a list of conditions."))
        return None
    rules = [_parse(one, kinds, f"{path}.{how}[{i}]", depth + 1, problems, left) for i, one in enumerate(inner)]
    return None if any(rule is None for rule in rules) else Group(how, tuple(rules))


def _known(kinds: Kinds) -> str:
    return ", ".join(("all", "any", "not", *kinds))


_WHERE = re.compile(r" - at `\$(.*)`$")


def _problem(path: str, error: msgspec.ValidationError, struct: type[Struct]) -> Problem:
    text = str(error)
    where = _WHERE.search(text)
    inner = where[1] if where else ""
    is_unknown = not inner and "unknown field" in text
    hint = f"Write one of {', '.join(struct.__struct_encode_fields__)}." if is_unknown else ""
    return Problem(path + inner, told_plainly(_WHERE.sub("", text)) + ".", hint)


def told_plainly(text: str) -> str:
    """What the decoder says, as a person would."""
    return text.replace("Expected `str` of length >= 1", "is empty")
