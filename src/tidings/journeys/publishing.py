"""Documents become versions: publish, plan, pull, archive; people inside finish on theirs."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.documents import Definition, body, canonical, digest
from tidings.journeys.live import queries
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.revisions import bump
from tidings.runtime.shelf import Edition


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
    before: dict[str, Any]
    """What is live now; empty when nothing is."""


def find(tx: Tx, name: str) -> JourneyRow:
    """A journey by name."""
    row = tx.row(queries.find_journey, JourneyRow, name=name)
    if row is None:
        raise NotFound(f"There is no journey {name!r}.")
    return row


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
    bump(tx, "journeys")
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
        before=old if stored else {},
    )


def editions(tx: Tx, name: str) -> list[Edition]:
    """Every version, newest first: its number, when, and by whom."""
    return tx.rows(queries.editions, Edition, id=find(tx, name).id)


def numbered(tx: Tx, name: str, number: int) -> dict[str, Any]:
    """What a version says, as it is stored."""
    stored = tx.value(queries.numbered_body, id=find(tx, name).id, number=number)
    if stored is None:
        raise NotFound(f"Journey {name!r} has no version {number}.")
    return msgspec.json.decode(stored)  # type: ignore[no-any-return]


def live_number(tx: Tx, name: str) -> int:
    """The number of the live version; 0 when there is none."""
    return int(tx.value(queries.live_number, name=name) or 0)


def pull(tx: Tx, name: str) -> dict[str, Any]:
    """The live document in its canonical form."""
    find(tx, name)
    return canonical(msgspec.json.decode(tx.value(queries.live_body, name=name)))


def archive(tx: Tx, name: str, now: int) -> None:
    """Nobody enters any more; people inside finish."""
    tx.run(queries.set_state, id=find(tx, name).id, state="archived", paused_at=None, now=now)
    bump(tx, "journeys")
