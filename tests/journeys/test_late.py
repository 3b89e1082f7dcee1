"""Late is a decision: what is too late is not done, and is shown (P7)."""

from __future__ import annotations

import msgspec
import pytest

from tests.makers import DAY, HOUR, Scene
from tidings import flow
from tidings.runtime.database import Database

JOURNEY = """
journey: j
triggers: [{event: A}]
steps:
  w: {wait: {for: 1d}, next: u}
  u: {update: {add_tags: [told]}, next: rest}
  rest: {wait: {for: 30d}, next: v}
  v: {update: {add_tags: [again]}, next: end}
"""


@pytest.mark.parametrize(("late", "tags"), [(7 * DAY, ["told"]), (7 * DAY + 1, [])])
def test_an_update_that_is_more_than_a_week_late_is_not_done_and_is_shown(
    database: Database, late: int, tags: list[str]
) -> None:
    scene = Scene(database)
    scene.publish(JOURNEY)
    ada = scene.identify("ada")
    scene.track("ada", "A")
    scene.walk()

    scene.clock.advance(DAY + late)
    scene.walk()

    assert scene.all("select name from tag") == tags
    told = scene.read(lambda tx: flow.explained(tx, ada, scene.setting.live, scene.now)).runs[0].decisions
    late_ones = [(one.outcome, one.reason, msgspec.json.decode(one.evidence)["step"]) for one in told]
    assert late_ones == ([] if tags else [("expired", "late", "u")])
    scene.clock.advance(25 * DAY)
    scene.walk()
    assert "again" in scene.all("select name from tag"), "what comes after it is in time again"


CHAIN = """
journey: chain
triggers: [{event: A}]
steps:
  one: {wait: {for: 1d}, next: two}
  two: {wait: {for: 1d}, next: three}
  three: {wait: {for: 1d}, next: end}
"""


def test_waits_after_a_wait_that_was_missed_count_from_when_it_should_have_ended(database: Database) -> None:
    scene = Scene(database)
    scene.publish(CHAIN)
    start = scene.now
    scene.track("ada", "A")
    scene.walk()

    scene.clock.advance(2 * DAY + 12 * HOUR)
    scene.walk()

    assert scene.all("select step from token") == ["three"]
    assert scene.one("select due_at from token") == start + 3 * DAY
