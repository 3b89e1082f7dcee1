"""People come into segments and leave them in the transaction of the write that did it, or at the instant at which time did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.rules.panel import Asked, judge
from tidings.runtime.database import Tx
from tidings.segments.picture import LiveSegment, Picture, queries

TIME = "time"
"""The cause of what nobody did: time passed."""


class Look(Struct, kw_only=True):
    """Somebody about whom something may be otherwise since: the segments that it may concern, as of when, and what did it."""

    contact_id: int
    at: int
    segments: set[int]
    cause: str
    is_live: bool = True
    """False where it came in bulk: it starts no journey."""
    depth: int = 0


class Turn(Struct, frozen=True, kw_only=True):
    """Somebody came into a segment, or left it."""

    contact_id: int
    segment: str
    is_member: bool
    at: int
    cause: str
    is_live: bool
    depth: int


class _Known(Struct, frozen=True, array_like=True):
    contact_id: int
    segment_id: int
    is_member: int
    entered_at: int | None
    boundary_at: int | None
    cause: str


class _Written(Struct):
    """What one level comes to, until it is written."""

    puts: list[dict[str, Any]] = msgspec.field(default_factory=list)
    gone: list[dict[str, int]] = msgspec.field(default_factory=list)
    stays: list[dict[str, Any]] = msgspec.field(default_factory=list)
    turns: list[Turn] = msgspec.field(default_factory=list)


def look(tx: Tx, picture: Picture, looks: Sequence[Look], now: int) -> list[Turn]:
    """Ask again about these people, write what is otherwise, and say it. What is due by time alone is asked along."""
    by_id = {one.contact_id: one for one in looks}
    known = {(row.contact_id, row.segment_id): row for row in _known(tx, by_id)}
    if picture.is_timed:
        for row in known.values():
            if row.boundary_at is not None and row.boundary_at <= now and row.segment_id in picture.segments:
                by_id[row.contact_id].segments.add(row.segment_id)
    asked = {one.contact_id: set(one.segments) for one in looks if one.segments}
    positions = _positions(tx) if picture.is_computing and asked else {}
    turns = list[Turn]()
    for level in sorted({one.level for one in picture.segments.values()}):
        mine = {one.id for one in picture.segments.values() if one.level == level}
        written = _Written()
        for group, people in _groups(asked, mine).items():
            segments = [picture.segments[i] for i in group]
            _compare(tx, segments, [by_id[i] for i in people], known, positions, written)
        _write(tx, written)
        turns += written.turns
        for turn in written.turns:
            asked.setdefault(turn.contact_id, set()).update(picture.dependents([turn.segment]))
    return turns


def _known(tx: Tx, ids: Iterable[int]) -> list[_Known]:
    return tx.rows(queries.memberships_of, _Known, ids=sorted(ids))


def _positions(tx: Tx) -> dict[int, int]:
    """Segment that is being computed -> how far it has come, by contact."""
    return {row.id: row.position for row in tx.rows(queries.positions, _Position)}


class _Position(Struct, frozen=True, array_like=True):
    id: int
    position: int


def _groups(asked: Mapping[int, set[int]], among: set[int]) -> dict[tuple[int, ...], list[int]]:
    """Segments that are asked about together -> the people."""
    found: dict[tuple[int, ...], list[int]] = {}
    for contact_id, segments in asked.items():
        if here := segments & among:
            found.setdefault(tuple(sorted(here)), []).append(contact_id)
    return found


def _compare(
    tx: Tx,
    segments: Sequence[LiveSegment],
    looks: Sequence[Look],
    known: Mapping[tuple[int, int], _Known],
    positions: Mapping[int, int],
    written: _Written,
) -> None:
    by_id = {one.contact_id: one for one in looks}
    asked = [Asked(one.contact_id, one.at) for one in sorted(looks, key=lambda one: one.contact_id)]
    for contact_id, answers, instants in judge(tx, [one.rule for one in segments], asked):
        for segment, is_member, instant in zip(segments, answers, instants, strict=True):
            old = known.get((contact_id, segment.id))
            if is_member or instant or old is not None:
                is_behind = contact_id > positions.get(segment.id, contact_id)
                _settle(by_id[contact_id], segment, old, (is_member, instant), written, is_behind=is_behind)


def _settle(
    asked: Look,
    segment: LiveSegment,
    old: _Known | None,
    judged: tuple[bool, int],
    written: _Written,
    *,
    is_behind: bool,
) -> None:
    """Compare what is true now with what is kept. A boundary is written when it is earlier than the one that is kept; later
    ones are found when that one fires (CORRECTNESS 19)."""
    is_member, instant = judged
    was, stored = (bool(old.is_member), old.boundary_at) if old is not None else (False, None)
    is_due = stored is not None and stored <= asked.at
    boundary = max(instant, asked.at + 1) if instant else None
    if is_member == was and not is_due and (boundary is None or (stored is not None and stored <= boundary)):
        return
    place = {"contact_id": asked.contact_id, "segment_id": segment.id}
    if not is_member and boundary is None:
        written.gone.append(place)
    else:
        kept = old if is_member == was and old is not None else None
        row = {
            "is_member": int(is_member),
            "entered_at": (kept.entered_at if kept else asked.at) if is_member else None,
            "boundary_at": boundary,
            "cause": (kept.cause if kept else asked.cause) if is_member else "",
        }
        written.puts.append(place | row)
    if is_member == was:
        return
    if was and old is not None:
        told = {"entered_at": old.entered_at or asked.at, "left_at": asked.at}
        written.stays.append(place | told | {"entered_cause": old.cause, "left_cause": asked.cause})
    if not is_behind:
        written.turns.append(
            Turn(
                contact_id=asked.contact_id,
                segment=segment.name,
                is_member=is_member,
                at=asked.at,
                cause=asked.cause,
                is_live=asked.is_live,
                depth=asked.depth,
            )
        )


def _write(tx: Tx, written: _Written) -> None:
    if written.stays:
        tx.run(queries.insert_stays, stays=written.stays)
    if written.gone:
        tx.run(queries.delete_memberships, gone=written.gone)
    if written.puts:
        tx.run(queries.put_memberships, rows=written.puts)


def facts(turns: Sequence[Turn]) -> list[Happened]:
    """`segment.entered` and `segment.left`, announced like any event."""
    return [
        Happened(
            key=key,
            contact_id=turn.contact_id,
            name="segment.entered" if turn.is_member else "segment.left",
            at=turn.at,
            properties=msgspec.json.encode({"segment": turn.segment, "cause": turn.cause}).decode(),
            is_live=turn.is_live,
            depth=turn.depth,
        )
        for key, turn in enumerate(turns)
    ]


class _Due(Struct, frozen=True, array_like=True):
    contact_id: int
    segment_id: int
    boundary_at: int


def pass_time(
    tx: Tx, picture: Picture, now: int, *, limit: int, among: Iterable[int] | None = None
) -> list[Turn] | None:
    """Memberships whose truth time alone changes by now, the earliest of each person first; of some people where they are named.
    None when nothing is due."""
    if not picture.is_timed or tx.value(queries.is_due, now=now) is None:
        return None
    if among is None:
        people = dict.fromkeys(tx.values(queries.due_people, now=now, limit=limit))
        contacts.lock(tx, people)
    else:
        people = dict.fromkeys(sorted(among))
    due = tx.rows(queries.due_memberships, _Due, ids=sorted(people), now=now) if people else []
    if not due:
        return None
    looks: dict[int, Look] = {}
    for row in due:
        first = looks.get(row.contact_id)
        if first is None or row.boundary_at < first.at:
            looks[row.contact_id] = Look(
                contact_id=row.contact_id, at=row.boundary_at, segments={row.segment_id}, cause=TIME
            )
        elif row.boundary_at == first.at:
            first.segments.add(row.segment_id)
    tx.run(queries.drop_strange_boundaries, ids=sorted(looks), now=now, known=sorted(picture.segments))
    for one in looks.values():
        one.segments &= picture.segments.keys()
    return _in_time(tx, picture, list(looks.values()))


def _in_time(tx: Tx, picture: Picture, looks: Sequence[Look]) -> list[Turn]:
    """Each as of their own instant; of people who are not there any more the rows go."""
    there = set(tx.values(queries.people_there, ids=[one.contact_id for one in looks]))
    if gone := [one.contact_id for one in looks if one.contact_id not in there]:
        forget(tx, gone)
    here = [one for one in looks if one.contact_id in there]
    return look(tx, picture, here, 0) if here else []


def settle(tx: Tx, picture: Picture, ids: Iterable[int], now: int, tell: Callable[[list[Turn]], None]) -> None:
    """What time has changed of these people is applied before anything else of them is looked at, instant by instant."""
    people = sorted(set(ids))
    while (turns := pass_time(tx, picture, now, limit=0, among=people)) is not None:
        tell(turns)


def forget(tx: Tx, ids: Sequence[int]) -> None:
    """Nothing about people who are not there any more."""
    tx.run(queries.forget_memberships, ids=sorted(ids))
    tx.run(queries.forget_stays, ids=sorted(ids))


def merge(tx: Tx, winner: int, loser: int, now: int) -> None:
    """The loser is in no segment from now on; their past is read through the winner."""
    tx.run(queries.end_stays_of, id=loser, now=now, cause=f"merged into {winner}")
    tx.run(queries.forget_memberships, ids=[loser])
