"""The data audit over HTTP: what is wrong with what is known of people, with some of them, and how it is mended."""

from __future__ import annotations

import asyncio
from functools import partial

from litestar import get
from litestar.params import FromQuery
from msgspec import Struct

from tidings.analytics import service as analytics
from tidings.contacts import service as contacts
from tidings.contacts.auditing import Tally
from tidings.flow import auditing, findings
from tidings.http.paging import LAST
from tidings.http.served import AnyRequest, database, now, setting
from tidings.runtime.database import Tx

MOST = 200_000
"""What is compared stays in memory: about half a kilobyte a person."""


class AuditedPerson(Struct, kw_only=True):
    """Somebody of whom it is so; `other` is who has the same."""

    contact_id: int
    label: str
    value: str
    other: int | None
    other_label: str


class AuditFinding(Struct, kw_only=True):
    """One thing that is wrong with some of those who were looked at."""

    kind: str
    path: str
    title: str
    told: str
    count: int
    people: list[AuditedPerson]
    fix: findings.AuditFix | None
    verb: str
    to: str


class Audit(Struct, kw_only=True):
    """What was found among the newest `looked_at` of about `of` people."""

    looked_at: int
    of: int
    items: list[AuditFinding]


@get("/audit", tags=["contacts"])
async def audit(request: AnyRequest, people: FromQuery[int] = auditing.NEWEST) -> Audit:
    """What is wrong with the data, each with its number, some people, and a fix for POST /bulk where there is one. It looks at the
    newest 20,000 people, or as many as `people` says (up to 200,000), in short reads that hold nobody up."""
    letters = await database(request).read(auditing.needed)
    at, tally, left = now(request), Tally(letters), max(1, min(people, MOST))
    place: auditing.Place | None = (LAST, LAST)
    while place is not None and left > 0:
        size = min(auditing.SLICE, left)
        looked = await database(request).read(partial(auditing.look, place=place, now=at, most=size))
        place = await asyncio.to_thread(looked.into, tally)
        left -= size
    zone = setting(request).ledger.zone

    def unit(tx: Tx) -> Audit:
        parts = findings.parts(tally, auditing.empty_lists(tx), zone, letters)
        ids = {i for part in parts for one in part.samples for i in (one.contact_id, one.other) if i is not None}
        names = contacts.labels(tx, ids)
        items = [_finding(part, names) for part in parts]
        return Audit(looked_at=tally.people, of=max(tally.people, analytics.people(tx)), items=items)

    return await database(request).read(unit)


def _finding(part: findings.AuditPart, names: dict[int, str]) -> AuditFinding:
    people = [
        AuditedPerson(
            contact_id=one.contact_id,
            label=names.get(one.contact_id, f"#{one.contact_id}"),
            value=one.value,
            other=one.other,
            other_label=names.get(one.other, f"#{one.other}") if one.other is not None else "",
        )
        for one in part.samples
    ]
    return AuditFinding(
        kind=part.kind,
        path=part.path,
        title=part.title,
        told=part.told,
        count=part.count,
        people=people,
        fix=part.fix,
        verb=part.verb,
        to=part.to,
    )
