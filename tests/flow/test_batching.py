"""However the same calls are cut into batches, the same people are known and the same is decided (CORRECTNESS 11, 12)."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import Scene, call
from tests.support import stores
from tidings.events.calls import Call

JOURNEY = """
journey: loop
triggers: [{event: A}, {event: B, where: [{property: n, gte: 2}]}]
audience: {event: C, count: {at_most: 2}}
reentry: {by: n}
goal: {event: D}
exit: [{attribute: plan, eq: gone}]
steps:
  w: {wait_for: {event: C, since: now, timeout: 10d}, next: t}
  t: {update: {add_tags: [woken]}, next: w2}
  w2: {wait: {for: 1d}, next: end}
"""

people = st.sampled_from(["u1", "u2", "u3", ""])
browsers = st.sampled_from(["a1", "a2", ""])
tracks = st.tuples(st.just("track"), people, browsers, st.sampled_from("ABCD"), st.integers(1, 3), st.none())
identifies = st.tuples(
    st.just("identify"),
    people,
    browsers,
    st.just(""),
    st.just(0),
    st.sampled_from(["x@example.com", "y@example.com", "gone"]),
)


def calls_of(steps: list[Any]) -> list[Call]:
    calls = list[Call]()
    for number, (kind, user, browser, name, n, trait) in enumerate(steps):
        if not user and not browser:
            continue
        traits = {"plan": "gone"} if trait == "gone" else {"email": trait} if trait else {}
        calls.append(
            call(
                kind, name, user=user, anonymous_id=browser, at=1_767_600_000_000, message_id=f"m{number}",
                properties={"n": n}, traits=traits,
            )
        )  # fmt: skip
    return calls


def picture(scene: Scene) -> dict[str, Any]:
    """What is known and decided, without ids that depend on the order of writing."""
    who = "(select min(i.kind || ':' || i.value) from identifier i where i.contact_id = {}.contact_id)"
    found: dict[str, Any] = {}
    found["identifiers"] = scene.all(
        "select kind || ':' || value || '>' || (select min(j.kind || ':' || j.value) from identifier j "
        "where j.contact_id = i.contact_id) from identifier i order by kind, value"
    )
    found["runs"] = scene.all(
        f"select coalesce({who.format('r')}, '?') || r.entry_key || r.state from run r order by 1"
    )
    found["tokens"] = scene.all(f"select coalesce({who.format('t')}, '?') || t.step || t.state from token t order by 1")
    found["counts"] = scene.all(
        f"select coalesce({who.format('n')}, '?') || n.name || cast(n.event_count as text) from event_count n order by 1"
    )
    found["emails"] = sorted(
        msgspec.json.decode(text).get("email", "")
        for text in scene.all("select attributes from contact where merged_into_id is null")
    )
    found["waits"] = scene.one("select count(*) from wait")
    found["lost"] = scene.one(
        "select count(*) from token t where not exists (select 1 from run r where r.id = t.run_id and r.state = 'active')"
    )
    return found


def play(kind: str, folder: Any, dsn: str, calls: list[Call], cuts: list[int]) -> dict[str, Any]:
    database = stores.open_store(kind, folder, dsn)
    try:
        scene = Scene(database)
        scene.publish(JOURNEY)
        edges = [0, *sorted({cut % (len(calls) + 1) for cut in cuts}), len(calls)]
        for first, last in itertools.pairwise(edges):
            scene.ingest(*calls[first:last])
        scene.walk()
        return picture(scene)
    finally:
        stores.close(database)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(tracks, identifies), min_size=2, max_size=14), st.lists(st.integers(0, 14), max_size=5))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_any_batching_of_the_same_calls_gives_the_same(
    kind: str, tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str, steps: list[Any], cuts: list[int]
) -> None:
    calls = calls_of(steps)
    one = play(kind, tmp_path_factory.mktemp("a"), postgres_dsn, calls, [])
    other = play(kind, tmp_path_factory.mktemp("b"), postgres_dsn, calls, cuts)
    single = play(kind, tmp_path_factory.mktemp("c"), postgres_dsn, calls, list(range(len(calls))))

    assert one == other == single
    assert one["lost"] == 0
