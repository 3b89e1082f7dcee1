"""Kept values are what the attributes say, whatever was written and whenever they were filled."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import Scene, call
from tests.rules.drawn import DATA, WITH_NULL
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.contacts import service as contacts, values
from tidings.contacts.models import Update
from tidings.rules.narrowing import encoded, has_values, rows_of
from tidings.runtime.sql import Statement

NOW = 1_767_600_000_000
PATHS = ["plan", "n", "a.b", "a", "l"]
LAWS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def keep(scene: Scene, *paths: str) -> None:
    scene.write(lambda tx: values.want(tx, paths, NOW))
    while scene.write(values.advance):
        pass


def kept(scene: Scene) -> set[tuple[str, str, int]]:
    rows = scene.all("select path || '|' || value || '|' || cast(contact_id as text) from contact_value")
    return {(path, value, int(i)) for path, value, i in (row.rsplit("|", 2) for row in rows)}


def meant(scene: Scene, paths: list[str]) -> set[tuple[str, str, int]]:
    """The same from what is known of people, computed anew by a walk of its own."""
    found = set[tuple[str, str, int]]()
    for i in scene.all("select id from contact where merged_into_id is null"):
        (person,) = scene.read(lambda tx, i=i: contacts.load(tx, [i])).values()
        for path in paths:
            value: Any = contacts.values._object.decode(person.attributes)
            for key in path.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            found |= {(path, text, i) for text in rows_of(value)}
    return found


class Steps:
    """What may happen to people, in any order."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def identify(self, who: str, data: dict[str, Any]) -> None:
        self.scene.ingest(call("identify", user=who, at=NOW, traits=data))

    def update(self, who: str, data: dict[str, Any]) -> None:
        contact_id = self.scene.identify(who)
        change = Update(contact_id=contact_id, attributes=data)
        self.scene.write(lambda tx: flow.changed(tx, [change], self.scene.setting, NOW, cause="test"))

    def alias(self, who: str, data: dict[str, Any]) -> None:
        self.scene.ingest(call("identify", user="", anonymous_id=f"anon-{who}", at=NOW, traits=data))
        self.scene.ingest(call("identify", user=who, anonymous_id=f"anon-{who}", at=NOW, traits={}))

    def forget(self, who: str, data: dict[str, Any]) -> None:
        contact_id = self.scene.identify(who)
        self.scene.write(lambda tx: contacts.forget(tx, [contact_id]))

    def want(self, who: str, data: dict[str, Any]) -> None:
        self.scene.write(lambda tx: values.want(tx, set(data) & set(PATHS), NOW))

    def advance(self, who: str, data: dict[str, Any]) -> None:
        self.scene.write(values.advance)


STEP = st.tuples(
    st.sampled_from(["identify", "update", "alias", "forget", "want", "advance", "advance", "advance"]),
    st.sampled_from(["ada", "bob", "cy"]),
    st.one_of(DATA, WITH_NULL),
)


@LAWS
@given(st.lists(STEP, max_size=14))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_kept_values_are_what_a_recomputation_gives(kind: str, both: Both, steps: list[Any]) -> None:
    """After any writes, with filling, clearing and dropping anywhere between."""
    scene = both.scene(kind)
    walk = Steps(scene)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "SLICE", 1)
        patch.setattr(values, "CLEARED", 1)
        scene.write(lambda tx: values.want(tx, PATHS[:2], NOW))
        for what, who, data in steps:
            getattr(walk, what)(who, data)
            ready = [one.path for one in scene.read(values.paths) if one.state == "ready"]
            assert {row for row in kept(scene) if row[0] in ready} == meant(scene, ready)
        while scene.write(values.advance):
            pass

    left = [one.path for one in scene.read(values.paths)]
    assert all(one.state == "ready" for one in scene.read(values.paths))
    assert kept(scene) == meant(scene, left)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_texts_of_numbers_sort_as_numbers(first: float, second: float) -> None:
    assert (str(encoded(first)) < str(encoded(second))) == (first < second)
    assert (encoded(first) == encoded(second)) == (first == second)


@given(st.integers(-(10**400), 10**400))
def test_every_whole_number_has_a_text(number: int) -> None:
    assert encoded(number) is not None


def test_members_of_a_list_are_told_from_values() -> None:
    assert rows_of(["Pro", "pro", 1, None, {"b": 1}, True]) == ["lbtrue", "l" + str(encoded(1)), "ltpro"]
    assert rows_of("Pro") == ["tpro"]
    assert rows_of({"b": 1}) == rows_of(None) == []
    assert rows_of("x" * 1_000) == ["t" + "x" * 200]


@pytest.mark.parametrize("path", ["a.0", 'a"b', "a\\b", "é" * 101])
def test_some_paths_have_no_values(path: str) -> None:
    assert not has_values(path)


def test_filling_tells_how_far_it_is_and_dropping_takes_everything(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "SLICE", 2)
    for kind in stores.KINDS:
        scene = both.scene(kind)
        for number in range(3):
            scene.identify(f"p{number}", plan="pro")

        assert scene.write(lambda tx: values.want(tx, {"plan"}, NOW))
        assert not scene.write(lambda tx: values.want(tx, {"plan"}, NOW))
        scene.write(values.advance)
        scene.write(values.advance)
        (half,) = scene.read(values.report)
        while scene.write(values.advance):
            pass
        (whole,) = scene.read(values.report)
        scene.write(lambda tx: values.want(tx, set(), NOW))
        while scene.write(values.advance):
            pass

        assert (half.state, half.rows) == ("filling", 2) and 0 < half.progress < 1
        assert whole == values.Told(path="plan", state="ready", rows=3, progress=1.0)
        assert (values.told(half), values.told(whole)) == (
            f"plan (filling {half.progress:.0%}, 2 rows)",
            "plan (ready, 3 rows)",
        )
        assert scene.read(values.report) == [] and kept(scene) == set()


def test_what_an_earlier_time_left_is_cleared_before_it_is_filled_again(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ada = scene.identify("ada", plan="pro")
        stale = Statement("stale", "insert into contact_value (path, value, contact_id) values ('plan', 'told', :id)")
        scene.write(lambda tx, ada=ada, stale=stale: tx.run(stale, id=ada))

        keep(scene, "plan")

        assert kept(scene) == {("plan", "tpro", ada)}


def test_filling_beside_writes_loses_nothing(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several writers and whoever fills at once: on Postgres they really are at work together."""
    monkeypatch.setattr(values, "SLICE", 5)
    for kind in stores.KINDS:
        scene = both.scene(kind)
        scene.ingest(*[call("identify", user=f"p{n}", at=NOW, traits={"plan": "old", "n": n}) for n in range(60)])
        stop = threading.Event()

        def write(turn: int, scene: Scene = scene, stop: threading.Event = stop) -> None:
            number = 0
            while not stop.is_set():
                number += 1
                traits = {"plan": f"plan{number % 3}", "n": number}
                users = [f"p{(number * 7 + turn * 20 + k) % 75}" for k in range(3)]
                scene.ingest(*[call("identify", user=user, at=NOW, traits=traits) for user in users])

        writers = [threading.Thread(target=write, args=(turn,)) for turn in range(3)]
        for writer in writers:
            writer.start()
        for paths in ({"plan"}, {"plan", "n"}, {"n"}, {"plan", "n"}):
            keep(scene, *paths)
        stop.set()
        for writer in writers:
            writer.join()

        assert kept(scene) == meant(scene, ["plan", "n"])
