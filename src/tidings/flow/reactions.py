"""What follows from what happened: who leaves, who was waiting, who starts; and facts go round again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.identity import Same
from tidings.contacts.models import Claim, Update
from tidings.events import service as events
from tidings.events.models import Happened
from tidings.flow.setting import Setting
from tidings.journeys import enrolments, service as journeys
from tidings.messages import service as messages
from tidings.runtime.database import Tx

MAX_DEPTH = 8
"""Facts made by facts go round so often; a chain that is longer ends with a stored decision (CORRECTNESS 14)."""


def react(
    tx: Tx, happened: list[Happened], changed: dict[int, list[str]], live: journeys.Live, setting: Setting, now: int
) -> None:
    """Who leaves now, who was waiting for this, who starts; then the facts of that go round again."""
    if not live.is_empty:
        ended, withdrawn = journeys.end(tx, happened, changed, now, live)
        depths = {one.contact_id: one.depth for one in sorted(happened, key=lambda one: one.depth)}
        ended = [msgspec.structs.replace(fact, depth=depths.get(fact.contact_id, 0)) for fact in ended]
        journeys.resume(tx, withdrawn, now)
        journeys.follow(tx, changed, now, live)
        journeys.wake(tx, happened, now, live)
        entered = journeys.enrol(tx, happened, now, live)
        announce(tx, [*ended, *entered], live, setting, now)


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


def granted(tx: Tx, grants: Sequence[Grant], now: int) -> dict[int, list[str]]:
    """Consent changes; a withdrawal cancels in the same transaction what has not reached committing (P6). Contact -> what
    changed of them, for the exits that ask for it."""
    consent.record(tx, grants, now)
    withdrawn: dict[tuple[str, str], list[int]] = {}
    for grant in grants:
        if grant.state == "unsubscribed":
            withdrawn.setdefault((grant.channel, grant.topic), []).append(grant.contact_id)
    for (channel, topic), people in sorted(withdrawn.items()):
        journeys.resume(tx, messages.withdraw_topic(tx, people, channel, topic, "unsubscribed", now), now)
    return {grant.contact_id: ["consent:"] for grant in grants}


def merge(tx: Tx, same: Same, now: int, *, cause: str) -> None:
    """Two contacts are one person: every room follows, the stricter consent wins, unsent duplicates are cancelled."""
    contacts.merge(tx, same, now, cause)
    events.merge(tx, same.winner, same.loser)
    consent.merge(tx, same.winner, same.loser, now)
    journeys.resume(tx, journeys.merge(tx, same.winner, same.loser, now), now)
    journeys.resume(tx, messages.move_unsent(tx, same.winner, same.loser, now), now)


def known(tx: Tx, wanted: Claim, now: int, *, cause: str) -> int:
    """The contact of some identifiers, found or made; two that turn out to be one are merged first."""
    while True:
        settled = contacts.resolve(tx, [wanted], now)
        if settled.same is None:
            return settled.contacts[0]
        merge(tx, settled.same, now, cause=cause)


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
