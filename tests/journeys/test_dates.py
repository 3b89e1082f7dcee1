"""Waits until a date of the person or of the trigger: they move with the date, and what is past has its own exit (PRODUCT 4)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.makers import DAY, HOUR, Scene
from tidings.journeys import service as journeys
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
