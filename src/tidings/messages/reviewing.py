"""Messages that somebody reads before they leave: approved ones pass every gate then, rejected ones are withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from tidings.messages.models import Ended, Open
from tidings.messages.withdrawing import cancel
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.messages")


def approve(tx: Tx, ids: Sequence[int], now: int) -> list[int]:
    """They may leave from now on; those that are not held for review are passed over. Which were."""
    found = [message.id for message in tx.rows(queries.approvable, Open, ids=sorted(ids))]
    if found:
        tx.run(queries.approve, ids=found, now=now)
    return found


def reject(tx: Tx, ids: Sequence[int], now: int) -> list[Ended]:
    """They never leave; their journeys go on as after any that was skipped."""
    return cancel(tx, tx.rows(queries.approvable, Open, ids=sorted(ids)), "rejected", now)
