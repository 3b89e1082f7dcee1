"""What became of a message, as a rule asks it of its row."""

from __future__ import annotations

from typing import Literal

from tidings.rules.tree import Scope

Did = Literal["sent", "delivered", "opened", "clicked", "replied", "bounced", "complained", "failed", "skipped"]
LEFT = "('sent', 'delivered', 'bounced', 'complained', 'uncertain')"
GONE = "('skipped', 'expired', 'cancelled')"
_TESTS = {
    "sent": f"m.state in {LEFT}",
    "delivered": "m.state in ('delivered', 'complained')",
    "bounced": "m.state = 'bounced'",
    "complained": "m.state = 'complained'",
    "failed": "m.state = 'failed'",
    "skipped": f"m.state in {GONE}",
    "clicked": "m.clicked_at is not null",
    # Only a machine opened it: nobody can say whether a person did.
    "opened": "m.opened_at is not null or case when exists (select 1 from engagement g where g.message_id = m.id "
    "and g.kind = 'opened' and g.verdict <> 'human') then null else (1 = 0) end",
}


def test_of(scope: Scope, did: Did) -> str:
    """Whether that came of the message `m` of the person `c`."""
    if did == "replied":
        return f"exists (select 1 from event e where e.contact_id = c.id and e.name = 'message.replied' and {answers(scope)})"
    return _TESTS[did]


def answers(scope: Scope) -> str:
    """Whether a reply `e` answers the message `m`."""
    path = scope.bind(scope.dialect.json_path(["message_id"]))
    return f"{scope.dialect.json_text('e.properties', path)} = cast(m.id as text)"
