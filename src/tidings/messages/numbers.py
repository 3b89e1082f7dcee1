"""How many messages left, counted from an instant on."""

from __future__ import annotations

from msgspec import Struct

from tidings.messages.service import queries
from tidings.runtime.database import Tx


class _Seen(Struct, frozen=True, array_like=True):
    id: int
    asked_at: int


class _Count(Struct, frozen=True, array_like=True):
    name: str
    count: int


def first_since(tx: Tx, at: int) -> int:
    """An id such that all messages asked for since `at` have it or a higher one: ids rise with time, so that no index by
    time is needed."""
    newest = tx.row(queries.newest_message, _Seen)
    low, high = 1, (newest.id if newest else 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = tx.row(queries.message_from, _Seen, id=middle)
        if found is None or found.asked_at >= at:
            high = middle
        else:
            low = found.id + 1
    return low


def sent_by_template(tx: Tx, at: int) -> dict[str, int]:
    """Template -> messages that left since an instant."""
    rows = tx.rows(queries.sent_by_template, _Count, from_id=first_since(tx, at), since=at)
    return {row.name: row.count for row in rows}
