"""What can be asked about journeys of everybody: who is inside one now."""

from __future__ import annotations

from msgspec import Struct

from tidings.rules.tree import Depends, Scope


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
