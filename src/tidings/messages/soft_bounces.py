"""Addresses that fail softly again and again, over weeks and with no success between, are given up."""

from __future__ import annotations

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.messages.service import queries
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx

COUNT = 5
SPAN = 14 * DAY
"""So many soft bounces, the last at least so long after the first (a holiday with a full mailbox is shorter)."""
SETTLED = 5 * DAY
"""After so long without a bounce a message that was taken counts as arrived; servers give up before (RFC 5321, 4.5.4.1)."""


class _Streak(Struct, frozen=True, array_like=True):
    count: int
    first_at: int | None
    last_at: int | None


def is_hopeless(tx: Tx, contact_id: int, message_id: int, kind: str, address: str, now: int) -> bool:
    """Write down that a message bounced softly; whether its address has done so too often."""
    tx.run(queries.insert_soft_bounce, message_id=message_id, contact_id=contact_id, now=now)
    people = contacts.with_aliases(tx, contact_id)
    found = tx.row(queries.soft_streak, _Streak, people=people, kind=kind, address=address, settled=now - SETTLED)
    if found is None or found.first_at is None or found.last_at is None:
        return False
    return found.count >= COUNT and found.last_at - found.first_at >= SPAN
