"""The verbs of journeys, as the other rooms may use them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tidings.journeys.dates import follow as follow
from tidings.journeys.documents import sends as sends
from tidings.journeys.endings import end as end, merge as merge
from tidings.journeys.engine import Walked as Walked, walk as walk
from tidings.journeys.entry import (
    Refusal as Refusal,
    enrol as enrol,
    refusals_of as refusals_of,
    release as release,
)
from tidings.journeys.live import Cache as Cache, Live as Live, live as live, queries
from tidings.journeys.places import (
    Failure as Failure,
    Place as Place,
    failures_of as failures_of,
    places_of as places_of,
    waits_of as waits_of,
)
from tidings.journeys.publishing import (
    Count as Count,
    JourneyRow as JourneyRow,
    Plan as Plan,
    archive as archive,
    editions as editions,
    find as find,
    live_number as live_number,
    numbered as numbered,
    plan as plan,
    publish as publish,
    pull as pull,
)
from tidings.journeys.waking import resume as resume, wake as wake
from tidings.messages import service as messages
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound
from tidings.runtime.revisions import bump

PAUSED = "its journey is paused"


class Run(Struct, frozen=True, array_like=True):
    """One person's way through a journey; `properties` is JSON text."""

    id: int
    contact_id: int
    journey_id: int
    version_id: int
    entry_key: str
    state: str
    started_at: int
    ended_at: int | None
    reason: str
    trigger_name: str
    trigger_at: int
    properties: str


class TokenRow(Struct, frozen=True, array_like=True):
    """Where a run stands, and what it waits for."""

    id: int
    step: str
    visit: int
    state: str
    due_at: int | None
    entered_at: int
    departed_at: int | None
    outcome: str
    error: str
    message_id: int | None


def journeys(tx: Tx) -> list[JourneyRow]:
    """Every journey, by name."""
    return tx.rows(queries.list_journeys, JourneyRow)


def next_due(tx: Tx) -> int | None:
    """When the next token falls due."""
    due: int | None = tx.value(queries.next_due)
    return due


def pause(tx: Tx, name: str, now: int) -> None:
    """Entries and sends stop while clocks run; what was asked for and has not left is held; exits and goals still work."""
    row = find(tx, name)
    if row.state != "active":
        raise Conflict(f"Journey {name!r} is {row.state}.")
    tx.run(queries.set_state, id=row.id, state="paused", paused_at=now, now=now)
    messages.hold(tx, "journey", tx.values(queries.runs_with_messages, journey_id=row.id), PAUSED)
    bump(tx, "journeys")


def hold_paused(tx: Tx, live: Live) -> None:
    """What came back to the queue meanwhile waits as well, when its journey is paused."""
    for journey in live.journeys.values():
        if journey.state == "paused":
            messages.hold(tx, "journey", tx.values(queries.runs_with_messages, journey_id=journey.id), PAUSED)


def unpause(tx: Tx, name: str, now: int, *, how: str = "run", over: int = 0) -> None:
    """Go on: `run` what fell due, spread over `over` milliseconds; `shift` everything by the length of the pause; or
    `skip` the messages whose time lay in the pause."""
    row = find(tx, name)
    if row.state != "paused" or row.paused_at is None:
        raise Conflict(f"Journey {name!r} is {row.state}.")
    if how not in ("run", "shift", "skip"):
        raise Invalid.at("how", f"{how!r} is not a way to go on.", "Write run, shift or skip.")
    held = tx.values(queries.runs_with_messages, journey_id=row.id)
    if how == "shift":
        tx.run(queries.shift_tokens, journey_id=row.id, by=now - row.paused_at)
    elif how == "skip":
        tx.run(queries.skip_overdue, journey_id=row.id, now=now)
        resume(tx, messages.withdraw_held(tx, "journey", held, PAUSED, "skipped after a pause", now), now)
    elif over > 0:
        tx.run(queries.spread_tokens, journey_id=row.id, now=now, over=over)
    messages.unhold(tx, "journey", held, PAUSED, later=now - row.paused_at if how == "shift" else 0)
    tx.run(queries.set_state, id=row.id, state="active", paused_at=None, now=now)
    messages.trouble_over(tx, "loop", name, now)
    bump(tx, "journeys")


def people(tx: Tx, name: str) -> tuple[dict[str, int], dict[str, int]]:
    """(people inside each step, runs in each state)."""
    row = find(tx, name)
    inside = {one.name: one.count for one in tx.rows(queries.people_by_step, Count, id=row.id)}
    states = {one.name: one.count for one in tx.rows(queries.runs_by_state, Count, id=row.id)}
    return inside, states


def run(tx: Tx, run_id: int) -> tuple[Run, list[TokenRow]]:
    """One run and where it stands."""
    found = tx.row(queries.get_run, Run, id=run_id)
    if found is None:
        raise NotFound(f"There is no run {run_id}.")
    return found, tx.rows(queries.tokens_of, TokenRow, run_id=run_id)


def runs_of(tx: Tx, contact_ids: Sequence[int]) -> list[Run]:
    """Runs of some contacts, newest first."""
    return tx.rows(queries.runs_of, Run, ids=sorted(contact_ids))


def failed(tx: Tx, limit: int, before: int = 2**62) -> list[Run]:
    """Runs that rest after a failure, newest first, behind an id."""
    return tx.rows(queries.failed_runs, Run, limit=limit, before=before)


def retry(tx: Tx, run_id: int, now: int, *, is_skipping: bool = False) -> None:
    """A failed run tries its step again, or goes on without it."""
    if not tx.run(queries.revive_run, id=run_id):
        raise Conflict(f"Run {run_id} is {run(tx, run_id)[0].state}; only failed runs can be tried again.")
    tx.run(queries.skip_tokens if is_skipping else queries.retry_tokens, run_id=run_id, now=now)


def busy(tx: Tx, contact_ids: Sequence[int]) -> list[int]:
    """Who of these was ever in a journey."""
    return tx.values(queries.who_entered, ids=sorted(contact_ids))
