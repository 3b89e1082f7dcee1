"""Waits until a date of the person or of the trigger: they move with the date, and what is past has its own exit (PRODUCT 4)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.makers import DAY, HOUR, Scene
from tidings import flow
from tidings.channels import Sent
from tidings.journeys import service as journeys
from tidings.messages import ledger
from tidings.runtime.database import Database

JOURNEY = """
journey: renewal
triggers: [{event: Subscribed}]
steps:
  before: {wait: {until: {attribute: contract.renews_on, offset: -3d}}, next: told, on_past: late}
  told: {update: {add_tags: [told]}, next: end}
  late: {update: {add_tags: [late]}, next: end}
"""
START = 1_767_600_000_000


def day(days: int) -> str:
    return dt.datetime.fromtimestamp((START + days * DAY) / 1_000, dt.UTC).date().isoformat()


@pytest.fixture
def scene(database: Database) -> Scene:
    found = Scene(database)
    found.publish(JOURNEY)
    found.identify("ada", contract={"renews_on": day(10), "kind": "gold"})
    found.track("ada", "Subscribed")
    found.walk()
    return found


def tags(scene: Scene) -> list[str]:
    return scene.all("select name from tag")


def at(scene: Scene, days: float) -> None:
    scene.clock.set(START + int(days * DAY))
    scene.walk()


def test_it_waits_until_so_long_before_the_date(scene: Scene) -> None:
    at(scene, 6)
    assert tags(scene) == []

    at(scene, 7.5)

    assert tags(scene) == ["told"]


def test_a_date_that_moves_away_takes_the_wait_with_it(scene: Scene) -> None:
    at(scene, 2)
    scene.identify("ada", contract={"renews_on": day(20)})
    scene.walk()

    at(scene, 8)
    assert tags(scene) == [], "the first date no longer counts"
    at(scene, 17.5)
    assert tags(scene) == ["told"]


def test_a_date_that_comes_nearer_is_met(scene: Scene) -> None:
    at(scene, 2)
    scene.identify("ada", contract={"renews_on": day(6)})
    scene.walk()

    at(scene, 3.5)

    assert tags(scene) == ["told"]


@pytest.mark.parametrize("renews_on", [day(3), None, "some day"])
def test_a_date_that_is_past_or_gone_leaves_by_its_own_exit(scene: Scene, renews_on: str | None) -> None:
    at(scene, 2)
    scene.identify("ada", contract={"renews_on": renews_on})
    scene.walk()

    assert tags(scene) == ["late"]


def test_other_attributes_move_nobody(scene: Scene) -> None:
    before = scene.one("select due_at from token")

    scene.identify("ada", plan="pro")
    scene.identify("bob", contract={"renews_on": day(1)})

    assert scene.one("select due_at from token") == before


def test_a_date_that_moves_during_a_pause_of_the_journey_counts_after_it(scene: Scene) -> None:

    scene.write(lambda tx: journeys.pause(tx, "renewal", scene.now))
    scene.identify("ada", contract={"renews_on": day(30)})
    scene.walk()
    at(scene, 9)
    scene.write(lambda tx: journeys.unpause(tx, "renewal", scene.now))

    at(scene, 9.1)
    assert tags(scene) == []
    at(scene, 27.5)
    assert tags(scene) == ["told"]


def test_people_inside_an_archived_journey_still_move(scene: Scene) -> None:

    scene.write(lambda tx: journeys.archive(tx, "renewal", scene.now))
    scene.identify("ada", contract={"renews_on": day(20)})
    scene.walk()

    at(scene, 8)
    assert tags(scene) == []
    at(scene, 17 + 2 * HOUR / DAY + 0.5)
    assert tags(scene) == ["told"]


REMINDER = """
journey: reminder
triggers: [{event: Booked}]
steps:
  before: {wait: {until: {property: slot, offset: -2h}}, next: told}
  told: {send: {channel: email, template: told}, next: pause}
  pause: {wait: {for: 3h}, next: after}
  after: {send: {channel: email, template: told}, next: end}
"""
TOLD = "template: told\nchannel: email\nclass: transactional\nsubject: Soon\ntext: Soon\n"


def leave(scene: Scene) -> None:
    """What is claimed now is decided about, and sent where it may."""
    lane = ledger.Lane(account_id=1, is_quiet=False)
    ids = scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=100))
    going = scene.write(lambda tx: flow.depart(tx, list(ids), lane, 7, scene.setting, scene.now))
    out = [one.message.id for one in going]
    scene.write(lambda tx: flow.mark(tx, [], out, lane, 7, scene.setting, scene.now))
    scene.write(lambda tx: flow.mark(tx, [Sent(id=i) for i in out], [], lane, 7, scene.setting, scene.now))
    scene.walk()


@pytest.mark.parametrize(("late", "state"), [(HOUR, "sent"), (2 * HOUR + 1, "expired")])
def test_a_reminder_is_never_sent_after_what_it_reminds_of(database: Database, late: int, state: str) -> None:
    scene = Scene(database)
    scene.publish(TOLD)
    scene.publish(REMINDER)
    scene.identify("ada", email="ada@example.com")
    scene.track("ada", "Booked", slot=dt.datetime.fromtimestamp((START + DAY) / 1_000, dt.UTC).isoformat())
    scene.walk()

    scene.clock.set(START + DAY - 2 * HOUR + late)  # the server was down
    scene.walk()
    leave(scene)

    assert scene.all("select state from message") == [state]
    scene.clock.set(START + DAY + 4 * HOUR)
    scene.walk()
    leave(scene)
    assert scene.all("select state from message order by id") == [state, "sent"], (
        "what waits a while after it is not bound"
    )
