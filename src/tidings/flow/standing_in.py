"""One person and one segment: whether they are in it, condition by condition, since when, until when, and what was before."""

from __future__ import annotations

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.contacts.addresses import email
from tidings.journeys import service as journeys
from tidings.rules.evaluate import Asked
from tidings.rules.explain import Part, explain
from tidings.rules.panel import Asked as Judging, judge
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.segments import service as segments
from tidings.segments.service import Stay


class SegmentExplanation(Struct, frozen=True, kw_only=True):
    """Why somebody is in a segment, or is not."""

    contact_id: int
    label: str
    is_member: bool
    entered_at: int | None
    cause: str
    next_change_at: int | None
    """When time alone may change it next."""
    parts: list[Part]
    stays: list[Stay]


class SegmentOf(Struct, frozen=True, kw_only=True):
    """A segment that somebody is in."""

    name: str
    title: str
    entered_at: int
    cause: str


def somebody(tx: Tx, written: str) -> int:
    """The contact whom a text means: their number, an email address, or any other identifier."""
    text = written.strip()
    if text.isdigit() and len(text) < 19:
        return contacts.get(tx, int(text)).id
    keys = [("email", email(text) or text), ("user_id", text), ("anonymous_id", text)]
    found = contacts.owners(tx, keys)
    if not text or not found:
        raise NotFound(f"There is no contact {written!r}.")
    return contacts.get(tx, next(found[key] for key in keys if key in found)).id


def explain_segment(tx: Tx, name: str, written: str, cache: journeys.Cache, now: int) -> SegmentExplanation:
    """Every condition of a segment with its answer for one person; membership as it is kept, and its past."""
    row, contact_id = segments.get(tx, name), somebody(tx, written)
    live = journeys.live(tx, cache).segments.by_name.get(name)
    if live is None:
        raise Invalid.at("segment", f"{name!r} asks what this version does not understand.", "Look at its rule.")
    mine = next((one for one in segments.standing(tx, contact_id) if one.segment_id == row.id), None)
    instants = [times[0] for _, _, times in judge(tx, [live.rule], [Judging(contact_id, now)])]
    everybody = contacts.with_aliases(tx, contact_id)
    return SegmentExplanation(
        contact_id=contact_id,
        label=contacts.labels(tx, [contact_id]).get(contact_id, ""),
        is_member=bool(mine and mine.is_member),
        entered_at=mine.entered_at if mine else None,
        cause=mine.cause if mine else "",
        next_change_at=(instants[0] or None) if instants else None,
        parts=explain(tx, live.rule, Asked(key=1, contact_id=contact_id), now),
        stays=[one for one in segments.stays(tx, everybody) if one.segment_id == row.id],
    )


def segments_of(tx: Tx, contact_id: int) -> list[SegmentOf]:
    """The segments that somebody is in now, those they came into last first."""
    names = {row.id: row.name for row in segments.rows(tx)}
    documents = segments.documents(tx)
    mine = [one for one in segments.standing(tx, contact_id) if one.is_member and one.segment_id in names]
    found = [
        SegmentOf(
            name=names[one.segment_id],
            title=documents[names[one.segment_id]].title if names[one.segment_id] in documents else "",
            entered_at=one.entered_at or 0,
            cause=one.cause,
        )
        for one in mine
    ]
    return sorted(found, key=lambda one: -one.entered_at)
