"""One evaluator, nothing disagrees: compiled rules on SQLite and Postgres answer what the manual says (PRODUCT 3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.makers import call
from tests.rules import drawn
from tests.rules.drawn import LAWS, NOW, SCALARS, WITH_NULL, laws, missing
from tests.rules.people import ask, batch_of, here_of, nobody, set_zone, settle
from tests.rules.reference import Person, truth
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.rules.tree import parse


@LAWS
@given(
    st.lists(drawn.rules, min_size=1, max_size=6),
    st.lists(drawn.people(NOW), min_size=1, max_size=3),
    st.lists(WITH_NULL, min_size=3, max_size=3),
    st.sampled_from(drawn.ZONES),
)
def test_both_databases_answer_what_the_manual_says(
    both: Both, trees: list[Any], crowd: list[Person], given_: list[Any], zone: str
) -> None:
    """Also: asked of one, of a batch, or of everybody, the answer is the same."""
    found: dict[str, list[dict[int, bool | None]]] = {}
    for kind in stores.KINDS:
        scene = both.scene(kind, NOW)
        set_zone(scene, zone)
        ids = [settle(scene, f"p{number}", person) for number, person in enumerate(crowd)]
        batch = batch_of(ids, given_[: len(crowd)])
        found[kind] = [ask(scene, parse(tree, flow.KINDS, "rule"), batch) for tree in trees]
        alone = [
            {k: v for one in batch for k, v in ask(scene, parse(tree, flow.KINDS, "rule"), [one]).items()}
            for tree in trees
        ]
        assert alone == found[kind]

    expected = [
        {key: truth(tree, person, given_[key], here_of(NOW, zone)) for key, person in enumerate(crowd)}
        for tree in trees
    ]
    assert found["sqlite"] == expected
    assert found["postgres"] == expected


@laws(40)
@given(
    st.lists(drawn.rules, min_size=1, max_size=5),
    drawn.people(NOW),
    st.lists(st.tuples(st.sampled_from("ABC"), WITH_NULL), max_size=3),
    drawn.DATA,
)
@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_a_rule_does_not_depend_on_never_changes_its_answer(
    kind: str, both: Both, trees: list[Any], person: Person, later: list[Any], traits: dict[str, Any]
) -> None:
    scene = both.scene(kind)
    batch = batch_of([settle(scene, "ada", person)], [{}])
    parsed = [parse(tree, flow.KINDS, "rule") for tree in trees]
    before = [ask(scene, rule, batch) for rule in parsed]
    told = [call("track", name, user="ada", at=NOW, properties=given_) for name, given_ in later]

    scene.ingest(*told)
    after = [ask(scene, rule, batch) for rule in parsed]
    scene.ingest(call("identify", user="ada", at=NOW, traits=traits))
    last = [ask(scene, rule, batch) for rule in parsed]

    for rule, one, other, third in zip(parsed, before, after, last, strict=True):
        depends = rule.depends()
        if not depends.events & {call_.name for call_ in told}:
            assert one == other
        if not depends.roots:
            assert other == third


def test_a_contact_that_does_not_exist_answers_no(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        rule = parse({"not": {"tag": "x"}}, flow.KINDS, "rule")

        assert ask(scene, rule, batch_of([10**9], [{}])) == {0: False}


def test_the_events_of_whom_they_were_merged_from_count(both: Both) -> None:
    for kind in stores.KINDS:
        scene = both.scene(kind)
        ada = scene.identify("ada")
        scene.track("old", "A", n=1)
        scene.track("ada", "A", n=2)
        scene.ingest(call("alias", user="ada", previous_id="old", at=NOW))
        for how in ({}, {"within": "1d"}, {"where": [{"property": "n", "gte": 1}]}):
            rule = parse({"event": "A", "count": {"exactly": 2}} | how, flow.KINDS, "rule")
            assert ask(scene, rule, batch_of([ada], [{}])) == {0: True}, how


EVERY_VALUE: list[Any] = [
    *("pro", "Pro", "PRO%", "p_o", "é", "É", "", "!", "10", "true", "[]", "{}", "a\\b", "ß", "[1]", "1"),
    *(0, 1, -1, 10, 0.1, 0.3, 0.1 + 0.2, 2**53, 2**53 + 1, 1e300, 1.0, True, False, None),
    *(
        [],
        ["pro"],
        ["Pro", 1],
        [True],
        [1, 0.1 + 0.2],
        [["pro"]],
        [None],
        [{"b": 1}],
        {},
        {"b": 1},
        {"b": "pro"},
        {"b": True},
    ),
]
OPERATORS = (
    *(["eq", "ne", "has", "gt", "gte", "lt", "lte", "contains", "not_contains", "starts_with", "ends_with"]), "in", "between", "empty",
)  # fmt: skip


@laws(200)
@given(st.sampled_from(OPERATORS), SCALARS, SCALARS, missing, st.sampled_from(["x", "x.b"]))
def test_every_operator_means_the_same_of_every_kind_of_value(
    both: Both, operator: str, first: Any, second: Any, word: dict[str, Any], path: str
) -> None:
    written: Any = [first, second] if operator in ("in", "between") else bool(first) if operator == "empty" else first
    if operator in ("contains", "not_contains", "starts_with", "ends_with"):
        written = str(first)
    if operator in ("gt", "gte", "lt", "lte") and isinstance(first, bool):
        written = int(first)
    if operator == "between":
        written = [one if isinstance(one, str) else float(one) for one in written]
    tree = {"property": path, operator: written} | word
    given_ = [{"x": value} for value in EVERY_VALUE] + [{}]
    rule = parse(tree, flow.KINDS, "rule")
    expected = {key: truth(tree, nobody(), one, here_of(NOW)) for key, one in enumerate(given_)}

    for kind in stores.KINDS:
        scene = both.scene(kind)
        batch = batch_of([scene.identify("ada")] * len(given_), given_)
        found = ask(scene, rule, batch)
        wrong = {str(given_[key]): (found[key], expected[key]) for key in expected if found[key] is not expected[key]}
        assert not wrong, (kind, tree)
