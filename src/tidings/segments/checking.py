"""Every night all segments are computed again beside what is kept: nothing may differ, and what does is told and put right."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Hashable, Sequence
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.rules.evaluate import Compiled, Exact
from tidings.rules.tree import Scope
from tidings.runtime.app import write_setting
from tidings.runtime.clock import HOUR
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement
from tidings.segments.computing import JUDGED
from tidings.segments.following import Look, look
from tidings.segments.picture import LiveSegment, Picture, queries

NAME = "segments_check"
"""The setting that keeps how far it is."""
SLICE = 4_000
LAST = 2**62
"""No contact comes after it."""
NIGHT = (2, 5)
"""Hours of the workspace's zone in which it begins."""
AT_LEAST, AT_MOST = 20 * HOUR, 30 * HOUR
"""Not again before, and in any case after so long."""
CAUSE = "nightly check"


class Check(Struct, frozen=True, kw_only=True):
    """A check: since when, how far, and what it found."""

    begun_at: int
    ended_at: int | None = None
    segment: int = 0
    """The one that it is at."""
    position: int = 0
    segments: int = 0
    """How many it has been through."""
    looked: int = 0
    """How many memberships it asked about."""
    differences: int = 0


def last_check(tx: Tx) -> Check | None:
    """The check that goes on, or was last."""
    found = tx.value(queries.last_check)
    return msgspec.json.decode(found, type=Check) if found else None


def check_on(tx: Tx, picture: Picture, now: int, zone: str) -> Check | None:
    """The next slice; where the last one is over, the next check when it is due. None when there is nothing to do."""
    check = last_check(tx)
    if check is None or check.ended_at is not None:
        if picture.is_empty or not _is_due(check, now, zone):
            return None
        check = Check(begun_at=now)
    check = _slice(tx, picture, check, now)
    write_setting(tx, NAME, msgspec.to_builtins(check), now)
    return check


def _is_due(check: Check | None, now: int, zone: str) -> bool:
    since = now - check.begun_at if check is not None else AT_LEAST
    hour = dt.datetime.fromtimestamp(now / 1_000, ZoneInfo(zone)).hour
    return since >= AT_MOST or (since >= AT_LEAST and NIGHT[0] <= hour < NIGHT[1])


def _slice(tx: Tx, picture: Picture, check: Check, now: int) -> Check:
    """The next people of the segment that it is at; then the next segment."""
    segment = picture.segments.get(check.segment)
    if segment is None or segment.is_computing:
        return _next(picture, check, now)
    ids = tx.values(queries.next_people, after=check.position, limit=SLICE)
    found = differing(tx, segment, ids, now)
    if found:
        contacts.lock(tx, found)
        found = differing(tx, segment, found, now)
        _mend(tx, picture, segment, found, now)
    end = ids[-1] if len(ids) == SLICE else LAST
    strays = tx.run(queries.forget_strays, id=segment.id, after=check.position, end=end)
    told = {"looked": check.looked + len(ids), "differences": check.differences + len(found) + strays}
    if len(ids) == SLICE:
        return msgspec.structs.replace(check, position=ids[-1], **told)
    return _next(picture, msgspec.structs.replace(check, segments=check.segments + 1, **told), now)


def _next(picture: Picture, check: Check, now: int) -> Check:
    left = sorted(i for i in picture.segments if i > check.segment)
    if not left:
        return msgspec.structs.replace(check, ended_at=now, segment=0, position=0)
    return msgspec.structs.replace(check, segment=left[0], position=0)


def _mend(tx: Tx, picture: Picture, segment: LiveSegment, ids: Sequence[int], now: int) -> None:
    looks = [Look(contact_id=i, at=now, segments={segment.id}, cause=CAUSE, is_live=False) for i in ids]
    if looks:
        look(tx, picture, looks, now)


def differing(tx: Tx, segment: LiveSegment, ids: Sequence[int], now: int) -> list[int]:
    """Of whom something else is kept than is true now; those whom time is about to move are left to it."""
    if not ids:
        return []
    asked = _compiled(Exact(segment.rule), cast(Hashable, tx.dialect))
    names = {"ids": list(ids), "now": now, "segment_id": segment.id, "nothing": {}}
    return tx.values(asked.statement, **names, **asked.bound(tx, now))


_DIFFERING = """{judged}
select j.contact_id from judged j left join membership m on m.contact_id = j.contact_id and m.segment_id = :segment_id
where (coalesce(m.is_member, 0) <> j.is_member
    or (j.boundary_at is not null and (m.boundary_at is null or m.boundary_at > j.boundary_at)))
  and not exists (select 1 from membership d where d.contact_id = j.contact_id and d.boundary_at <= :now)"""


@functools.lru_cache(maxsize=512)
def _compiled(rule: Exact, dialect: Hashable) -> Compiled:
    scope = Scope(cast(Dialect, dialect))
    boundary = rule.rule.boundary(scope) or "cast(null as integer)"
    judged = JUDGED.format(rule=rule.rule.sql(scope), boundary=boundary)
    return Compiled(Statement("check_segment", _DIFFERING.replace("{judged}", judged)), scope.parameters, scope.moving)
