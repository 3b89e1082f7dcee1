"""Patterns mean the same to our machine, to both databases and to Python, and cannot hang anybody."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, strategies as st

from tests.rules.drawn import laws
from tests.support import stores
from tests.support.emptied import Both
from tidings.runtime.machines import check, machine
from tidings.runtime.patterns import LONGEST, parse
from tidings.runtime.postgres import DIALECT as POSTGRES
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite_tx import DIALECT as SQLITE

SIGNS = st.sampled_from(
    ["a", "b", "B", "1", "é", r"\.", r"\-", ".", "[a-c]", "[^ab]", r"[\d_]", r"\d", r"\w", r"\s", "[^é]", "-", "@"]
)
MARKS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}"])
rows = st.lists(st.builds(lambda sign, mark: sign + mark, SIGNS, MARKS), max_size=4).map("".join)
plain = st.lists(SIGNS, max_size=3).map("".join)
groups = st.builds(lambda some, mark: f"({'|'.join(some)}){mark}", st.lists(plain, min_size=1, max_size=3), MARKS)
ways = st.builds(
    lambda a, b, c, s, e: f"{s}{a}{b}{c}{e}",
    rows,
    st.one_of(st.just(""), groups),
    rows,
    st.sampled_from(["", "^"]),
    st.sampled_from(["", "$"]),
)
patterns = st.lists(ways, min_size=1, max_size=2).map("|".join)
texts = st.text(st.sampled_from("abcABé1_.-@ \n]^"), max_size=8)


def python(pattern: str, text: str) -> bool:
    """As Python's own expressions understand it: `$` is the end of the text."""
    found = re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII | re.IGNORECASE | re.DOTALL)
    return found.search(text) is not None


@laws(120)
@given(patterns, st.lists(texts, min_size=1, max_size=6))
def test_a_pattern_means_the_same_everywhere(both: Both, pattern: str, some: list[str]) -> None:
    read = parse(pattern)
    folded = [re.sub("[A-Z]", lambda one: one[0].lower(), text) for text in some]

    expected = [python(pattern, text) for text in folded]

    assert [machine(read).reads(text) for text in folded] == expected
    for kind in stores.KINDS:
        assert asked(both, kind, pattern, folded) == expected, kind


def asked(both: Both, kind: str, pattern: str, some: list[str]) -> list[bool]:
    """What a database says of some texts."""
    bound = dict[str, object]()

    def bind(value: object) -> str:
        bound[f"p{len(bound)}"] = value
        return f":p{len(bound) - 1}"

    test = {"sqlite": SQLITE, "postgres": POSTGRES}[kind].matches("t.value", parse(pattern), bind)
    statement = Statement("match", f"select case when {test} then 1 else 0 end from {{{{texts some}}}} t")
    return [bool(one) for one in both.database(kind).read_now(lambda tx: tx.values(statement, some=some, **bound))]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(a+)+", "no repetition of a repetition"), ("a**", "no repetition"), (r"(a)\1", r"no \1"), ("(?=a)", "plain group"),
        ("a{99}", "at most 50"), ("a{2", "a number like"), ("(a", r"Expected \)"), ("[z-a]", "a range"), ("[]", "something inside"),
        ("a" * (LONGEST + 1), "at most 200"), ("a$b", "Expected no"), ("*a", "Expected no"), (r"\b", r"no \\b"), ("a|*", "Expected no"),
        ("a\\", "Expected more"), ("[一-龥]", "different signs"), ("(a|b)*a(a|b){40}", "simpler"), ("[[:alpha:]]", "inside a class"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_with_what_is(pattern: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("\\1", "\\\\1")):
        check(pattern)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_no_pattern_hangs(both: Both, kind: str) -> None:
    """What takes others for ever: many marks in a row, over a long text that nearly fits."""
    began = time.monotonic()

    found = asked(both, kind, "a*a*a*a*a*a*a*a*a*a*a*a*(a|aa)*b$", ["a" * 5_000] * 20)

    assert found == [False] * 20
    assert time.monotonic() - began < 5
