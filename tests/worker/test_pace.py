"""Pace limits the claim and never rewrites rows; a paced domain delays no other; a dead provider lets its lane rest (CORRECTNESS 27)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.makers import Scene
from tidings.channels import Failed, Sent, Why
from tidings.messages import ledger, service as messages
from tidings.messages.models import Asked
from tidings.runtime.database import Database
from tidings.worker.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker, DomainPace, Pace

LANE = ledger.Lane(account_id=1, is_quiet=False, has_policy=False)


def ask(scene: Scene, domain: str, count: int, *, due_at: int | None = None) -> None:
    for number in range(count):
        contact = scene.identify(f"{domain}-{number}-{due_at}", email=f"p{number}@{domain}")
        asked = Asked(
            contact_id=contact,
            source="api",
            source_id=contact,
            message_class="service",
            channel="email",
            due_at=scene.now if due_at is None else due_at,
        )
        scene.write(lambda tx, asked=asked: messages.ask(tx, [asked], scene.now, scene.setting.ledger))


def test_a_domain_at_its_pace_blocks_no_other(database: Database) -> None:
    scene, pace = Scene(database), DomainPace(2.0)
    ask(scene, "slow.example", 20)
    ask(scene, "other.example", 3, due_at=scene.now + 1)

    claimed = Counter[str]()
    for tick in range(4):  # a quarter of a second each
        room = pace.room(tick * 0.25)
        now = scene.now + 1_000
        found = scene.write(lambda tx, room=room, now=now: ledger.claim(tx, LANE, 7, now, limit=10, room=room))
        pace.take(found.values(), tick * 0.25)
        claimed.update(found.values())

    assert claimed == {"slow.example": 3, "other.example": 3}
    assert scene.one("select count(*) from message where state = 'queued'") == 17
    assert scene.one("select count(distinct due_at) from message") == 2, "pace rewrites no row"


def test_chats_have_no_domain_and_each_has_a_pace_of_its_own(database: Database) -> None:
    scene, pace = Scene(database), DomainPace(1.0)
    for chat in ("7", "7", "8", "9", "", "", ""):
        contact = scene.identify(f"u{scene.one('select count(*) from message')}")
        asked = Asked(
            contact_id=contact,
            source="api",
            source_id=contact,
            message_class="service",
            channel="telegram",
            account="mail",
            address=chat,
            due_at=scene.now,
        )
        scene.write(lambda tx, asked=asked: messages.ask(tx, [asked], scene.now, scene.setting.ledger))

    claimed = list[Counter[str]]()
    for second in (0.0, 0.0, 1.0):
        room = pace.room(second)
        found = scene.write(lambda tx, room=room: ledger.claim(tx, LANE, 7, scene.now, limit=10, room=room))
        pace.take(found.values(), second)
        claimed.append(Counter(found.values()))

    assert claimed[0] == {"7": 1, "8": 1, "9": 1, "": 3}, "one to each chat; who is reached nowhere waits for nobody"
    assert claimed[1:] == [{}, {"7": 1}]


def test_a_domain_fills_up_again_to_one_seconds_worth() -> None:
    pace = DomainPace(5.0)
    pace.take(["a"] * 5, 0.0)

    assert pace.room(0.0).full == ["a"]
    assert pace.room(0.4).left["a"] == 2
    assert pace.room(100.0).left.get("a", 5) == 5


def test_a_domain_below_one_a_second_gets_its_one() -> None:
    pace = DomainPace(0.1)

    assert pace.room(0.0).fresh == 1
    pace.take(["a"], 0.0)
    assert pace.room(9.0).full == ["a"]
    assert pace.room(10.0).full == []


def test_an_account_is_never_faster_than_its_pace() -> None:
    pace = Pace(10.0)

    delays = [pace.delay(0.0) for _ in range(5)]

    assert delays == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert Pace(None).delay(0.0) == 0.0


def down(number: int) -> Failed:
    return Failed(id=number, why=Why.PROVIDER_DOWN)


def test_the_breaker_opens_after_failures_in_a_row_and_rests_longer_each_time() -> None:
    breaker, now, rests = Breaker(), 0.0, list[float]()

    assert not any(breaker.note([down(i)], now) for i in range(FAILURES - 1))
    for _ in range(8):
        assert breaker.note([down(9)], now)
        rests.append(breaker.rests(now))
        now = breaker.opens_until

    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST


def test_a_success_between_closes_it_and_a_single_mailbox_never_opens_it() -> None:
    breaker = Breaker()
    for number in range(3 * FAILURES):
        assert not breaker.note([down(number) if number % 2 else Sent(id=number)], 0.0)
        assert not breaker.note([Failed(id=number, why=Why.RECIPIENT_TEMPORARY)], 0.0)


def test_a_provider_that_says_slow_down_is_heard_at_once() -> None:
    breaker = Breaker()

    assert breaker.note([Failed(id=1, why=Why.RATE_LIMITED, retry_after=40)], 0.0)
    assert breaker.rests(0.0) == 40


def test_a_provider_that_never_answers_rests_before_a_whole_queue_is_in_doubt() -> None:
    doubts = [Failed(id=number, why=Why.UNKNOWN) for number in range(FAILURES)]

    assert [Breaker(is_doubt_costly=costly).note(doubts, 0.0) for costly in (True, False)] == [True, False]
