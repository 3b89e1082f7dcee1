"""Segments become live, are used by others, and bring people into journeys when a person says so: never by themselves in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.flow.setting import KINDS, Setting
from tidings.journeys import enrolments, service as journeys
from tidings.messages import service as messages
from tidings.rules.choosing import place_of
from tidings.rules.tree import conditions
from tidings.runtime import shelf
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.segments import service as segments
from tidings.segments.models import Checked


def publish_segment(tx: Tx, checked: Checked, body: dict[str, Any], now: int, *, actor: str) -> bool:
    """Make a segment live. Few people are asked at once; of many, slice by slice in the background. It starts no journey."""
    if not segments.publish(tx, checked, body, KINDS, now, actor=actor):
        return False
    _keep_values(tx, now)
    segments.compute_few(tx, KINDS, now)
    return True


def take_down_segment(tx: Tx, name: str, now: int) -> None:
    """Nothing of this name is live any more."""
    segments.take_down(tx, name, now)
    _keep_values(tx, now)


def _keep_values(tx: Tx, now: int) -> None:
    """Attributes that live segments ask about are kept by value; others are not any more."""
    rules = [one.rule for one in segments.read(tx, KINDS).segments.values()]
    places = [place_of(part) for rule in rules for part in conditions(rule)]
    contacts.values.want(tx, {place.path for place in places if place is not None}, now)


def advance_segments(tx: Tx, setting: Setting, now: int) -> bool:
    """The next slice of segments that are computed or cleared away, of values that are kept for them, or of the nightly check. False
    when there is none."""
    picture = journeys.live(tx, setting.live).segments
    if segments.advance(tx, picture, now) or contacts.values.advance(tx):
        return True
    check = segments.check_on(tx, picture, now, setting.ledger.zone)
    if check is not None and check.ended_at is not None:
        _tell(tx, check, now)
    return check is not None


def _tell(tx: Tx, check: segments.Check, now: int) -> None:
    """Somebody is told what a check found, and no more once one finds nothing."""
    if check.differences:
        words = f"The nightly check put {check.differences} of {check.looked:,} memberships right. Please report it."
        messages.alert(tx, "segments", "check", words, now)
    else:
        messages.trouble_over(tx, "segments", "check", now)


class SegmentUse(Struct, frozen=True, kw_only=True):
    """A live document that asks about a segment: `how` says where."""

    kind: str
    name: str
    how: str


def uses_of_segment(tx: Tx, name: str) -> list[SegmentUse]:
    """Which live documents ask about a segment, and where."""
    return uses_of_segments(tx).get(name, [])


def uses_of_segments(tx: Tx) -> dict[str, list[SegmentUse]]:
    """Segment -> the live documents that ask about it, and where."""
    documents = [
        ("journey", row.name, journeys.pull(tx, row.name)) for row in journeys.journeys(tx) if row.state != "archived"
    ]
    documents += [(kind, one.name, one.data) for kind in SHELVED for one in shelf.live(tx, kind)]
    found: dict[str, list[SegmentUse]] = {}
    for kind, name, document in documents:
        for key, part in document.items():
            for segment in set(_named(part)) if key != kind else ():
                use = SegmentUse(kind=kind, name=name, how=_WORDS.get(key, "asks for it"))
                found.setdefault(segment, []).append(use)
    return found


SHELVED: tuple[shelf.Shelved, ...] = ("campaign", "segment")
_WORDS = {
    "triggers": "starts by it",
    "audience": "asks for it in its audience",
    "exit": "ends by it",
    "where": "asks for it in its rule",
    "steps": "asks for it in a step",
}


def _named(part: Any) -> Iterator[str]:
    """The segments that a part of a document names."""
    if isinstance(part, dict):
        if isinstance(name := part.get("segment"), str):
            yield name
        for inner in part.values():
            yield from _named(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def started_by(tx: Tx, name: str) -> list[str]:
    """The journeys into which whoever comes into a segment enters."""
    return [
        row.name
        for row in journeys.journeys(tx)
        if row.state == "active"
        for trigger in journeys.pull(tx, row.name).get("triggers", [])
        if trigger.get("segment") == name and trigger.get("on") != "left"
    ]


def enrol_members(
    tx: Tx, segment: str, journey: str, setting: Setting, now: int, *, per_minute: int, actor: str
) -> list[enrolments.Enrolment]:
    """Whoever is in a segment now enters a journey, so many a minute; audience and re-entry hold as for everybody."""
    row, live = segments.get(tx, segment), journeys.live(tx, setting.live)
    if not row.is_ready:
        raise Invalid.at("segment", f"{segment!r} is being computed.", "Try again when it is ready.")
    people = segments.everybody(tx, row.id)
    properties: dict[str, Any] = {"segment": segment, "cause": "by hand"}
    return [
        enrolments.start(
            tx,
            journey,
            people[first : first + enrolments.MOST],
            properties,
            now,
            live,
            per_minute=per_minute,
            actor=actor,
        )
        for first in range(0, len(people), enrolments.MOST)
    ]
