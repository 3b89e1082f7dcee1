"""What journeys count is the same on both databases."""

from __future__ import annotations

import pytest

from tests.makers import DAY, MINUTE, Scene
from tests.support.emptied import Both
from tidings import documents
from tidings.journeys import numbers, service as journeys
from tidings.messages import numbers as messages
from tidings.runtime.sql import Statement

HELLO = "{template: hello, class: service, subject: Hi, text: Hi}"
WELCOME = """
journey: welcome
triggers: [{event: Signed Up}]
goal: {event: Order Completed}
steps:
  greet: {send: {channel: email, template: hello}, next: case}
  case: {wait_for: {event: Pricing Viewed, timeout: 5d}, next: last}
  last: {send: {channel: email, template: gone}}
"""


@pytest.fixture(params=("sqlite", "postgres"))
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    found = both.scene(request.param)
    found.publish(HELLO)
    found.publish(WELCOME)
    return found


def sent(scene: Scene) -> None:
    """What was asked for has left, as far as the journeys can see."""
    text = "update message set state = 'sent', sent_at = :now, ended_at = :now where state = 'queued'"
    scene.write(lambda tx: tx.run(Statement("sent", text), now=scene.now))
    text = "update token set state = 'resumed', outcome = 'sent', due_at = :now where state = 'sending'"
    scene.write(lambda tx: tx.run(Statement("resumed", text), now=scene.now))
    scene.walk()


def test_people_entries_ends_and_messages_are_counted(scene: Scene) -> None:
    for user in ("ada", "bob", "cyd"):
        scene.track(user, "Signed Up")
    scene.walk()
    sent(scene)
    scene.track("cyd", "Order Completed")
    scene.track("bob", "Pricing Viewed")
    scene.walk()

    found, left = scene.read(lambda tx: numbers.numbers(tx, scene.now))
    steps = scene.read(lambda tx: numbers.steps(tx, "welcome", scene.now))
    ((_, one),) = found.items()

    assert (one.people, one.failed, one.entered, one.completed, one.goals) == (2, 1, 3, 0, 1)
    assert list(left.values()) == [3]
    assert (steps["greet"].passed, steps["greet"].messages) == ({"next": 3}, {"sent": 3})
    assert (steps["case"].people, steps["last"].people) == (1, 1)
    failed = steps["last"].failed
    assert failed is not None and (failed.count, failed.error) == (1, "There is no template 'gone'.")


def test_people_at_a_step_come_newest_first_and_by_state(scene: Scene) -> None:
    for user in ("ada", "bob"):
        scene.track(user, "Signed Up")
    scene.walk()
    sent(scene)

    page = scene.read(lambda tx: numbers.people_at(tx, "welcome", "case", before=2**62, limit=1))
    rest = scene.read(lambda tx: numbers.people_at(tx, "welcome", "case", before=page[0].id, limit=9))
    failed = scene.read(lambda tx: numbers.people_at(tx, "welcome", "case", before=2**62, limit=9, state="failed"))

    assert [one.state for one in (*page, *rest)] == ["listening", "listening"]
    assert page[0].contact_id > rest[0].contact_id
    assert (page[0].event, page[0].until_at, failed) == ("Pricing Viewed", scene.now + 5 * DAY, [])


def test_where_thirty_days_begin_is_found_among_the_ids(scene: Scene) -> None:
    begins = list[int]()
    for number in range(7):
        scene.track(f"user{number}", "Signed Up")
        scene.walk()
        begins.append(scene.now)
        scene.clock.set(scene.now + DAY)
    sent(scene)
    asked = sorted(scene.all("select asked_at from message"))
    ids = sorted(scene.all("select id from message"))

    for at in (0, begins[0], begins[3] - 1, begins[3], begins[3] + MINUTE, begins[6], begins[6] + 1):
        first = scene.read(lambda tx, at=at: messages.first_since(tx, at))
        assert [i for i in ids if i >= first] == [i for i, a in zip(ids, asked, strict=True) if a >= at]
    assert scene.read(lambda tx: messages.sent_by_template(tx, 0)) == {}, (
        "nothing left by a lane, so nothing names a version"
    )


def test_a_draft_is_kept_as_it_was_written_and_goes_when_it_is_published(scene: Scene) -> None:
    data = {"journey": "welcome", "steps": {"z": {"exit": {}}, "a": {"exit": {}}}, "triggers": [{"api": True}]}

    kept = scene.write(lambda tx: documents.save(tx, "journey", "welcome", data, scene.now, actor="ada"))
    again = scene.write(lambda tx: documents.save(tx, "journey", "welcome", data, scene.now + 1, actor="bob"))
    errors, warnings = scene.read(lambda tx: documents.problems(tx, data))

    assert documents.decoded(kept) == data and list(documents.decoded(kept)["steps"]) == ["z", "a"]
    assert (again.actor, again.based_on) == ("bob", 1)
    assert ([one.path for one in errors], warnings) == (["steps.a"], [])
    fit = documents.check(data | {"steps": {"z": {"exit": {}}}})
    scene.write(lambda tx: documents.publish(tx, fit, scene.now, actor="ada"))
    assert scene.read(lambda tx: documents.drafts(tx, "journey")) == []
    assert scene.read(lambda tx: documents.version(tx, "journey", "welcome", 2))["steps"] == {"z": {"exit": {}}}
    assert scene.read(lambda tx: journeys.live_number(tx, "welcome")) == 2
