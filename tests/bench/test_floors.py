"""A bench says on what it ran, and when its figures do not count."""

from __future__ import annotations

import msgspec
import pytest

from tidings.bench import floors


def test_a_machine_that_is_as_fast_as_its_kind_is_taken() -> None:
    assert floors.verdict([(floors.SQLITE, 5.0), (floors.DECODE, floors.DECODE.high * floors.SLACK)]) is None


def test_a_machine_much_slower_than_its_kind_makes_the_run_void_and_says_why() -> None:
    words = floors.verdict([(floors.SQLITE, 31.0), (floors.DECODE, 1.6)])

    assert words == (
        "this machine takes 31.0 us to insert a row with one index into SQLite, in batches; 5 to 10 are known"
    )


@pytest.mark.parametrize("void", [None, "this machine is slow"])
def test_a_void_run_is_told_in_words_and_in_json(void: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    on = floors.Ground(database="SQLite 3", size="5 people", void=void)

    floors.report("x", on, {"us": 1.0}, {"ratio": 0.5}, as_json=True)
    told = msgspec.json.decode(capsys.readouterr().out)
    floors.report("x", on, {"us": 1.0}, {"ratio": 0.5}, as_json=False)
    words = capsys.readouterr().out

    assert (told["void"], told["database"], told["size"]) == (void, "SQLite 3", "5 people")
    assert words.startswith("x: SQLite 3, 5 people\n")
    assert ("void: this machine is slow" in words) == (void is not None)
