"""What follows from what happened: who leaves, who was waiting, who starts; and facts go round again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.identity import Same
from tidings.contacts.models import Claim, Update
from tidings.events import service as events
from tidings.events.models import Happened
from tidings.flow.following import NEW, compute_again, follow, follow_silently, paths_of
from tidings.flow.setting import Setting
from tidings.journeys import enrolments, service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Ended
from tidings.runtime.database import Tx
from tidings.segments import service as segments

MAX_DEPTH = 8
"""Facts made by facts go round so often; a chain that is longer ends with a stored decision (CORRECTNESS 14)."""


def react(
    tx: Tx,
    happened: list[Happened],
    changed: dict[int, list[str]],
    live: journeys.Live,
    setting: Setting,
    now: int,
    *,
    is_bulk: bool = False,
) -> None:
    """Who is in which segment now, who leaves, who was waiting for this, who starts; then the facts of that go round again. What comes
    in bulk starts no journey."""
    if live.is_empty:
        return
    turned = follow(tx, happened, changed, live, now, is_bulk=is_bulk)
    if not live.has_journeys:
        return
    changed = paths_of(turned, changed)
    ended, withdrawn = journeys.end(tx, happened, changed, now, live)
    depths = {one.contact_id: one.depth for one in sorted(happened, key=lambda one: one.depth)}
    ended = [msgspec.structs.replace(fact, depth=depths.get(fact.contact_id, 0)) for fact in ended]
    over(tx, withdrawn, setting, now, is_live=not is_bulk, depth=max(depths.values(), default=0))
    journeys.follow(tx, changed, now, live)
    journeys.wake(tx, happened, now, live)
    entered = journeys.enrol(tx, happened, now, live)
    announce(tx, [*turned, *ended, *entered], live, setting, now)


QUIET = frozenset({"skipped", "cancelled", "expired", "uncertain"})
"""Ends of messages that are no facts of their own; segments may ask about them all the same."""


def over(tx: Tx, ended: Sequence[Ended], setting: Setting, now: int, *, is_live: bool = True, depth: int = 0) -> None:
    """Messages came to their end: journeys go on, and segments that ask what became of messages follow."""
    journeys.resume(tx, ended, now)
    quiet = [one for one in ended if one.outcome in QUIET]
    live = journeys.live(tx, setting.live) if quiet else None
    if live is None or not live.segments.minds_messages:
        return
    people = contacts.survivors(tx, [one.contact_id for one in quiet])
    facts = [
        Happened(
            key=key,
            contact_id=people[one.contact_id],
            name=f"message.{one.outcome}",
            at=now,
            is_live=is_live,
            depth=depth,
        )
        for key, one in enumerate(quiet)
        if one.contact_id in people
    ]
    announce(tx, facts, live, setting, now)


def settle(tx: Tx, ids: Iterable[int], live: journeys.Live, setting: Setting, now: int) -> None:
    """What time alone has changed of these people by now is applied before anything else of them is looked at."""
    segments.settle(tx, live.segments, ids, now, lambda turns: _passed(tx, turns, live, setting, now))


AT_ONCE = {"sqlite": 300, "postgres": 1_000}
"""People whom time moves in one unit: some 20 ms for SQLite's one writer; on Postgres plans and round trips cost more than rows."""


def pass_time(tx: Tx, setting: Setting, now: int) -> bool:
    """Memberships that time alone changes by now, the earliest first. False when nothing is due."""
    live = journeys.live(tx, setting.live)
    turns = segments.pass_time(tx, live.segments, now, limit=AT_ONCE[tx.dialect.name])
    if turns is None:
        return False
    _passed(tx, turns, live, setting, now)
    return True


def _passed(tx: Tx, turns: Sequence[segments.Turn], live: journeys.Live, setting: Setting, now: int) -> None:
    turned = segments.facts(turns)
    if turned and live.has_journeys:
        ended, withdrawn = journeys.end(tx, [], paths_of(turned, {}), now, live)
        over(tx, withdrawn, setting, now)
        announce(tx, [*turned, *ended], live, setting, now)


def announce(tx: Tx, facts: Sequence[Happened], live: journeys.Live, setting: Setting, now: int) -> None:
    """Facts of ours react like events; only those that somebody mentions, and not for ever."""
    told = [fact for fact in facts if live.mentions(fact.name)]
    _stop_chains(tx, [fact for fact in told if fact.depth >= MAX_DEPTH], live, now)
    shallow = [fact for fact in told if fact.depth < MAX_DEPTH]
    if shallow:
        renumbered = [msgspec.structs.replace(fact, key=key, depth=fact.depth + 1) for key, fact in enumerate(shallow)]
        react(tx, renumbered, {}, live, setting, now)


def _stop_chains(tx: Tx, deep: Sequence[Happened], live: journeys.Live, now: int) -> None:
    """A chain of journeys that start each other ends: it is written down, the journeys rest, somebody is told."""
    if not deep:
        return
    told = [
        {
            "contact_id": fact.contact_id,
            "kind": "chain",
            "subject_id": 0,
            "outcome": "stopped",
            "reason": "too_deep",
            "evidence": {"fact": fact.name},
        }
        for fact in deep
    ]
    messages.decided(tx, told, now)
    looping = {j.name for fact in deep for j, _ in live.triggers.get(fact.name, ()) if j.state == "active"}
    looping |= {j.name for fact in deep for j in live.goals.get(fact.name, ()) if j.state == "active"}
    for name in sorted(looping):
        if journeys.find(tx, name).state == "active":
            journeys.pause(tx, name, now)
            words = f"Journey {name} is part of a chain of journeys that start each other; it is paused."
            messages.alert(tx, "loop", name, words, now)


def granted(tx: Tx, grants: Sequence[Grant], setting: Setting, now: int) -> dict[int, list[str]]:
    """Consent changes; a withdrawal cancels in the same transaction what has not reached committing (P6). Contact -> what
    changed of them, for the exits that ask for it."""
    consent.record(tx, grants, now)
    withdrawn: dict[tuple[str, str], list[int]] = {}
    for grant in grants:
        if grant.state == "unsubscribed":
            withdrawn.setdefault((grant.channel, grant.topic), []).append(grant.contact_id)
    for (channel, topic), people in sorted(withdrawn.items()):
        over(tx, messages.withdraw_topic(tx, people, channel, topic, "unsubscribed", now), setting, now)
    return {grant.contact_id: ["consent:"] for grant in grants}


def merge(tx: Tx, same: Same, setting: Setting, now: int, *, cause: str) -> None:
    """Two contacts are one person: every room follows, the stricter consent wins, unsent duplicates are cancelled."""
    contacts.merge(tx, same, now, cause)
    segments.merge(tx, same.winner, same.loser, now)
    events.merge(tx, same.winner, same.loser)
    consent.merge(tx, same.winner, same.loser, now)
    over(tx, journeys.merge(tx, same.winner, same.loser, now), setting, now, is_live=False)
    over(tx, messages.move_unsent(tx, same.winner, same.loser, now), setting, now, is_live=False)
    follow_silently(tx, [same.winner], journeys.live(tx, setting.live), now, cause="merge")


def known(tx: Tx, wanted: Claim, setting: Setting, now: int, *, cause: str) -> int:
    """The contact of some identifiers, found or made; two that turn out to be one are merged first."""
    while True:
        settled = contacts.resolve(tx, [wanted], now)
        if settled.same is None:
            if settled.made:
                react(tx, [], {i: [NEW] for i in settled.made}, journeys.live(tx, setting.live), setting, now)
            return settled.contacts[0]
        merge(tx, settled.same, setting, now, cause=cause)


def touched(tx: Tx, ids: Iterable[int], path: str, setting: Setting, now: int) -> None:
    """Something changed of people that is no attribute of theirs: whether they can be reached, for instance."""
    changed = {contact_id: [path] for contact_id in ids}
    if changed:
        react(tx, [], changed, journeys.live(tx, setting.live), setting, now)


def delete_list(tx: Tx, name: str, setting: Setting, *, is_sure: bool) -> None:
    """A list is gone; who was on it stays."""
    contacts.delete_list(tx, name, is_sure=is_sure)
    compute_again(tx, [f"list:{name}"], journeys.live(tx, setting.live))


FEW = 500
"""Members of a company who follow what changed of it at once; more are asked again slice by slice."""


def company_changed(tx: Tx, company_id: int, setting: Setting, now: int) -> None:
    """Something changed of a company, and so of everybody who belongs to it."""
    live = journeys.live(tx, setting.live)
    if not live.segments.minding_root("company:") and not live.minds_changes:
        return
    people = contacts.members_of(tx, company_id, most=FEW + 1)
    if len(people) > FEW:
        compute_again(tx, ["company:"], live)
    else:
        contacts.lock(tx, people)
        react(tx, [], {i: ["company:"] for i in people}, live, setting, now)


def save_company(tx: Tx, key: str, attributes: dict[str, Any], setting: Setting, now: int) -> int:
    """What is known of a company, by hand or by the API. Its number."""
    company_id = contacts.save_company(tx, key, attributes, now)
    company_changed(tx, company_id, setting, now)
    return company_id


def changed(tx: Tx, updates: Sequence[Update], setting: Setting, now: int, *, cause: str) -> None:
    """Somebody writes to contacts by hand or by the API; exits that this fulfils happen at once."""
    contacts.lock(tx, {update.contact_id for update in updates})
    paths = contacts.update(tx, updates, now, cause)
    react(tx, [], paths, journeys.live(tx, setting.live), setting, now)


def enrol(tx: Tx, name: str, ids: Sequence[int], properties: dict[str, Any], setting: Setting, now: int) -> int:
    """People enter a journey by hand or by the API, at once. How many did."""
    live = journeys.live(tx, setting.live)
    entered = enrolments.directly(tx, name, ids, properties, now, live)
    announce(tx, entered, live, setting, now)
    return len(entered)


def listed(
    tx: Tx, name: str, ids: Sequence[int], setting: Setting, now: int, *, is_joining: bool, actor: str
) -> list[int]:
    """People join or leave a list by hand or by the API: a fact that may start, wake and end. Who moved."""
    contacts.lock(tx, ids)
    moved = (contacts.join if is_joining else contacts.leave)(tx, name, ids, source=actor, now=now)
    fact = "list.joined" if is_joining else "list.left"
    properties = msgspec.json.encode({"list": name}).decode()
    happened = [
        Happened(key=key, contact_id=contact_id, name=fact, at=now, properties=properties)
        for key, contact_id in enumerate(moved)
    ]
    react(tx, happened, {i: [f"list:{name}"] for i in moved}, journeys.live(tx, setting.live), setting, now)
    return moved


def employed(tx: Tx, company_id: int, contact_id: int, setting: Setting, now: int, *, is_joining: bool) -> None:
    """Somebody belongs to a company from now on, or does not any more; exits that ask for it happen at once."""
    company, who = contacts.get_company(tx, company_id), contacts.get(tx, contact_id).id
    contacts.lock(tx, [who])
    if is_joining:
        contacts.join_company(tx, who, company.key, {}, now)
    elif not contacts.leave_company(tx, who, company.id):
        return
    react(tx, [], {who: [f"company:{company.key}"]}, journeys.live(tx, setting.live), setting, now)


def release(tx: Tx, contact_ids: Sequence[int], setting: Setting, now: int) -> None:
    """Whoever waited for their own yes enters now, if everything else is true of them."""
    if not contact_ids:
        return
    live = journeys.live(tx, setting.live)
    entered = journeys.release(tx, contact_ids, now, live)
    if entered:
        react(tx, [msgspec.structs.replace(fact, key=key) for key, fact in enumerate(entered)], {}, live, setting, now)
