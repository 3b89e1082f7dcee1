"""Every journey that is live, compiled, and looked up by what may concern it."""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from tidings.events.conditions import Property
from tidings.journeys.documents import Definition, check, depends
from tidings.journeys.entrance import Trigger
from tidings.journeys.steps.wait import Wait
from tidings.journeys.steps.wait_for import WaitFor
from tidings.messages import service as messages
from tidings.rules.tree import Condition, Group, Kinds
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.revisions import numbers
from tidings.segments import service as segments
from tidings.templates import service as templates
from tidings.templates.models import LiveTemplate

queries = sql.load("tidings.journeys")


class LiveJourney(Struct, frozen=True, kw_only=True):
    """The version that new people enter."""

    id: int
    name: str
    version_id: int
    state: str
    priority: int
    definition: Definition


class Live:
    """All journeys that are not archived, by event name where that is how they are found."""

    def __init__(
        self,
        journeys: list[LiveJourney],
        versions: dict[int, Definition],
        names: dict[int, str],
        older: Sequence[LiveJourney] = (),
    ) -> None:
        """`older`: versions that nobody enters any more, each with the goal and exits of those who are still inside."""
        self.journeys = {journey.id: journey for journey in journeys}
        self.templates: dict[str, LiveTemplate] = {}
        self.accounts: list[messages.AccountRow] = []
        self.segments = segments.NOBODY
        self.versions = versions
        self.names = names
        self.triggers: dict[str, list[tuple[LiveJourney, Condition | None]]] = {}
        self.goals: dict[str, list[LiveJourney]] = {}
        self.leavers: list[LiveJourney] = []
        self._exit_events: set[str] = set()
        self._minds_changes = False
        for journey in journeys:
            for trigger in journey.definition.document.triggers:
                if name := trigger.fact:
                    self.triggers.setdefault(name, []).append((journey, _filter(trigger)))
        for journey in (*journeys, *older):
            self._index(journey)
        self._waits = {
            step.wait_for.event
            for version in versions.values()
            for step in version.steps.values()
            if isinstance(step, WaitFor)
        }
        self.dated: dict[str, list[tuple[int, str]]] = {}
        """First part of an attribute's path -> (version, step) of the waits until a date that it holds."""
        for version_id, version in versions.items():
            for name, step in version.steps.items():
                if isinstance(step, Wait) and step.wait.until is not None and step.wait.until.attribute:
                    self.dated.setdefault(step.wait.until.attribute.partition(".")[0], []).append((version_id, name))
        self.has_journeys = bool(versions)

    def priority(self, journey_id: int) -> int:
        """Of two journeys that write to one person at the same time, the higher goes first."""
        found = self.journeys.get(journey_id)
        return found.priority if found else 0

    def _index(self, journey: LiveJourney) -> None:
        if goal := journey.definition.document.goal:
            self.goals.setdefault(goal.event, []).append(journey)
        if journey.definition.exits is not None:
            self.leavers.append(journey)
            minds = depends(journey.definition)
            self._exit_events |= minds.events | (_MESSAGE_FACTS if minds.messages else set())
            self._minds_changes |= bool(minds.roots)

    def speaks_for(self, journey: LiveJourney, version_id: int) -> bool:
        """Whether a run of this version ends by the goal and exits of that one: its own; the live one's when all are through."""
        is_live = journey.id in self.journeys and self.journeys[journey.id].version_id == journey.version_id
        return version_id == journey.version_id or (is_live and version_id not in self.versions)

    @property
    def is_empty(self) -> bool:
        """Nothing follows from anything."""
        return not self.has_journeys and self.segments.is_empty

    @property
    def minds_changes(self) -> bool:
        """Whether something may follow from what changes of somebody."""
        return self._minds_changes or self.segments.minds_changes

    def mentions(self, name: str) -> bool:
        """Whether something may follow from an event of this name."""
        mine = name in self.triggers or name in self.goals or name in self._waits or name in self._exit_events
        return mine or self.segments.mentions(name)


_MESSAGE_FACTS = {
    f"message.{what}" for what in ("sent", "failed", "delivered", "bounced", "complained", "opened", "clicked")
}


def _filter(trigger: Trigger) -> Condition | None:
    """What an event must be like to start: of a segment's facts, those of the segment."""
    about = (Property(property="segment", eq=trigger.segment),) if trigger.segment else ()
    where = (*about, *trigger.where)
    return Group("all", where) if where else None


class Cache:
    """The last pictures, each with the number under which it is valid; kept outside units, and changed after a commit only."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.kept = (Live([], {}, {}), dict[str, int | None](journeys=-1, templates=-1, accounts=-1, segments=-1))
        """One value, since units of several threads read it while another is kept."""

    def keep(self, live: Live, numbers: dict[str, int | None]) -> None:
        """What a unit has read, now that it is committed."""
        self.kept = (live, numbers)


class _Version(Struct, frozen=True, array_like=True):
    id: int
    journey_id: int
    name: str
    state: str
    priority: int
    live_version_id: int | None
    body: str


def live(tx: Tx, cache: Cache) -> Live:
    """The journeys as this transaction sees them, with the templates and accounts that they use; what has not changed since
    it was last read is not read again."""
    known, (last, valid) = numbers(tx), cache.kept
    stale = {name for name, number in valid.items() if number != known.get(name)}
    if not stale:
        return last
    found = _read(tx, cache) if "journeys" in stale else copy.copy(last)
    if stale & {"journeys", "templates"}:
        found.templates = templates.live(tx)
    if stale & {"journeys", "accounts"}:
        found.accounts = messages.senders(tx)
    if stale & {"journeys", "segments"}:
        found.segments = segments.read(tx, cache.kinds)
    tx.after_commit(functools.partial(cache.keep, found, {name: known.get(name) for name in valid}))
    return found


def _read(tx: Tx, cache: Cache) -> Live:
    rows = tx.rows(queries.live_versions, _Version)
    definitions = {row.id: check(msgspec.json.decode(row.body), cache.kinds) for row in rows}
    every = [
        LiveJourney(
            id=row.journey_id,
            name=row.name,
            version_id=row.id,
            state=row.state,
            priority=row.priority,
            definition=definitions[row.id],
        )
        for row in rows
    ]
    entered = {row.id for row in rows if row.id == row.live_version_id and row.state != "archived"}
    found = [one for one in every if one.version_id in entered]
    older = [one for one in every if one.version_id not in entered]
    return Live(found, definitions, {row.journey_id: row.name for row in rows}, older)
