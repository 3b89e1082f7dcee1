"""Campaigns: to whom, once each, when and how fast; tried on a part; paused, called back; on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.makers import DAY, HOUR, MINUTE, SECOND, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import documents, flow
from tidings.campaigns import choosing, service as campaigns
from tidings.campaigns.models import Campaign, check
from tidings.channels import Sent
from tidings.messages import engagement, ledger
from tidings.runtime.chance import PRIME
from tidings.runtime.errors import Conflict, Invalid
from tidings.runtime.sql import Statement

TEMPLATES = (
    "template: news\nsubject: News\ntext: News\ntopic: news",
    "template: other\nsubject: Other\ntext: Other\ntopic: news",
)
SPRING: dict[str, Any] = {"campaign": "spring", "template": "news", "audience": {"attribute": "plan", "eq": "pro"}}


def opened(scene: Scene, people: int = 5) -> list[int]:
    """A workspace with templates and people who agreed; the last of them did not."""
    for text in TEMPLATES:
        scene.publish(text)
    ids = [scene.identify(f"u{n}", email=f"u{n}@example.com", plan="pro") for n in range(people)]
    for contact_id in ids[:-1]:
        scene.consent(contact_id, "news")
    scene.identify("free", email="free@example.com", plan="free")
    return ids


def publish(scene: Scene, document: dict[str, Any]) -> None:
    scene.write(lambda tx: documents.publish(tx, documents.check(document), scene.now, actor="ada"))


def launch(scene: Scene, document: dict[str, Any]) -> None:
    publish(scene, document)
    scene.write(lambda tx: flow.launch_campaign(tx, document["campaign"], scene.setting, scene.now, actor="ada"))


def tick(scene: Scene) -> None:
    while scene.write(lambda tx: flow.advance_campaign(tx, scene.setting, scene.now)):
        pass


def state(scene: Scene, name: str = "spring") -> str:
    return str(scene.read(lambda tx: campaigns.get(tx, name)).state)


def send(scene: Scene) -> list[int]:
    """Everything that is due leaves; whose."""
    account = scene.one("select id from account where name = 'mail'")
    lane, left = ledger.Lane(account_id=account, is_quiet=False), list[int]()
    while ids := list(scene.write(lambda tx: ledger.claim(tx, lane, 7, scene.now, limit=50))):
        leaving = scene.write(lambda tx, ids=ids: flow.depart(tx, ids, lane, 7, scene.setting, scene.now))
        going = [one.message.id for one in leaving]
        scene.write(lambda tx, going=going: flow.mark(tx, [], going, lane, 7, scene.setting, scene.now))
        results = [Sent(id=one) for one in going]
        scene.write(lambda tx, results=results: flow.mark(tx, results, [], lane, 7, scene.setting, scene.now))
        left += [one.message.contact_id for one in leaving]
    return left


@pytest.mark.parametrize("kind", stores.KINDS)
def test_everybody_of_the_audience_gets_it_once_and_who_did_not_agree_does_not(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = opened(scene)
    launch(scene, SPRING | {"exclude": {"attribute": "email", "eq": "u0@example.com"}})

    tick(scene)
    left = send(scene)
    tick(scene)

    assert sorted(left) == ids[1:-1]
    assert scene.one("select count(*) from message where state = 'skipped' and reason = 'no_consent'") == 1
    assert scene.one("select count(*) from decision where kind = 'message'") == 4
    assert scene.write(lambda tx: campaigns.finish(tx, scene.now)) and state(scene) == "done"
    with pytest.raises(Conflict, match="was launched before"):
        scene.write(lambda tx: campaigns.launch(tx, "spring", scene.now, scene.now, actor="ada"))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_to_many_it_can_be_called_back_for_thirty_seconds_and_nothing_is_left_of_it(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    opened(scene, 102)
    launch(scene, SPRING)

    scene.clock.advance(29 * SECOND)
    tick(scene)
    scene.write(lambda tx: flow.cancel_campaign(tx, "spring", scene.setting, scene.now))
    scene.clock.advance(MINUTE)
    tick(scene)

    assert state(scene) == "cancelled" and scene.one("select count(*) from message") == 0
    scene.write(lambda tx: flow.launch_campaign(tx, "spring", scene.setting, scene.now, actor="ada"))
    scene.clock.advance(30 * SECOND)
    tick(scene)
    assert state(scene) == "sending" and scene.one("select count(*) from message") == 102


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_paused_campaign_rests_goes_on_and_is_cancelled_for_good(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    opened(scene)
    launch(scene, SPRING | {"per_hour": 60})
    tick(scene)
    first = send(scene)

    scene.write(lambda tx: campaigns.pause(tx, "spring"))
    scene.clock.advance(2 * MINUTE)
    resting = send(scene)
    scene.write(lambda tx: campaigns.resume(tx, "spring"))
    second = send(scene)
    scene.write(lambda tx: flow.cancel_campaign(tx, "spring", scene.setting, scene.now))
    scene.clock.advance(HOUR)

    assert len(first) + len(second) <= 3 and resting == [] and send(scene) == []
    assert scene.one("select count(*) from message where reason = 'campaign cancelled'") >= 1
    with pytest.raises(Conflict, match="is cancelled"):
        scene.write(lambda tx: flow.cancel_campaign(tx, "spring", scene.setting, scene.now))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_it_is_spread_over_the_hour_and_comes_at_the_wall_time_where_each_person_is(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    opened(scene, 1)
    zones = {"tokyo": "Asia/Tokyo", "berlin": "Europe/Berlin", "york": "America/New_York"}
    people = {n: scene.identify(n, email=f"{n}@example.com", plan="local", timezone=z) for n, z in zones.items()}
    for contact_id in people.values():
        scene.consent(contact_id, "news")
    at = "2026-01-10T09:00"
    audience = {"attribute": "plan", "eq": "local"}
    launch(scene, SPRING | {"campaign": "local", "audience": audience, "at": at, "local": True})
    launch(scene, SPRING | {"campaign": "spread", "audience": audience, "per_hour": 60})

    tick(scene)
    assert scene.one("select count(*) from message where source_id = :i", i=number(scene, "local")) == 0
    spread = scene.all("select due_at from message where source_id = :i order by due_at", i=number(scene, "spread"))
    assert [one - spread[0] for one in spread] == [0, MINUTE, 2 * MINUTE]
    scene.clock.advance(10 * DAY)
    tick(scene)

    due = {
        name: scene.one(
            "select due_at from message where source_id = :i and contact_id = :c",
            i=number(scene, "local"),
            c=contact_id,
        )
        for name, contact_id in people.items()
    }
    assert due == {name: local(at, zone) for name, zone in zones.items()}


def local(text: str, zone: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1_000)


def number(scene: Scene, name: str) -> int:
    return int(scene.one("select id from document where kind = 'campaign' and name = :name", name=name))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_part_gets_the_variants_and_the_rest_what_people_clicked_most(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = opened(scene, 61)
    variants = {"a": {"template": "news"}, "b": {"template": "other"}}
    trial = {"share": 50, "after": "4h"}
    launch(scene, {"campaign": "spring", "audience": SPRING["audience"], "variants": variants, "trial": trial})

    tick(scene)
    tried = send(scene)
    assert state(scene) == "testing" and 10 < len(tried) < 50
    for message_id in scene.all("select id from message where step = 'b' and sent_at is not null limit 3"):
        visit = engagement.Visit(
            kind="clicked", at=scene.now + MINUTE, link=0, url="https://x", agent="Mozilla/5.0 Firefox/140.0"
        )
        scene.write(lambda tx, m=message_id, v=visit: flow.visited(tx, m, v, scene.setting))
    scene.clock.advance(4 * HOUR - SECOND)
    tick(scene)
    assert state(scene) == "testing"
    scene.clock.advance(SECOND)
    tick(scene)
    rest = send(scene)

    assert sorted(tried + rest) == ids[:-1]
    assert scene.read(lambda tx: campaigns.get(tx, "spring")).winner == "b"
    tried_steps = scene.all("select distinct step from message order by step")
    assert tried_steps == ["a", "b"]
    assert scene.one("select count(*) from message where step = 'a'") < 31


@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_list_before_take_off_names_what_keeps_it(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    opened(scene)

    def looked(**more: Any) -> flow.Preflight:
        checked = check(SPRING | more, flow.KINDS)
        return scene.read(lambda tx: flow.preflight(tx, checked, scene.setting, scene.now))  # type: ignore[no-any-return]

    fine, nobody = looked(), looked(audience={"attribute": "plan", "eq": "none"})
    assert fine.may_go and (fine.people, fine.reach[0].reached, fine.reach[0].stopped) == (5, 4, {"no_consent": 1})
    assert fine.sample_id is not None and fine.sender == "mail" and fine.call_back_until == scene.now
    assert not nobody.may_go
    errors = {
        one.what
        for found in (nobody, looked(template="gone"), looked(account="nobody"))
        for one in found.remarks
        if one.level == "error"
    }
    assert errors >= {"Nobody is in its audience.", "There is no live template 'gone'.", "No sender can send it."}
    publish(scene, SPRING | {"template": "gone"})
    with pytest.raises(Invalid, match="There is no live template 'gone'"):
        scene.write(lambda tx: flow.launch_campaign(tx, "spring", scene.setting, scene.now, actor="ada"))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_who_opened_by_a_machine_alone_is_not_written_to_again(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = opened(scene, 5)
    launch(scene, SPRING)
    tick(scene)
    send(scene)
    by = {contact_id: scene.one("select id from message where contact_id = :c", c=contact_id) for contact_id in ids}
    add = Statement(
        "open",
        "insert into engagement (message_id, contact_id, kind, at, verdict) values (:m, :c, 'opened', 0, :v)",
    )
    scene.write(lambda tx: tx.run(add, m=by[ids[0]], c=ids[0], v="machine"))
    scene.write(lambda tx: tx.run(Statement("o", "update message set opened_at = 1 where id = :m"), m=by[ids[1]]))
    rule = {"all": [{"campaign": "spring", "did": "sent"}, {"not": {"campaign": "spring", "did": "opened"}}]}

    launch(scene, {"campaign": "again", "template": "other", "audience": rule})
    tick(scene)

    again = scene.all("select contact_id from message where source_id = :i order by 1", i=number(scene, "again"))
    assert again == ids[2:4]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"audience": None}, "audience"),
        ({"audience": {"nothing": 1}}, "audience"),
        ({"exclude": {"nothing": 1}}, "exclude"),
        ({"template": ""}, "template"),
        ({"variants": {"a": {"template": "x"}}}, "template"),
        ({"template": "", "variants": {"A B": {"template": "x"}}}, "variants.A B"),
        ({"trial": {"share": 20}}, "trial"),
        ({"at": "tomorrow"}, "at"),
        ({"local": True}, "local"),
        ({"max_late": "soon"}, "max_late"),
        ({"per_hour": 0}, "per_hour"),
        ({"colour": "red"}, ""),
    ],
)
def test_a_wrong_campaign_names_the_place(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as told:
        documents.check(SPRING | wrong)

    assert path in [problem.path for problem in told.value.problems]


def test_variants_are_dealt_by_weight_and_the_trial_by_its_share() -> None:
    variants = {"a": {"template": "t", "weight": 3}, "b": {"template": "u"}}
    written = {"campaign": "x", "audience": {"all": []}, "variants": variants, "trial": {"share": 25}}
    document = check(written, flow.KINDS).document
    shares = range(0, PRIME, PRIME // 4_000)

    dealt = [choosing.variant_of(document, 7, share) for share in shares]
    tried = [choosing.is_on_trial(document, 7, share) for share in shares]

    assert 0.72 < dealt.count("a") / len(dealt) < 0.78
    assert 0.22 < sum(tried) / len(tried) < 0.28
    assert dealt != [choosing.variant_of(document, 8, share) for share in shares]


def test_of_equals_the_one_that_is_written_first_wins() -> None:
    document = Campaign(campaign="x", variants={})
    tallies = {"": choosing.Tally(sent=0, clicked=0)}

    assert choosing.winner(document, tallies) == ""
