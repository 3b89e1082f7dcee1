"""Every night everything is computed again beside what is kept: nothing differs; what does is told, and put right."""

from __future__ import annotations

import pytest

from tests.makers import DAY, HOUR, Scene
from tests.segments.test_following import inside, publish
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.messages import service as messages
from tidings.runtime.sql import Statement
from tidings.segments import service as segments

NIGHT = 1_767_600_000_000 // DAY * DAY + 3 * HOUR
"""Three o'clock in UTC, the zone of these workspaces."""


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    scene = both.scene(request.param, NIGHT)
    ada, bob = scene.identify("ada", plan="pro"), scene.identify("bob", plan="free")
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    scene.track("ada", "Seen")
    assert (inside(scene, "pros"), inside(scene, "active")) == ([ada], [ada]) != ([bob], [bob])
    return scene


def work(scene: Scene) -> int:
    slices = 0
    while scene.write(lambda tx: flow.advance_segments(tx, scene.setting, scene.now)):
        slices += 1
    return slices


def checked(scene: Scene) -> tuple[int, int, int]:
    check = scene.read(segments.last_check)
    assert check is not None and check.ended_at == scene.now
    return check.segments, check.looked, check.differences


def alerts(scene: Scene) -> list[str]:
    rows = scene.read(lambda tx: messages.alerts(tx, before=2**62, limit=10))
    return [one.detail for one in rows if one.ended_at is None and one.kind == "segments"]


def test_a_night_finds_no_difference_and_says_so(scene: Scene) -> None:
    assert work(scene) > 1

    assert checked(scene) == (2, 4, 0) and alerts(scene) == []


def test_it_begins_once_a_night(scene: Scene) -> None:
    work(scene)

    scene.clock.advance(HOUR)
    assert work(scene) == 0
    scene.clock.advance(20 * HOUR)
    assert work(scene) == 0, "not in the evening"
    scene.clock.advance(3 * HOUR)
    assert work(scene) > 1


def test_what_differs_is_told_and_put_right(scene: Scene) -> None:
    before = inside(scene, "pros"), inside(scene, "active")
    spoil = Statement("spoil", "update membership set is_member = 0, boundary_at = null")
    scene.write(lambda tx: tx.run(spoil))

    work(scene)

    assert (inside(scene, "pros"), inside(scene, "active")) == before
    assert checked(scene)[2] == 2 and "2 of 4 memberships" in alerts(scene)[0]
    scene.clock.advance(DAY)
    work(scene)
    assert alerts(scene) == []


def test_what_is_kept_about_nobody_is_a_difference_and_goes(scene: Scene) -> None:
    before = inside(scene, "pros")
    stray = Statement("stray", "update contact set merged_into_id = :ada where id <> :ada")
    scene.write(lambda tx: tx.run(stray, ada=before[0]))
    copied = "insert into membership (contact_id, segment_id, is_member, entered_at, cause) "
    copied += (
        "select c.id, m.segment_id, 1, 0, '' from contact c join membership m on m.contact_id = :ada where c.id <> :ada"
    )
    scene.write(lambda tx: tx.run(Statement("copied", copied), ada=before[0]))
    assert len(inside(scene, "pros")) == 2

    work(scene)

    assert inside(scene, "pros") == before
    assert checked(scene)[2] == 2 and alerts(scene) != []


def test_what_time_is_about_to_move_is_no_difference(scene: Scene) -> None:
    scene.clock.advance(3 * DAY)

    work(scene)

    assert checked(scene)[2] == 0
