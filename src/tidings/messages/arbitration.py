"""Of several messages that may leave to one person at the same time one goes first; arrival order changes nothing (CORRECTNESS 26).

A cell is a contact, a channel and a minute of due times. Whoever is alone in it leaves at once; who is not waits for its end, so
that all who belong to it are known, and then the first by class, priority and a stable order leaves. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.messages.limits import Use, Wishes
from tidings.messages.models import Claimed

CELL = 60_000
Order = tuple[int, int, str, str, str, int, int]
_wishes = msgspec.json.Decoder(Wishes)


def cell_of(message: Claimed) -> int:
    """The minute in which a message competes."""
    return message.cell_at if message.cell_at is not None else message.due_at // CELL * CELL


def order(message: Claimed) -> Order:
    """Who goes first: class, then priority, then names: what does not depend on who came first. Of two runs of one journey at one
    step, which nothing but their beginning tells apart, the older."""
    return (
        message.class_rank,
        -message.priority,
        message.source,
        _wishes.decode(message.body).origin,
        message.step,
        message.visit,
        message.source_id,
    )


def first(candidates: Sequence[Claimed]) -> Claimed:
    """The winner of a cell."""
    return min(candidates, key=order)


def next_cell(cell: int, now: int) -> int:
    """The beginning of the first cell that is not over."""
    return max(cell, now // CELL * CELL) + CELL


def listed(candidates: Sequence[Claimed]) -> list[dict[str, Any]]:
    """The candidates as a decision keeps them, the first first."""
    return [told(one) | {"class": one.message_class, "priority": one.priority} for one in sorted(candidates, key=order)]


def told(one: Claimed | Use) -> dict[str, Any]:
    """Which message, and what asked for it."""
    message_id = one.id if isinstance(one, Claimed) else one.message_id
    return {"message_id": message_id, "source": one.source, "source_id": one.source_id, "step": one.step}
