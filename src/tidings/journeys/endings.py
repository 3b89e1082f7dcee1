"""Who leaves: goals and exit rules end a run at once, also while it waits; so does a merge of two who were both inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.journeys.live import Live, LiveJourney, queries
from tidings.messages import service as messages
from tidings.messages.models import Ended
from tidings.rules.durations import milliseconds
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Group
from tidings.runtime.database import Tx


class Inside(Struct, frozen=True, array_like=True):
    """A run of somebody."""

    id: int
    contact_id: int
    journey_id: int
    version_id: int
    state: str
    began_at: int
    """When its trigger happened: what follows it in the same batch comes after it, though both are heard of at once."""
    properties: str


class _Collision(Struct, frozen=True, array_like=True):
    loser_run_id: int
    winner_run_id: int
    loser_started_at: int
    winner_started_at: int


def end(
    tx: Tx, happened: Sequence[Happened], changed: Iterable[int], now: int, live: Live
) -> tuple[list[Happened], list[Ended]]:
    """Goals and exit rules that these events and changes fulfil. Facts `journey.goal_reached`, `journey.exited`."""
    facts, withdrawn = list[Happened](), list[Ended]()
    for journey in {j.version_id: j for h in happened for j in live.goals.get(h.name, ())}.values():
        one, other = _goal(tx, journey, happened, now, live)
        facts += one
        withdrawn += other
    told = {h.contact_id for h in happened}
    people = sorted(told | set(changed))
    for journey in live.leavers if people else ():
        one, other = _exit(tx, journey, people, happened, now, live)
        facts += one
        withdrawn += other
    return facts, withdrawn


def _inside(tx: Tx, journey: LiveJourney, people: Iterable[int], live: Live) -> list[Inside]:
    """Runs end by the goal and exits of their own version."""
    found = tx.rows(queries.inside, Inside, ids=sorted(set(people)), journey_id=journey.id)
    return [run for run in found if live.speaks_for(journey, run.version_id)]


def _goal(
    tx: Tx, journey: LiveJourney, happened: Sequence[Happened], now: int, live: Live
) -> tuple[list[Happened], list[Ended]]:
    goal = journey.definition.document.goal
    assert goal is not None, "found by its goal"
    mine = {h.contact_id: h for h in happened if h.name == goal.event}
    runs = _inside(tx, journey, mine, live)
    if goal.within is not None:
        within = milliseconds(goal.within)
        runs = [run for run in runs if run.began_at <= mine[run.contact_id].at <= run.began_at + within]
    else:
        runs = [run for run in runs if mine[run.contact_id].at >= run.began_at]
    condition = Group("all", goal.where) if goal.where else None
    asked = [
        Asked(key=run.id, contact_id=run.contact_id, properties=msgspec.Raw(mine[run.contact_id].properties.encode()))
        for run in runs
    ]
    answers = evaluate(tx, condition, asked, now)
    reached = [run for run in runs if answers[run.id]]
    return finish(tx, reached, journey.name, "goal", {run.id: goal.event for run in reached}, now)


def _exit(
    tx: Tx, journey: LiveJourney, people: list[int], happened: Sequence[Happened], now: int, live: Live
) -> tuple[list[Happened], list[Ended]]:
    runs = [run for run in _inside(tx, journey, people, live) if run.state != "completed"]
    asked = [
        Asked(
            key=run.id,
            contact_id=run.contact_id,
            run_id=run.id,
            properties=msgspec.Raw(run.properties.encode()),
            since=run.began_at,
        )
        for run in runs
    ]
    answers = evaluate(tx, journey.definition.exits, asked, now) if runs else {}
    leaving = [run for run in runs if answers[run.id]]
    names = {h.contact_id: h.name for h in happened}
    return finish(
        tx, leaving, journey.name, "exited", {run.id: names.get(run.contact_id, "changed") for run in leaving}, now
    )


def finish(
    tx: Tx, runs: Sequence[Inside], name: str, state: str, reasons: dict[int, str], now: int
) -> tuple[list[Happened], list[Ended]]:
    """End runs: their tokens and waits go, what they have not sent is cancelled, the reason is kept."""
    if not runs:
        return [], []
    decisions = [_decision(run, state, reasons[run.id]) for run in runs]
    messages.decided(tx, decisions, now)
    active = [run for run in runs if run.state != "completed"]
    ids = [run.id for run in active]
    withdrawn = list[Ended]()
    if ids:
        tx.run(queries.end_runs, runs=[{"id": i, "state": state, "reason": reasons[i]} for i in ids], now=now)
        drop_tokens(tx, tx.values(queries.tokens_of_runs, ids=ids))
        withdrawn = messages.withdraw(tx, "journey", ids, f"journey {state}", now)
    if late := [run.id for run in runs if run.state == "completed"]:
        tx.run(queries.note_goal, ids=late)
    fact = "journey.goal_reached" if state == "goal" else "journey.exited"
    properties = msgspec.json.encode({"journey": name}).decode()
    facts = [
        Happened(key=k, contact_id=run.contact_id, name=fact, at=now, properties=properties)
        for k, run in enumerate(runs)
    ]
    return facts, withdrawn


def _decision(run: Inside, state: str, reason: str) -> dict[str, Any]:
    outcome = f"{state} after end" if run.state == "completed" else state
    return {
        "contact_id": run.contact_id,
        "kind": "run",
        "subject_id": run.id,
        "outcome": outcome,
        "reason": reason,
        "evidence": {},
    }


def drop_tokens(tx: Tx, ids: list[int]) -> None:
    """Tokens go, and what would have woken them."""
    if ids:
        tx.run(queries.delete_waits, ids=ids)
        tx.run(queries.delete_tokens, ids=ids)


def merge(tx: Tx, winner: int, loser: int, now: int) -> list[Ended]:
    """Runs move to the winner; where both were inside by the same key the older stays, the other ends `merged`."""
    ended = list[Ended]()
    for both in tx.rows(queries.colliding_runs, _Collision, winner=winner, loser=loser):
        is_winners_older = both.loser_started_at >= both.winner_started_at
        younger = both.loser_run_id if is_winners_older else both.winner_run_id
        tx.run(queries.end_runs, runs=[{"id": younger, "state": "merged", "reason": f"contact {loser}"}], now=now)
        drop_tokens(tx, tx.values(queries.tokens_of_runs, ids=[younger]))
        ended += messages.withdraw(tx, "journey", [younger], "merged", now)
        if not is_winners_older:
            tx.run(queries.give_up_key, id=younger)
    names = {"winner": winner, "loser": loser}
    tx.run(queries.move_runs, **names)
    tx.run(queries.move_waits, **names)
    tx.run(queries.move_tokens, **names)
    tx.run(queries.move_waiting_entries, **names)
    return ended
