"""Go different ways: the first case that is true, else the other way."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Struct

from tidings.journeys.outcome import Go, Moment, Outcome
from tidings.journeys.steps.about import About, StepExit, told
from tidings.rules.tree import Kinds, parse

ABOUT = About(
    title="Go different ways",
    sentence="The first case that is true; everybody else goes the other way.",
    ways=(
        StepExit("case", "when"),
        StepExit("on_unknown", "nobody can say", is_optional=True),
        StepExit("else", "else"),
    ),
)


class Case(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{when: rule, next: step}`."""

    when: Annotated[Any, told("When", "Who goes this way.", {"attribute": "plan", "eq": "pro"})]
    next: str


class Branch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"else_": "else"}):
    """`{branch: [{when, next}], else, on_unknown}`. When a case cannot be known (a message that nobody can say was opened),
    `on_unknown` is taken, by default the way of that first unknown case."""

    branch: tuple[Case, ...] = msgspec.field(default=())
    else_: str = "end"
    on_unknown: str | None = None

    def exits(self) -> dict[str, str]:
        cases = {f"case{number}": case.next for number, case in enumerate(self.branch)}
        unknown = {"on_unknown": self.on_unknown} if self.on_unknown else {}
        return cases | unknown | {"else": self.else_}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return tuple(parse(case.when, kinds, f"{path}.branch[{i}].when") for i, case in enumerate(self.branch))

    def run(self, moment: Moment) -> Outcome:
        for number, answer in enumerate(moment.answers):
            if answer:
                return Go(f"case{number}")
            if answer is None and self.on_unknown:
                return Go("on_unknown")
            if answer is None:
                return Go(f"case{number}")
        return Go("else")
