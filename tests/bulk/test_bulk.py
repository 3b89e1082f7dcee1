"""One change for many people goes on in slices, starts nothing, raises no consent silently, and is undone; on both databases."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.makers import DAY, Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.bulk import service as bulk
from tidings.bulk.models import About, Agreement, Deed
from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.contacts.models import Update
from tidings.flow.people import Wanted
from tidings.runtime.errors import Conflict, Invalid, NotFound

PRO = Wanted(where=json.dumps({"attribute": "plan", "eq": "pro"}))


def begun(scene: Scene, deed: Deed, ids: list[int] | None = None, filters: Wanted = PRO) -> bulk.Job:
    chosen = flow.Chosen(ids=ids) if ids else flow.Chosen(filters=filters)
    job: bulk.Job = scene.write(lambda tx: flow.begin_bulk(tx, deed, chosen, scene.now, actor="ada"))
    return job


def ended(scene: Scene, job: bulk.Job) -> bulk.Job:
    while scene.write(lambda tx: flow.advance_bulk(tx, scene.setting, scene.now)):
        pass
    found: bulk.Job = scene.read(lambda tx: bulk.get(tx, job.id))
    return found


def undone(scene: Scene, job: bulk.Job) -> None:
    scene.write(lambda tx: bulk.undo(tx, job.id, scene.now))
    assert ended(scene, job).state == "undone"


def people(scene: Scene, count: int, **traits: Any) -> list[int]:
    return [scene.identify(f"u{n}", email=f"u{n}@example.com", **traits) for n in range(count)]


def tags(scene: Scene, contact_id: int) -> list[str]:
    found: list[str] = scene.read(lambda tx: contacts.tags_of(tx, [contact_id])).get(contact_id, [])
    return found


def known(scene: Scene, contact_id: int) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(scene.read(lambda tx: contacts.get(tx, contact_id)).attributes)
    return found


def state(scene: Scene, contact_id: int, topic: str) -> str:
    found = scene.read(lambda tx: consent.standing(tx, [contact_id])).get(contact_id, [])
    return next((one.state for one in found if one.topic == topic), "none")


@pytest.mark.parametrize("kind", stores.KINDS)
def test_everybody_whom_a_filter_finds_is_changed_although_the_change_ends_the_filter(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = people(scene, bulk.SLICE + 20, plan="pro", city="Paris")
    other = scene.identify("other", plan="free")

    job = begun(scene, Deed(attributes={"plan": "team", "city": None}, add_tags=["moved"]))
    late = scene.identify("late", plan="pro")
    done = ended(scene, job)

    assert (job.total, bool(job.is_exact)) == (len(ids), True)
    assert (done.state, done.seen_count, done.changed_count) == ("done", len(ids), len(ids))
    assert {known(scene, i)["plan"] for i in ids} == {"team"} and "city" not in known(scene, ids[0])
    assert tags(scene, ids[-1]) == ["moved"]
    assert tags(scene, other) == [] and known(scene, late)["plan"] == "pro"


@pytest.mark.parametrize("kind", stores.KINDS)
def test_undo_restores_what_nobody_has_changed_since(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, bob, eve = people(scene, 3, plan="pro")
    scene.write(lambda tx: contacts.update(tx, [Update(contact_id=eve, add_tags=["vip"])], scene.now, "test"))
    scene.write(lambda tx: contacts.save_list(tx, "spring", scene.now))
    job = ended(scene, begun(scene, Deed(attributes={"plan": "team"}, add_tags=["vip"], join="spring")))
    scene.identify("u1", plan="free")

    undone(scene, job)

    assert [known(scene, i)["plan"] for i in (ada, bob, eve)] == ["pro", "free", "pro"]
    assert [tags(scene, i) for i in (ada, bob, eve)] == [[], [], ["vip"]]
    assert scene.read(lambda tx: contacts.lists_of(tx, [ada, bob, eve])) == {}
    with pytest.raises(Conflict, match="is undone"):
        scene.write(lambda tx: bulk.undo(tx, job.id, scene.now))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_consent_needs_a_proof_and_brings_nobody_back_who_has_left(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    new, gone, left_all = people(scene, 3)
    scene.consent(gone, "news", "unsubscribed")
    scene.consent(left_all, "", "unsubscribed")
    deed = Deed(subscribe=Agreement(channel="email", topic="news", statement="Signed at the fair, 3 May"))

    job = ended(scene, begun(scene, deed, [new, gone, left_all]))

    assert (job.seen_count, job.changed_count) == (3, 1)
    assert [state(scene, i, "news") for i in (new, gone, left_all)] == ["subscribed", "unsubscribed", "none"]
    (proof,) = scene.read(lambda tx: consent.records_of(tx, [new]))
    assert (proof.method, proof.wording, proof.actor) == ("bulk", "Signed at the fair, 3 May", "ada")
    undone(scene, job)
    assert state(scene, new, "news") == "none"
    with pytest.raises(Invalid, match="statement"):
        begun(scene, Deed(subscribe=Agreement(channel="email", topic="news", statement=" ")), [new])


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_withdrawal_is_not_undone_and_an_older_suppression_outlives_the_undo(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, bob = people(scene, 2)
    scene.consent(ada, "news")
    complaint = {"scope": "marketing", "reason": "complaint", "source": "provider", "now": scene.now}
    scene.write(lambda tx: consent.suppress(tx, [("email", "u1@example.com")], **complaint))

    job = ended(scene, begun(scene, Deed(unsubscribe=About(channel="email", topic="news"), suppress=True), [ada, bob]))
    assert scene.one("select count(*) from suppression") == 2
    undone(scene, job)

    assert [state(scene, i, "news") for i in (ada, bob)] == ["unsubscribed", "unsubscribed"]
    assert scene.all("select reason from suppression") == ["complaint"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_list_that_is_joined_in_bulk_starts_no_journey_and_an_exit_follows(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.write(lambda tx: contacts.save_list(tx, "spring", scene.now))
    scene.publish("""
        journey: greet
        triggers: [{event: list.joined}]
        steps: {rest: {wait: {for: 1d}}}
    """)
    scene.publish("""
        journey: care
        triggers: [{event: Signed Up}]
        exit: [{tag: done}]
        steps: {rest: {wait: {for: 10d}}}
    """)
    (ada,) = people(scene, 1)
    scene.track("u0", "Signed Up")

    ended(scene, begun(scene, Deed(add_tags=["done"], join="spring"), [ada]))

    assert scene.all("select state from run") == ["exited"]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_whoever_waits_for_a_list_goes_on_when_it_is_joined_in_bulk(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.write(lambda tx: contacts.save_list(tx, "spring", scene.now))
    scene.publish("""
        journey: patient
        triggers: [{event: Signed Up}]
        steps: {rest: {wait_for: {event: list.joined, since: now, timeout: 9d}, next: end}}
    """)
    (ada,) = people(scene, 1)
    scene.track("u0", "Signed Up")
    scene.walk()
    before = scene.all("select state from run")

    ended(scene, begun(scene, Deed(join="spring"), [ada]))
    scene.walk()

    assert (before, scene.all("select state from run")) == (["active"], ["completed"])


@pytest.mark.parametrize("kind", stores.KINDS)
def test_it_stops_where_it_stands_and_after_a_day_it_is_not_undone(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = people(scene, bulk.SLICE + 5, plan="pro")
    job = begun(scene, Deed(add_tags=["a"]))
    scene.write(lambda tx: flow.advance_bulk(tx, scene.setting, scene.now))

    stopped = scene.write(lambda tx: bulk.stop(tx, job.id, scene.now))

    assert not scene.write(lambda tx: flow.advance_bulk(tx, scene.setting, scene.now))
    assert (stopped.state, stopped.changed_count) == ("stopped", bulk.SLICE)
    assert tags(scene, ids[0]) == [] and tags(scene, ids[-1]) == ["a"]
    with pytest.raises(Conflict, match="more than a day"):
        scene.write(lambda tx: bulk.undo(tx, job.id, scene.now + DAY + 1))


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_cannot_be_done_is_refused_with_its_place(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    (ada,) = people(scene, 1)

    for deed, place in ((Deed(), "deed"), (Deed(attributes={"email": "x@example.com"}), "deed.attributes.email")):
        with pytest.raises(Invalid) as found:
            begun(scene, deed, [ada])
        assert found.value.problems[0].path == place
    with pytest.raises(NotFound):
        begun(scene, Deed(join="nowhere"), [ada])
    assert scene.one("select count(*) from bulk_job") == 0
