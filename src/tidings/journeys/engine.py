"""Tokens walk: in sets, wave by wave, until they wait or end; a walk and all that it asks for is one transaction (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.contacts.models import Update
from tidings.events.models import Happened
from tidings.journeys.documents import END, Definition
from tidings.journeys.endings import drop_tokens
from tidings.journeys.live import Live, queries
from tidings.journeys.outcome import Change, End, Go, Listen, Moment, Outcome, Send, WaitUntil
from tidings.journeys.steps import Step
from tidings.journeys.steps.update import UpdateStep
from tidings.journeys.steps.wait import Wait
from tidings.journeys.steps.wait_for import WaitFor
from tidings.journeys.steps.webhook import Webhook
from tidings.messages import service as messages
from tidings.messages.models import Asked as AskedMessage, Ledger
from tidings.rules.evaluate import Asked, evaluate
from tidings.runtime.clock import MINUTE
from tidings.runtime.database import Tx, is_store_failure
from tidings.templates import service as templates

STEP_LIMIT = 100
"""Steps that one token may take in one walk (CORRECTNESS 17)."""
_object = msgspec.json.Decoder(dict[str, Any])
_visits = msgspec.json.Decoder(dict[str, int])


class Due(Struct, frozen=True, array_like=True):
    """A due token with its run and person."""

    id: int
    run_id: int
    contact_id: int
    journey_id: int
    version_id: int
    step: str
    visit: int
    state: str
    due_at: int
    departed_at: int | None
    outcome: str
    visits: str
    is_skipping: int
    started_at: int
    properties: str
    zone: str | None
    journey_state: str
    depth: int


class Walked(Struct, frozen=True, kw_only=True):
    """What a walk came to."""

    count: int
    facts: list[Happened]
    changed: dict[int, list[str]]


class Walker:
    """A token on its way; everything that it asks for is kept until the set is saved."""

    def __init__(self, due: Due, definition: Definition, zone: str) -> None:
        self.due, self.definition = due, definition
        self.zone = due.zone or zone
        self.step, self.visit, self.at = due.step, due.visit, due.due_at
        self.departed_at = due.departed_at
        self.visits = _visits.decode(due.visits)
        self.properties: dict[str, Any] = _object.decode(due.properties)
        self.attributes: dict[str, Any] = {}
        self.answers: tuple[bool | None, ...] = ()
        self.passed: list[tuple[str, str]] = []
        self.state, self.error = "ready", ""
        self.due_at: int | None = None
        self.ask: Send | None = None
        self.events: tuple[str, ...] = ()
        self.ended: str | None = None
        self.reason = ""
        self.is_resting = False

    def moment(self, now: int) -> Moment:
        return Moment(
            at=self.at,
            now=now,
            zone=self.zone,
            started_at=self.due.started_at,
            previous_send_at=self.departed_at,
            properties=self.properties,
            attributes=self.attributes,
            answers=self.answers,
        )

    def leave(self, exit: str) -> None:
        """Through an exit to the next step, or to the end."""
        self.passed.append((self.step, exit))
        target = self.definition.steps[self.step].exits().get(exit, END)
        if target == END:
            self.rest("ended")
            self.ended = "completed"
            return
        self.step = target
        self.visit = self.visits[target] = self.visits.get(target, 0) + 1

    def rest(self, state: str, due_at: int | None = None) -> None:
        self.state, self.due_at, self.is_resting = state, due_at, True

    def fail(self, error: str) -> None:
        self.rest("failed")
        self.error = error[:500]

    def act(self, outcome: Outcome) -> Change | None:
        """Do what a step decided; a change of the contact is left to the set."""
        match outcome:
            case Go(exit=exit):
                self.leave(exit)
            case WaitUntil(at=at):
                self.rest("waiting", at)
            case Listen():
                self.events = outcome.events
                self.rest("listening", outcome.timeout_at)
            case Send() if self.due.is_skipping:
                self.leave("on_skipped")
            case Send():
                self.ask = outcome
                self.rest("sending")
            case End(reason=reason):
                self.passed.append((self.step, "exit"))
                self.rest("ended")
                self.ended, self.reason = "completed", reason
            case Change():
                self.leave("next")
                return outcome
        return None


_EXITS = {
    "sent": "next",
    "uncertain": "next",
    "skipped": "on_skipped",
    "cancelled": "on_skipped",
    "expired": "on_skipped",
}


def _arrive(walker: Walker) -> None:
    """What it waited for has come: it leaves the step at which it rested."""
    match walker.due.state:
        case "waiting" | "woken":
            walker.leave("next")
        case "listening":
            walker.leave("on_timeout")
        case "resumed":
            walker.leave(_EXITS.get(walker.due.outcome, "on_failed"))


def walk(tx: Tx, now: int, limit: int, live: Live, ledger: Ledger) -> Walked:
    """Walk the due tokens of contacts that nobody else holds; a set with a poisoned run is walked one by one."""
    ids = tx.values(queries.due_contacts, now=now, limit=limit)
    due = tx.rows(queries.due_tokens, Due, ids=ids, now=now) if ids else []
    if not due:
        return Walked(count=0, facts=[], changed={})
    try:
        with tx.savepoint():
            facts, changed = _walk(tx, due, now, live, ledger)
    except Exception as error:  # the single run is one of the rims where anything may happen
        if is_store_failure(error):
            raise
        if len(due) == 1:
            _poisoned(tx, due[0], error, now)
            return Walked(count=1, facts=[], changed={})
        facts, changed = _one_by_one(tx, due, now, live, ledger)
    return Walked(count=len(due), facts=facts, changed=changed)


def _one_by_one(
    tx: Tx, due: Sequence[Due], now: int, live: Live, ledger: Ledger
) -> tuple[list[Happened], dict[int, list[str]]]:
    facts, changed = list[Happened](), dict[int, list[str]]()
    for token in due:
        try:
            with tx.savepoint():
                one, other = _walk(tx, [token], now, live, ledger)
        except Exception as error:  # as above: it fails alone
            if is_store_failure(error):
                raise
            _poisoned(tx, token, error, now)
        else:
            facts += one
            changed |= other
    return facts, changed


def _poisoned(tx: Tx, due: Due, error: Exception, now: int) -> None:
    words = f"{type(error).__name__}: {error}"[:500]
    row = {
        "id": due.id,
        "step": due.step,
        "visit": due.visit,
        "state": "failed",
        "due_at": None,
        "departed_at": due.departed_at,
    }
    row |= {"message_id": None, "error": words, "visits": msgspec.Raw(due.visits.encode())}
    tx.run(queries.delete_waits, ids=[due.id])
    tx.run(queries.save_tokens, tokens=[row], now=now)
    tx.run(queries.fail_runs, runs=[{"id": due.run_id, "reason": words}])


def _walk(
    tx: Tx, due: Sequence[Due], now: int, live: Live, ledger: Ledger
) -> tuple[list[Happened], dict[int, list[str]]]:
    walkers = [Walker(token, live.versions[token.version_id], ledger.zone) for token in due]
    for walker in walkers:
        _arrive(walker)
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
    return _save(tx, walkers, now, live, ledger), changed


def _wave(tx: Tx, moving: list[Walker], now: int) -> dict[int, list[str]]:
    """One step of everybody: their questions first, one query each; then what they change of their contacts."""
    groups: dict[tuple[int, str], list[Walker]] = {}
    for walker in moving:
        groups.setdefault((walker.due.version_id, walker.step), []).append(walker)
    _read_attributes(tx, moving)
    updates = list[Update]()
    for (_, name), group in groups.items():
        definition = group[0].definition
        step = definition.steps[name]
        _ask(tx, group, definition, name, now)
        for walker in group:
            change = walker.act(step.run(walker.moment(now)))
            if change is not None:
                updates.append(_update(walker, change))
    return contacts.update(tx, updates, now, "journey") if updates else {}


def _reads_attributes(step: Step) -> bool:
    """Whether a step may look at what is known of the person."""
    if isinstance(step, Wait):
        return step.wait.until is not None
    return isinstance(step, UpdateStep | Webhook)


def _read_attributes(tx: Tx, moving: list[Walker]) -> None:
    """Attributes, only for steps that may look at them."""
    needy = [walker for walker in moving if _reads_attributes(walker.definition.steps[walker.step])]
    people = contacts.load(tx, {walker.due.contact_id for walker in needy}) if needy else {}
    for walker in needy:
        walker.attributes = _object.decode(people[walker.due.contact_id].attributes)


def _ask(tx: Tx, group: list[Walker], definition: Definition, name: str, now: int) -> None:
    rules, step = definition.questions[name], definition.steps[name]
    if not rules:
        return
    batch = [
        Asked(
            key=walker.due.id,
            contact_id=walker.due.contact_id,
            run_id=walker.due.run_id,
            properties=msgspec.Raw(msgspec.json.encode(walker.properties)),
            since=step.since(walker.due.started_at, walker.departed_at) if isinstance(step, WaitFor) else 0,
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


def _save(tx: Tx, walkers: list[Walker], now: int, live: Live, ledger: Ledger) -> list[Happened]:
    asked = _messages(tx, walkers, now, live, ledger)
    ended = [walker for walker in walkers if walker.ended is not None]
    failed = [walker for walker in walkers if walker.state == "failed"]
    staying = [walker for walker in walkers if walker.ended is None]
    if listened := [walker.due.id for walker in walkers if walker.due.state == "listening"]:
        tx.run(queries.delete_waits, ids=listened)
    if staying:
        tx.run(queries.save_tokens, tokens=[_row(walker, asked) for walker in staying], now=now)
    waits = [{"contact_id": w.due.contact_id, "name": name, "token_id": w.due.id} for w in staying for name in w.events]
    if waits:
        tx.run(queries.insert_waits, waits=waits)
    if ended:
        drop_tokens(tx, [walker.due.id for walker in ended])
        runs = [{"id": w.due.run_id, "state": w.ended, "reason": w.reason} for w in ended]
        tx.run(queries.end_runs, runs=runs, now=now)
    if failed:
        tx.run(queries.fail_runs, runs=[{"id": w.due.run_id, "reason": w.error} for w in failed])
    _count(tx, walkers)
    return [_completed(key, walker, live, now) for key, walker in enumerate(ended)]


def _completed(key: int, walker: Walker, live: Live, now: int) -> Happened:
    properties = msgspec.json.encode({"journey": live.names[walker.due.journey_id]}).decode()
    # A run that is through at once is a link of the chain that began it; one that has waited begins a new chain.
    depth = walker.due.depth if now - walker.due.started_at < MINUTE else 0
    return Happened(
        key=key, contact_id=walker.due.contact_id, name="journey.completed", at=now, properties=properties, depth=depth
    )


def _row(walker: Walker, asked: dict[messages.Key, int]) -> dict[str, Any]:
    return {
        "id": walker.due.id,
        "step": walker.step,
        "visit": walker.visit,
        "state": walker.state,
        "due_at": walker.due_at,
        "departed_at": walker.departed_at,
        "message_id": asked.get((walker.due.contact_id, walker.due.run_id, walker.step, walker.visit))
        if walker.ask
        else None,
        "error": walker.error,
        "visits": walker.visits,
    }


def _messages(tx: Tx, walkers: list[Walker], now: int, live: Live, ledger: Ledger) -> dict[messages.Key, int]:
    asking = [walker for walker in walkers if walker.ask is not None]
    if not asking:
        return {}
    named = {walker.ask.template for walker in asking if walker.ask and walker.ask.template}
    known = templates.live(tx, named) if named else {}
    asked = list[AskedMessage]()
    for walker in asking:
        send = walker.ask
        assert send is not None, "filtered above"
        template = known.get(send.template)
        if send.template and template is None:
            walker.fail(f"There is no template {send.template!r}.")
            walker.ask = None
            continue
        asked.append(
            AskedMessage(
                contact_id=walker.due.contact_id,
                source="journey",
                source_id=walker.due.run_id,
                step=walker.step,
                visit=walker.visit,
                message_class=send.message_class or (template.message_class if template else "promotional"),
                channel=send.channel,
                account=send.account,
                topic=template.topic if template else "",
                body=send.body
                | {"template": send.template, "journey": live.names[walker.due.journey_id], "event": walker.properties},
                address=send.address,
                token_id=walker.due.id,
                due_at=min(walker.at, now),
                max_late=send.max_late,
            )
        )
    return messages.ask(tx, asked, now, ledger)


def _count(tx: Tx, walkers: list[Walker]) -> None:
    counts: dict[tuple[int, str, str], int] = {}
    for walker in walkers:
        for step, exit in walker.passed:
            key = (walker.due.version_id, step, exit)
            counts[key] = counts.get(key, 0) + 1
    if counts:
        rows = [{"version_id": v, "step": s, "exit": e, "passed_count": n} for (v, s, e), n in sorted(counts.items())]
        tx.run(queries.passed, counts=rows)
