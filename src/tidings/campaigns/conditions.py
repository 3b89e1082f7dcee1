"""What a rule may ask about campaigns: what came of the message that somebody got."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from tidings.messages.came import LEFT, Did, test_of
from tidings.rules.tree import Asks, Depends, Scope


class CampaignDid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{campaign: spring-news, did: opened}`: what became of their message of it; people count, machines do not. Opened by a machine
    alone is unknown, and so neither this nor its opposite."""

    asks: ClassVar[Asks] = Asks(
        "messages",
        "What became of a campaign",
        "What became of the message that they got of a campaign.",
        {"campaign": "spring-news", "did": "clicked"},
    )

    campaign: Annotated[str, Meta(title="Campaign", description="By its name.", examples=["spring-news"], min_length=1)]
    did: Annotated[
        Did,
        Meta(title="Was", description="What became of it.", examples=["clicked"]),
    ]

    def sql(self, scope: Scope) -> str:
        named = f"(select d.id from document d where d.kind = 'campaign' and d.name = {scope.bind(self.campaign)})"
        about = f"m.source = 'campaign' and m.source_id = {named} and m.contact_id = c.id"
        if self.did == "skipped":
            return f"exists (select 1 from message m where {about} and m.state in ('skipped', 'expired', 'cancelled'))"
        left = "(1 = 1)" if self.did in ("sent", "failed") else f"m.state in {LEFT}"
        none = f"not exists (select 1 from message m where {about})"
        found = f"(select case when {left} then ({test_of(scope, self.did)}) end from message m where {about} limit 1)"
        return f"(case when {none} then (1 = 0) else {found} end)"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends(events=frozenset({"message.replied"} if self.did == "replied" else ()), messages=True)

    def sentence(self) -> str:
        return f"the message of {self.campaign} was {self.did}"


CONDITIONS: dict[str, type[Struct]] = {"campaign": CampaignDid}
