"""A rule is taken apart for a person: what each condition answers, and what it saw."""

from __future__ import annotations

import pytest

from tests.makers import DAY
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.rules.evaluate import Asked
from tidings.rules.explain import Failed, explain, failed
from tidings.rules.tree import parse

RULE = [
    {"attribute": "plan", "eq": "pro"},
    {"any": [{"tag": "vip"}, {"event": "Order Completed", "sum": {"property": "total", "gte": 100}, "within": "30d"}]},
    {"not": {"attribute": "country", "eq": "NL"}},
]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_each_condition_tells_its_place_its_answer_and_what_it_saw(kind: str, both: Both) -> None:
    scene = both.scene(kind)
    ada = scene.identify("ada", plan="pro", country="NL")
    scene.track("ada", "Order Completed", at=scene.now - DAY, total=12.5)
    rule = parse(RULE, flow.KINDS, "where")

    parts = scene.read(lambda tx: explain(tx, rule, Asked(key=1, contact_id=ada), scene.now))

    assert [(part.path, part.depth, part.answer, part.seen) for part in parts] == [
        ("", 0, False, None),
        ("all[0]", 1, True, "pro"),
        ("all[1]", 1, False, None),
        ("all[1].any[0]", 2, False, None),
        ("all[1].any[1]", 2, False, "12.5"),
        ("all[2]", 1, False, "NL"),
        ("all[2].not", 2, True, "NL"),
    ]
    assert parts[4].sentence == "the sum of total is at least 100 over Order Completed in the last 30 days"


@pytest.mark.parametrize("kind", stores.KINDS)
def test_who_nearly_belongs_is_told_the_outermost_condition_that_failed(kind: str, both: Both) -> None:
    scene = both.scene(kind)
    ada, bea, eve = (
        scene.identify("ada", plan="pro", country="NL"),
        scene.identify("bea", plan="free"),
        scene.identify("eve", plan="pro"),
    )
    scene.track("ada", "Order Completed", total=200)
    scene.track("bea", "Order Completed", total=200)
    rule = parse(RULE, flow.KINDS, "where")

    found = scene.read(lambda tx: failed(tx, rule, [ada, bea, eve], scene.now))

    assert found[ada] == Failed("all[2]", "not (country is NL)", "NL")
    assert found[bea] == Failed("all[0]", "plan is pro", "free")
    assert found[eve] is not None and found[eve].path == "all[1]"
