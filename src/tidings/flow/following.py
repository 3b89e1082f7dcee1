"""Segments follow: what happened and what changed brings people in and out, in the same transaction; and so does time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.flow.setting import Setting
from tidings.journeys import service as journeys
from tidings.journeys.service import Live
from tidings.rules.tree import root_of
from tidings.runtime.database import Tx
from tidings.segments import service as segments
from tidings.segments.service import Look

NEW = segments.EVERYTHING
"""The changed path of somebody who is new."""


def follow(
    tx: Tx,
    happened: Sequence[Happened],
    changed: Mapping[int, Sequence[str]],
    live: Live,
    now: int,
    *,
    is_bulk: bool = False,
) -> list[Happened]:
    """The facts of whoever came into a segment or left it by this."""
    picture = live.segments
    if picture.is_empty:
        return []
    looks: dict[int, Look] = {}
    for event in happened:
        mine = _look(looks, event.contact_id, now, event.name)
        mine.segments |= picture.minding_event(event.name)
        mine.is_live = mine.is_live and event.is_live
        mine.depth = max(mine.depth, event.depth)
    if picture.minds_reach:
        troubled = [event.contact_id for event in happened if event.name in segments.TROUBLE]
        for contact_id in contacts.sharing(tx, troubled) if troubled else ():
            _look(looks, contact_id, now, "reach:").segments |= picture.minding_root("reach:")
    for contact_id, paths in changed.items():
        mine = _look(looks, contact_id, now, paths[0] if paths else "")
        for root in {root_of(path) for path in paths}:
            mine.segments |= picture.minding_root(root)
    if is_bulk:
        for one in looks.values():
            one.is_live = False
    return segments.facts(_looked(tx, looks, live, now))


def _look(looks: dict[int, Look], contact_id: int, now: int, cause: str) -> Look:
    said = "new" if cause == NEW else cause
    return looks.setdefault(contact_id, Look(contact_id=contact_id, at=now, segments=set(), cause=said))


def _looked(tx: Tx, looks: Mapping[int, Look], live: Live, now: int) -> list[segments.Turn]:
    asked = [one for one in looks.values() if one.segments or live.segments.is_timed]
    return segments.look(tx, live.segments, asked, now) if asked else []


def follow_silently(tx: Tx, ids: Iterable[int], live: Live, now: int, *, cause: str) -> None:
    """Everything of these people may be otherwise, and nothing starts by it: an import, for instance."""
    picture = live.segments
    if not picture.is_empty:
        everything = set(picture.segments)
        looks = [
            Look(contact_id=i, at=now, segments=set(everything), cause=cause, is_live=False) for i in sorted(set(ids))
        ]
        segments.look(tx, picture, looks, now)


def paths_of(facts: Sequence[Happened], changed: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
    """What changed of people, with the segments that they came into or left."""
    found = {contact_id: list(paths) for contact_id, paths in changed.items()}
    for fact in facts:
        found.setdefault(fact.contact_id, []).append(f"segment:{segments.segment_of(fact)}")
    return found


def zone_changed(tx: Tx, setting: Setting) -> None:
    """Days begin at another instant: whoever time may move is asked again."""
    live = journeys.live(tx, setting.live)
    if timed := [one.id for one in live.segments.segments.values() if one.is_timed]:
        segments.ask_everybody(tx, timed)


def compute_again(tx: Tx, roots: Iterable[str], live: Live) -> None:
    """So many people may be otherwise at once that everybody is asked again, slice by slice: a list is gone, a large company moved."""
    found = {i for root in roots for i in live.segments.minding_root(root)}
    if found:
        segments.ask_everybody(tx, found)
