"""People come into segments and leave them in the transaction of the write that did it, and at the instant at which time did it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.makers import DAY, HOUR, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.contacts.identity import Same
from tidings.contacts.models import Update
from tidings.runtime.errors import Invalid
from tidings.segments import service as segments
from tidings.segments.models import check

WELCOME = """
journey: welcome
triggers: [{segment: SEGMENT, on: HOW}]
steps: {tag: {update: {add_tags: [seen]}, next: end}}
"""


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


def publish(scene: Scene, name: str, where: Any) -> None:
    document = {"segment": name, "where": where}
    scene.write(lambda tx: flow.publish_segment(tx, check(document, flow.KINDS), document, scene.now, actor="ada"))


def inside(scene: Scene, name: str) -> list[int]:
    def unit(tx: Any) -> list[int]:
        return segments.everybody(tx, segments.get(tx, name).id)

    found: list[int] = scene.read(unit)
    return found


def pass_time(scene: Scene) -> None:
    while scene.write(lambda tx: flow.pass_time(tx, scene.setting, scene.now)):
        pass


def standing(scene: Scene, contact_id: int) -> list[segments.Standing]:
    found: list[segments.Standing] = scene.read(lambda tx: segments.standing(tx, contact_id))
    return found


def stays(scene: Scene, contact_id: int) -> list[tuple[int, int, str, str]]:
    rows: list[segments.Stay] = scene.read(lambda tx: segments.stays(tx, [contact_id]))
    return [(row.entered_at, row.left_at, row.entered_cause, row.left_cause) for row in rows]


def test_whoever_the_rule_is_true_of_is_in_it_when_it_is_published(scene: Scene) -> None:
    ada, bob = scene.identify("ada", plan="pro"), scene.identify("bob", plan="free")

    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})

    assert inside(scene, "pros") == [ada] != [bob]
    (mine,) = standing(scene, ada)
    assert (mine.entered_at, mine.cause, mine.boundary_at) == (scene.now, "published", None)


def test_a_write_brings_people_in_and_out_with_its_cause(scene: Scene) -> None:
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    ada = scene.identify("ada", plan="pro")
    entered = scene.now
    scene.clock.advance(HOUR)

    scene.identify("ada", plan="free")

    assert inside(scene, "pros") == []
    assert stays(scene, ada) == [(entered, scene.now, "new", "plan")]


def test_an_event_brings_in_and_time_takes_out_at_the_very_instant(scene: Scene) -> None:
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    ada = scene.identify("ada")
    scene.track("ada", "Seen")
    entered = scene.now
    assert inside(scene, "active") == [ada]
    scene.clock.advance(2 * DAY - 1)
    pass_time(scene)
    assert inside(scene, "active") == [ada]
    scene.clock.advance(5 * HOUR)

    pass_time(scene)

    assert inside(scene, "active") == []
    assert stays(scene, ada) == [(entered, entered + 2 * DAY, "Seen", "time")]


def test_a_later_event_writes_no_boundary_and_is_found_when_the_old_one_fires(scene: Scene) -> None:
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    ada = scene.identify("ada")
    scene.track("ada", "Seen")
    first = scene.now + 2 * DAY
    scene.clock.advance(DAY)
    scene.track("ada", "Seen")
    assert standing(scene, ada)[0].boundary_at == first
    scene.clock.advance(DAY)

    pass_time(scene)

    assert standing(scene, ada)[0].boundary_at == first + DAY
    assert inside(scene, "active") == [ada]


def test_what_time_did_while_nobody_looked_is_done_in_order(scene: Scene) -> None:
    publish(scene, "once", {"event": "Seen", "within": "3d", "count": {"exactly": 1}})
    ada = scene.identify("ada")
    scene.track("ada", "Seen")
    scene.clock.advance(DAY)
    scene.track("ada", "Seen")
    begun = scene.now
    scene.clock.advance(30 * DAY)

    pass_time(scene)

    second, first = stays(scene, ada)
    assert first[1] == begun and first[3] == "Seen"
    assert second[:2] == (begun + 2 * DAY, begun + 3 * DAY), "in and out again, both at their instants"


def test_segments_that_ask_about_segments_follow_in_the_same_transaction(scene: Scene) -> None:
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    publish(scene, "quiet-pros", {"all": [{"segment": "pros"}, {"event": "Seen", "within": "2d", "never": True}]})
    ada = scene.identify("ada", plan="pro")
    assert inside(scene, "quiet-pros") == [ada]

    scene.identify("ada", plan="free")

    assert inside(scene, "quiet-pros") == []


def test_a_circle_is_refused_with_the_way(scene: Scene) -> None:
    publish(scene, "a", {"tag": "x"})
    publish(scene, "b", {"segment": "a"})
    publish(scene, "c", {"not": {"segment": "b"}})

    with pytest.raises(Invalid, match="a → c → b → a"):
        publish(scene, "a", {"any": [{"segment": "c"}, {"tag": "x"}]})


@pytest.mark.parametrize(("how", "expected"), [("entered", ["seen"]), ("left", [])])
def test_coming_in_starts_a_journey_and_publishing_starts_none(scene: Scene, how: str, expected: list[str]) -> None:
    early = scene.identify("early", plan="pro")
    scene.publish(WELCOME.replace("SEGMENT", "pros").replace("HOW", how))
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    ada = scene.identify("ada", plan="pro")

    scene.walk()

    assert scene.all("select name from tag where contact_id = :id", id=ada) == expected
    assert scene.all("select name from tag where contact_id = :id", id=early) == []


def test_leaving_by_time_starts_a_journey(scene: Scene) -> None:
    scene.publish(WELCOME.replace("SEGMENT", "active").replace("HOW", "left"))
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    ada = scene.identify("ada")
    scene.track("ada", "Seen")
    scene.clock.advance(3 * DAY)

    pass_time(scene)
    scene.walk()

    assert scene.all("select name from tag where contact_id = :id", id=ada) == ["seen"]


def test_time_is_applied_before_anything_else_of_them_is_looked_at(scene: Scene) -> None:
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    ada = scene.identify("ada")
    scene.track("ada", "Seen")
    begun = scene.now
    scene.clock.advance(3 * DAY)

    scene.track("ada", "Seen")

    assert stays(scene, ada) == [(begun, begun + 2 * DAY, "Seen", "time")]
    assert [row.entered_at for row in standing(scene, ada)] == [scene.now]


def test_a_merge_leaves_one_person_with_what_is_true_of_both(scene: Scene) -> None:
    publish(scene, "pros", {"all": [{"attribute": "plan", "eq": "pro"}, {"event": "Seen"}]})
    ada, lovelace = scene.identify("ada", plan="pro"), scene.identify("lovelace")
    scene.track("lovelace", "Seen")
    assert inside(scene, "pros") == []

    same = Same(winner=ada, loser=lovelace)
    scene.write(lambda tx: flow.merge(tx, same, scene.setting, scene.now, cause="test"))

    assert inside(scene, "pros") == [ada]


@pytest.mark.parametrize("is_few", [True, False])
def test_who_became_part_of_somebody_is_in_no_segment(scene: Scene, is_few: bool) -> None:
    """Also when it is computed afterwards, and by events that the log keeps under the number of old."""
    ada, old = scene.identify("ada"), scene.identify("old")
    scene.track("old", "Bought")
    same = Same(winner=ada, loser=old)
    scene.write(lambda tx: flow.merge(tx, same, scene.setting, scene.now, cause="test"))

    publish(scene, "buyers", {"event": "Bought", "within": "7d"} if is_few else {"event": "Bought"})

    assert inside(scene, "buyers") == [ada]
    assert scene.all("select contact_id from membership") == [ada]


def test_an_edit_computes_the_difference_and_keeps_since_when(scene: Scene) -> None:
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    ada, bob = scene.identify("ada", plan="pro"), scene.identify("bob", plan="max")
    since = scene.now
    scene.clock.advance(DAY)

    publish(scene, "pros", {"attribute": "plan", "in": ["pro", "max"]})
    assert inside(scene, "pros") == [ada, bob]
    assert [row.entered_at for row in standing(scene, ada)] == [since]
    publish(scene, "pros", {"attribute": "plan", "eq": "max"})

    assert inside(scene, "pros") == [bob]
    assert stays(scene, ada) == [(since, scene.now, "new", "published")]


def test_a_segment_of_many_is_computed_in_slices_and_unknown_until_then(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("computing", "service"):
        monkeypatch.setattr(f"tidings.segments.{module}.SLICE", 2)
    people = [scene.identify(f"u{n}", plan="pro") for n in range(5)]
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    publish(scene, "others", {"not": {"segment": "pros"}})
    assert inside(scene, "pros") == []

    slices = 0
    while scene.write(lambda tx: flow.advance_segments(tx, scene.setting, scene.now)):
        slices += 1

    assert inside(scene, "pros") == people and inside(scene, "others") == [] and slices >= 6


def test_a_segment_that_is_taken_down_is_cleared_away(scene: Scene) -> None:
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    ada = scene.identify("ada", plan="pro")
    scene.write(lambda tx: segments.take_down(tx, "pros", scene.now))

    while scene.write(lambda tx: flow.advance_segments(tx, scene.setting, scene.now)):
        pass

    assert standing(scene, ada) == [] and scene.one("select count(*) from segment") == 0
    publish(scene, "pros", {"attribute": "plan", "eq": "pro"})
    assert inside(scene, "pros") == [ada]


def test_tags_lists_companies_consent_and_holds_are_followed(scene: Scene) -> None:
    ada, bob = scene.identify("ada", email="ada@example.com"), scene.identify("bob")
    rules = {
        "tagged": {"tag": "vip"},
        "listed": {"list": "members"},
        "agreed": {"consent": {"channel": "email"}},
        "retail": {"company_attribute": "industry", "eq": "retail"},
        "reached": {"reach": {"channel": "email"}},
    }
    for name, where in rules.items():
        publish(scene, name, where)
    setting = scene.setting

    scene.write(
        lambda tx: flow.changed(tx, [Update(contact_id=ada, add_tags=["vip"])], setting, scene.now, cause="test")
    )
    scene.write(lambda tx: flow.save_company(tx, "acme", {"industry": "food"}, setting, scene.now))
    scene.write(lambda tx: flow.employed(tx, 1, ada, setting, scene.now, is_joining=True))
    scene.write(lambda tx: flow.save_company(tx, "acme", {"industry": "retail"}, setting, scene.now))
    scene.consent(ada)
    assert {name: inside(scene, name) for name in rules} == {
        "tagged": [ada], "listed": [], "agreed": [ada], "retail": [ada], "reached": [ada]
    }  # fmt: skip
    scene.write(lambda tx: flow.held(tx, ada, setting, scene.now, reason="we talk", until=scene.now + DAY, actor="ada"))
    assert inside(scene, "reached") == []
    scene.clock.advance(DAY)
    pass_time(scene)

    assert inside(scene, "reached") == [ada] and bob not in inside(scene, "agreed")


def test_facts_carry_the_segment_and_its_cause(scene: Scene) -> None:
    publish(scene, "active", {"event": "Seen", "within": "2d"})
    scene.identify("ada")
    scene.track("ada", "Seen")
    scene.clock.advance(3 * DAY)

    turns: list[segments.Turn] = []
    scene.write(
        lambda tx: turns.extend(segments.pass_time(tx, segments.read(tx, flow.KINDS), scene.now, limit=10) or [])
    )

    (fact,) = segments.facts(turns)
    assert fact.name == "segment.left"
    assert msgspec.json.decode(fact.properties) == {"segment": "active", "cause": "time"}
