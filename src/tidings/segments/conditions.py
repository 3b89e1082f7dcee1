"""What a rule may ask about segments: whether somebody is in one."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from tidings.rules.tree import Asks, Depends, Scope, depends_on


class InSegment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{segment: customers}`: they are in it now. Unknown while it is computed for the first time, and when there is none."""

    asks: ClassVar[Asks] = Asks(
        "audience", "A segment that they are in", "They are in it now.", {"segment": "customers"}
    )

    segment: Annotated[
        str, Meta(min_length=1, title="Segment", description="They are in it now.", examples=["customers"])
    ]

    def sql(self, scope: Scope) -> str:
        name = scope.bind(self.segment)
        ready = f"(select s.is_ready from segment s where s.name = {name})"
        mine = f"m.contact_id = c.id and m.segment_id = (select s.id from segment s where s.name = {name})"
        return f"(case when {ready} = 1 then exists (select 1 from membership m where {mine} and m.is_member = 1) end)"

    def boundary(self, scope: Scope) -> str | None:
        """Its own boundaries are applied first, and tell whoever asks about it."""
        return None

    def depends(self) -> Depends:
        return depends_on(f"segment:{self.segment}")

    def sentence(self) -> str:
        return f"is in the segment {self.segment}"


CONDITIONS: dict[str, type[Struct]] = {"segment": InSegment}
