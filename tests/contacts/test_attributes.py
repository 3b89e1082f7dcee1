"""What is known of a person (PRODUCT 1, CORRECTNESS 13): types are learnt, history says from what to what and why."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.contacts import attributes as facts, service as contacts
from tidings.contacts.models import Update

leaves = st.one_of(
    st.integers(-5, 5), st.booleans(), st.sampled_from(["a", "B", "é", "2026-01-31"]), st.just(0.5), st.just([1, "x"])
)
names = st.sampled_from(["plan", "city", "a", "b"])
objects = st.recursive(
    st.dictionaries(names, st.one_of(leaves, st.none()), max_size=3),
    lambda inner: st.dictionaries(names, st.one_of(leaves, st.none(), inner), max_size=3),
    max_leaves=6,
)
FAST = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=stores.KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


def known(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(scene.one("select attributes from contact"))
    return found


def types(scene: Scene) -> dict[str, str]:
    return dict(row.split("=") for row in scene.all("select path || '=' || type from attribute"))


def history(scene: Scene, path: str) -> list[str]:
    return scene.all(
        "select coalesce(old, '-') || ' > ' || coalesce(new, '-') || ' by ' || cause from contact_change "
        "where path = :path order by id",
        path=path,
    )


@FAST
@given(objects, objects)
def test_a_write_reads_back_and_nothing_else_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = facts.merged({}, old)
    after = facts.merged(before, new)

    assert facts.merged(after, new) == after
    assert None not in facts.flat(after).values()
    for name in before.keys() - new.keys():
        assert after[name] == before[name]
    assert facts.merged(before, new, may_overwrite=False) == facts.merged(facts.merged({}, new), before)


@FAST
@given(st.lists(objects, max_size=4))
def test_the_differences_lead_from_the_old_to_the_new(writes: list[dict[str, Any]]) -> None:
    value: dict[str, Any] = {}
    for write in writes:
        old, value = value, facts.merged(value, write)
        leaves = facts.flat(old)
        for path, before, after in facts.differences(old, value):
            assert leaves.get(path) == before
            leaves.pop(path, None)
            if after is not None:
                leaves[path] = after
        assert leaves == facts.flat(value)


def test_types_are_learnt_from_what_is_written(scene: Scene) -> None:
    scene.identify(
        "ada", plan="pro", seats=3, share=0.5, vip=True, born="1990-02-28", seen="2026-01-31T09:00:00Z",
        colours=["red"], address={"city": "Delft"},
    )  # fmt: skip

    assert types(scene) == {
        "plan": "text", "seats": "number", "share": "number", "vip": "boolean", "born": "date", "seen": "date-time",
        "colours": "list", "address.city": "text",
    }  # fmt: skip


def test_a_type_that_does_not_hold_is_called_mixed(scene: Scene) -> None:
    scene.identify("ada", plan="pro")
    scene.identify("bob", plan=3)
    scene.identify("cid", plan="free")

    assert types(scene) == {"plan": "mixed"}


def test_history_says_from_what_to_what_and_who_did_it(scene: Scene) -> None:
    ada = scene.identify("ada", plan="free")
    scene.identify("ada", plan="free")
    scene.identify("ada", plan="pro", seats=1)
    update = Update(contact_id=ada, attributes={"plan": None}, add_tags=["vip"])
    scene.write(lambda tx: flow.changed(tx, [update], scene.setting, scene.now, cause="api by key 1"))
    away = Update(contact_id=ada, remove_tags=["vip", "never"])
    scene.write(lambda tx: flow.changed(tx, [away], scene.setting, scene.now, cause="person"))

    assert history(scene, "plan") == [
        '- > "free" by identify',
        '"free" > "pro" by identify',
        '"pro" > - by api by key 1',
    ]
    assert history(scene, "tag:vip") == ["- > true by api by key 1", "true > - by person"]
    assert history(scene, "tag:never") == []


def test_null_takes_away_and_objects_are_merged(scene: Scene) -> None:
    scene.identify("ada", plan="pro", address={"city": "Delft", "geo": {"lat": 52.0, "lon": 4.4}})
    scene.identify("ada", plan=None, never=None, address={"zip": "2611", "geo": {"lat": None}})

    assert known(scene) == {"address": {"city": "Delft", "zip": "2611", "geo": {"lon": 4.4}}}
    assert history(scene, "address.geo.lat") == ["- > 52.0 by identify", "52.0 > - by identify"]


def test_null_takes_away_where_a_person_was_reached(scene: Scene) -> None:
    ada = scene.identify("ada", email="ada@example.com", phone="+31201234567")
    scene.identify("ada", email=None)

    assert scene.read(lambda tx: contacts.addresses_of(tx, [ada])) == {ada: {"phone": "+31201234567"}}


def test_a_new_email_replaces_the_old_address(scene: Scene) -> None:
    ada = scene.identify("ada", email="Ada@Example.com ")
    scene.identify("ada", email="ada@example.org")

    assert scene.read(lambda tx: contacts.addresses_of(tx, [ada])) == {ada: {"email": "ada@example.org"}}


def test_segments_names_are_ours(scene: Scene) -> None:
    scene.identify("ada", firstName="Ada", timeZone="Europe/Amsterdam")

    assert known(scene) == {"first_name": "Ada", "timezone": "Europe/Amsterdam"}
    assert scene.one("select zone from contact") == "Europe/Amsterdam"


def test_true_and_one_are_two_values(scene: Scene) -> None:
    scene.identify("ada", vip=1)
    scene.identify("ada", vip=True)

    assert known(scene) == {"vip": True}
    assert history(scene, "vip") == ["- > 1 by identify", "1 > true by identify"]


def test_history_pages_by_key_when_much_changed_at_one_instant(scene: Scene) -> None:
    ada = scene.identify("ada", **{f"a{number}": number for number in range(23)})

    def page(before: int, before_id: int) -> list[contacts.Change]:
        return scene.read(lambda tx: contacts.changes_of(tx, [ada], before=before, before_id=before_id, limit=5))

    found, last = list[contacts.Change](), page(scene.now + 1, 0)
    while last:
        found += last
        last = page(last[-1].at, last[-1].id)

    assert len(found) == len({change.id for change in found}) == 23
