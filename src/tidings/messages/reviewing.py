"""Messages that somebody reads before they leave: approved ones pass every gate then, rejected ones are withdrawn.

What was approved is a version: when another is live as the message leaves, it is held again, since nobody has read that.
"""

from __future__ import annotations

from collections.abc import Sequence

from tidings.messages.models import APPROVED, Claimed, Ended, Held, Open
from tidings.messages.surroundings import wishes
from tidings.messages.withdrawing import cancel
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.models import VersionRow

queries = sql.load("tidings.messages")


def approve(tx: Tx, ids: Sequence[int], now: int, *, actor: str) -> list[int]:
    """They may leave from now on; those that are not held for review are passed over. Which were."""
    found = _held(tx, ids)
    if not found:
        return []
    names = {held.id: wishes.decode(held.body).template or "" for held in found}
    current = templates.current(tx, names.values())
    versions = {
        message_id: version.id if (version := current.get(name)) else None for message_id, name in names.items()
    }
    tx.run(queries.approve, approved=[{"id": one, "version_id": version} for one, version in versions.items()], now=now)
    _write(tx, found, "approve", actor, now)
    return list(names)


def reject(tx: Tx, ids: Sequence[int], now: int, *, actor: str) -> list[Ended]:
    """They never leave; their journeys go on as after any that was skipped."""
    found = _held(tx, ids)
    _write(tx, found, "reject", actor, now)
    return cancel(
        tx, [Open(held.id, held.contact_id, held.token_id, held.state, held.channel) for held in found], "rejected", now
    )


def changed(messages: Sequence[Claimed], versions: dict[int, VersionRow | None]) -> set[int]:
    """Approved messages that would leave in another version than the one that was read. Pure."""
    return {
        message.id
        for message in messages
        if message.reviewed == APPROVED
        and message.template_version_id != (version.id if (version := versions[message.id]) else None)
    }


def hold_again(tx: Tx, messages: Sequence[Claimed], owner: int, now: int) -> None:
    """Back to whoever reads them."""
    if not messages:
        return
    tx.run(queries.review_again, ids=[message.id for message in messages], owner=owner)
    told = [
        {
            "contact_id": m.contact_id,
            "kind": "message",
            "subject_id": m.id,
            "outcome": "hold",
            "reason": "changed",
            "evidence": {},
        }
        for m in messages
    ]
    tx.run(queries.insert_decisions, decisions=told, now=now)


def _held(tx: Tx, ids: Sequence[int]) -> list[Held]:
    return tx.rows(queries.approvable, Held, ids=sorted(ids))


def _write(tx: Tx, found: Sequence[Held], outcome: str, actor: str, now: int) -> None:
    """Who decided is a decision like any other."""
    told = [
        {
            "contact_id": held.contact_id,
            "kind": "message",
            "subject_id": held.id,
            "outcome": outcome,
            "reason": f"by {actor}",
            "evidence": {"actor": actor},
        }
        for held in found
    ]
    if told:
        tx.run(queries.insert_decisions, decisions=told, now=now)
