"""The policy on real stores: caps that hold under concurrency, winners that are named, holds, review; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec
import pytest

from tests.makers import ACCOUNT, HOUR, MINUTE, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.channels import Failed, Result, Sent, Why, service as channels
from tidings.contacts.identity import Same
from tidings.messages import ledger, service as messages
from tidings.messages.limits import Cap
from tidings.messages.models import Asked, Ledger

TEMPLATES = (
    "template: news\nsubject: News\ntext: News\ntopic: news",
    "template: receipt\nclass: transactional\nsubject: Receipt\ntext: Thank you",
)
JOURNEYS = (
    "journey: low\npriority: 1\ntriggers: [{event: A}]\nsteps: {s: {send: {channel: email, template: news}, next: end}}",
    "journey: high\npriority: 5\ntriggers: [{event: A}]\nsteps: {s: {send: {channel: email, template: news}, next: end}}",
)


def lane(scene: Scene) -> ledger.Lane:
    return ledger.Lane(account_id=scene.one("select id from account where name = 'mail'"), is_quiet=False)


def opened(scene: Scene) -> Scene:
    for text in (*TEMPLATES, *JOURNEYS):
        scene.publish(text)
    return scene


def reader(scene: Scene, name: str = "ada") -> int:
    contact_id = scene.identify(name, email=f"{name}@example.com")
    scene.consent(contact_id, "news")
    return contact_id


def ask(scene: Scene, contact_id: int, number: int, **more: object) -> int:
    names = {"source": "campaign", "source_id": number, "channel": "email", "topic": "news", "due_at": scene.now}
    names |= {"body": {"template": "news"}}
    asked = Asked(contact_id=contact_id, **(names | more))  # type: ignore[arg-type]
    found = scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger))
    return int(next(iter(found.values())))


def depart(scene: Scene, owner: int = 7, limit: int = 100) -> list[int]:
    """What is due is claimed and decided; which leave."""
    here = lane(scene)
    ids = list(scene.write(lambda tx: ledger.claim(tx, here, owner, scene.now, limit=limit)))
    if not ids:
        return []
    leaving = scene.write(lambda tx: flow.depart(tx, ids, here, owner, scene.setting, scene.now))
    return [one.message.id for one in leaving]


def settle(scene: Scene, results: Sequence[Result]) -> None:
    ids, here = [result.id for result in results], lane(scene)
    scene.write(lambda tx: flow.mark(tx, [], ids, here, 7, scene.setting, scene.now))
    scene.write(lambda tx: flow.mark(tx, results, [], here, 7, scene.setting, scene.now))


def states(scene: Scene) -> dict[int, str]:
    rows = scene.all("select cast(id as text) || ':' || state || ':' || reason from message order by id")
    return {int(number): f"{state} {reason}".strip() for number, state, reason in (row.split(":", 2) for row in rows)}


@pytest.mark.parametrize("kind", stores.KINDS)
def test_two_journeys_a_campaign_and_a_receipt_due_together(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    scene.track("ada", "A")
    scene.walk()
    campaign = ask(scene, contact_id, 1)
    receipt = ask(scene, contact_id, 1, source="api", message_class="transactional", body={"template": "receipt"})

    at_once = depart(scene)
    scene.clock.advance(MINUTE)
    after_a_minute = depart(scene)

    assert at_once == [receipt]
    low, high = (
        scene.one("select m.id from message m join run r on r.id = m.source_id and m.source = 'journey' "
                  "join journey j on j.id = r.journey_id where j.name = :name", name=name)
        for name in ("low", "high")
    )  # fmt: skip
    assert after_a_minute == [high]
    told = states(scene)
    assert told[low] == told[campaign] == "deferred arbitration"
    for loser in (low, campaign):
        decision = scene.read(lambda tx, loser=loser: messages.decisions_of(tx, contact_id, "message", loser))[-1]
        assert msgspec.json.decode(decision.evidence)["winner"]["message_id"] == high
    due = scene.all("select due_at from message where state = 'deferred'")
    assert due == [scene.now + 16 * HOUR] * 2

    scene.clock.advance(16 * HOUR + MINUTE)
    assert depart(scene) == [low]
    assert states(scene)[campaign] == "skipped arbitration"


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_winner_that_fails_opens_its_cell_again(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    first, second = ask(scene, contact_id, 1, priority=2), ask(scene, contact_id, 2)
    scene.clock.advance(MINUTE)
    assert depart(scene) == [first]
    assert states(scene)[second] == "deferred arbitration"

    settle(scene, [Failed(id=first, why=Why.CONTENT_REFUSED)])

    assert depart(scene) == [second]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_was_sent_counts_for_the_winner_of_a_merge(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    ada, lovelace = reader(scene, "ada"), reader(scene, "lovelace")
    sent = ask(scene, lovelace, 1)
    assert depart(scene) == [sent]
    settle(scene, [Sent(id=sent)])
    scene.write(lambda tx: flow.merge(tx, Same(winner=ada, loser=lovelace), scene.setting, scene.now, cause="test"))
    scene.consent(ada, "news")

    scene.clock.advance(HOUR)
    later = ask(scene, ada, 2)

    assert depart(scene) == []
    assert states(scene)[later] == "deferred frequency_cap"


def test_thirty_two_workers_never_overshoot_a_cap(both: Both) -> None:
    scene = opened(both.scene("postgres"))
    scene.setting.ledger = ledger_with(scene, Cap(count=2, within="1h"))
    people = [reader(scene, f"p{number}") for number in range(12)]
    for number in range(8):
        for contact_id in people:
            ask(scene, contact_id, number, due_at=scene.now - number * MINUTE)  # each in a minute of its own
    sent, problems = list[int](), list[BaseException]()

    here = lane(scene)

    def work(owner: int) -> None:
        try:
            while ids := depart(scene, owner, limit=3):
                sent.extend(ids)
            while scene.write(lambda tx: ledger.claim(tx, here, owner, scene.now, limit=1)):
                pass
        except BaseException as error:
            problems.append(error)

    workers = [threading.Thread(target=work, args=(owner,)) for owner in range(100, 132)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert problems == []
    counts = scene.all("select count(*) from cap_use group by contact_id")
    assert len(counts) == 12 and max(counts) == 2
    assert len(sent) == len(set(sent)) <= 24


def ledger_with(scene: Scene, *caps: Cap) -> Ledger:
    return Ledger(epoch=scene.setting.ledger.epoch, caps=caps)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_hold_withdraws_what_has_not_left_and_stops_what_comes_until_it_is_released(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    waiting = ask(scene, contact_id, 1, due_at=scene.now + HOUR)
    receipt = ask(scene, contact_id, 2, source="api", message_class="transactional", body={"template": "receipt"})

    scene.write(
        lambda tx: flow.held(tx, contact_id, scene.setting, scene.now, reason="we talk", until=None, actor="ada")
    )
    later = ask(scene, contact_id, 3)
    left = depart(scene)

    assert left == [receipt]
    assert states(scene)[waiting] == "cancelled hold" and states(scene)[later] == "skipped hold"
    (hold,) = scene.read(lambda tx: messages.standing_holds(tx, [contact_id], scene.now))
    scene.write(lambda tx: flow.released(tx, contact_id, hold.id, scene.setting, scene.now, actor="Mara"))
    again = ask(scene, contact_id, 4)
    assert depart(scene) == [again]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_hold_with_an_end_is_over_by_itself(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    until = scene.now + HOUR
    scene.write(lambda tx: flow.held(tx, contact_id, scene.setting, scene.now, reason="call", until=until, actor="ada"))

    scene.clock.advance(HOUR)

    assert scene.read(lambda tx: messages.standing_holds(tx, [contact_id], scene.now)) == []
    number = ask(scene, contact_id, 1)
    assert depart(scene) == [number]


REVIEWED = """
journey: careful
triggers: [{event: B}]
steps:
  s: {send: {channel: email, template: news}, mode: review, next: end, on_skipped: other}
  other: {update: {attributes: {seen: rejected}}, next: end}
"""


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_is_to_be_read_first_waits_and_passes_every_gate_when_it_is_approved(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    scene.publish(REVIEWED)
    for name in ("ada", "bob", "cy"):
        reader(scene, name)
        scene.track(name, "B")
    scene.walk()
    ada, bob, cy = scene.all("select id from message order by contact_id")
    assert depart(scene) == [] and set(states(scene).values()) == {"held review"}

    scene.consent(scene.one("select contact_id from message where id = :id", id=bob), "news", "unsubscribed")
    approved = scene.write(lambda tx: flow.approved(tx, [ada, bob], scene.setting, scene.now, actor="Mara"))
    rejected = scene.write(lambda tx: flow.rejected(tx, [cy, ada], scene.setting, scene.now, actor="Mara"))
    left = depart(scene)
    scene.walk()

    assert (approved, rejected, left) == ([ada], [cy], [ada])
    assert states(scene)[bob] == "cancelled unsubscribed" and states(scene)[cy] == "cancelled rejected"
    assert scene.one("select count(*) from contact_change where path = 'seen'") == 2
    by_hand = "select outcome || ' ' || reason from decision where outcome in ('approve', 'reject') order by subject_id"
    assert scene.all(by_hand) == ["approve by Mara", "reject by Mara"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_was_approved_is_read_again_when_its_template_has_changed(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    number = ask(scene, reader(scene), 1, mode="review")
    scene.write(lambda tx: flow.approved(tx, [number], scene.setting, scene.now, actor="Mara"))
    scene.publish(TEMPLATES[0].replace("subject: ", "subject: Other "))

    assert depart(scene) == []
    assert states(scene)[number] == "held review"
    assert scene.all("select reason from decision where outcome = 'hold'") == ["changed"]

    scene.write(lambda tx: flow.approved(tx, [number], scene.setting, scene.now, actor="Jonas"))
    assert depart(scene) == [number]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_who_held_and_who_released_is_kept(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    scene.write(
        lambda tx: flow.held(tx, contact_id, scene.setting, scene.now, reason="we talk", until=None, actor="Ada")
    )
    (hold,) = scene.read(lambda tx: messages.standing_holds(tx, [contact_id], scene.now))
    scene.write(lambda tx: flow.released(tx, contact_id, hold.id, scene.setting, scene.now, actor="Mara"))

    assert scene.all("select outcome || ' ' || reason from decision where kind = 'hold' order by id") == [
        "hold by Ada",
        "release by Mara",
    ]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_waits_for_an_account_is_still_read_first(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    scene.publish(REVIEWED.replace("template: news}", "template: news, account: later}"))
    reader(scene)
    scene.track("ada", "B")
    scene.walk()
    assert list(states(scene).values()) == ["held no account for later"]

    scene.write(lambda tx: tx.run(ACCOUNT, name="later", plugin="sandbox", channel="email", config={}))
    later = next(one for one in scene.read(channels.accounts) if one.name == "later")
    scene.write(lambda tx: flow.adopt(tx, later, scene.setting))

    assert list(states(scene).values()) == ["held review"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_was_approved_late_waits_for_a_cap_like_any_other(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    contact_id = reader(scene)
    late = ask(scene, contact_id, 1, mode="review")
    scene.clock.advance(72 * HOUR)
    first = ask(scene, contact_id, 2)
    assert depart(scene) == [first]

    scene.clock.advance(MINUTE)
    scene.write(lambda tx: flow.approved(tx, [late], scene.setting, scene.now, actor="Mara"))
    assert depart(scene) == []

    assert states(scene)[late] == "deferred frequency_cap"


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_draft_step_sends_nothing_and_its_run_goes_on(both: Both, kind: str) -> None:
    scene = opened(both.scene(kind))
    scene.publish(REVIEWED.replace("mode: review", "mode: draft"))
    reader(scene)
    scene.track("ada", "B")
    scene.walk()

    assert depart(scene) == []
    scene.walk()

    assert list(states(scene).values()) == ["skipped draft"]
    assert scene.one("select count(*) from run where state = 'completed'") == 1
