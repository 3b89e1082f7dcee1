"""Why did, or didn't, they get this? Every answer is read back from what was decided (PRODUCT 5, CORRECTNESS 20)."""

from __future__ import annotations

import pytest

from tests.makers import Scene
from tidings import flow
from tidings.messages import ledger
from tidings.runtime.database import Database
from tidings.runtime.errors import NotFound

TEMPLATE = "template: hello\nchannel: email\nclass: promotional\ntopic: news\nsubject: Hi\ntext: Hi\n"
JOURNEY = """
journey: welcome
triggers: [{event: Signed Up}]
audience: {all: [{attribute: plan, eq: pro}, {not: {event: Order Completed}}]}
steps:
  hello: {send: {channel: email, template: hello}, next: end}
"""
LANE = ledger.Lane(account_id=1, is_quiet=False)


def explained(scene: Scene, contact: int, journey: str = "") -> flow.Explanation:
    found: flow.Explanation = scene.read(
        lambda tx: flow.explained(tx, contact, scene.setting.live, scene.now, journey=journey)
    )
    return found


def scene_of(database: Database) -> Scene:
    scene = Scene(database)
    scene.publish(TEMPLATE)
    scene.publish(JOURNEY)
    return scene


def test_a_message_that_was_skipped_says_which_gate_and_what_it_saw(database: Database) -> None:
    scene = scene_of(database)
    ann = scene.identify("ann", email="ann@example.com", plan="pro")
    scene.track("ann", "Signed Up")
    scene.walk()
    claimed = scene.write(lambda tx: ledger.claim(tx, LANE, 7, scene.now, limit=10))
    scene.write(lambda tx: flow.depart(tx, list(claimed), LANE, 7, scene.setting, scene.now))
    scene.walk()

    found = explained(scene, ann)

    assert [(one.journey, one.run.state) for one in found.runs] == [("welcome", "completed")]
    (message,) = found.messages
    assert message.message.state == "skipped"
    (decision,) = message.decisions
    assert (decision.outcome, decision.reason, decision.at) == ("skip", "no_consent", scene.now)
    assert '"consent":"none"' in decision.evidence.replace(" ", "")


def test_who_was_not_let_in_is_told_which_condition_said_no(database: Database) -> None:
    scene = scene_of(database)
    ben = scene.identify("ben", plan="free")
    scene.track("ben", "Signed Up")
    scene.track("ben", "Signed Up")

    (refused,) = explained(scene, ben).refused

    assert (refused.journey, refused.refusal.reason, refused.refusal.refusal_count) == ("welcome", "audience", 2)
    assert [(part.sentence, part.depth, part.answer) for part in refused.audience] == [
        ("all of", 0, False),
        ("plan is pro", 1, False),
        ("not", 1, True),
        ("did Order Completed", 2, False),
    ]


def test_a_second_entry_is_refused_for_its_own_reason(database: Database) -> None:
    scene = scene_of(database)
    cy = scene.identify("cy", plan="pro")
    scene.track("cy", "Signed Up")
    scene.track("cy", "Signed Up")

    (refused,) = explained(scene, cy).refused

    assert (refused.refusal.reason, refused.audience) == ("reentry", [])


def test_one_journey_alone_can_be_asked_about(database: Database) -> None:
    scene = scene_of(database)
    scene.publish(JOURNEY.replace("journey: welcome", "journey: other"))
    dan = scene.identify("dan", plan="pro")
    scene.track("dan", "Signed Up")
    scene.walk()

    assert {one.journey for one in explained(scene, dan).runs} == {"welcome", "other"}
    only = explained(scene, dan, journey="other")
    assert [one.journey for one in only.runs] == ["other"]
    assert len(only.messages) == 1
    with pytest.raises(NotFound):
        explained(scene, dan, journey="nowhere")
