"""Marketing that leaves somebody alone for a while: sales talks to them, or somebody said so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tidings.messages.limits import Hold
from tidings.messages.models import Ended, Open
from tidings.messages.withdrawing import cancel
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound

queries = sql.load("tidings.messages")


def hold_marketing(
    tx: Tx, contact_id: int, now: int, *, kind: str, reason: str, source: str, until: int | None, actor: str
) -> list[Ended]:
    """From this commit on no lifecycle or promotional message leaves for somebody; what had not left is cancelled (P6)."""
    names = {"contact_id": contact_id, "kind": kind, "reason": reason, "source": source, "actor": actor}
    tx.run(queries.add_hold, **names, until_at=until, now=now)
    _write(tx, contact_id, 0, "hold", actor, {"reason": reason, "until": until, "kind": kind}, now)
    return cancel(tx, tx.rows(queries.open_marketing_of, Open, ids=[contact_id]), "hold", now)


def release_marketing(tx: Tx, contact_id: int, hold_id: int, now: int, *, actor: str) -> None:
    """A hold is over; what comes from now on leaves."""
    if not tx.run(queries.end_hold, id=hold_id, ids=[contact_id], now=now):
        raise NotFound(f"There is no hold {hold_id} on contact {contact_id}.")
    _write(tx, contact_id, hold_id, "release", actor, {}, now)


def _write(tx: Tx, contact_id: int, hold_id: int, outcome: str, actor: str, more: dict[str, Any], now: int) -> None:
    """Who decided is a decision like any other."""
    told = {
        "contact_id": contact_id,
        "kind": "hold",
        "subject_id": hold_id,
        "outcome": outcome,
        "reason": f"by {actor}",
    }
    tx.run(queries.insert_decisions, decisions=[told | {"evidence": {"actor": actor} | more}], now=now)


def standing_holds(tx: Tx, contact_ids: Iterable[int], now: int) -> list[Hold]:
    """Who is left alone now, the oldest hold first."""
    return tx.rows(queries.holds_of, Hold, ids=sorted(contact_ids), now=now)
