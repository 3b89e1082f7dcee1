"""After an answered unsubscribe nothing of that channel and topic is committed: 100,000 races, half on each database (P6)."""

from __future__ import annotations

import random
import threading

import pytest

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.messages import ledger, service as messages
from tidings.messages.models import Asked
from tidings.runtime.sql import Statement

RACES = 50_000
FORCED = 2_000
"""Races in which the withdrawal comes exactly between the decision and the mark."""
BATCH = 100
PEOPLE = Statement(
    "people",
    "insert into contact (id, share, attributes, created_at, changed_at) "
    "select value, value, {{json nothing}}, 0, 0 from {{ids ids}} r where 1 = 1",
)
ADDRESSES = Statement(
    "addresses",
    "insert into address (contact_id, kind, value, created_at) "
    "select value, 'email', 'u' || cast(value as text) || '@example.com', 0 from {{ids ids}} r where 1 = 1",
)


def fill(scene: Scene, count: int = RACES) -> None:
    for first in range(1, count + 1, 2_000):
        ids = list(range(first, min(first + 2_000, count + 1)))

        def unit(tx: object, ids: list[int] = ids) -> None:
            tx.run(PEOPLE, ids=ids, nothing={})  # type: ignore[attr-defined]
            tx.run(ADDRESSES, ids=ids)  # type: ignore[attr-defined]
            grants = [Grant(contact_id=i, channel="email", topic="news", state="subscribed") for i in ids]
            consent.record(tx, grants, scene.now)  # type: ignore[arg-type]
            asked = [
                Asked(contact_id=i, source="campaign", source_id=1, channel="email", topic="news", due_at=scene.now)
                for i in ids
            ]
            messages.ask(tx, asked, scene.now, scene.setting.ledger)  # type: ignore[arg-type]

        scene.write(unit)
    scene.write(lambda tx: tx.run(Statement("analyze", "analyze")))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_nothing_is_committed_after_an_answered_unsubscribe(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    fill(scene)
    lane = ledger.Lane(account_id=scene.one("select id from account where name = 'mail'"), is_quiet=False)
    answered, problems = set[int](), list[str]()
    committed, refused = 0, 0
    order = list(range(1, RACES + 1))
    random.Random(7).shuffle(order)

    def leave() -> None:
        for first in range(0, RACES, BATCH):
            some = order[first : first + BATCH]
            grants = [Grant(contact_id=i, channel="email", topic="news", state="unsubscribed") for i in some]
            scene.write(lambda tx, grants=grants: flow.consented(tx, grants, scene.setting, scene.now))
            answered.update(some)

    def send() -> None:
        nonlocal committed, refused
        while ids := list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=BATCH))):
            leaving = scene.write(lambda tx, ids=ids: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
            people = {one.message.id: one.message.contact_id for one in leaving}
            before = {message_id for message_id, contact_id in people.items() if contact_id in answered}
            going = sorted(people)
            allowed = scene.write(
                lambda tx, going=going: flow.mark(tx, [], going, lane, 7, scene.setting, scene.now)
            ).allowed
            problems.extend(f"message {one} went out after the answer" for one in allowed & before)
            committed, refused = committed + len(allowed), refused + len(ids) - len(allowed)

    threads = [threading.Thread(target=work) for work in (leave, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert len(answered) == RACES and 0 < committed < RACES
    kept = scene.one("select count(*) from message where state in ('queued', 'deferred', 'sending', 'held')")
    assert kept == 0
    assert scene.one("select count(*) from message where state = 'committing'") == committed
    assert scene.one("select count(*) from message where state in ('cancelled', 'skipped')") == RACES - committed


@pytest.mark.parametrize("kind", stores.KINDS)
def test_whoever_leaves_between_the_decision_and_the_mark_gets_nothing(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    fill(scene, FORCED)
    lane = ledger.Lane(account_id=scene.one("select id from account where name = 'mail'"), is_quiet=False)
    committed, leaving_people = set[int](), set[int]()

    while ids := list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=BATCH))):
        leaving = scene.write(lambda tx, ids=ids: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
        people = {one.message.id: one.message.contact_id for one in leaving}
        gone = [contact_id for contact_id in people.values() if contact_id % 2]
        grants = [Grant(contact_id=i, channel="email", topic="news", state="unsubscribed") for i in gone]
        scene.write(lambda tx, grants=grants: flow.consented(tx, grants, scene.setting, scene.now))
        going = sorted(people)
        allowed = scene.write(
            lambda tx, going=going: flow.mark(tx, [], going, lane, 7, scene.setting, scene.now)
        ).allowed
        committed |= {people[one] for one in allowed}
        leaving_people |= set(gone)

    assert len(leaving_people) == FORCED // 2 == len(committed)
    assert not committed & leaving_people
