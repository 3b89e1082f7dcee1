"""Files are brought in, slice by slice: nothing that they bring starts a journey, wakes anybody, or takes a withdrawal back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.models import Claim, Update
from tidings.events import service as events
from tidings.flow.following import compute_again, follow_silently
from tidings.flow.reactions import over
from tidings.flow.setting import Setting
from tidings.imports import service as imports
from tidings.imports.mapping import Person, Refused, person, types_of
from tidings.imports.reading import Row
from tidings.imports.service import Job
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.database import Tx
from tidings.runtime.ids import iso
from tidings.segments import service as segments


class Understood(Struct, frozen=True, kw_only=True):
    """Rows of one slice: number in the file -> what it says, and those that are not taken with their reason."""

    people: dict[int, Person]
    refused: list[dict[str, Any]]


def understood(job: Job, rows: Sequence[Row], first: int) -> Understood:
    """What each row says."""
    targets, options = job.targets, job.chosen
    types = types_of(list(rows), list(targets))
    people, refused = dict[int, Person](), list[dict[str, Any]]()
    for number, row in enumerate(rows, first + 1):
        try:
            people[number] = person(row, targets, options, types, job.kind)
        except Refused as error:
            refused.append({"number": number, "reason": str(error), "row": row})
    return Understood(people=people, refused=refused)


def advance_import(tx: Tx, setting: Setting, now: int) -> bool:
    """The next slice of whatever import goes on; where none does, what is old is forgotten. False when nothing is left to do."""
    job = imports.working(tx)
    if job is None:
        return imports.tidy(tx, now)
    if job.state == "rolling_back":
        _take_back(tx, job, setting, now)
        return True
    chunk = imports.next_chunk(tx, job)
    if chunk is None:
        imports.end(tx, job, "done", now)
        return True
    rows = chunk.decoded
    known = understood(job, rows, chunk.first_row)
    refused = list(known.refused)
    taken = _settled(tx, known.people, rows, chunk.first_row, refused, now)
    write = _suppress if job.kind == "suppressions" else _write
    changed = write(tx, job, known.people, taken.of, setting, now)
    new = {contact_id for contact_id, is_made in taken.made.items() if is_made}
    follow_silently(tx, taken.of.values(), journeys.live(tx, setting.live), now, cause="import")
    imports.touch(tx, job, {contact_id: contact_id in new for contact_id in changed | new})
    imports.advance(
        tx,
        job,
        chunk.first_row + len(rows),
        refused,
        made=len(new),
        changed=len(changed - new),
        unchanged=len(set(taken.of.values()) - changed - new),
    )
    return True


class _Taken(Struct):
    of: dict[int, int]
    """Row -> its contact."""
    made: dict[int, bool]
    """Contact -> whether it was made just now."""


def _settled(
    tx: Tx, people: dict[int, Person], rows: Sequence[Row], first: int, refused: list[dict[str, Any]], now: int
) -> _Taken:
    """Who each row is about. Two people whom we know are never made one by a file: such a row is refused."""
    newest: int = tx.new_ids("contact", 1)[0]  # ids that follow are of people made here
    left, of = list(people.items()), dict[int, int]()
    while left:
        settled = contacts.resolve(tx, [Claim(keys=one.keys) for _, one in left], now)
        done = len(settled.contacts)
        of |= {number: i for (number, _), i in zip(left, settled.contacts, strict=False)}
        if settled.same is not None:
            number = left[done][0]
            words = f"Its identifiers belong to two contacts, {settled.same.winner} and {settled.same.loser}. Join them first."
            refused.append({"number": number, "reason": words, "row": rows[number - first - 1]})
            done += 1
        left = left[done:]
    return _Taken(of, {i: i > newest for i in of.values()})


def _write(tx: Tx, job: Job, people: dict[int, Person], of: dict[int, int], setting: Setting, now: int) -> set[int]:
    """Attributes, tags, lists, companies, consent and events of a slice. Who changed by it."""
    cause, changed = f"import:{job.id}", set[int]()
    updates, joins, lines, grants = list[Update](), dict[str, list[int]](), list[events.Line](), list[Grant]()
    suppress: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for number, contact_id in of.items():
        one = people[number]
        updates.append(Update(contact_id=contact_id, attributes=one.attributes, add_tags=one.tags))
        for name in one.lists:
            joins.setdefault(name, []).append(contact_id)
        if one.company:
            contacts.join_company(tx, contact_id, one.company, {}, now)
        if one.suppress is not None and (address := one.attributes.get("email")):
            suppress.setdefault(one.suppress, []).append(("email", str(address)))
        if one.event:
            lines.append(_line(job, number, one, contact_id, now))
        grants += _grant(job, one, contact_id)
    changed |= set(contacts.update(tx, updates, now, cause, change_set=job.id))
    for title, ids in sorted(joins.items()):
        changed |= set(
            contacts.join(tx, contacts.list_titled(tx, title, now), ids, source=cause, now=now, change_set=job.id)
        )
    changed |= _consent(tx, grants, setting, now)
    for (scope, reason), addresses in sorted(suppress.items()):
        _never(tx, job, addresses, scope, reason, setting, now)
    events.record(tx, lines)
    return changed | {line.contact_id for line in lines}


def _line(job: Job, number: int, one: Person, contact_id: int, now: int) -> events.Line:
    return events.Line(
        contact_id=contact_id,
        name=one.event,
        at=min(one.at, now) if one.at is not None else now,
        received_at=now,
        kind="import",
        message_id=f"import:{job.id}:{number}",
        properties=msgspec.Raw(msgspec.json.encode(one.properties)),
        context=msgspec.Raw(b"{}"),
    )


def _grant(job: Job, one: Person, contact_id: int) -> list[Grant]:
    if one.consent is None:
        return []
    options = job.chosen
    return [
        Grant(
            contact_id=contact_id,
            channel=options.channel,
            topic=options.topic,
            state=one.consent.state,
            basis="express" if one.consent.state == "subscribed" else "",
            method="import",
            source=f"import {job.id}: {job.name}",
            wording=one.consent.wording + (f" ({iso(one.consent.at)})" if one.consent.at else ""),
            ip=one.consent.ip,
            actor=job.actor,
        )
    ]


def _consent(tx: Tx, grants: Sequence[Grant], setting: Setting, now: int) -> set[int]:
    """Consent that is proved; whoever has left stays gone, whatever a file says."""
    stand = consent.standing(tx, {grant.contact_id for grant in grants}) if grants else {}
    fresh = list[Grant]()
    for grant in grants:
        mine = {row.topic: row.state for row in stand.get(grant.contact_id, []) if row.channel == grant.channel}
        left = mine.get("") == "unsubscribed" or mine.get(grant.topic) == "unsubscribed"
        if mine.get(grant.topic) != grant.state and not (grant.state == "subscribed" and left):
            fresh.append(grant)
    consent.record(tx, fresh, now)
    gone: dict[tuple[str, str], list[int]] = {}
    for grant in fresh:
        if grant.state == "unsubscribed":
            gone.setdefault((grant.channel, grant.topic), []).append(grant.contact_id)
    for (channel, topic), people in gone.items():
        over(tx, messages.withdraw_topic(tx, people, channel, topic, "unsubscribed", now), setting, now, is_live=False)
    return {grant.contact_id for grant in fresh}


def _suppress(tx: Tx, job: Job, people: dict[int, Person], of: dict[int, int], setting: Setting, now: int) -> set[int]:
    """A file of addresses that are not to be written to: what it does not say of a reason counts as said by hand."""
    wanted: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for number in of:
        one = people[number]
        found = [(kind, value) for kind, value in one.keys if kind in ("email", "phone")]
        wanted.setdefault(one.suppress or ("marketing", "imported"), []).extend(found)
    for (scope, reason), addresses in sorted(wanted.items()):
        _never(tx, job, addresses, scope, reason, setting, now)
    return set(of.values())


def _never(
    tx: Tx, job: Job, addresses: Sequence[tuple[str, str]], scope: str, reason: str, setting: Setting, now: int
) -> None:
    """What is on the list already keeps its reason and outlives a roll back; it is only made wider, and stays so."""
    there = consent.suppressed(tx, addresses) if addresses else {}
    fresh = [address for address in addresses if address not in there]
    wider = [address for address in addresses if address in there and scope == "all" != there[address].scope]
    consent.suppress(tx, fresh, scope=scope, reason=reason, source=f"import {job.id}", now=now)
    for address in wider:
        was = there[address]
        consent.suppress(tx, [address], scope=scope, reason=was.reason, source=was.source, now=now)
    for kind, value in addresses:
        holders = contacts.holders(tx, kind, value)
        over(tx, messages.withdraw_address(tx, holders, value, scope, "suppressed", now), setting, now, is_live=False)
        follow_silently(tx, holders, journeys.live(tx, setting.live), now, cause="import")


def _take_back(tx: Tx, job: Job, setting: Setting, now: int) -> None:
    """The next slice of people is as before; those whom only the import made, and who did nothing since, are gone."""
    some = imports.touched(tx, job.id)
    if not some:
        consent.forget_suppressions(tx, f"import {job.id}")
        compute_again(tx, ["reach:"], journeys.live(tx, setting.live))
        imports.end(tx, job, "rolled_back", now)
        return
    ids = [one.contact_id for one in some]
    contacts.lock(tx, ids)
    cause = f"roll back of import {job.id}"
    events.forget(tx, ids, f"import:{job.id}:")
    gone = set(_idle(tx, job, [one.contact_id for one in some if one.is_made]))
    consent.forget_people(tx, gone)
    contacts.forget(tx, gone)
    segments.forget(tx, sorted(gone))
    staying = [contact_id for contact_id in ids if contact_id not in gone]
    consent.take_back(tx, staying, f"import {job.id}: {job.name}", cause, now)
    contacts.take_back(tx, staying, job.id, cause, now)
    follow_silently(tx, staying, journeys.live(tx, setting.live), now, cause="roll back")
    imports.untouch(tx, job.id, ids)


def _idle(tx: Tx, job: Job, made: Sequence[int]) -> list[int]:
    """Who of those it made did nothing, and of whom nothing else is known."""
    left = contacts.untouched(tx, made, job.id)
    busy = {*events.busy(tx, left), *messages.busy(tx, left), *journeys.busy(tx, left)}
    busy |= consent.spoken(tx, left, f"import {job.id}: {job.name}")
    return [contact_id for contact_id in left if contact_id not in busy]
