"""What is told of journeys: lines of the list, one in detail, people at a step."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings import documents
from tidings.contacts import service as contacts
from tidings.http.documents import DocumentDraft, DocumentEdition, draft_of, shown_editions
from tidings.journeys import documents as journey_documents, numbers, service as journeys
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.ids import iso

JourneyState = Literal["draft", "active", "paused", "archived"]


class JourneyLine(Struct, kw_only=True):
    """A journey in the list; one that was never published has the state `draft` and no version."""

    name: str
    state: JourneyState
    description: str
    owner: str
    priority: int
    version: int | None
    published_at: str | None
    changed_at: str | None
    paused_at: str | None
    has_draft: bool
    people: int
    """Inside now."""
    failed: int
    """Runs that rest after a failure now."""
    entered_30d: int
    sent_30d: int
    completed: int
    """Since ever; so are those who reached the goal."""
    goal_reached: int


class StepFailure(Struct, kw_only=True):
    """The newest failure of a step, in the words of whoever refused it."""

    words: str
    at: str
    contact_id: int
    run_id: int | None
    message_id: int | None


class JourneyStep(Struct, kw_only=True):
    """The numbers of one step: people now, passed by exit since ever, messages of 30 days by state, failed runs now."""

    people: int
    passed: dict[str, int]
    messages: dict[str, int]
    failed: int
    failure: StepFailure | None


class JourneyDetail(JourneyLine, kw_only=True):
    """One journey; `document` is what is live, null when it was never published."""

    document: dict[str, Any] | None
    draft: DocumentDraft | None
    versions: list[DocumentEdition]
    steps: dict[str, JourneyStep]
    inside: dict[str, int]
    """People at each step."""
    runs: dict[str, int]
    """Runs in each state."""


class PersonAtStep(Struct, kw_only=True):
    """Somebody at a step: since when, until when, and what they wait for."""

    contact_id: int
    label: str
    run_id: int
    state: Literal["ready", "waiting", "listening", "sending", "woken", "resumed", "failed"]
    since: str
    until: str | None
    event: str
    error: str


def lines(tx: Tx, now: int) -> list[JourneyLine]:
    """Every journey by name, with those that are only a draft."""
    rows, live = journeys.journeys(tx), numbers.live_documents(tx)
    found, sent = numbers.numbers(tx, now)
    drafts = {one.name: one for one in documents.drafts(tx, "journey")}
    told = [
        _line(row, live.get(row.id), found.get(row.id), sent.get(row.id, 0), has_draft=row.name in drafts)
        for row in rows
    ]
    known = {row.name for row in rows}
    told += [_unpublished(one) for name, one in drafts.items() if name not in known]
    return sorted(told, key=lambda line: line.name)


def _line(
    row: journeys.JourneyRow,
    live: numbers.LiveDocument | None,
    found: numbers.Numbers | None,
    sent: int,
    *,
    has_draft: bool,
) -> JourneyLine:
    document: dict[str, Any] = msgspec.json.decode(live.body) if live else {}
    found = found or numbers.Numbers(row.id, 0, 0, 0, 0, 0)
    return JourneyLine(
        name=row.name,
        state=row.state,  # type: ignore[arg-type]
        description=document.get("description", ""),
        owner=document.get("owner", ""),
        priority=row.priority,
        version=live.number if live else None,
        published_at=iso(live.at) if live else None,
        changed_at=iso(row.changed_at),
        paused_at=iso(row.paused_at),
        has_draft=has_draft,
        people=found.people,
        failed=found.failed,
        entered_30d=found.entered,
        sent_30d=sent,
        completed=found.completed,
        goal_reached=found.goals,
    )


def _unpublished(draft: documents.Draft) -> JourneyLine:
    document, at = documents.decoded(draft), iso(draft.at)
    return JourneyLine(
        name=draft.name,
        state="draft",
        description=str(document.get("description") or ""),
        owner=str(document.get("owner") or ""),
        priority=0,
        version=None,
        published_at=None,
        changed_at=at,
        paused_at=None,
        has_draft=True,
        people=0,
        failed=0,
        entered_30d=0,
        sent_30d=0,
        completed=0,
        goal_reached=0,
    )


def detail(tx: Tx, name: str, now: int) -> JourneyDetail:
    """One journey, published or not."""
    line = next((line for line in lines(tx, now) if line.name == name), None)
    if line is None:
        raise NotFound(f"There is no journey {name!r}.")
    draft, given = draft_of(tx, "journey", name), msgspec.structs.asdict(line)
    if line.version is None:
        return JourneyDetail(**given, document=None, draft=draft, versions=[], steps={}, inside={}, runs={})
    inside, runs = journeys.people(tx, name)
    return JourneyDetail(
        **given,
        document=journey_documents.canonical(journeys.numbered(tx, name, line.version)),
        draft=draft,
        versions=shown_editions(journeys.editions(tx, name)),
        steps={step: _step(one) for step, one in numbers.steps(tx, name, now).items()},
        inside=inside,
        runs=runs,
    )


def _step(found: numbers.StepNumbers) -> JourneyStep:
    return JourneyStep(
        people=found.people,
        passed=found.passed,
        messages=found.messages,
        failed=found.failed.count if found.failed else 0,
        failure=_failure(found.failed, found.refused),
    )


def _failure(failed: numbers.FailedStep | None, refused: numbers.RefusedStep | None) -> StepFailure | None:
    """A run that rests counts before a message that was refused."""
    if failed is not None:
        at = iso(failed.at) or ""
        return StepFailure(
            words=failed.error, at=at, contact_id=failed.contact_id, run_id=failed.run_id, message_id=None
        )
    if refused is None:
        return None
    at = iso(refused.at) or ""
    return StepFailure(
        words=refused.reason, at=at, contact_id=refused.contact_id, run_id=None, message_id=refused.message_id
    )


def people(tx: Tx, rows: list[numbers.Standing]) -> list[PersonAtStep]:
    """People at a step, each called by their email address, else their user id."""
    names: dict[int, dict[str, str]] = {}
    for one in contacts.identifiers_of(tx, {row.contact_id for row in rows}):
        names.setdefault(one.contact_id, {})[one.kind] = one.value
    return [
        PersonAtStep(
            contact_id=row.contact_id,
            label=_label(names.get(row.contact_id, {}), row.contact_id),
            run_id=row.run_id,
            state=row.state,  # type: ignore[arg-type]
            since=iso(row.since_at) or "",
            until=iso(row.until_at),
            event=row.event,
            error=row.error,
        )
        for row in rows
    ]


def _label(names: dict[str, str], contact_id: int) -> str:
    return names.get("email") or names.get("user_id") or f"contact {contact_id}"
