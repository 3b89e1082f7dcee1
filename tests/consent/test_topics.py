"""Topics: checked, published, in several languages; consent that is only implied ends with them; whom a journey cannot reach."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import DAY, HOUR, MINUTE, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import documents, flow
from tidings.consent import service as consent, topics
from tidings.consent.models import Grant
from tidings.flow.people import found
from tidings.journeys import giving_way
from tidings.messages import ledger, service as messages
from tidings.messages.models import Asked
from tidings.rules.tree import parse
from tidings.runtime.errors import Conflict, Invalid

NEWS = {"topic": "news", "title": "News", "expires": "26w", "translations": {"de": {"title": "Neuigkeiten"}}}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"topic": "No Name", "title": "x"}, "topic"),
        ({"topic": "news"}, ""),
        ({"topic": "news", "title": ""}, "title"),
        ({"topic": "news", "title": "x", "expires": "soon"}, "expires"),
        ({"topic": "news", "title": "x", "expires": "-1d"}, "expires"),
        ({"topic": "news", "title": "x", "channels": []}, "channels"),
        ({"topic": "news", "title": "x", "colour": "red"}, ""),
    ],
)
def test_a_wrong_topic_names_the_place(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as told:
        documents.check(wrong)

    assert [problem.path for problem in told.value.problems] == [path]


def test_words_come_in_the_closest_language() -> None:
    topic = topics.check(NEWS)

    assert [topic.words(one).title for one in ("de-AT", "de_CH", "DE", "fr", "")] == [
        "Neuigkeiten",
        "Neuigkeiten",
        "Neuigkeiten",
        "News",
        "News",
    ]


def publish(scene: Scene, document: dict[str, Any]) -> None:
    scene.write(lambda tx: documents.publish(tx, documents.check(document), scene.now, actor="ada"))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_implied_consent_ends_with_its_topic_and_express_consent_does_not(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    publish(scene, NEWS)
    ada, bob = scene.identify("ada"), scene.identify("bob")
    grants = [
        Grant(contact_id=ada, channel="email", topic="news", state="subscribed", basis="implied"),
        Grant(contact_id=bob, channel="email", topic="news", state="subscribed", basis="express"),
    ]
    scene.write(lambda tx: flow.consented(tx, grants, scene.setting, scene.now))

    def may(contact_id: int) -> bool:
        found = scene.read(lambda tx: consent.standing(tx, [contact_id]))[contact_id]
        return consent.verdict(found, "email", "news", scene.now).may

    assert may(ada) and may(bob)
    scene.clock.advance(26 * 7 * DAY)
    assert not may(ada) and may(bob)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_topic_that_templates_are_about_is_not_taken_down(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    publish(scene, NEWS)
    scene.publish("template: letter\ntopic: news\nsubject: Hi\ntext: Hi")

    with pytest.raises(Conflict, match="used by template letter"):
        scene.write(lambda tx: documents.take_down(tx, "topic", "news", scene.now))

    scene.publish("template: letter\nsubject: Hi\ntext: Hi")
    scene.write(lambda tx: documents.take_down(tx, "topic", "news", scene.now))
    assert scene.read(topics.all_topics) == []


JOURNEY = {
    "journey": "tell",
    "triggers": [{"event": "A"}],
    "audience": {"attribute": "plan", "eq": "pro"},
    "steps": {
        "letter": {"send": {"channel": "email", "template": "letter"}, "next": "receipt"},
        "receipt": {"send": {"channel": "email", "template": "receipt"}, "next": "end"},
    },
}


@pytest.mark.parametrize("kind", stores.KINDS)
def test_publishing_says_whom_a_journey_cannot_reach_and_finds_them(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.publish("template: letter\ntopic: news\nsubject: Hi\ntext: Hi")
    scene.publish("template: receipt\nclass: transactional\nsubject: Hi\ntext: Hi")
    people = {name: scene.identify(name, email=f"{name}@example.com", plan="pro") for name in ("a", "b", "c", "d")}
    people["e"] = scene.identify("e", plan="pro")
    scene.identify("other", email="o@example.com", plan="free")
    for name in ("a", "b", "c"):
        scene.consent(people[name], "news")
    names = {"scope": "marketing", "reason": "complaint", "source": "x", "now": scene.now}
    scene.write(lambda tx: flow.suppressed(tx, "email", "b@example.com", setting=scene.setting, **names))
    scene.write(lambda tx: flow.held(tx, people["c"], scene.setting, scene.now, reason="talk", until=None, actor="ada"))

    letter, receipt = scene.read(lambda tx: documents.plan(tx, documents.check(JOURNEY), scene.now)).reach

    assert (letter.people, letter.reached) == (5, 1)
    assert letter.stopped == {"no_address": 1, "no_consent": 1, "suppressed": 1, "hold": 1}
    assert letter.sentence.startswith("Of 5 people 4 cannot be reached by email (1: no address for email; ")
    assert (receipt.people, receipt.reached, receipt.stopped) == (5, 4, {"no_address": 1})
    people_found = {
        standing: [row.id for row in scene.read(lambda tx, rule=rule: whoever(scene, tx, rule))]
        for standing, rule in letter.rules.items()
    }
    assert people_found == {
        "no_address": [people["e"]],
        "no_consent": [people["d"]],
        "suppressed": [people["b"]],
        "hold": [people["c"]],
    }


def whoever(scene: Scene, tx: Any, rule: Any) -> Any:
    rows, _ = found(tx, parse(rule, flow.KINDS, "where"), scene.now, order="newest", before=(2**62, 0), limit=9)
    return rows


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_caps_cost_is_told_with_what_one_more_would_release(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.publish("template: letter\ntopic: news\nsubject: Hi\ntext: Hi")
    ada = scene.identify("ada", email="a@example.com")
    scene.consent(ada, "news")
    lane = ledger.Lane(account_id=scene.one("select id from account where name = 'mail'"), is_quiet=False)

    def send(number: int, **more: Any) -> None:
        asked = Asked(
            contact_id=ada,
            source="campaign",
            source_id=number,
            channel="email",
            topic="news",
            due_at=scene.now,
            body={"template": "letter"},
            **more,
        )
        scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger))
        ids = list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=9)))
        scene.write(lambda tx: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
        scene.clock.advance(MINUTE)

    for number, more in ((1, {}), (2, {}), (3, {"if_capped": "skip"})):
        send(number, **more)

    costs = {one.name: one for one in scene.read(lambda tx: giving_way.cost(tx, scene.now - HOUR))}
    assert {name: (one.deferred, one.skipped, one.released) for name, one in costs.items()} == {
        "2": (1, 0, 1),
        "3": (0, 1, 1),
    }
    assert scene.read(lambda tx: giving_way.cost(tx, scene.now + 1)) == []
