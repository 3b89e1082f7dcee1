"""What a file would do before it is brought in: whom it makes and changes, what it refuses, and who would enter which journey."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.events import service as events
from tidings.flow.importing import understood
from tidings.flow.setting import Setting
from tidings.imports import service as imports
from tidings.imports.mapping import Person
from tidings.imports.reading import Row
from tidings.imports.service import Job
from tidings.journeys import enrolments, service as journeys
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Condition
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid

SHOWN = 20
"""Refused rows that are shown before an import; the others are counted."""


class Looked(Struct, kw_only=True):
    """What an import would do; slices are added up."""

    made: set[Hashable] = msgspec.field(default_factory=set)
    """Identifiers that nobody has."""
    changed: set[int] = msgspec.field(default_factory=set)
    unchanged: set[int] = msgspec.field(default_factory=set)
    refused: int = 0
    agreed: int = 0
    """Rows whose consent is proved, and would be recorded."""
    withdrawn: int = 0
    suppressed: int = 0
    refusals: list[dict[str, Any]] = msgspec.field(default_factory=list)
    """The first refused rows, each with its number and reason."""
    entering: dict[str, set[Hashable]] = msgspec.field(default_factory=dict)
    """Live journey -> who would enter it, if these were events that happen now."""


def look(tx: Tx, job: Job, rows: Sequence[Row], first: int, setting: Setting, into: Looked, now: int) -> None:
    """Add to `into` what one slice would do; nothing is written."""
    known = understood(job, rows, first)
    owners = contacts.owners(tx, {key for one in known.people.values() for key in one.keys})
    people = contacts.load(tx, set(owners.values()))
    refusals = list(known.refused)
    for number, one in known.people.items():
        found = {owners[key] for key in one.keys if key in owners}
        if len(found) > 1:
            words = "Its identifiers belong to two contacts. Join them first."
            refusals.append({"number": number, "reason": words, "row": rows[number - first - 1]})
        elif found:
            contact_id = found.pop()
            (into.changed if _differs(people[contact_id], one) else into.unchanged).add(contact_id)
        else:
            into.made.add(one.keys[0])
        into.agreed += one.consent is not None and one.consent.state == "subscribed"
        into.withdrawn += one.consent is not None and one.consent.state == "unsubscribed"
        into.suppressed += one.suppress is not None
    into.unchanged -= into.changed
    into.refused += len(refusals)
    into.refusals += refusals[: SHOWN - len(into.refusals)]
    _entering(tx, list(known.people.values()), setting, into, now)


def _differs(contact: Contact, one: Person) -> bool:
    values = msgspec.json.decode(contact.attributes, type=dict[str, Any])
    return bool(one.event) or any(values.get(name) != value for name, value in one.attributes.items())


def _entering(tx: Tx, people: Sequence[Person], setting: Setting, into: Looked, now: int) -> None:
    live = journeys.live(tx, setting.live)
    for name in {one.event for one in people if one.event}:
        mine = [one for one in people if one.event == name]
        for journey, condition in live.triggers.get(name, ()):
            if journey.state == "active":
                fit = _fit(tx, [one.properties for one in mine], condition, now)
                who = {one.keys[0] for one, is_fit in zip(mine, fit, strict=True) if is_fit}
                if who:
                    into.entering.setdefault(journey.name, set()).update(who)


def _fit(tx: Tx, properties: Sequence[dict[str, Any]], condition: Condition | None, now: int) -> list[bool]:
    """Of which of these the filter of a trigger is true; it asks only the properties, so that anybody may stand in."""
    anybody = contacts.anybody(tx)
    if condition is None or anybody is None:
        return [True] * len(properties)
    batch = [
        Asked(key=key, contact_id=anybody, properties=msgspec.Raw(msgspec.json.encode(one)))
        for key, one in enumerate(properties)
    ]
    answers = evaluate(tx, condition, batch, now)
    return [answers[key] is True for key in range(len(properties))]


def enrol_imported(
    tx: Tx, job: Job, name: str, setting: Setting, now: int, *, per_minute: int, actor: str
) -> list[enrolments.Enrolment]:
    """Whoever an import gave an event that starts a journey enters it after all, at a pace; audience and re-entry hold."""
    live, found = journeys.live(tx, setting.live), set[int]()
    wanted = [
        (event, condition) for event, pairs in live.triggers.items() for one, condition in pairs if one.name == name
    ]
    reentry = next((one.definition.document.reentry for one in live.journeys.values() if one.name == name), "never")
    if not isinstance(reentry, str) and reentry.by is not None:
        raise Invalid.at(
            "journey", f"{name!r} lets people in once for each {reentry.by}.", "Only live events say which it is."
        )
    after = 0
    while some := imports.touched(tx, job.id, after=after, limit=1_000):
        after = some[-1].contact_id
        for event, condition in wanted:
            brought = events.imported(tx, [one.contact_id for one in some], event, f"import:{job.id}:")
            fit = _fit(tx, [msgspec.json.decode(one.properties) for one in brought], condition, now)
            found |= {one.contact_id for one, is_fit in zip(brought, fit, strict=True) if is_fit}
    people = sorted(found)
    return [
        enrolments.start(
            tx, name, people[first : first + enrolments.MOST], {}, now, live, per_minute=per_minute, actor=actor
        )
        for first in range(0, len(people), enrolments.MOST)
    ]
