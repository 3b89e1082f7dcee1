"""People are found by what a list may ask, page after page, the same on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import HOUR, Scene
from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.flow import people, standing
from tidings.messages import ledger
from tidings.rules import finding
from tidings.runtime.database import Database
from tidings.runtime.errors import Invalid, NotFound

TEMPLATE = "template: hello\nchannel: email\nclass: promotional\ntopic: news\nsubject: Hi\ntext: Hi\n"
JOURNEY = """
journey: welcome
triggers: [{event: Signed Up}]
steps:
  pause: {wait: {for: 2d, window: {days: weekdays, from: "09:00", to: "17:00"}}, next: hello}
  hello: {send: {channel: email, template: hello}, next: end}
"""
LANE = ledger.Lane(account_id=1, is_quiet=False)


@pytest.fixture
def scene(database: Database) -> Scene:
    """Ada (pro, vip, subscribed), Ben (free, unsubscribed), Cay (subscribed once, suppressed), Dee (nothing)."""
    scene = Scene(database)
    scene.publish(TEMPLATE)
    scene.publish(JOURNEY)
    ada = scene.identify("u-ada", email="ada@example.com", first_name="Ada", last_name="Lovelace", plan="pro", seats=3)
    ben = scene.identify("u-ben", email="ben@example.com", name="Ben_100%", plan="free", phone="+4915112345678")
    cay = scene.identify("u-cay", email="cay@example.com", plan="pro")
    scene.identify("U-DEE")
    scene.write(lambda tx: flow.changed(tx, [tagged(ada, "vip")], scene.setting, scene.now, cause="test"))
    for contact, state, topic in ((ada, "subscribed", "news"), (ben, "unsubscribed", ""), (cay, "subscribed", "")):
        grant = Grant(contact_id=contact, channel="email", topic=topic, state=state)  # type: ignore[arg-type]
        scene.write(lambda tx, g=grant: flow.consented(tx, [g], scene.setting, scene.now))
    address = [("email", "cay@example.com")]
    names: dict[str, Any] = {"scope": "all", "reason": "hard_bounce", "source": "t", "now": scene.now}
    scene.write(lambda tx: consent.suppress(tx, address, **names))
    scene.track("u-ada", "Signed Up")
    scene.walk()
    return scene


def tagged(contact: int, tag: str) -> Any:
    from tidings.contacts.models import Update

    return Update(contact_id=contact, add_tags=[tag])


def found(scene: Scene, **wanted: str) -> list[str]:
    """The labels of whoever is found, and the count says the same."""

    def unit(tx: Any) -> list[str]:
        rule = people.rule_of(tx, people.Wanted(**wanted))
        rows, _ = people.found(tx, rule, scene.now, order="newest", before=(2**62, 2**62), limit=50)
        assert finding.count(tx, rule, scene.now) == (len(rows), True)
        return [row.label for row in rows]

    return scene.read(unit)  # type: ignore[no-any-return]


EVERYBODY = ["U-DEE", "cay@example.com", "Ben_100%", "Ada Lovelace"]


@pytest.mark.parametrize(
    ("wanted", "labels"),
    [
        ({}, EVERYBODY),
        ({"q": "u-ada"}, ["Ada Lovelace"]),
        ({"q": "u-dee"}, []),
        ({"q": "U-D"}, ["U-DEE"]),
        ({"q": "ADA@"}, ["Ada Lovelace"]),
        ({"q": "+49151"}, ["Ben_100%"]),
        ({"q": "lovel"}, ["Ada Lovelace"]),
        ({"q": "ada love"}, ["Ada Lovelace"]),
        ({"q": "ben_1"}, ["Ben_100%"]),
        ({"q": "benX1"}, []),
        ({"q": "%"}, []),
        ({"q": "  "}, EVERYBODY),
        ({"tag": "vip"}, ["Ada Lovelace"]),
        ({"tag": "none"}, []),
        ({"subscribed": "email"}, ["cay@example.com"]),
        ({"subscribed": "email:news"}, ["cay@example.com", "Ada Lovelace"]),
        ({"subscribed": "sms"}, []),
        ({"reachable": "email"}, ["Ada Lovelace"]),
        ({"in_journey": "welcome"}, ["Ada Lovelace"]),
        ({"has": "seats"}, ["Ada Lovelace"]),
        ({"where": '{"attribute": "plan", "eq": "pro"}'}, ["cay@example.com", "Ada Lovelace"]),
        ({"where": '[{"attribute": "plan", "eq": "pro"}, {"not": {"tag": "vip"}}]'}, ["cay@example.com"]),
        ({"where": '{"event": "Signed Up", "within": "1d"}'}, ["Ada Lovelace"]),
        ({"where": '{"property": "form", "eq": "x"}'}, []),
        ({"where": '{"message": "hello", "did": "opened"}'}, []),
        ({"q": "ada", "tag": "vip", "reachable": "email", "has": "plan"}, ["Ada Lovelace"]),
    ],
    ids=str,
)
def test_a_filter_finds_whom_it_names(scene: Scene, wanted: dict[str, str], labels: list[str]) -> None:
    assert found(scene, **wanted) == labels


def test_a_filter_that_is_wrong_is_named(scene: Scene) -> None:
    for wrong in ("{", '{"colour": "red"}', "7", '{"attribute": "plan", "eq": "a", "gt": 1}'):
        with pytest.raises(Invalid) as refused:
            found(scene, where=wrong)
        assert refused.value.problems[0].path.startswith("where")
    with pytest.raises(NotFound):
        found(scene, in_journey="none")


def test_pages_follow_each_other_in_both_orders(scene: Scene) -> None:
    for order in ("newest", "changed"):
        seen, place = list[int](), (2**62, 2**62)
        while True:
            rows, place = scene.read(
                lambda tx, o=order, p=place: people.found(tx, None, scene.now, order=o, before=p, limit=3)
            )
            seen += [row.id for row in rows]
            if len(rows) < 3:
                break
        assert len(seen) == len(set(seen)) == 4, order


def test_whoever_changed_last_comes_first(scene: Scene) -> None:
    scene.clock.set(scene.now + HOUR)
    scene.identify("u-ben", plan="pro")

    rows, _ = scene.read(lambda tx: people.found(tx, None, scene.now, order="changed", before=(2**62, 2**62), limit=2))

    assert rows[0].label == "Ben_100%"


def test_the_list_shows_where_people_are_reached(scene: Scene) -> None:
    rows, _ = scene.read(lambda tx: people.found(tx, None, scene.now, order="newest", before=(2**62, 2**62), limit=9))
    by_label = {row.label: row for row in rows}

    assert {label: row.reachable for label, row in by_label.items()} == {
        "U-DEE": [],
        "cay@example.com": [],
        "Ben_100%": [],
        "Ada Lovelace": ["email"],
    }
    assert by_label["Ben_100%"].phone == "+4915112345678"
    assert by_label["Ada Lovelace"].tags == ["vip"]
    assert by_label["Ada Lovelace"].last_event_at == scene.now


# --- one person -------------------------------------------------------------------------------------------------------


def stands(scene: Scene, user: str) -> standing.ContactReach:
    contact = scene.one("select contact_id from identifier where value = :user", user=user)
    return scene.read(  # type: ignore[no-any-return]
        lambda tx: standing.standing(tx, contact, scene.setting.live, scene.now)
    )


def test_why_a_channel_does_not_reach_somebody_is_said(scene: Scene) -> None:
    told = {
        user: {one.channel: (one.can, one.why) for one in stands(scene, user).channels}
        for user in ("u-ada", "u-ben", "u-cay", "U-DEE")
    }

    assert told["u-ada"]["email"] == ("some_topics", "Only about news.")
    assert told["u-ben"]["email"] == ("service_only", "They unsubscribed from email.")
    assert told["u-cay"]["email"] == ("nothing", "cay@example.com is suppressed: messages to it came back.")
    assert told["U-DEE"]["email"] == ("nothing", "There is no address for email.")


def test_what_comes_next_and_why_then_is_said(scene: Scene) -> None:
    (waiting,) = stands(scene, "u-ada").next

    assert (waiting.kind, waiting.journey, waiting.step) == ("step", "welcome", "pause")
    assert waiting.due_at is not None and waiting.due_at > scene.now
    assert waiting.why == ("It waits 2 days, then until a weekday between 09:00 and 17:00 in their time zone.")

    scene.clock.set(waiting.due_at)
    scene.walk()
    (message,) = stands(scene, "u-ada").next
    assert (message.kind, message.template, message.state) == ("message", "hello", "queued")
    assert stands(scene, "u-ada").last is None

    claimed = scene.write(lambda tx: ledger.claim(tx, LANE, 7, scene.now, limit=10))
    scene.write(lambda tx: flow.depart(tx, list(claimed), LANE, 7, scene.setting, scene.now))
    (message,) = stands(scene, "u-ada").next
    assert message.state == "sending"


def test_each_run_says_where_it_stands(scene: Scene) -> None:
    contact = scene.one("select contact_id from identifier where value = 'u-ada'")

    (way,) = scene.read(lambda tx: standing.ways(tx, contact, scene.setting.live))

    assert (way.journey, way.state, way.step, way.waits_for) == ("welcome", "active", "pause", "time")
    assert way.trigger == "Signed Up"
