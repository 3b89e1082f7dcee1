"""The door of the room: segments become live and are taken down, and everything that is asked about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.rules.tree import Kinds
from tidings.runtime import shelf
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.runtime.revisions import bump
from tidings.segments.checking import Check as Check, check_on as check_on, last_check as last_check
from tidings.segments.computing import SLICE, advance as advance
from tidings.segments.following import (
    Look as Look,
    Turn as Turn,
    facts as facts,
    forget as forget,
    look as look,
    merge as merge,
    pass_time as pass_time,
    settle as settle,
)
from tidings.segments.models import Checked, Segment, check
from tidings.segments.picture import (
    EVERYTHING as EVERYTHING,
    NOBODY as NOBODY,
    TROUBLE as TROUBLE,
    Picture as Picture,
    Row as Row,
    circle,
    queries,
    read as read,
    rows as rows,
)


def needs(tx: Tx, kinds: Kinds) -> dict[str, frozenset[str]]:
    """Every live segment -> those that it asks about."""
    found: dict[str, frozenset[str]] = {}
    for one in shelf.live(tx, "segment"):
        try:
            found[one.name] = check(one.data, kinds).rule.depends().segments
        except Invalid:
            found[one.name] = frozenset()
    return found


def refuse_circles(tx: Tx, checked: Checked, kinds: Kinds) -> None:
    """`Invalid` with the way on which a segment would lead back to itself."""
    name = checked.document.segment
    way = circle(name, needs(tx, kinds) | {name: checked.rule.depends().segments})
    if way:
        raise Invalid.at("where", f"leads back to itself: {' → '.join(way)}.", "Take one of these conditions out.")


def publish(tx: Tx, checked: Checked, body: dict[str, object], kinds: Kinds, now: int, *, actor: str) -> bool:
    """Make a segment live; where its rule is another than before, everybody is asked again, slice by slice. False when the same
    content is live already."""
    refuse_circles(tx, checked, kinds)
    name = checked.document.segment
    before = shelf.find(tx, "segment", name)
    if not shelf.publish(tx, "segment", name, body, now, actor=actor):
        return False
    row = tx.row(queries.segment_named, Row, name=name)
    if row is None:
        tx.run(queries.insert_segment, name=name, now=now)
    elif before is None or check(before.data, kinds).rule != checked.rule:
        tx.run(queries.republished, id=row.id, now=now)
    bump(tx, "segments")
    return True


def compute_few(tx: Tx, kinds: Kinds, now: int) -> None:
    """What is to be computed of few people is computed at once."""
    if len(tx.values(queries.next_people, after=0, limit=SLICE)) == SLICE:
        return
    while (picture := read(tx, kinds)).is_computing:
        advance(tx, picture, now)


def everybody(tx: Tx, segment_id: int) -> list[int]:
    """Everybody in a segment, ascending."""
    return tx.values(queries.everybody_in, id=segment_id)


def next_due(tx: Tx) -> int | None:
    """The next instant at which time alone changes a membership."""
    return tx.value(queries.next_boundary)  # type: ignore[no-any-return]


def take_down(tx: Tx, name: str, now: int) -> None:
    """Nothing of this name is live any more; its people go slice by slice, its versions stay."""
    tx.run(queries.remove_segment, id=get(tx, name).id)
    shelf.take_down(tx, "segment", name, now)
    bump(tx, "segments")


def get(tx: Tx, name: str) -> Row:
    """A live segment, or `NotFound`."""
    found = tx.row(queries.segment_named, Row, name=name)
    if found is None:
        raise NotFound(f"There is no live segment {name!r}.")
    return found


def documents(tx: Tx) -> dict[str, Segment]:
    """What is live, as it is written."""
    return {one.name: msgspec.convert(one.data, Segment) for one in shelf.live(tx, "segment")}


def ask_everybody(tx: Tx, ids: Iterable[int]) -> None:
    """These segments are computed again from the first person on."""
    tx.run(queries.compute_again, ids=sorted(ids))
    bump(tx, "segments")


def segment_of(fact: Happened) -> str:
    """The segment that a fact of this room is about."""
    return str(msgspec.json.decode(fact.properties)["segment"])


class _Count(Struct, frozen=True, array_like=True):
    segment_id: int
    count: int
    entered: int


class _Past(Struct, frozen=True, array_like=True):
    segment_id: int
    entered: int
    left: int


class Numbers(Struct, frozen=True, kw_only=True):
    """How many are in it, and how many came and went since."""

    count: int
    entered: int
    left: int


def numbers(tx: Tx, since: int) -> dict[int, Numbers]:
    """Segment -> its numbers; those that nobody was ever in are left out."""
    members = {row.segment_id: row for row in tx.rows(queries.count_members, _Count, since=since)}
    past = {row.segment_id: row for row in tx.rows(queries.count_stays, _Past, since=since)}
    return {
        i: Numbers(
            count=members[i].count if i in members else 0,
            entered=(members[i].entered if i in members else 0) + (past[i].entered if i in past else 0),
            left=past[i].left if i in past else 0,
        )
        for i in {*members, *past}
    }


class Member(Struct, frozen=True, array_like=True):
    """Somebody in a segment."""

    contact_id: int
    entered_at: int
    cause: str
    boundary_at: int | None


def members(tx: Tx, segment_id: int, *, order: str, before: tuple[int, int], limit: int) -> list[Member]:
    """The people of a segment, the newest contacts first or those who came last, behind (`at`, id)."""
    names = {"id": segment_id, "before": before[0], "before_id": before[1], "limit": limit}
    asked = queries.members_by_entry if order == "entered" else queries.members_by_contact
    return tx.rows(asked, Member, **names)


class Standing(Struct, frozen=True, array_like=True):
    """Somebody's membership of one segment, as it is kept."""

    contact_id: int
    segment_id: int
    is_member: int
    entered_at: int | None
    boundary_at: int | None
    cause: str


def standing(tx: Tx, contact_id: int) -> list[Standing]:
    """Every segment that somebody is in, or may come into by time alone."""
    return tx.rows(queries.memberships_of, Standing, ids=[contact_id])


class Stay(Struct, frozen=True, array_like=True):
    """A stay that is over."""

    segment_id: int
    entered_at: int
    left_at: int
    entered_cause: str
    left_cause: str


def stays(tx: Tx, ids: Sequence[int]) -> list[Stay]:
    """The past of some contacts (one person and whom they were merged from), newest first."""
    return tx.rows(queries.stays_of, Stay, ids=sorted(ids))


class Overlap(Struct, frozen=True, array_like=True):
    """How many are in each of two segments, and in both."""

    a: int
    b: int
    both: int


def overlap(tx: Tx, one: int, other: int) -> Overlap:
    """Two segments beside each other."""
    found = tx.row(queries.overlap, Overlap, one=one, other=other)
    assert found is not None, "counts are always a row"
    return found


class Move(Struct, frozen=True, array_like=True):
    """How many came and went in a quarter of an hour (counted from 1970)."""

    slot: int
    entered: int
    left: int


def moves(tx: Tx, segment_id: int, since: int) -> list[Move]:
    """Comings and goings by the quarter of an hour, so that every zone finds its days."""
    return tx.rows(queries.moves, Move, id=segment_id, since=since)


def overdue(tx: Tx, today: str) -> list[Segment]:
    """Segments that somebody was to look at again before this day (2027-02-01)."""
    return [one for one in documents(tx).values() if one.review and one.review < today]
