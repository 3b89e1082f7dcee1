"""Segments as their screens show them: numbers, people with what brought them in, growth by the day, two beside each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.flow.previewing import PreviewPart, parts
from tidings.flow.segmenting import SegmentUse, uses_of_segment, uses_of_segments
from tidings.flow.setting import KINDS
from tidings.rules.calendar import EPOCH, local_day
from tidings.rules.tree import parse
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.segments import service as segments
from tidings.segments.models import Segment

MONTH = 30 * DAY
QUARTER = 900_000
_NONE = segments.Numbers(count=0, entered=0, left=0)


class SegmentRow(Struct, frozen=True, kw_only=True):
    """A segment in the list; of a draft nobody knows the numbers."""

    name: str
    title: str
    description: str
    is_definition: bool
    owner: str
    review_on: str
    state: str
    """ready, computing or draft."""
    progress: float
    """How much of it is computed, from 0 to 1."""
    count: int | None
    entered_30d: int
    left_30d: int
    sentence: str
    used: int
    published_at: int | None
    has_draft: bool


class SegmentPage(Struct, frozen=True, kw_only=True):
    """A live segment, as its page shows it."""

    segment: SegmentRow
    where: Any
    parts: list[PreviewPart]
    used_by: list[SegmentUse]
    starts: list[str]
    """Journeys into which whoever comes in enters."""


class MemberRow(Struct, frozen=True, kw_only=True):
    """Somebody in a segment."""

    id: int
    label: str
    email: str | None
    entered_at: int
    cause: str
    next_change_at: int | None


class GrowthDay(Struct, frozen=True, kw_only=True):
    """A local day: who came, who went, and how many were in it at its end."""

    day: str
    entered: int
    left: int
    count: int


class Compared(Struct, frozen=True, kw_only=True):
    """Two segments beside each other."""

    a: int
    b: int
    both: int
    only_a: int
    only_b: int


def index(tx: Tx, drafts: dict[str, dict[str, Any]], now: int) -> list[SegmentRow]:
    """Every segment by name; `drafts`: what is being written, by name."""
    numbers, documents = segments.numbers(tx, now - MONTH), segments.documents(tx)
    uses, newest = uses_of_segments(tx), contacts.newest_id(tx)
    found = [
        _row(
            documents[row.name],
            row,
            numbers.get(row.id, _NONE),
            len(uses.get(row.name, ())),
            newest,
            row.name in drafts,
        )
        for row in segments.rows(tx)
        if row.name in documents
    ]
    found += [_draft(name, data) for name, data in drafts.items() if name not in documents]
    return sorted(found, key=lambda row: row.name)


def _sentence(where: Any) -> str:
    try:
        return parse(where, KINDS, "where").sentence()
    except Invalid as error:
        return f"This version does not understand it: {error}"


def _row(
    document: Segment, row: segments.Row, numbers: segments.Numbers, used: int, newest: int, has_draft: bool
) -> SegmentRow:
    is_computing = row.position is not None
    return SegmentRow(
        name=row.name,
        title=document.title,
        description=document.description,
        is_definition=document.definition,
        owner=document.owner,
        review_on=document.review,
        state="computing" if is_computing else "ready",
        progress=round(min(1.0, (row.position or 0) / newest), 3) if is_computing and newest else 1.0,
        count=numbers.count,
        entered_30d=numbers.entered,
        left_30d=numbers.left,
        sentence=_sentence(document.where),
        used=used,
        published_at=row.published_at,
        has_draft=has_draft,
    )


def _draft(name: str, data: dict[str, Any]) -> SegmentRow:
    def text(key: str) -> str:
        value = data.get(key, "")
        return value if isinstance(value, str) else ""

    return SegmentRow(
        name=name,
        title=text("title"),
        description=text("description"),
        is_definition=data.get("definition") is True,
        owner=text("owner"),
        review_on=text("review"),
        state="draft",
        progress=0.0,
        count=None,
        entered_30d=0,
        left_30d=0,
        sentence=_sentence(data.get("where")),
        used=0,
        published_at=None,
        has_draft=True,
    )


def page(tx: Tx, name: str, now: int) -> SegmentPage:
    """One live segment."""
    row, document = segments.get(tx, name), segments.documents(tx)[name]
    uses = uses_of_segment(tx, name)
    numbers = segments.numbers(tx, now - MONTH).get(row.id, _NONE)
    try:
        counted = parts(tx, parse(document.where, KINDS, "where"), now)
    except Invalid:
        counted = []
    return SegmentPage(
        segment=_row(document, row, numbers, len(uses), contacts.newest_id(tx), has_draft=False),
        where=document.where,
        parts=counted,
        used_by=uses,
        starts=[use.name for use in uses if use.kind == "journey" and use.how == "starts by it"],
    )


def members(tx: Tx, name: str, *, order: str, before: tuple[int, int], limit: int) -> list[MemberRow]:
    """A page of the people of a segment."""
    rows = segments.members(tx, segments.get(tx, name).id, order=order, before=before, limit=limit)
    ids = [row.contact_id for row in rows]
    labels, addresses = contacts.labels(tx, ids), contacts.addresses_of(tx, ids)
    return [
        MemberRow(
            id=row.contact_id,
            label=labels.get(row.contact_id, ""),
            email=addresses.get(row.contact_id, {}).get("email"),
            entered_at=row.entered_at,
            cause=row.cause,
            next_change_at=row.boundary_at,
        )
        for row in rows
    ]


def growth(tx: Tx, name: str, now: int, zone: str, *, days: int) -> list[GrowthDay]:
    """The last days, oldest first; today is the last."""
    row, today = segments.get(tx, name), local_day(now, zone)
    moved: dict[int, tuple[int, int]] = {}
    for move in segments.moves(tx, row.id, now - (days + 1) * DAY):
        day = local_day(move.slot * QUARTER, zone)
        entered, left = moved.get(day, (0, 0))
        moved[day] = (entered + move.entered, left + move.left)
    count, found = segments.numbers(tx, now).get(row.id, _NONE).count, list[GrowthDay]()
    for day in range(today, today - days, -1):
        entered, left = moved.get(day, (0, 0))
        date = EPOCH + dt.timedelta(days=day)
        found.append(GrowthDay(day=date.isoformat(), entered=entered, left=left, count=count))
        count -= entered - left
    return found[::-1]


def compare(tx: Tx, name: str, other: str) -> Compared:
    """How many are in each, in both, and in only one."""
    found = segments.overlap(tx, segments.get(tx, name).id, segments.get(tx, other).id)
    return Compared(a=found.a, b=found.b, both=found.both, only_a=found.a - found.both, only_b=found.b - found.both)
