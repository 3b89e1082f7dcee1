"""Tokens walk: in sets, wave by wave, until they wait or end; a walk and all that it asks for is one transaction (P3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.contacts.models import Update
from tidings.events.models import Happened
from tidings.journeys.documents import Definition
from tidings.journeys.live import Live, queries
from tidings.journeys.outcome import Change
from tidings.journeys.saving import save, save_poisoned
from tidings.journeys.steps import Step
from tidings.journeys.steps.update import UpdateStep
from tidings.journeys.steps.wait import Wait
from tidings.journeys.steps.wait_for import WaitFor
from tidings.journeys.steps.webhook import Webhook
from tidings.journeys.walker import Due, Walker
from tidings.messages.models import Ledger
from tidings.rules.evaluate import Asked, evaluate
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx, is_store_failure

STEP_LIMIT = 100
"""Steps that one token may take in one walk (CORRECTNESS 17)."""
MAX_LATE = 7 * DAY
"""How late something may be written to a person: a server that was down for longer does not surprise anybody (P7)."""
_object = msgspec.json.Decoder(dict[str, Any])


class Walked(Struct, frozen=True, kw_only=True):
    """What a walk came to."""

    count: int
    facts: list[Happened]
    changed: dict[int, list[str]]


class _Held(Struct, frozen=True, array_like=True):
    id: int
    zone: str | None


def walk(
    tx: Tx, now: int, limit: int, live: Live, ledger: Ledger, prepare: Callable[[list[int]], None] = lambda ids: None
) -> Walked:
    """Walk the due tokens of contacts that nobody else holds; a set with a poisoned run is walked one by one. `prepare` brings what
    is known of these people up to now, before anything is asked about them."""
    paused = [journey.id for journey in live.journeys.values() if journey.state == "paused"]
    held = tx.rows(queries.due_contacts, _Held, now=now, limit=limit, paused=paused)
    if held:
        prepare([contact.id for contact in held])
    zones = {contact.id: contact.zone or ledger.zone for contact in held}
    due = tx.rows(queries.due_tokens, Due, ids=list(zones), now=now, paused=paused) if held else []
    if not due:
        return Walked(count=0, facts=[], changed={})
    try:
        with tx.savepoint():
            facts, changed = _walk(tx, due, zones, now, live, ledger)
    except Exception as error:  # the single run is one of the rims where anything may happen
        if is_store_failure(error):
            raise
        if len(due) == 1:
            save_poisoned(tx, due[0], error, now)
            return Walked(count=1, facts=[], changed={})
        facts, changed = _one_by_one(tx, due, zones, now, live, ledger)
    return Walked(count=len(due), facts=facts, changed=changed)


def _one_by_one(
    tx: Tx, due: Sequence[Due], zones: dict[int, str], now: int, live: Live, ledger: Ledger
) -> tuple[list[Happened], dict[int, list[str]]]:
    facts, changed = list[Happened](), dict[int, list[str]]()
    for token in due:
        try:
            with tx.savepoint():
                one, other = _walk(tx, [token], zones, now, live, ledger)
        except Exception as error:  # as above: it fails alone
            if is_store_failure(error):
                raise
            save_poisoned(tx, token, error, now)
        else:
            facts += one
            changed |= other
    return facts, changed


def _walk(
    tx: Tx, due: Sequence[Due], zones: dict[int, str], now: int, live: Live, ledger: Ledger
) -> tuple[list[Happened], dict[int, list[str]]]:
    walkers = [Walker(token, live.versions[token.version_id], zones[token.contact_id]) for token in due]
    for walker in walkers:
        walker.arrive()
    changed: dict[int, list[str]] = {}
    for _ in range(STEP_LIMIT):
        moving = [walker for walker in walkers if not walker.is_resting]
        if not moving:
            break
        for contact_id, paths in _wave(tx, moving, now).items():
            changed.setdefault(contact_id, []).extend(paths)
    for walker in walkers:
        if not walker.is_resting:
            walker.fail(f"took more than {STEP_LIMIT} steps without resting")
    return save(tx, walkers, now, live, ledger), changed


def _wave(tx: Tx, moving: list[Walker], now: int) -> dict[int, list[str]]:
    """One step of everybody: their questions first, one query each; then what they change of their contacts."""
    groups: dict[tuple[int, str], list[Walker]] = {}
    for walker in moving:
        groups.setdefault((walker.due.version_id, walker.step), []).append(walker)
    _read(tx, [walker for group in groups.values() if _looks(group[0].standing) for walker in group])
    updates = list[Update]()
    for (_, name), group in groups.items():
        definition, step = group[0].definition, group[0].standing
        _ask(tx, group, definition, name, now)
        for walker in group:
            if isinstance(step, UpdateStep) and now - walker.at > MAX_LATE:
                walker.expire()
                continue
            change = walker.act(step.run(walker.moment(now)))
            if change is not None:
                updates.append(_update(walker, change))
    return contacts.update(tx, updates, now, "journey") if updates else {}


def _looks(step: Step) -> bool:
    """Whether a step may look at what is known of the person, and at the event that started the run."""
    if isinstance(step, Wait):
        return step.wait.until is not None
    return isinstance(step, UpdateStep | Webhook)


def _read(tx: Tx, looking: list[Walker]) -> None:
    """Attributes and properties are decoded only for steps that may look at them."""
    people = contacts.load(tx, {walker.due.contact_id for walker in looking}) if looking else {}
    for walker in looking:
        walker.attributes = _object.decode(people[walker.due.contact_id].attributes)
        walker.properties = _object.decode(walker.due.properties)


def _ask(tx: Tx, group: list[Walker], definition: Definition, name: str, now: int) -> None:
    rules, step = definition.questions[name], definition.steps[name]
    if not rules:
        return
    batch = [
        Asked(
            key=walker.due.id,
            contact_id=walker.due.contact_id,
            run_id=walker.due.run_id,
            properties=msgspec.Raw(walker.due.properties.encode()),
            since=step.since(walker.due.started_at, walker.departed_at)
            if isinstance(step, WaitFor)
            else walker.due.started_at,
        )
        for walker in group
    ]
    answers = [evaluate(tx, rule, batch, now) for rule in rules]
    for walker in group:
        walker.answers = tuple(answer[walker.due.id] for answer in answers)


def _update(walker: Walker, change: Change) -> Update:
    return Update(
        contact_id=walker.due.contact_id,
        attributes=change.attributes,
        add_tags=list(change.add_tags),
        remove_tags=list(change.remove_tags),
    )
