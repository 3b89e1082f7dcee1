"""Where people stand in journeys: step, since when, until when, and what they listen for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tidings.journeys.live import queries
from tidings.runtime.database import Tx


class Place(Struct, frozen=True, array_like=True):
    """A token of a run that has not ended."""

    token_id: int
    run_id: int
    journey_id: int
    journey: str
    journey_state: str
    version_id: int
    step: str
    visit: int
    state: str
    due_at: int | None
    entered_at: int
    error: str
    message_id: int | None


class Failure(Struct, frozen=True, array_like=True):
    """The step at which a run failed, and the words."""

    run_id: int
    step: str
    error: str


class _Listening(Struct, frozen=True, array_like=True):
    token_id: int
    name: str


def places_of(tx: Tx, ids: Sequence[int]) -> list[Place]:
    """Where some contacts stand, what is due first first."""
    return tx.rows(queries.places_of, Place, ids=sorted(ids))


def failures_of(tx: Tx, run_ids: Sequence[int]) -> dict[int, Failure]:
    """Run -> where and how it failed."""
    return {row.run_id: row for row in tx.rows(queries.failures_of, Failure, ids=sorted(run_ids))}


def waits_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[str]]:
    """Token -> the events that it listens for."""
    found: dict[int, list[str]] = {}
    for row in tx.rows(queries.waits_of, _Listening, ids=sorted(ids)):
        found.setdefault(row.token_id, []).append(row.name)
    return found
