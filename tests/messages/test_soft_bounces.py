"""An address is given up after five soft bounces over two weeks with no success between, and not sooner."""

from __future__ import annotations

import itertools

import pytest

from tests.makers import DAY, Scene
from tests.support.emptied import Both
from tests.support.stores import KINDS
from tidings import flow
from tidings.channels import Failed, Report, Result, Sent, Why, service as channels
from tidings.messages import ledger

TEMPLATE = "template: code\nchannel: email\nclass: transactional\nsubject: Code\ntext: '1234'\n"
JOURNEY = "journey: j\ntriggers: [{event: A}]\nreentry: {after_exit: 0d}\nsteps: {s: {send: {channel: email, template: code}, next: end}}"
_numbers = itertools.count(1)


class Post:
    """One person, who is written to again and again."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        scene.publish(TEMPLATE)
        scene.publish(JOURNEY)
        scene.identify("ada", email="ada@example.com")
        self.account = scene.read(lambda tx: channels.find(tx, "mail"))
        self.lane = ledger.Lane(account_id=self.account.id, is_quiet=False, has_reports=True)

    def send(self) -> int | None:
        """A message that is handed over; None when policy lets none go."""
        scene = self.scene
        scene.track("ada", "A")
        scene.walk()
        claimed = scene.write(lambda tx: ledger.claim(tx, self.lane, 7, scene.now, limit=1))
        leaving = scene.write(lambda tx: flow.depart(tx, list(claimed), self.lane, 7, scene.setting, scene.now))
        if not leaving:
            return None
        (message_id,) = claimed
        scene.write(lambda tx: ledger.mark(tx, [message_id], 7))
        return int(message_id)

    def settle(self, result: Result) -> None:
        scene = self.scene
        scene.write(lambda tx: flow.mark(tx, [result], [], self.lane, 7, scene.setting, scene.now))
        scene.walk()

    def told(self, message_id: int, status: str, why: Why | None) -> None:
        scene, number = self.scene, next(_numbers)
        key = scene.one("select key from message where id = :id", id=message_id)
        report = Report(dedup=f"r{number}", status=status, at=scene.now, message_key=key, why=why)  # type: ignore[arg-type]
        scene.write(lambda tx: flow.heard(tx, self.account, [report], {}, scene.setting, scene.now))

    def bounces(self, days: float) -> None:
        """A message that comes back softly; then time passes."""
        message_id = self.send()
        assert message_id is not None
        self.settle(Sent(id=message_id))
        self.told(message_id, "bounced", Why.RECIPIENT_TEMPORARY)
        self.scene.clock.advance(int(days * DAY))

    def given_up(self) -> bool:
        found: list[str] = self.scene.all("select reason from suppression")
        assert found in ([], ["soft_bounces"])
        return bool(found)


@pytest.fixture(params=KINDS)
def post(both: Both, request: pytest.FixtureRequest) -> Post:
    return Post(both.scene(request.param))


def test_five_over_two_weeks_are_enough(post: Post) -> None:
    for _ in range(4):
        post.bounces(3.5)
        assert not post.given_up()

    post.bounces(0)

    assert post.given_up()
    assert post.send() is None


def test_five_within_a_holiday_are_not(post: Post) -> None:
    for _ in range(7):
        post.bounces(2)

    assert not post.given_up()


def test_four_over_a_year_are_not(post: Post) -> None:
    for _ in range(4):
        post.bounces(90)

    assert not post.given_up()


@pytest.mark.parametrize("how", ["delivered", "silence"])
def test_a_success_between_begins_anew(post: Post, how: str) -> None:
    for _ in range(4):
        post.bounces(4)
    message_id = post.send()
    assert message_id is not None
    post.settle(Sent(id=message_id))
    if how == "delivered":
        post.told(message_id, "delivered", None)
    post.scene.clock.advance(6 * DAY)

    for _ in range(4):
        post.bounces(4)
    assert not post.given_up()
    post.bounces(0)

    assert post.given_up()


def test_servers_that_refuse_at_once_count_as_those_that_send_it_back(post: Post) -> None:
    for _ in range(4):
        post.bounces(4)
    message_id = post.send()
    assert message_id is not None
    for _ in range(9):  # it is tried again, for two days
        post.settle(Failed(id=message_id, why=Why.RECIPIENT_TEMPORARY, code="452", detail="mailbox full"))
        post.scene.clock.advance(DAY)
        claimed = post.scene.write(lambda tx: ledger.claim(tx, post.lane, 7, post.scene.now, limit=1))
        if not claimed:
            break
        post.scene.write(lambda tx: flow.depart(tx, [message_id], post.lane, 7, post.scene.setting, post.scene.now))
        post.scene.write(lambda tx: ledger.mark(tx, [message_id], 7))

    assert post.scene.one("select state from message where id = :id", id=message_id) == "failed"
    assert post.given_up()


def test_blocks_and_doubtful_words_never_give_an_address_up(post: Post) -> None:
    for why in (Why.CONTENT_REFUSED, None) * 4:
        message_id = post.send()
        assert message_id is not None
        post.settle(Sent(id=message_id))
        post.told(message_id, "bounced", why)
        post.scene.clock.advance(5 * DAY)

    assert not post.given_up()
