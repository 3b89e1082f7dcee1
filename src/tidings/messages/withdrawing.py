"""Messages are taken back, held and let go: withdrawal wins over everything that has not reached committing (CORRECTNESS 23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tidings.messages.models import Ended, Open, State
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.messages")


def withdraw(tx: Tx, source: str, source_ids: Iterable[int], reason: str, now: int) -> list[Ended]:
    """Cancel what has not reached committing, for whole runs or campaigns."""
    found = tx.rows(queries.open_of_source, Open, source=source, ids=sorted(source_ids))
    return cancel(tx, found, reason, now)


def withdraw_topic(tx: Tx, contact_ids: Iterable[int], channel: str, topic: str, reason: str, now: int) -> list[Ended]:
    """Cancel lifecycle and promotional messages of a channel and topic ('' is all topics) that have not left."""
    found = tx.rows(queries.open_of_contact, Open, ids=sorted(contact_ids), channel=channel, topic=topic)
    return cancel(tx, found, reason, now)


def withdraw_address(
    tx: Tx, contact_ids: Iterable[int], address: str, scope: str, reason: str, now: int
) -> list[Ended]:
    """Cancel what has not left for an address that was suppressed, with scope `all` or `marketing`."""
    found = tx.rows(queries.open_of_address, Open, ids=sorted(contact_ids), address=address, scope=scope)
    return cancel(tx, found, reason, now)


def hold(tx: Tx, source: str, source_ids: Sequence[int], reason: str) -> int:
    """What has not reached committing waits until it is let go."""
    return tx.run(queries.hold, source=source, ids=list(source_ids), reason=reason) if source_ids else 0


def unhold(tx: Tx, source: str, source_ids: Sequence[int], reason: str, *, later: int = 0) -> int:
    """What was held for this reason may leave again, `later` milliseconds after its time."""
    names = {"source": source, "ids": list(source_ids), "reason": reason, "later": later}
    return tx.run(queries.unhold, **names) if source_ids else 0


def withdraw_held(tx: Tx, source: str, source_ids: Sequence[int], held_for: str, reason: str, now: int) -> list[Ended]:
    """Cancel what was held for a reason and is overdue."""
    names = {"source": source, "ids": list(source_ids), "reason": held_for, "now": now}
    return cancel(tx, tx.rows(queries.held_and_overdue, Open, **names), reason, now) if source_ids else []


def cancel(tx: Tx, found: Sequence[Open], reason: str, now: int) -> list[Ended]:
    """Withdrawal wins over everything that has not reached committing (CORRECTNESS 23); what has is not tried again."""
    leaving = [message.id for message in found if message.state in (State.COMMITTING, State.UNCERTAIN)]
    if leaving:
        tx.run(queries.note_withdrawal, ids=leaving, reason=reason)
    found = [message for message in found if message.id not in leaving]
    if not found:
        return []
    tx.run(queries.cancel, ids=[message.id for message in found], reason=reason, now=now)
    reopen(tx, ((message.contact_id, message.channel) for message in found), now)
    return [
        Ended(message_id=m.id, contact_id=m.contact_id, token_id=m.token_id, outcome="cancelled", at=now, reason=reason)
        for m in found
    ]


def reopen(tx: Tx, places: Iterable[tuple[int, str]], now: int) -> None:
    """What gave way to a message that does not leave after all may try again: (contact, channel) of each."""
    by_channel: dict[str, set[int]] = {}
    for contact_id, channel in places:
        by_channel.setdefault(channel, set()).add(contact_id)
    for channel, people in sorted(by_channel.items()):
        tx.run(queries.reopen, ids=sorted(people), channel=channel, now=now)


def move_unsent(tx: Tx, winner: int, loser: int, now: int) -> list[Ended]:
    """A merge: what has not left goes to the winner; what the winner was asked for as well is cancelled."""
    tx.run(queries.move_unsent, winner=winner, loser=loser)
    tx.run(queries.move_uses, winner=winner, loser=loser)
    tx.run(queries.move_holds, winner=winner, loser=loser)
    return cancel(tx, tx.rows(queries.open_of_person, Open, contact_id=loser), "merged", now)
