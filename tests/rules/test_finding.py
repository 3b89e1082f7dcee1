"""Whoever is found among everybody is whoever a rule is true of, however the search begins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.makers import DAY, Scene, call
from tests.rules.drawn import NOW, laws, people, rules_at, timed
from tests.rules.people import ask, batch_of, settle
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.contacts import service as contacts
from tidings.messages.conditions import Reach, ReachAbout
from tidings.rules import choosing, finding
from tidings.rules.tree import parse
from tidings.runtime.database import Tx

PATHS = {"plan", "n", "a.b", "a", "l", "a b", "é"}
LATEST = (2**62, 0)
few = st.one_of(rules_at(NOW), timed(NOW))
LAWS = laws(60)


def keep(scene: Scene, paths: set[str]) -> None:
    """The values of some attributes are kept and ready."""
    scene.write(lambda tx: contacts.values.want(tx, paths, NOW))
    while scene.write(contacts.values.advance):
        pass


def found(tx: Tx, rule: Any) -> dict[str, list[int]]:
    by: dict[str, list[int]] = {}
    for order in ("newest", "changed"):
        hits = finding.page(tx, rule, NOW, order=order, before=LATEST, limit=100)  # type: ignore[arg-type]
        by[order] = sorted(hit.id for hit in hits)
    counted = finding.count(tx, rule, NOW, exact=True)[0]
    shares = finding.split(tx, rule, Reach(reach=ReachAbout(channel="email")), NOW)
    assert (counted, finding.count(tx, rule, NOW)) == (len(by["newest"]), (counted, True))
    assert sum(shares.values()) == counted
    assert finding.plan(tx, rule, NOW)
    return by


@LAWS
@given(
    st.lists(st.lists(few, min_size=1, max_size=3), min_size=1, max_size=4),
    st.lists(people(NOW), min_size=2, max_size=4),
    st.sets(st.sampled_from(sorted(PATHS))),
    st.sampled_from([(400_000, 50_000), (1, 0), (2, 1), (1, 4)]),
    st.sampled_from([0.0, 0.6, 1.0]),
)
def test_kept_values_and_other_ways_in_find_the_same_people(
    both: Both, trees: list[Any], crowd: list[Any], kept: set[str], limits: tuple[int, int], rare: float
) -> None:
    """On both databases, with people of whom others became part, and whatever is few or many."""
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ids = [settle(scene, f"p{number}", person) for number, person in enumerate(crowd)]
        scene.ingest(call("alias", user="p0", previous_id="p1", at=NOW)) if len(crowd) > 2 else None
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "CANDIDATES": limits[0],
                "FEW": limits[1],
                "CROWD": 1,
                "RARE": rare,
                "STEPS": (1,),
            }.items():
                patch.setattr(choosing, name, value)
            keep(scene, kept)
            for tree in trees:
                rule = parse(tree, flow.KINDS, "rule")
                there = scene.all("select id from contact where merged_into_id is null order by id")
                answers = ask(scene, rule, [one for one in _batch(ids) if one.contact_id in there])
                expected = sorted(ids[key] for key, answer in answers.items() if answer)

                by = scene.read(lambda tx, rule=rule: found(tx, rule))

                assert by == {"newest": expected, "changed": expected}, (kind, tree)


def _batch(ids: list[int]) -> list[Any]:
    return [asked.__class__(key=asked.key, contact_id=asked.contact_id) for asked in batch_of(ids, [{}] * len(ids))]


def two(scene: Scene) -> tuple[int, int]:
    ada = scene.identify("ada", country="NL", plan="pro")
    bob = scene.identify("bob", country="DE", plan="pro")
    return ada, bob


def test_the_fewest_come_into_question_and_it_is_said(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        two(scene)
        keep(scene, {"country", "plan"})
        rule = parse([{"attribute": "plan", "eq": "pro"}, [{"attribute": "country", "eq": "nl"}]], flow.KINDS, "rule")

        told = scene.read(lambda tx, rule=rule: finding.plan(tx, rule, NOW))

        assert told == [
            "Those come into question of whom “country is nl” is true: about 1, by the values that are kept.",
            "“plan is pro” is answered by the values that are kept, with a look for each.",
        ]


def test_without_kept_values_everybody_is_asked(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ada, _ = two(scene)
        rule = parse({"attribute": "country", "eq": "nl"}, flow.KINDS, "rule")

        told = scene.read(lambda tx, rule=rule: finding.plan(tx, rule, NOW))

        assert told == ["Everybody is asked: nothing in the rule tells quickly who comes into question."]
        assert scene.read(lambda tx, rule=rule: found(tx, rule))["newest"] == [ada]


def test_whoever_did_something_rare_comes_into_question(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by what somebody did who has become part of them."""
    monkeypatch.setattr(choosing, "CROWD", 1)
    for kind in stores.KINDS:
        scene = both.scene(kind, NOW)
        ada, _ = two(scene)
        for number in range(20):
            scene.identify(f"other{number}")
        scene.track("old", "Order Completed", NOW - DAY)
        scene.track("ada", "Order Completed", NOW - DAY)
        scene.ingest(call("alias", user="ada", previous_id="old", at=NOW))
        tree = {"event": "Order Completed", "count": {"at_least": 2}, "within": "7d"}
        rule = parse(tree, flow.KINDS, "rule")

        told = scene.read(lambda tx, rule=rule: finding.plan(tx, rule, NOW))

        assert told[0].startswith("Those come into question of whom the events say")
        assert scene.read(lambda tx, rule=rule: found(tx, rule))["newest"] == [ada]


def test_the_exact_number_is_counted_out_where_it_is_asked_for(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        two(scene)
        rule = parse({"attribute": "plan", "eq": "pro"}, flow.KINDS, "rule")

        assert scene.read(lambda tx, rule=rule: finding.count(tx, rule, NOW, up_to=1)) == (1, False)
        assert scene.read(lambda tx, rule=rule: finding.count(tx, rule, NOW, exact=True)) == (2, True)
