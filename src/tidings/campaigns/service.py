"""The verbs of campaigns: launch, pause, go on, cancel, and what came of them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.campaigns.choosing import Tally
from tidings.campaigns.models import Campaign, Run
from tidings.messages import service as messages
from tidings.messages.models import Ended
from tidings.runtime import shelf, sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, NotFound

queries = sql.load("tidings.campaigns")
SOURCE = "campaign"
PAUSED = "its campaign is paused"
LAST = 2**62


class Standing(Struct, frozen=True, array_like=True):
    """How many messages of a variant stand how, and why."""

    variant: str
    state: str
    reason: str
    count: int


class Engaged(Struct, frozen=True, array_like=True):
    """What people did with a variant."""

    variant: str
    opened: int
    clicked: int
    bounced: int
    complained: int


class Followed(Struct, frozen=True, array_like=True):
    """A link, and how many people followed it."""

    url: str
    people: int


class _Tally(Struct, frozen=True, array_like=True):
    variant: str
    sent: int
    clicked: int


def launch(tx: Tx, name: str, starts_at: int, now: int, *, actor: str) -> Run:
    """It goes at `starts_at`, once; until then it can be called back and nothing is left of it."""
    kept = shelf.get(tx, "campaign", name)
    found = tx.row(queries.find_run, Run, id=kept.id)
    if found is not None and found.state != "cancelled":
        raise Conflict(f"Campaign {name!r} was launched before.", "Copy it to send again.")
    if found is not None and found.asked_count:
        raise Conflict(f"Campaign {name!r} was cancelled after it had begun.", "Copy it to send again.")
    document = msgspec.json.decode(kept.body, type=Campaign)
    if found is not None:
        tx.run(queries.forget_run, id=kept.id)
    names = {"id": kept.id, "name": name, "version_id": kept.version_id, "starts_at": starts_at, "actor": actor}
    phase = "test" if document.trial else "all"
    tx.run(queries.launch, **names, phase=phase, horizon_at=None, cursor_id=LAST, now=now)
    return get(tx, name)


def live_document(tx: Tx, name: str) -> dict[str, Any]:
    """What is published under a name."""
    return shelf.get(tx, "campaign", name).data


def get(tx: Tx, name: str) -> Run:
    """A campaign that was launched."""
    found = find(tx, name)
    if found is None:
        raise NotFound(f"Campaign {name!r} was not launched.")
    return found


def find(tx: Tx, name: str) -> Run | None:
    """A campaign that was launched; None where it was not."""
    kept = shelf.find(tx, "campaign", name)
    return tx.row(queries.find_run, Run, id=kept.id) if kept else None


def runs(tx: Tx) -> list[Run]:
    """Every campaign that was launched, the last first."""
    return tx.rows(queries.list_runs, Run)


def working(tx: Tx, now: int) -> Run | None:
    """The campaign that has something to do now."""
    return tx.row(queries.working_run, Run, now=now)


def move(
    tx: Tx,
    run: Run,
    state: str,
    *,
    phase: str = "",
    cursor_id: int | None = None,
    asked: int = 0,
    winner: str = "",
    horizon_at: int | None = None,
) -> None:
    """It goes on."""
    names = {"state": state, "phase": phase or run.phase, "winner": winner or run.winner, "asked": asked}
    cursor = run.cursor_id if cursor_id is None else cursor_id
    tx.run(queries.move_run, id=run.id, **names, cursor_id=cursor, horizon_at=horizon_at or run.horizon_at)


def pause(tx: Tx, name: str) -> Run:
    """Nothing more leaves until it goes on."""
    run = get(tx, name)
    if run.state not in ("asking", "testing", "sending"):
        raise Conflict(f"Campaign {name!r} is {run.state}; only one that is under way is paused.")
    tx.run(queries.set_state, id=run.id, state="paused", ended_at=None)
    messages.hold(tx, SOURCE, [run.id], PAUSED)
    return get(tx, name)


def resume(tx: Tx, name: str) -> Run:
    """It goes on where it stood."""
    run = get(tx, name)
    if run.state != "paused":
        raise Conflict(f"Campaign {name!r} is {run.state}; only one that is paused goes on.")
    is_testing = run.phase == "test" and run.horizon_at is not None
    state = "testing" if is_testing else "asking" if run.cursor_id > 0 else "sending"
    tx.run(queries.set_state, id=run.id, state=state, ended_at=None)
    messages.unhold(tx, SOURCE, [run.id], PAUSED)
    return get(tx, name)


def cancel(tx: Tx, name: str, now: int) -> list[Ended]:
    """Nothing more leaves, for good; what has left has left."""
    run = get(tx, name)
    if run.state in ("done", "cancelled"):
        raise Conflict(f"Campaign {name!r} is {run.state}.")
    tx.run(queries.set_state, id=run.id, state="cancelled", ended_at=now)
    return messages.withdraw(tx, SOURCE, [run.id], "campaign cancelled", now)


def finish(tx: Tx, now: int) -> list[int]:
    """Campaigns of which every message has left or never will are done."""
    found: list[int] = tx.values(queries.finished_runs)
    for campaign_id in found:
        tx.run(queries.set_state, id=campaign_id, state="done", ended_at=now)
    return found


def tallies(tx: Tx, campaign_id: int) -> dict[str, Tally]:
    """Variant -> how many left, how many people clicked."""
    rows = tx.rows(queries.tallies, _Tally, id=campaign_id)
    return {row.variant: Tally(sent=row.sent, clicked=row.clicked) for row in rows}


def standings(tx: Tx, campaign_id: int) -> list[Standing]:
    """Where its messages stand, by variant."""
    return tx.rows(queries.standings, Standing, id=campaign_id)


def engaged(tx: Tx, campaign_id: int) -> list[Engaged]:
    """What people did, by variant; machines are not counted."""
    return tx.rows(queries.engaged, Engaged, id=campaign_id)


def links(tx: Tx, campaign_id: int) -> list[Followed]:
    """Which links people followed."""
    return tx.rows(queries.links, Followed, id=campaign_id)


def doubtful_opens(tx: Tx, campaign_id: int) -> int:
    """Messages that only machines opened: nobody can say whether a person did."""
    return int(tx.value(queries.doubtful_opens, id=campaign_id))


def left_by(tx: Tx, campaign_id: int) -> int:
    """People who left by a link of it."""
    return int(tx.value(queries.left_by, id=campaign_id))
