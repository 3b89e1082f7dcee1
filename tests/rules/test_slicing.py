"""Slice by slice, nobody is left out of whom a rule is true, or of whom time alone may make it so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.makers import call
from tests.rules.drawn import NOW, people
from tests.rules.people import settle
from tests.rules.test_finding import PATHS, few, keep
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.rules import panel, slicing
from tidings.rules.panel import judge
from tidings.rules.tree import Condition, parse
from tidings.runtime.database import Tx

LAWS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
EVENT = {"event": "A", "count": {"at_least": 1}, "within": "3d"}


def walked(tx: Tx, rule: Condition, last: int) -> set[int] | None:
    """Everybody who comes into question in some slice."""
    found, after = set[int](), 0
    while after < last:
        one = slicing.next_slice(tx, rule, NOW, after=after, last=last)
        if one is None:
            return None
        assert after < one.end <= last and all(after < i <= one.end for i in one.ids)
        found, after = found | set(one.ids), one.end
    return found


@LAWS
@given(
    st.lists(st.lists(st.one_of(few, st.just(EVENT)), min_size=1, max_size=3), min_size=1, max_size=4),
    st.lists(people(NOW), min_size=2, max_size=4),
    st.sets(st.sampled_from(sorted(PATHS))),
    st.sampled_from([(2_000, 64_000), (1, 2), (2, 1)]),
)
def test_slices_hold_everybody_who_comes_into_question(
    both: Both, trees: list[Any], crowd: list[Any], kept: set[str], sizes: tuple[int, int]
) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        for number, person in enumerate(crowd):
            settle(scene, f"p{number}", person)
        if len(crowd) > 2:
            scene.ingest(call("alias", user="p0", previous_id="p1", at=NOW))
        keep(scene, kept)
        there = scene.all("select id from contact where merged_into_id is null order by id")
        last = scene.one("select max(id) from contact")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(slicing, "SLICE", sizes[0])
            patch.setattr(slicing, "WINDOW", sizes[1])
            patch.setattr(slicing, "EVENT_WINDOW", sizes[1])
            for tree in trees:
                rule = parse(tree, flow.KINDS, "rule")
                asked = [panel.Asked(i, NOW) for i in there]
                judged = scene.read(lambda tx, rule=rule, asked=asked: list(judge(tx, [rule], asked)))
                concerned = {i for i, (is_true,), (instant,) in judged if is_true or instant}

                found = scene.read(lambda tx, rule=rule, last=last: walked(tx, rule, last))

                assert found is None or concerned <= found, (kind, tree)


def test_kept_values_and_a_window_of_events_tell_who_comes_into_question(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind, NOW)
        ada = scene.identify("ada", country="NL", plan="pro")
        bob = scene.identify("bob", country="NL", plan="free")
        scene.identify("cy", country="DE", plan="pro")
        scene.track("bob", "A", NOW)
        keep(scene, {"country", "plan"})
        both_values = [{"attribute": "country", "eq": "nl"}, {"attribute": "plan", "in": ["pro", "team"]}]
        last = scene.one("select max(id) from contact")

        asked = [parse(tree, flow.KINDS, "rule") for tree in (both_values, EVENT, {"event": "A", "never": True})]
        found = [scene.read(lambda tx, rule=rule, last=last: walked(tx, rule, last)) for rule in asked]

        assert found == [{ada}, {bob}, None]
