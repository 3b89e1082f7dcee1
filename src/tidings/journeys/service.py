"""The verbs of journeys, as the other rooms may use them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.journeys.documents import Definition, body, canonical, digest
from tidings.journeys.endings import end as end, merge as merge
from tidings.journeys.engine import Walked as Walked, walk as walk
from tidings.journeys.entry import enrol as enrol
from tidings.journeys.live import Cache as Cache, Live as Live, live as live, queries
from tidings.journeys.steps.wait_for import WaitFor
from tidings.messages import service as messages
from tidings.messages.models import Ended
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Group
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound

PAUSED = "its journey is paused"


class JourneyRow(Struct, frozen=True, array_like=True):
    """A journey as it stands; state is active, paused or archived."""

    id: int
    name: str
    state: str
    version_id: int | None
    priority: int
    created_at: int
    changed_at: int
    paused_at: int | None


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


class Count(Struct, frozen=True, array_like=True):
    """A name and how many."""

    name: str
    count: int


class Plan(Struct, frozen=True, kw_only=True):
    """What publishing would do."""

    name: str
    is_new: bool
    is_changed: bool
    added: list[str]
    removed: list[str]
    changed: list[str]
    inside: dict[str, int]
    """How many people are now inside each step that changes or goes; they finish on their version."""


class _Listener(Struct, frozen=True, array_like=True):
    key: int
    token_id: int
    run_id: int
    contact_id: int
    version_id: int
    step: str


class _Answering(Struct, frozen=True, array_like=True):
    id: int
    properties: str


# --- events and messages ---------------------------------------------------------------------------------------------


def wake(tx: Tx, happened: Sequence[Happened], now: int, live: Live) -> None:
    """Tokens that wait for these events go on, if the event is the one that they mean."""
    named = [h for h in happened if live.mentions(h.name)]
    if not named:
        return
    rows = [{"key": h.key, "contact_id": h.contact_id, "name": h.name} for h in named]
    events = {h.key: h for h in named}
    groups: dict[tuple[int, str], list[_Listener]] = {}
    for row in tx.rows(queries.listeners, _Listener, happened=rows):
        groups.setdefault((row.version_id, row.step), []).append(row)
    woken = list[int]()
    for (version_id, name), listeners in groups.items():
        step = live.versions[version_id].steps[name]
        assert isinstance(step, WaitFor), "only wait_for listens"
        condition = Group("all", step.wait_for.where) if step.wait_for.where else None
        asked = [
            Asked(
                key=index,
                contact_id=row.contact_id,
                run_id=row.run_id,
                properties=msgspec.Raw(events[row.key].properties.encode()),
            )
            for index, row in enumerate(listeners)
        ]
        answers = evaluate(tx, condition, asked, now)
        woken += [row.token_id for index, row in enumerate(listeners) if answers[index]]
    if woken:
        tx.run(queries.wake_tokens, ids=sorted(set(woken)), now=now)
        tx.run(queries.delete_waits, ids=sorted(set(woken)))


def resume(tx: Tx, ended: Sequence[Ended], now: int) -> None:
    """Tokens that wait for the outcome of their message go on; waits after it count from its departure."""
    told = [one for one in ended if one.token_id is not None]
    if not told:
        return
    rows = [
        {
            "token_id": one.token_id,
            "message_id": one.message_id,
            "outcome": one.outcome,
            "departed_at": one.at if one.outcome in ("sent", "uncertain") else None,
        }
        for one in told
    ]
    tx.run(queries.resume_tokens, ended=rows, now=now)
    for answered in told:
        if answered.answer:
            _keep_answer(tx, answered)


def _keep_answer(tx: Tx, end: Ended) -> None:
    """What a webhook answered is at hand as property `answer`."""
    try:
        answer: Any = msgspec.json.decode(end.answer)
    except msgspec.DecodeError:
        answer = {"text": end.answer}
    for run in tx.rows(queries.answer_runs, _Answering, ids=[end.token_id]):
        properties = msgspec.json.decode(run.properties) | {"answer": answer}
        tx.run(queries.save_answers, runs=[{"id": run.id, "properties": properties}])


def next_due(tx: Tx) -> int | None:
    """When the next token falls due."""
    due: int | None = tx.value(queries.next_due)
    return due


# --- documents -------------------------------------------------------------------------------------------------------


def find(tx: Tx, name: str) -> JourneyRow:
    """A journey by name."""
    row = tx.row(queries.find_journey, JourneyRow, name=name)
    if row is None:
        raise NotFound(f"There is no journey {name!r}.")
    return row


def journeys(tx: Tx) -> list[JourneyRow]:
    """Every journey, by name."""
    return tx.rows(queries.list_journeys, JourneyRow)


def publish(tx: Tx, definition: Definition, now: int, *, actor: str = "") -> bool:
    """Make a version live; people inside finish on theirs. False when nothing has changed."""
    name, priority = definition.document.journey, definition.document.priority
    content = body(definition)
    row = tx.row(queries.find_journey, JourneyRow, name=name)
    if row is None:
        tx.run(queries.insert_journey, name=name, priority=priority, now=now)
        row = find(tx, name)
    if tx.value(queries.live_hash, id=row.id) == digest(content) and row.state != "archived":
        return False
    (version_id,) = tx.new_ids("journey_version", 1)
    tx.run(
        queries.insert_version,
        id=version_id,
        journey_id=row.id,
        body=content,
        hash=digest(content),
        now=now,
        actor=actor,
    )
    tx.run(queries.set_live, id=row.id, version_id=version_id, priority=priority, now=now)
    tx.run(queries.bump_revision)
    return True


def plan(tx: Tx, definition: Definition) -> Plan:
    """The difference to what is live, and who is inside the steps that change."""
    name, content = definition.document.journey, body(definition)
    row = tx.row(queries.find_journey, JourneyRow, name=name)
    stored = tx.value(queries.live_body, name=name)
    old = msgspec.json.decode(stored) if stored else {"steps": {}}
    before, after = old["steps"], content["steps"]
    changed = [step for step in after if step in before and before[step] != after[step]]
    removed = [step for step in before if step not in after]
    people = {one.name: one.count for one in tx.rows(queries.people_by_step, Count, id=row.id)} if row else {}
    return Plan(
        name=name,
        is_new=row is None,
        is_changed=not stored or digest(old) != digest(content),
        added=[step for step in after if step not in before],
        removed=removed,
        changed=changed,
        inside={step: people[step] for step in (*changed, *removed) if step in people},
    )


def pull(tx: Tx, name: str) -> dict[str, Any]:
    """The live document in its canonical form."""
    find(tx, name)
    return canonical(msgspec.json.decode(tx.value(queries.live_body, name=name)))


def archive(tx: Tx, name: str, now: int) -> None:
    """Nobody enters any more; people inside finish."""
    tx.run(queries.set_state, id=find(tx, name).id, state="archived", paused_at=None, now=now)
    tx.run(queries.bump_revision)


# --- operation -------------------------------------------------------------------------------------------------------


def pause(tx: Tx, name: str, now: int) -> None:
    """Entries and sends stop while clocks run; what was asked for and has not left is held; exits and goals still work."""
    row = find(tx, name)
    if row.state != "active":
        raise Conflict(f"Journey {name!r} is {row.state}.")
    tx.run(queries.set_state, id=row.id, state="paused", paused_at=now, now=now)
    messages.hold(tx, "journey", tx.values(queries.runs_with_messages, journey_id=row.id), PAUSED)
    tx.run(queries.bump_revision)


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
    tx.run(queries.bump_revision)


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


def failed(tx: Tx, limit: int) -> list[Run]:
    """Runs that rest after a failure, newest first."""
    return tx.rows(queries.failed_runs, Run, limit=limit)


def retry(tx: Tx, run_id: int, now: int, *, is_skipping: bool = False) -> None:
    """A failed run tries its step again, or goes on without it."""
    if not tx.run(queries.revive_run, id=run_id):
        raise Conflict(f"Run {run_id} is {run(tx, run_id)[0].state}; only failed runs can be tried again.")
    tx.run(queries.skip_tokens if is_skipping else queries.retry_tokens, run_id=run_id, now=now)
