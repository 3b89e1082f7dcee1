"""One change for many people, slice by slice: exits and dates follow it, no journey starts, and consent is never raised silently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.bulk import service as bulk
from tidings.bulk.models import About, Agreement, Deed, check
from tidings.bulk.service import LAST, SLICE, Job
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.mending import mended
from tidings.contacts.models import Update
from tidings.events.models import Happened
from tidings.flow.following import compute_again
from tidings.flow.people import Wanted, rule_of
from tidings.flow.reactions import granted, over, react, touched
from tidings.flow.setting import Setting
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.rules import finding
from tidings.runtime.database import Tx


class Chosen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """To whom: these people, or without any everybody whom the filters find."""

    ids: list[int] = msgspec.field(default_factory=list)
    filters: Wanted = Wanted()


class Meant(Struct, frozen=True):
    """How many people are meant, exactly or at least so many."""

    total: int
    is_exact: bool


def meant(tx: Tx, chosen: Chosen, now: int) -> Meant:
    """How many it would be done to."""
    if chosen.ids:
        return Meant(len(_known(tx, set(chosen.ids))), True)
    return Meant(*finding.count(tx, rule_of(tx, chosen.filters), now))


def begin_bulk(tx: Tx, deed: Deed, chosen: Chosen, now: int, *, actor: str) -> Job:
    """It begins, after everything that it names was found."""
    check(deed)
    for name in (deed.join, deed.leave):
        if name:
            contacts.find_list(tx, name)
    found = meant(tx, chosen, now)
    newest = max(chosen.ids) if chosen.ids else _newest(tx, now)
    whom: dict[str, Any] = msgspec.to_builtins(chosen)
    return bulk.begin(tx, deed, whom, now, total=found.total, is_exact=found.is_exact, position=newest + 1, actor=actor)


def _newest(tx: Tx, now: int) -> int:
    last = finding.page(tx, None, now, order="newest", before=(LAST, LAST), limit=1)
    return last[0].id if last else 0


def advance_bulk(tx: Tx, setting: Setting, now: int) -> bool:
    """The next slice of whatever is done to many; False when nothing is."""
    job = bulk.working(tx)
    if job is None:
        return False
    if job.state == "undoing":
        _undo(tx, job, setting, now)
        return True
    ids = _next(tx, job, now)
    if not ids:
        bulk.end(tx, job, "done", now)
        return True
    contacts.lock(tx, ids)
    there = _known(tx, ids)
    bulk.advance(tx, job, min(ids), seen=len(there), changed=_done(tx, job, there, setting, now))
    return True


def _next(tx: Tx, job: Job, now: int) -> list[int]:
    chosen = msgspec.convert(job.whom, Chosen)
    if chosen.ids:
        return sorted({i for i in chosen.ids if i < job.position}, reverse=True)[:SLICE]
    rule = rule_of(tx, chosen.filters)
    place = (job.position, job.position)
    return [hit.id for hit in finding.page(tx, rule, now, order="newest", before=place, limit=SLICE)]


def _known(tx: Tx, ids: Sequence[int] | set[int]) -> list[int]:
    return sorted(one.id for one in contacts.load(tx, ids).values() if one.merged_into_id is None)


def _done(tx: Tx, job: Job, ids: Sequence[int], setting: Setting, now: int) -> list[int]:
    """Who of these was changed."""
    deed, cause = job.what, f"{job.source} by {job.actor}"
    mends = _mends(tx, deed, ids)
    updates = [
        Update(
            contact_id=i,
            attributes=deed.attributes | mends.get(i, {}),
            add_tags=deed.add_tags,
            remove_tags=deed.remove_tags,
        )
        for i in ids
        if deed.mend is None or i in mends
    ]
    paths = contacts.update(tx, updates, now, cause, change_set=job.change_set)
    happened = list[Happened]()
    moves = ((deed.join, contacts.join, "list.joined"), (deed.leave, contacts.leave, "list.left"))
    for name, move, fact in moves:
        for i in move(tx, name, ids, source=cause, now=now, change_set=job.change_set) if name else ():
            paths.setdefault(i, []).append(f"list:{name}")
            happened.append(_moved(len(happened), i, fact, name, now))
    for i, changed in granted(tx, _grants(tx, job, ids), setting, now).items():
        paths.setdefault(i, []).extend(changed)
    silenced = _suppress(tx, job, ids, setting, now) if deed.suppress else set[int]()
    for i in silenced:
        paths.setdefault(i, []).append("reach:")
    react(tx, happened, paths, journeys.live(tx, setting.live), setting, now, is_bulk=True)
    return sorted(paths.keys() | silenced)


def _moved(key: int, contact_id: int, fact: str, name: str, now: int) -> Happened:
    """They joined or left a list among many: it wakes and ends, and starts no journey (bulk never surprises)."""
    properties = msgspec.json.encode({"list": name}).decode()
    return Happened(key=key, contact_id=contact_id, name=fact, at=now, properties=properties, is_live=False)


def _mends(tx: Tx, deed: Deed, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What is put right with whom; an address that somebody else has already is left for a merge."""
    if deed.mend is None:
        return {}
    people = contacts.load(tx, ids)
    found = {i: mended(deed.mend, msgspec.json.decode(people[i].attributes)) for i in ids if i in people}
    wanted = {("email", one["email"]) for one in found.values() if one.get("email")}
    taken = contacts.owners(tx, wanted) if wanted else {}
    return {i: one for i, one in found.items() if one and taken.get(("email", one.get("email") or ""), i) == i}


def _grants(tx: Tx, job: Job, ids: Sequence[int]) -> list[Grant]:
    """Consent of those with whom it is not so already; whoever has left stays gone."""
    deed = job.what
    stand = consent.standing(tx, ids) if deed.subscribe or deed.unsubscribe else {}
    grants = list[Grant]()
    for i in ids:
        states = {(row.channel, row.topic): row.state for row in stand.get(i, [])}
        if (yes := deed.subscribe) is not None:
            mine = (states.get((yes.channel, "")), states.get((yes.channel, yes.topic)))
            if "unsubscribed" not in mine and mine[1] != "subscribed":
                grants.append(_grant(job, i, yes, "subscribed"))
        no = deed.unsubscribe
        if no is not None and states.get((no.channel, no.topic)) != "unsubscribed":
            grants.append(_grant(job, i, no, "unsubscribed"))
    return grants


def _grant(job: Job, contact_id: int, about: About | Agreement, state: Literal["subscribed", "unsubscribed"]) -> Grant:
    return Grant(
        contact_id=contact_id,
        channel=about.channel,
        topic=about.topic,
        state=state,
        basis="express" if isinstance(about, Agreement) else "",
        wording=about.statement if isinstance(about, Agreement) else "",
        method="bulk",
        source=job.source,
        actor=job.actor,
    )


def _suppress(tx: Tx, job: Job, ids: Sequence[int], setting: Setting, now: int) -> set[int]:
    """Addresses that are not on the list yet; a reason that was there stays, also when this is undone."""
    mine = {i: ("email", found["email"]) for i, found in contacts.addresses_of(tx, ids).items() if "email" in found}
    there = consent.suppressed(tx, set(mine.values())) if mine else {}
    fresh = {i: address for i, address in mine.items() if address not in there}
    addresses = sorted(set(fresh.values()))
    consent.suppress(tx, addresses, scope="marketing", reason="by hand", source=job.source, now=now)
    for kind, value in addresses:
        holders = contacts.holders(tx, kind, value)
        over(
            tx,
            messages.withdraw_address(tx, holders, value, "marketing", "suppressed", now),
            setting,
            now,
            is_live=False,
        )
        touched(tx, holders, "reach:", setting, now)
    return set(fresh)


def _undo(tx: Tx, job: Job, setting: Setting, now: int) -> None:
    """The next slice of people is as before; who has left by it stays gone until they say otherwise."""
    ids = bulk.touched(tx, job)
    if not ids:
        consent.forget_suppressions(tx, job.source)
        compute_again(tx, ["reach:"], journeys.live(tx, setting.live))
        bulk.end(tx, job, "undone", now)
        return
    contacts.lock(tx, ids)
    cause = f"undo of {job.source}"
    there = _known(tx, ids)
    consent.take_back(tx, there, job.source, cause, now)
    paths = contacts.take_back(tx, there, job.change_set, cause, now)
    for i in there:
        paths.setdefault(i, []).append("consent:")
    react(tx, [], paths, journeys.live(tx, setting.live), setting, now, is_bulk=True)
    bulk.advance(tx, job, max(ids), seen=0, changed=())
