"""Every example of the page about rules is asked of the people whom the page introduces, and answers what its table says."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.docs.cast import Person, settle
from tests.makers import Scene
from tests.rules.people import set_zone
from tests.segments.test_following import publish
from tests.support import stores
from tests.support.emptied import Both
from tidings import documents, flow
from tidings.consent.conditions import About as ConsentAbout
from tidings.contacts.conditions import Part
from tidings.events.sequences import Pair
from tidings.messages.conditions import ReachAbout
from tidings.messages.history import About as Messages
from tidings.rules.amounts import Times
from tidings.rules.evaluate import evaluate
from tidings.rules.forms import OPERATORS, names
from tidings.rules.tree import COMING, MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, parse
from tidings.rules.values import Other
from tidings.runtime.errors import Invalid

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
WORDS = {answer: word for word, answer in ANSWERS.items()}


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom the examples are asked of, and when."""

    now: str
    zone: str
    people: dict[str, Person]
    segments: dict[str, Any]


class Example(msgspec.Struct, frozen=True):
    """A rule of the page, and what stands below it."""

    line: int
    rule: Any
    below: str

    @property
    def told(self) -> dict[str, str]:
        """Person -> answer, as the table below it says."""
        names, _, answers = ([cell.strip() for cell in row.strip("|").split("|")] for row in self.below.splitlines())
        return dict(zip(names, answers, strict=True))


def _read() -> tuple[Cast, list[Example]]:
    blocks = list(re.finditer(r"```yaml\n(.*?)```\n((?:[|][^\n]*\n)+|Refused: [^\n]*\n|)", PAGE, re.DOTALL))
    cast, *examples = blocks
    found = [Example(PAGE.count("\n", 0, one.start()) + 1, documents.parse(one[1]), one[2]) for one in examples]
    return msgspec.convert(documents.parse(cast[1]), Cast), found


CAST, EXAMPLES = _read()
ASKED = [one for one in EXAMPLES if one.below.startswith("|")]
REFUSED = [one for one in EXAMPLES if one.below.startswith("Refused: ")]


def written(rule: Any) -> set[str]:
    """Every word that stands before a colon in a rule."""
    if isinstance(rule, dict):
        return set(rule).union(*map(written, rule.values()))
    return set[str]().union(*map(written, rule)) if isinstance(rule, list) else set()


def made(scene: Scene) -> dict[str, int]:
    """The cast in a workspace, with its segments: name -> id."""
    set_zone(scene, CAST.zone)
    ids = {name: settle(scene, name, person) for name, person in CAST.people.items()}
    for name, where in CAST.segments.items():
        publish(scene, name, where)
    return ids


@pytest.mark.parametrize("kind", stores.KINDS)
def test_every_example_answers_what_its_table_says(kind: str, both: Both) -> None:
    scene = both.scene(kind, int(dt.datetime.fromisoformat(CAST.now).timestamp() * 1_000))
    ids = made(scene)
    batch = [person.asked(scene, key, ids[name]) for key, (name, person) in enumerate(CAST.people.items())]

    wrong = dict[int, dict[str, str]]()
    for example in ASKED:
        rule = parse(example.rule, flow.KINDS, "rule")
        answers = scene.read(partial(evaluate, rule=rule, batch=batch, now=scene.now))
        answered = {name: WORDS[answers[key]] for key, name in enumerate(CAST.people)}
        if answered != example.told:
            wrong[example.line] = answered

    assert wrong == {}, "the page says otherwise below these lines"


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: str(one.rule))
def test_what_the_page_says_is_refused_is_refused_in_these_words(example: Example) -> None:
    with pytest.raises(Invalid) as refused:
        parse(example.rule, flow.KINDS, "rule")

    assert example.below.removeprefix("Refused: ").strip() in str(refused.value)


def test_every_kind_and_every_operator_has_an_example() -> None:
    asked = set[str]().union(*(written(example.rule) for example in ASKED))

    assert set(flow.KINDS) | {"all", "any", "not"} <= asked
    assert {operator.key for operator in OPERATORS} <= asked
    for struct in (*flow.KINDS.values(), Messages, ReachAbout, ConsentAbout, Part, Pair, Times, Other):
        assert set(names(struct)) <= asked, struct.__name__
    assert set(COMING) <= set[str]().union(*(written(example.rule) for example in REFUSED))


def test_every_example_has_an_answer_of_everybody_below_it_or_a_refusal() -> None:
    assert len(ASKED) + len(REFUSED) == len(EXAMPLES)
    assert all(set(example.told) == set(CAST.people) for example in ASKED)
    assert all(set(example.told.values()) <= set(ANSWERS) for example in ASKED)


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    told = f"at most {MAX_DEPTH} levels of groups, {MAX_CONDITIONS} conditions and {MAX_VALUES:,} values"

    assert told in PAGE
