"""A segment is computed for everybody, slice by slice, beside everything else: only what is otherwise is written, and no journey starts."""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable
from typing import cast

import msgspec

from tidings.contacts import service as contacts
from tidings.rules.evaluate import Compiled, Exact
from tidings.rules.slicing import next_slice
from tidings.rules.tree import Condition, Scope
from tidings.runtime.database import Tx
from tidings.runtime.revisions import bump
from tidings.runtime.sql import Dialect, Statement
from tidings.segments.picture import LiveSegment, Picture, queries

SLICE = 4_000
"""People at once where everybody is asked: some 20 ms."""
CLEARED = 2_000
"""Memberships, and past stays, that go at once."""
PUBLISHED = "published"
"""The cause of a membership that was not caused by anything but a rule that began to hold."""


def advance(tx: Tx, picture: Picture, now: int) -> bool:
    """The next slice of what is to be computed or cleared away. False when nothing is."""
    computing = [one for one in picture.segments.values() if one.is_computing]
    if not computing:
        return _clear(tx)
    slice_of(tx, computing[0], picture, now)
    return True


def slice_of(tx: Tx, segment: LiveSegment, picture: Picture, now: int) -> None:
    """The next people of one segment; after the last it is ready, and those that ask about it follow."""
    position = int(tx.value(queries.position_of, id=segment.id) or 0)
    last = contacts.newest_id(tx)
    end = _next(tx, segment, position, last, now)
    if end < last:
        tx.run(queries.moved, id=segment.id, position=end)
        return
    tx.run(queries.computed, id=segment.id, now=now)
    if others := sorted(picture.dependents([segment.name])):
        tx.run(queries.compute_again, ids=others)
    bump(tx, "segments")


def _next(tx: Tx, segment: LiveSegment, after: int, last: int, now: int) -> int:
    """Ask the next people who come into question; everybody where nothing tells who does. How far that went."""
    found = next_slice(tx, segment.rule, now, after=after, last=last)
    if found is None:
        ids = tx.values(queries.next_people, after=after, limit=SLICE)
        contacts.lock(tx, ids)
        _compute(tx, segment, segment.rule, ids, now)
        return ids[-1] if len(ids) == SLICE else last
    kept = tx.values(queries.kept_between, id=segment.id, after=after, end=found.end, limit=SLICE)
    end = kept[-1] if len(kept) == SLICE else found.end
    contacts.lock(tx, sorted({*found.ids, *kept}))
    # Where a part is taken as known, others may have written it before they were held; the whole rule is asked afterwards anyway.
    if tx.dialect.name != "sqlite" and found.rest is not segment.rule:
        held, found = set(found.ids), next_slice(tx, segment.rule, now, after=after, last=end) or found
        found = msgspec.structs.replace(found, ids=[i for i in found.ids if i in held])
        end = min(end, found.end)
    mine = {i for i in found.ids if i <= end}
    _compute(tx, segment, found.rest, sorted(mine), now)
    _compute(tx, segment, segment.rule, sorted(i for i in set(kept) - mine if i <= end), now)
    return end


def _compute(tx: Tx, segment: LiveSegment, rule: Condition, ids: list[int], now: int) -> None:
    """Ask these people, of whom a part of the rule may be known already, and write what is otherwise."""
    if not ids:
        return
    names = {"ids": ids, "now": now, "segment_id": segment.id, "nothing": {}, "cause": PUBLISHED}
    leaving, entering = _compiled(Exact(rule), cast(Hashable, tx.dialect))
    was_there = tx.value(queries.has_members_among, first=ids[0], last=ids[-1], id=segment.id) is not None
    if was_there:
        tx.run(leaving.statement, **names, **leaving.bound(tx, now))
    tx.run(entering.statement, **names, **entering.bound(tx, now))
    if was_there:
        tx.run(queries.sweep, first=ids[0], last=ids[-1], id=segment.id)


JUDGED = """
with judged as materialized (
  select c.id as contact_id, case when {rule} then 1 else 0 end as is_member, {boundary} as boundary_at
  from contact c
  join (select 0 as key, 0 as contact_id, 0 as run_id, {{{{json nothing}}}} as properties, 0 as since) b on b.key = 0
  where c.id in {{{{ids ids}}}} and c.merged_into_id is null
)"""
_KNOWN = """
with judged as materialized (
  select value as contact_id, case when {rule} then 1 else 0 end as is_member, {boundary} as boundary_at from {{{{ids ids}}}} c
  join (select {{{{json nothing}}}} as properties) b on 1 = 1
)"""
"""The same where nothing more is asked about people: those who come into question are in it."""
_COLUMN = re.compile(r"\b[bc]\.\w")
_LEAVING = """
insert into stay (segment_id, contact_id, entered_at, left_at, entered_cause, left_cause) {judged}
select m.segment_id, m.contact_id, m.entered_at, :now, m.cause, cast(:cause as text)
from judged j join membership m on m.contact_id = j.contact_id and m.segment_id = :segment_id
where m.is_member = 1 and j.is_member = 0"""
_ENTERING = """
insert into membership (contact_id, segment_id, is_member, entered_at, boundary_at, cause) {judged}
select j.contact_id, :segment_id, j.is_member,
  case when j.is_member = 0 then null when m.is_member = 1 then m.entered_at else :now end, j.boundary_at,
  case when j.is_member = 0 then '' when m.is_member = 1 then m.cause else cast(:cause as text) end
from judged j left join membership m on m.contact_id = j.contact_id and m.segment_id = :segment_id
where (m.contact_id is null and (j.is_member = 1 or j.boundary_at is not null)) or m.is_member <> j.is_member
  or (m.contact_id is not null and coalesce(j.boundary_at, 0) <> coalesce(m.boundary_at, 0))
on conflict (contact_id, segment_id) do update set is_member = excluded.is_member, entered_at = excluded.entered_at,
  boundary_at = excluded.boundary_at, cause = excluded.cause"""


@functools.lru_cache(maxsize=512)
def _compiled(rule: Exact, dialect: Hashable) -> tuple[Compiled, Compiled]:
    """(those who leave, everybody else who is otherwise)."""
    found = list[Compiled]()
    for number, text in enumerate((_LEAVING, _ENTERING)):
        scope = Scope(cast(Dialect, dialect))
        boundary = rule.rule.boundary(scope) if number else None
        asked = rule.rule.sql(scope)
        text_of = JUDGED if _COLUMN.search(f"{asked} {boundary}") else _KNOWN
        judged = text_of.format(rule=asked, boundary=boundary or "cast(null as integer)")
        statement = Statement("compute_segment", text.replace("{judged}", judged))
        found.append(Compiled(statement, scope.parameters, scope.moving))
    return found[0], found[1]


def _clear(tx: Tx) -> bool:
    """The next slice of the people of a segment that was taken down."""
    segment_id = tx.value(queries.removed_segment)
    if segment_id is None:
        return False
    gone = tx.run(queries.clear_memberships, id=segment_id, limit=CLEARED) + tx.run(
        queries.clear_stays, id=segment_id, limit=CLEARED
    )
    if not gone:
        tx.run(queries.delete_segment, id=segment_id)
    return True
