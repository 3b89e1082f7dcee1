"""What can be asked about journeys: who is inside one, has ever been, has come through, or has reached its goal."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.rules.tree import Asks, Depends, Scope, depends_on
from tidings.rules.values import Duration


class Inside(Struct, frozen=True):
    """Whoever has a run in a journey that has not ended."""

    journey_id: int

    def sql(self, scope: Scope) -> str:
        about = f"r.journey_id = {scope.bind(self.journey_id)} and r.state in ('active', 'failed')"
        return f"c.id in (select r.contact_id from run r where {about})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends()

    def sentence(self) -> str:
        return "is inside the journey"


_STATES = {
    "in": "r.state in ('active', 'failed')",
    "ever": "(1 = 1)",
    "completed": "r.state = 'completed'",
    "goal": "(r.state = 'goal' or r.reason = 'goal after end')",
    "exited": "r.state = 'exited'",
}
_SAID = {
    "in": "is in the journey",
    "ever": "has been in the journey",
    "completed": "has come to the end of the journey",
    "goal": "has reached the goal of the journey",
    "exited": "has left early from the journey",
}


class Travelled(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"is_": "is"}
):
    """`{journey: welcome, is: goal, within: 30d}`: they reached its goal in the last 30 days."""

    asks: ClassVar[Asks] = Asks(
        "journeys",
        "A journey of theirs",
        "They are in it, have been, came through, reached its goal or left.",
        {"journey": "welcome", "is": "in"},
    )

    journey: Annotated[
        str, Meta(min_length=1, max_length=200, title="Journey", description="By its name.", examples=["welcome"])
    ]
    is_: Annotated[
        Literal["in", "ever", "completed", "goal", "exited"],
        Meta(title="Is", description="In it now, ever, through, at its goal, or out early.", examples=["in"]),
    ] = "in"
    within: Annotated[
        Duration | None, Meta(title="Within", description="They entered it, or it ended, in the last so long.")
    ] = None

    def __post_init__(self) -> None:
        if self.within is not None and durations.milliseconds(self.within) <= 0:
            raise ValueError("Expected `within` to be longer than nothing")

    @property
    def _at(self) -> str:
        return "r.started_at" if self.is_ in ("in", "ever") else "coalesce(r.ended_at, r.started_at)"

    def _runs(self, scope: Scope) -> str:
        named = f"(select j.id from journey j where j.name = {scope.bind(self.journey)})"
        return f"from run r where r.contact_id = c.id and r.journey_id = {named} and {_STATES[self.is_]}"

    def sql(self, scope: Scope) -> str:
        recent = "" if self.within is None else f" and {self._at} > {scope.now} - {durations.milliseconds(self.within)}"
        return f"exists (select 1 {self._runs(scope)}{recent})"

    def boundary(self, scope: Scope) -> str | None:
        """The last time is too long ago."""
        if self.within is None:
            return None
        old = f"{self._at} + {durations.milliseconds(self.within)}"
        return f"(select max({old}) {self._runs(scope)} and {old} > {scope.now})"

    def depends(self) -> Depends:
        return depends_on(f"journey:{self.journey}")

    def sentence(self) -> str:
        within = f" in the last {durations.told(self.within)}" if self.within is not None else ""
        return f"{_SAID[self.is_]} {self.journey}{within}"

    def seen(self, scope: Scope) -> str:
        named = f"(select j.id from journey j where j.name = {scope.bind(self.journey)})"
        return f"(select r.state from run r where r.contact_id = c.id and r.journey_id = {named} order by r.id desc limit 1)"


CONDITIONS: dict[str, type[Struct]] = {"journey": Travelled}
