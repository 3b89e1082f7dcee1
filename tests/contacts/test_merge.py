"""Two contacts turn out to be one person (CORRECTNESS 12): nothing is lost, nothing is sent twice, nobody is subscribed by it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import HOUR, Scene, call
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.channels import Sent
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.models import Update
from tidings.events import service as events
from tidings.messages import ledger

HELLO = """
template: hello
class: promotional
topic: news
subject: Hi
text: Hi
"""
JOURNEY = """
journey: welcome
triggers: [{event: Form Submitted}]
goal: {event: Order Completed}
steps:
  hello: {send: {channel: email, template: hello}, next: pause}
  pause: {wait: {for: 2d}, next: end}
"""


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    scene = both.scene(request.param)
    scene.publish(HELLO)
    scene.publish(JOURNEY)
    return scene


def merge(scene: Scene, winner: str = "ada", loser: str = "old") -> None:
    scene.ingest(call("alias", user=winner, previous_id=loser, at=scene.now))


def send(scene: Scene) -> list[int]:
    """Everything that may leave leaves; the ids."""
    account = scene.one("select id from account where channel = 'email'")
    lane = ledger.Lane(account_id=account, is_quiet=False)
    ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=100)))
    scene.write(lambda tx: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
    marked = scene.write(lambda tx: flow.mark(tx, [], ids, lane, 7, scene.setting, scene.now)).allowed
    results = [Sent(id=i) for i in sorted(marked)]
    scene.write(lambda tx: flow.mark(tx, results, [], lane, 7, scene.setting, scene.now))
    scene.walk()
    return sorted(marked)


def enter(scene: Scene, user: str) -> int:
    contact_id = scene.identify(user, email=f"{user}@example.com")
    scene.consent(contact_id, "news")
    scene.track(user, "Form Submitted")
    scene.walk()
    return contact_id


def runs(scene: Scene) -> list[str]:
    return scene.all("select state || ' of ' || cast(contact_id as text) from run order by id")


@pytest.mark.parametrize("is_loser_first", [True, False])
def test_where_both_were_inside_the_older_run_stays_with_the_winner(scene: Scene, is_loser_first: bool) -> None:
    people = {"ada": scene.identify("ada")}
    for user in ("old", "ada") if is_loser_first else ("ada", "old"):
        people[user] = enter(scene, user)
        scene.clock.advance(HOUR)

    merge(scene)

    older = scene.one("select min(id) from run")
    assert scene.all("select state from run order by id") == ["active", "merged"]
    assert scene.one("select contact_id from run where id = :id", id=older) == people["ada"]
    assert scene.all("select run_id from token") == [older]
    assert scene.all("select state from message order by id") == ["queued", "cancelled"]
    assert scene.all("select contact_id from message where state = 'queued'") == [people["ada"]]


@pytest.mark.parametrize("is_loser_first", [True, False])
def test_the_run_that_stays_goes_on_and_its_goal_still_counts(scene: Scene, is_loser_first: bool) -> None:
    scene.identify("ada")
    for user in ("old", "ada") if is_loser_first else ("ada", "old"):
        enter(scene, user)
        scene.clock.advance(HOUR)
    merge(scene)

    assert len(send(scene)) == 1
    scene.track("ada", "Order Completed")

    assert sorted(scene.all("select state from run")) == ["goal", "merged"]
    assert scene.one("select count(*) from token") == 0


def test_an_older_run_that_still_goes_is_not_lost_behind_a_younger_one_that_is_over(scene: Scene) -> None:
    ada = scene.identify("ada")
    enter(scene, "old")
    scene.clock.advance(HOUR)
    enter(scene, "ada")
    scene.track("ada", "Order Completed")

    merge(scene)
    scene.track("ada", "Order Completed")

    assert scene.all("select state from run order by id") == ["goal", "goal"]
    assert scene.one("select contact_id from run order by id limit 1") == ada


def test_a_merged_person_does_not_enter_again_what_either_has_been_through(scene: Scene) -> None:
    enter(scene, "old")
    enter(scene, "ada")
    merge(scene)
    scene.track("ada", "Form Submitted")
    scene.track("old", "Form Submitted")

    assert scene.one("select count(*) from run") == 2


def test_a_claimed_message_of_the_loser_that_is_no_duplicate_is_not_lost(scene: Scene) -> None:
    ada = scene.identify("ada", email="ada@example.com")
    enter(scene, "old")
    account = scene.one("select id from account where channel = 'email'")
    lane = ledger.Lane(account_id=account, is_quiet=False)
    ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 8, scene.now, limit=100)))
    scene.write(lambda tx: flow.depart(tx, ids, lane, 8, scene.setting, scene.now))

    merge(scene)

    assert scene.write(lambda tx: ledger.mark(tx, ids, 8)) == []
    assert send(scene) == ids
    assert scene.all("select state || cast(contact_id as text) from message") == [f"sent{ada}"]


def test_what_was_sent_and_what_happened_keep_the_losers_id_and_are_read_through_the_winner(scene: Scene) -> None:
    ada = scene.identify("ada")
    old = enter(scene, "old")
    send(scene)
    scene.track("old", "Order Completed", total=5)
    scene.track("ada", "Order Completed", total=7)

    merge(scene)

    assert scene.all("select contact_id from message") == [old]
    assert scene.all("select contact_id from event where name = 'Order Completed' order by id") == [old, ada]
    ids = scene.read(lambda tx: contacts.with_aliases(tx, ada))
    assert ids == [ada, old]
    timeline = scene.read(lambda tx: events.events_of(tx, ids, before=scene.now + 1, before_id=0, limit=9))
    assert sorted(event.name for event in timeline) == ["Form Submitted", "Order Completed", "Order Completed"]
    counts = {count.name: count.event_count for count in scene.read(lambda tx: events.counts_of(tx, [ada, old]))}
    assert counts == {"Form Submitted": 1, "Order Completed": 2}
    assert scene.read(lambda tx: contacts.get(tx, old)).id == ada


def test_the_log_keeps_the_loser_whole(scene: Scene) -> None:
    ada = scene.identify("ada", plan="free")
    old = scene.identify("old", plan="pro", email="old@example.com", phone="+31201234567", timezone="Asia/Tokyo")
    scene.write(
        lambda tx: flow.changed(
            tx, [flow_update(old, add_tags=["vip", "beta"])], scene.setting, scene.now, cause="person"
        )
    )
    before = scene.read(lambda tx: contacts.load(tx, [old]))[old]

    merge(scene)

    kept = msgspec.json.decode(scene.one("select loser from merge"))
    assert kept["attributes"] == msgspec.json.decode(before.attributes)
    assert (kept["zone"], kept["share"], kept["created_at"]) == (before.zone, before.share, before.created_at)
    assert sorted(kept["identifiers"]) == [["email", "old@example.com"], ["user_id", "old"]]
    assert kept["addresses"] == {"email": "old@example.com", "phone": "+31201234567"}
    assert kept["tags"] == ["beta", "vip"]
    assert scene.one("select cause from merge") == "alias by track"
    assert scene.all("select winner_id from merge") == [ada]


def flow_update(contact_id: int, **more: Any) -> Update:
    return Update(contact_id=contact_id, **more)


def test_the_winners_values_stay_and_the_losers_fill_the_gaps(scene: Scene) -> None:
    ada = scene.identify("ada", plan="free", address={"zip": "3511"})
    scene.identify("old", plan="pro", city="Delft", address={"zip": "2611", "city": "Delft"})

    merge(scene)

    contact = scene.read(lambda tx: contacts.get(tx, ada))
    assert msgspec.json.decode(contact.attributes) == {
        "plan": "free",
        "city": "Delft",
        "address": {"zip": "3511", "city": "Delft"},
    }


states = st.sampled_from([None, "none", "pending", "subscribed", "expired", "unsubscribed", "lapsed"])
pairs = st.fixed_dictionaries({"": st.tuples(states, states), "news": st.tuples(states, states)})


def grant(contact_id: int, topic: str, state: str, now: int) -> Grant:
    """`lapsed`: subscribed, and past its date."""
    is_lapsed = state == "lapsed"
    return Grant(
        contact_id=contact_id,
        channel="email",
        topic=topic,
        state="subscribed" if is_lapsed else state,  # type: ignore[arg-type]
        expires_at=now - 1 if is_lapsed else None,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs)
@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_stricter_consent_wins(kind: str, both: Both, said: dict[str, Any]) -> None:
    """After a merge nobody may be written to about what either of the two, having said something of it, did not allow."""
    scene = both.scene(kind)
    winner, loser = scene.identify("ada"), scene.identify("old")
    for topic, states in said.items():
        for contact_id, state in zip((winner, loser), states, strict=True):
            if state is not None:
                given_ = grant(contact_id, topic, state, scene.now)
                scene.write(lambda tx, g=given_: consent.record(tx, [g], scene.now))
    before = scene.read(lambda tx: consent.standing(tx, [winner, loser]))
    records = scene.one("select count(*) from consent_record")

    merge(scene)

    after = scene.read(lambda tx: consent.standing(tx, [winner])).get(winner, [])
    for topic, states in said.items():
        allowed = consent.verdict([row for row in after if row.topic == topic], "email", topic, scene.now)
        assert allowed.may == (set(states) - {None} == {"subscribed"})
        refused = [
            p
            for p in (winner, loser)
            if any(r.topic == topic for r in before.get(p, [])) and not may(before[p], topic, scene.now)
        ]
        assert not (refused and consent.verdict(after, "email", topic, scene.now).may)
    assert scene.one("select count(*) from consent_record where id <= :n", n=10**12) >= records


def may(standings: list[Any], topic: str, now: int) -> bool:
    return consent.verdict(standings, "email", topic, now).may


def test_runs_of_different_keys_all_go_on(scene: Scene) -> None:
    scene.publish(JOURNEY.replace("journey: welcome", "journey: order\nreentry: {by: n}"))
    for user in ("old", "ada"):
        scene.identify(user)
        scene.track(user, "Form Submitted", n=user)
    merge(scene)

    assert scene.one("select count(*) from run where state = 'active' and entry_key <> ''") == 2
    assert scene.one("select count(distinct contact_id) from run where entry_key <> ''") == 1


def test_who_was_merged_twice_points_to_the_last_winner(scene: Scene) -> None:
    ids = [scene.identify(user) for user in ("ada", "b", "c")]
    merge(scene, "b", "c")
    merge(scene, "ada", "b")

    assert scene.read(lambda tx: contacts.survivors(tx, ids)) == dict.fromkeys(ids, ids[0])


def test_waits_follow_and_wake_by_the_winners_event(scene: Scene) -> None:
    scene.publish("""
journey: waiter
triggers: [{event: Start}]
steps:
  w: {wait_for: {event: Go, since: now, timeout: 9d}, next: t}
  t: {update: {add_tags: [woken]}}
""")
    scene.identify("ada")
    scene.identify("old")
    scene.track("old", "Start")
    scene.walk()
    merge(scene)
    scene.track("ada", "Go")
    scene.walk()

    assert scene.all("select name from tag") == ["woken"]
    assert scene.one("select count(*) from wait") == 0
