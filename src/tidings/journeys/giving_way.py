"""What frequency caps cost: messages that waited or were never sent, and what one more a window would release."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.live import queries
from tidings.runtime.database import Tx

MOST = 50_000
"""Decisions that are looked at, the newest."""


class _GaveWay(Struct, frozen=True, array_like=True):
    id: int
    contact_id: int
    message_id: int
    outcome: str
    evidence: str
    source: str
    source_id: int
    journey: str


class CapCost(Struct, frozen=True, kw_only=True):
    """What caps cost a journey or a campaign."""

    source: str
    name: str
    """Of a journey its name, of a campaign its number."""
    deferred: int
    """Messages that had to wait."""
    skipped: int
    """Messages that were not sent."""
    released: int
    """Messages that would have left at once, if each cap had allowed one more."""


def cost(tx: Tx, since: int) -> list[CapCost]:
    """By journey and campaign since an instant, the dearest first."""
    found: dict[tuple[str, str], _Sum] = {}
    for row in tx.rows(queries.gave_way, _GaveWay, since=since, limit=MOST):
        name = row.journey or str(row.source_id)
        found.setdefault((row.source, name), _Sum(set(), set(), {})).add(row)
    costs = [
        CapCost(
            source=source,
            name=name,
            deferred=len(one.deferred),
            skipped=len(one.skipped),
            released=len(one.released),
        )
        for (source, name), one in found.items()
    ]
    return sorted(costs, key=lambda one: (-one.skipped - one.deferred, one.source, one.name))


class _Sum(Struct):
    deferred: set[int]
    skipped: set[int]
    released: dict[tuple[int, int], int]
    """(contact, the message that filled the cap) -> the one that would have left in its window."""

    def add(self, row: _GaveWay) -> None:
        (self.skipped if row.outcome == "skip" else self.deferred).add(row.message_id)
        evidence: dict[str, Any] = msgspec.json.decode(row.evidence)
        if "cap" in evidence and evidence["used"] == evidence["cap"]["count"]:
            self.released.setdefault((row.contact_id, int(evidence["used_by"])), row.message_id)
