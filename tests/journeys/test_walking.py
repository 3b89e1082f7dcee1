"""People walk through journeys: they enter once, wait as long as was said, and leave at once when they should."""

from __future__ import annotations

import pytest

from tests.makers import DAY, HOUR, Scene, call
from tidings import flow
from tidings.channels import Failed, Sent, Why, service as channels
from tidings.journeys import service as journeys
from tidings.messages import engagement, ledger, service as messages
from tidings.runtime.database import Database
from tidings.runtime.sql import Statement

HELLO = """
template: hello
class: promotional
topic: news
subject: "Hello {{ contact.first_name | default('friend') }}"
text: "Hi"
"""
WELCOME = """
journey: welcome
triggers:
  - {event: Form Submitted, where: [{property: form, eq: guide}]}
audience: {not: {event: Order Completed}}
reentry: never
goal: {event: Order Completed, within: 30d}
exit: [{attribute: lifecycle_stage, eq: customer}]
steps:
  hello:  {send: {channel: email, template: hello}, next: pause}
  pause:  {wait: {for: 2d}, next: opened}
  opened: {branch: [{when: {message: hello, did: clicked}, next: tag}], else: case}
  tag:    {update: {add_tags: [engaged], attributes: {source: {property: form}}}, next: case}
  case:   {wait_for: {event: Pricing Viewed, timeout: 5d}, next: end, on_timeout: quiet}
  quiet:  {exit: {reason: "no interest"}}
"""
LANE = ledger.Lane(account_id=1, is_quiet=False)


@pytest.fixture
def scene(database: Database) -> Scene:
    scene = Scene(database)
    scene.publish(HELLO)
    scene.publish(WELCOME)
    return scene


def deliver(scene: Scene, *, fail: Why | None = None) -> list[str]:
    """Claim, decide, mark and settle what is due; the addresses that it reached."""
    ids = list(scene.write(lambda tx: ledger.claim(tx, LANE, 7, scene.now, limit=100)))
    leaving = scene.write(lambda tx: flow.depart(tx, ids, LANE, 7, scene.setting, scene.now))
    marked = scene.write(
        lambda tx: flow.mark(tx, [], [d.message.id for d in leaving], LANE, 7, scene.setting, scene.now)
    ).allowed
    results = [Failed(id=i, why=fail) if fail else Sent(id=i, provider_id=f"p{i}") for i in sorted(marked)]
    scene.write(lambda tx: flow.mark(tx, results, [], LANE, 7, scene.setting, scene.now))
    scene.walk()
    return [departing.address for departing in leaving if departing.message.id in marked]


def state(scene: Scene, user: str) -> tuple[str, str]:
    """(state of the newest run, step of its token)."""
    mine = "(select contact_id from identifier where kind = 'user_id' and value = :user)"
    run = scene.one(f"select state from run where contact_id = {mine} order by id desc limit 1", user=user)
    return run, scene.one(f"select step from token where contact_id = {mine} order by id desc limit 1", user=user) or ""


def enter(scene: Scene, user: str = "ada") -> int:
    contact_id = scene.identify(user, email=f"{user}@example.com", first_name="Ada")
    scene.consent(contact_id, "news")
    scene.track(user, "Form Submitted", form="guide")
    scene.walk()
    return contact_id


def test_a_matching_event_enters_once_and_asks_for_one_message(scene: Scene) -> None:
    enter(scene)
    scene.track("ada", "Form Submitted", form="guide")
    scene.track("ada", "Form Submitted", form="other")
    scene.walk()

    assert scene.one("select count(*) from run") == 1
    assert scene.all("select state from message") == ["queued"]
    assert scene.all("select reason from refusal") == ["reentry"]


def test_the_journey_waits_from_the_departure_and_then_goes_on(scene: Scene) -> None:
    enter(scene)
    scene.clock.advance(HOUR)
    assert deliver(scene) == ["ada@example.com"]
    assert state(scene, "ada") == ("active", "pause")

    scene.clock.advance(2 * DAY - 1)
    scene.walk()
    assert state(scene, "ada") == ("active", "pause")
    scene.clock.advance(1)
    scene.walk()

    assert state(scene, "ada") == ("active", "case")
    scene.track("ada", "Pricing Viewed")
    scene.walk()
    assert state(scene, "ada") == ("completed", "")


def test_a_click_takes_the_branch_and_the_contact_is_updated(scene: Scene) -> None:
    contact_id = enter(scene)
    deliver(scene)
    message_id = scene.one("select id from message")
    scene.clock.advance(HOUR)
    visit = engagement.Visit(kind="clicked", at=scene.now, agent="Mozilla/5.0 Firefox", link=0, url="https://x.example")
    scene.write(lambda tx: flow.visited(tx, message_id, visit, scene.setting))
    scene.clock.advance(2 * DAY)
    scene.walk()

    assert scene.all("select name from tag where contact_id = :id", id=contact_id) == ["engaged"]
    assert state(scene, "ada") == ("active", "case")


def test_a_timeout_leaves_by_its_own_exit(scene: Scene) -> None:
    enter(scene)
    deliver(scene)
    scene.clock.advance(2 * DAY)
    scene.walk()
    scene.clock.advance(5 * DAY)
    scene.walk()

    assert scene.one("select reason from run") == "no interest"


def test_an_event_since_the_last_send_is_not_waited_for(scene: Scene) -> None:
    enter(scene)
    deliver(scene)
    scene.clock.advance(DAY)
    scene.track("ada", "Pricing Viewed")
    scene.clock.advance(DAY)
    scene.walk()

    assert state(scene, "ada") == ("completed", "")


def test_a_goal_ends_the_run_at_once_and_takes_back_what_has_not_left(scene: Scene) -> None:
    enter(scene)
    scene.track("ada", "Order Completed", total=5)

    assert state(scene, "ada") == ("goal", "")
    assert scene.all("select state from message") == ["cancelled"]
    assert scene.one("select count(*) from wait") == 0


def test_a_goal_in_the_same_batch_as_the_trigger_counts(scene: Scene) -> None:
    scene.identify("ada", email="ada@example.com")
    scene.ingest(
        call("track", "Form Submitted", user="ada", at=scene.now, properties={"form": "guide"}),
        call("track", "Order Completed", user="ada", at=scene.now),
        call("track", "Form Submitted", user="ada", at=scene.now, properties={"form": "guide"}),
    )

    assert scene.all("select state from run") == ["goal"]
    assert scene.all("select reason from refusal") == ["audience"]


def test_a_goal_soon_after_the_trigger_counts_though_both_are_heard_of_later(scene: Scene) -> None:
    """SDKs say when something happened, and send it a moment afterwards."""
    scene.identify("ada", email="ada@example.com")
    trigger = {"at": scene.now - 500, "properties": {"form": "guide"}}
    scene.ingest(call("track", "Form Submitted", user="ada", **trigger))
    scene.ingest(call("track", "Order Completed", user="ada", at=scene.now - 600))
    assert scene.all("select state from run") == ["active"]
    scene.ingest(call("track", "Order Completed", user="ada", at=scene.now - 400))

    assert scene.all("select state from run") == ["goal"]


def test_an_exit_rule_ends_a_run_that_waits(scene: Scene) -> None:
    enter(scene)
    deliver(scene)
    scene.identify("ada", lifecycle_stage="customer")

    assert state(scene, "ada") == ("exited", "")


def test_without_consent_the_send_is_skipped_and_the_run_goes_on(scene: Scene) -> None:
    scene.identify("bob", email="bob@example.com")
    scene.track("bob", "Form Submitted", form="guide")
    scene.walk()

    assert deliver(scene) == []
    assert scene.all("select reason from message") == ["no_consent"]
    assert state(scene, "bob") == ("active", "pause")


def test_an_unsubscribe_takes_back_what_waits_and_nothing_is_committed_after_it(scene: Scene) -> None:
    contact_id = enter(scene)
    ids = list(scene.write(lambda tx: ledger.claim(tx, LANE, 7, scene.now, limit=10)))
    scene.write(lambda tx: flow.depart(tx, ids, LANE, 7, scene.setting, scene.now))
    scene.consent(contact_id, "news", "unsubscribed")

    marked = scene.write(lambda tx: flow.mark(tx, [], ids, LANE, 7, scene.setting, scene.now)).allowed

    assert marked == frozenset()
    assert scene.all("select state from message") == ["cancelled"]


def test_an_invalid_address_fails_the_send_and_is_never_written_to_again(scene: Scene) -> None:
    enter(scene)
    deliver(scene, fail=Why.ADDRESS_INVALID)

    assert scene.all("select state from message") == ["failed"]
    assert scene.all("select value from suppression") == ["ada@example.com"]
    assert state(scene, "ada") == ("active", "pause")


def test_a_missing_template_fails_that_run_alone_and_it_can_be_tried_again(scene: Scene) -> None:
    scene.publish(
        WELCOME.replace("journey: welcome", "journey: broken").replace("template: hello", "template: nothing")
    )
    enter(scene)

    assert sorted(scene.all("select state from run")) == ["active", "failed"]
    failed = scene.read(lambda tx: journeys.failed(tx, 10))
    assert "no template 'nothing'" in failed[0].reason

    scene.publish(HELLO.replace("template: hello", "template: nothing"))
    scene.write(lambda tx: journeys.retry(tx, failed[0].id, scene.now))
    scene.walk()
    assert scene.all("select state from run") == ["active", "active"]


def test_people_inside_finish_on_their_own_version(scene: Scene) -> None:
    enter(scene, "ada")
    scene.publish(WELCOME.replace("for: 2d", "for: 9d"))
    enter(scene, "bob")
    deliver(scene)
    scene.clock.advance(2 * DAY)
    scene.walk()

    assert state(scene, "ada") == ("active", "case")
    assert state(scene, "bob") == ("active", "pause")


def test_a_paused_journey_takes_nobody_and_moves_nobody_but_exits_work(scene: Scene) -> None:
    enter(scene, "ada")
    deliver(scene)
    scene.write(lambda tx: journeys.pause(tx, "welcome", scene.now))
    enter(scene, "bob")
    scene.clock.advance(3 * DAY)
    scene.walk()

    assert scene.one("select count(*) from run") == 1
    assert state(scene, "ada") == ("active", "pause")
    scene.write(lambda tx: journeys.unpause(tx, "welcome", scene.now))
    scene.walk()
    assert state(scene, "ada") == ("active", "case")


def test_a_message_without_an_account_is_held_until_there_is_one(scene: Scene) -> None:
    scene.publish(WELCOME.replace("template: hello}", "template: hello, account: later}"))
    enter(scene)
    assert scene.all("select reason from message") == ["no account for later"]

    scene.write(lambda tx: messages.adopt(tx, 1, "later", "email"))

    assert deliver(scene) == ["ada@example.com"]


def test_old_events_start_nothing(scene: Scene) -> None:
    scene.identify("ada", email="ada@example.com")
    scene.track("ada", "Form Submitted", at=scene.now - 73 * HOUR, form="guide")

    assert scene.one("select count(*) from run") == 0
    assert scene.one("select count(*) from event") == 1


def test_a_goal_after_the_end_counts_once(scene: Scene) -> None:
    scene.publish("journey: g\ntriggers: [{event: Go}]\ngoal: {event: Won}\nsteps: {x: {exit: {}}}")
    scene.track("ada", "Go")
    scene.walk()

    for _ in range(3):
        scene.track("ada", "Won")

    assert scene.all("select outcome from decision where kind = 'run'") == ["goal after end"]


def test_what_fails_for_now_or_finds_an_account_still_waits_while_its_journey_is_paused(scene: Scene) -> None:
    contact_id = enter(scene)
    lane = ledger.Lane(account_id=1, is_quiet=False)
    (message_id,) = scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=9))
    scene.write(lambda tx: flow.depart(tx, [message_id], lane, 7, scene.setting, scene.now))
    scene.write(lambda tx: ledger.mark(tx, [message_id], 7))

    scene.write(lambda tx: journeys.pause(tx, "welcome", scene.now))
    later = [Failed(id=message_id, why=Why.RECIPIENT_TEMPORARY)]
    scene.write(lambda tx: flow.mark(tx, later, [], lane, 7, scene.setting, scene.now))
    assert scene.all("select state from message where contact_id = :id", id=contact_id) == ["held"]

    lost = "update message set account_id = 0, reason = 'no account for email' where id = :id"
    scene.write(lambda tx: tx.run(Statement("lost", lost), id=message_id))
    account = scene.read(lambda tx: channels.find(tx, "mail"))
    scene.write(lambda tx: flow.adopt(tx, account, scene.setting))
    assert scene.all("select state from message where contact_id = :id", id=contact_id) == ["held"]

    scene.write(lambda tx: journeys.unpause(tx, "welcome", scene.now))
    assert scene.all("select state from message where contact_id = :id", id=contact_id) == ["queued"]
