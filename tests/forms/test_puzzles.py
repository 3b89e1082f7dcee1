"""Puzzles of forms: what a browser finds is right, half of it is not, and one is good for one form."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.makers import HOUR, MINUTE
from tests.support import node
from tests.support.emptied import Both
from tidings.forms import puzzles, service as forms
from tidings.pages import rendering
from tidings.runtime.sql import Statement

NOW = 1_767_600_000_000
RUN = """
const puzzle = { value: %s, dataset: { bits: "%s" }, form: { addEventListener: (on, act) => (acts[on] = act), submit() {} } };
const answer = { value: "" }, acts = {};
globalThis.document = { querySelector: (s) => (s.includes("_puzzle") ? puzzle : answer), getElementById: () => ({}) };
require(%s);
acts.focusin();
const look = setInterval(() => { if (answer.value) { console.log(answer.value); clearInterval(look); } }, 1);
"""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[Both]:
    found = Both(tmp_path_factory.mktemp("puzzles"), postgres_dsn)
    yield found
    found.close()


def test_an_answer_is_right_only_for_its_own_puzzle_and_only_as_a_number() -> None:
    answer = puzzles.solve("abc", 10)

    assert puzzles.is_solved("abc", answer, 10)
    assert not puzzles.is_solved("abd", answer, 10)
    for text in ("", "-1", f"{answer} ", "٣", "1" * 13, "x"):
        assert not puzzles.is_solved("abc", text, 0), text


@pytest.mark.parametrize("puzzle", ["abc", "Aa-_" * 8])
def test_the_script_of_the_page_finds_the_same_answer_as_the_server(puzzle: str) -> None:
    script = Path(rendering.__file__).parent / "templates" / "puzzle.js"
    program = RUN % (json.dumps(puzzle), 12, json.dumps(str(script)))

    said = subprocess.run([str(node.node()), "-e", program], capture_output=True, text=True, timeout=20, check=True)

    assert said.stdout.strip() == puzzles.solve(puzzle, 12)


def test_a_puzzle_is_fresh_for_an_hour_and_no_two_are_alike() -> None:
    one, other = puzzles.number(NOW, 1), puzzles.number(NOW, 2)

    assert one != other and one < puzzles.number(NOW + 1, 0)
    assert puzzles.is_fresh(one, NOW + HOUR) and not puzzles.is_fresh(one, NOW + HOUR + 1)
    assert not puzzles.is_fresh(one, NOW - MINUTE)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_puzzle_is_handed_in_once_and_forgotten_when_it_is_too_old(stores: Both, kind: str) -> None:
    scene = stores.scene(kind)
    old, new = puzzles.number(NOW, 7), puzzles.number(NOW + 2 * HOUR, 7)

    first = scene.database.write_now(lambda tx: [forms.spend(tx, old, NOW), forms.spend(tx, old, NOW)])
    scene.database.write_now(lambda tx: forms.spend(tx, new, NOW + 2 * HOUR))

    assert first == [True, False]
    left = Statement("left", "select number from puzzle_used")
    assert scene.database.read_now(lambda tx: tx.values(left)) == [new]
