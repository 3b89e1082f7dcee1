"""What a rule may ask about the messages of a run; about one that was never sent the answer is unknown."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tidings.rules.tree import Depends, Scope

_LEFT = "('sent', 'delivered', 'bounced', 'complained', 'uncertain')"
_TESTS = {
    "sent": f"m.state in {_LEFT}",
    "delivered": "m.state in ('delivered', 'complained')",
    "bounced": "m.state = 'bounced'",
    "failed": "m.state = 'failed'",
    "clicked": "m.clicked_at is not null",
    # Only a machine opened it: nobody can say whether a person did.
    "opened": "m.opened_at is not null or case when exists (select 1 from engagement g where g.message_id = m.id "
    "and g.kind = 'opened' and g.verdict <> 'human') then null else (1 = 0) end",
}


class MessageDid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{message: hello, did: opened}`: the newest message of that step in this run; human opens and clicks only."""

    message: Annotated[str, Meta(title="Step", description="The step that sent the message.", examples=["hello"])]
    did: Annotated[
        Literal["sent", "delivered", "opened", "clicked", "bounced", "failed"],
        Meta(
            title="Was",
            description="What became of it; only what people do counts as opened or clicked.",
            examples=["clicked"],
        ),
    ]

    def sql(self, scope: Scope) -> str:
        about = f"m.source = 'journey' and m.source_id = b.run_id and m.contact_id = c.id and m.step = {scope.bind(self.message)}"
        left = "(1 = 1)" if self.did in ("sent", "failed") else f"m.state in {_LEFT}"
        test = f"case when {left} then ({_TESTS[self.did]}) end"
        return f"(select {test} from message m where {about} order by m.visit desc limit 1)"

    def depends(self) -> Depends:
        return Depends(messages=True)

    def sentence(self) -> str:
        return f"{self.message} was {self.did}"


CONDITIONS = {"message": MessageDid}
