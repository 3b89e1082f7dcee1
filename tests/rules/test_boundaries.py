"""What a rule says of the next change by time alone is never too late: between here and there nothing changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.makers import DAY, HOUR, Scene
from tests.rules import drawn
from tests.rules.drawn import ZONES, laws
from tests.rules.people import ask, batch_of, here_of, set_zone, settle, turn
from tests.rules.reference import begins, today, truth
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.rules.evaluate import Asked
from tidings.rules.tree import Condition, parse

# Around changes of clocks: New York and Berlin in spring and autumn, Chatham at a quarter to three, and a leap day.
BASES = tuple(
    int(dt.datetime(*when, tzinfo=dt.UTC).timestamp() * 1000)
    for when in (
        (2026, 1, 5, 8), (2026, 3, 8, 6, 59), (2026, 3, 29, 0, 30), (2026, 10, 25, 0, 15), (2026, 11, 1, 5, 45),
        (2026, 4, 4, 13, 44), (2026, 9, 26, 14), (2028, 2, 28, 20), (2026, 12, 31, 22, 50),
    )
)  # fmt: skip
BEFORE = 2 * DAY


def instants(base: int, zone: str) -> list[int]:
    """When it is asked: all around the edges of days and windows."""
    found = {base + n * HOUR + off for n in (-47, -25, -5, -1, 0, 1, 6, 23, 24, 25, 71, 72) for off in (0, 1)}
    for one in {zone, "Pacific/Chatham", "America/New_York"}:
        day = today(here_of(base, one))
        found |= {begins(day + n, one) + off for n in (-1, 0, 1, 2, 3, 8, 31, 366) for off in (-1, 0)}
    return sorted(at for at in found if at >= base - BEFORE)


@laws(60)
@given(st.data(), st.sampled_from(BASES), st.sampled_from(ZONES))
@pytest.mark.parametrize("kind", stores.KINDS)
def test_nothing_changes_before_the_next_boundary(kind: str, both: Both, data: Any, base: int, zone: str) -> None:
    tree, person = data.draw(drawn.rules_at(base, 4)), data.draw(drawn.people(base))
    scene = both.scene(kind, base)
    set_zone(scene, zone)
    rule, batch = parse(tree, flow.KINDS, "rule"), batch_of([settle(scene, "ada", person)], [{}], base - DAY)
    asked = instants(base, zone)

    answers = [ask(scene, rule, batch, at)[0] for at in asked]
    turns = [turn(scene, rule, batch, at)[0] for at in asked]

    expected = [truth(tree, person, {}, here_of(at, zone, base - DAY)) for at in asked]
    assert answers == expected
    for i, (at, until) in enumerate(zip(asked, turns, strict=True)):
        assert until is None or until > at, "a boundary lies ahead"
        still = [k for k in range(i + 1, len(asked)) if until is None or asked[k] < until]
        changed = [asked[k] - base for k in still if answers[k] is not answers[i]]
        assert not changed, f"from {at - base}, with the next boundary at {until and until - base}"
    _walked(scene, rule, batch, asked, answers)


def _walked(scene: Scene, rule: Condition, batch: list[Asked], asked: list[int], answers: list[bool | None]) -> None:
    """From boundary to boundary, every change is found."""
    at, seen, steps = asked[0], answers[0], 0
    ahead = turn(scene, rule, batch, at)[0]
    for moment, answer in zip(asked, answers, strict=True):
        while ahead is not None and ahead <= moment and steps < 60:
            at, steps = ahead, steps + 1
            seen, ahead = ask(scene, rule, batch, at)[0], turn(scene, rule, batch, at)[0]
        if steps >= 60:
            return
        assert seen is answer


def midnight(year: int, month: int, day: int, zone: str) -> int:
    return begins((dt.date(year, month, day) - dt.date(1970, 1, 1)).days, zone)


@pytest.mark.parametrize("kind", stores.KINDS)
@pytest.mark.parametrize(
    ("zone", "now", "day", "test", "expected"),
    [
        # The night of the change is an hour short, or long; Chatham's a day that begins at a quarter.
        ("Europe/Berlin", (2026, 3, 28, 12), "2026-03-29", {"in_next": "0d"}, (2026, 3, 29)),
        ("Europe/Berlin", (2026, 3, 29, 12), "2026-03-29", {"in_last": "0d"}, (2026, 3, 30)),
        ("America/New_York", (2026, 11, 1, 12), "2026-11-01", {"in_last": "0d"}, (2026, 11, 2)),
        ("Pacific/Chatham", (2026, 4, 4, 20), "2026-04-05", {"more_than_ago": "0d"}, (2026, 4, 6)),
        ("Asia/Kolkata", (2026, 2, 27, 12), "2000-02-29", {"anniversary": "today"}, (2026, 2, 28)),
        ("Asia/Kolkata", (2026, 1, 31, 12), "2000-02-29", {"month": "this"}, (2026, 2, 1)),
    ],
)
def test_a_day_turns_at_the_local_midnight(
    kind: str,
    zone: str,
    now: tuple[int, ...],
    day: str,
    test: dict[str, Any],
    expected: tuple[int, int, int],
    both: Both,
) -> None:
    at = int(dt.datetime(*now, tzinfo=dt.UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]
    scene = both.scene(kind, at)
    set_zone(scene, "UTC")
    batch = batch_of([scene.identify("ada", when=day, timezone=zone)], [{}])
    rule = parse({"attribute": "when", "zone": "contact"} | test, flow.KINDS, "rule")

    until = turn(scene, rule, batch, at)[0]

    assert until == midnight(*expected, zone)
    before, after = ask(scene, rule, batch, until - 1)[0], ask(scene, rule, batch, until)[0]
    assert before is not after
