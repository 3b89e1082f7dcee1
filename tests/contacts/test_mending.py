"""What is wrong with what is known of people is seen and put right, and what may be right is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from tidings.contacts import mending
from tidings.contacts.auditing import SAMPLES, Tally
from tidings.contacts.mending import Mend


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        (" Ada@GMAIL.CON ", "ada@gmail.com"),
        ("ada@web.d", "ada@web.de"),
        ("ada@gmail.com", None),
        ("ada@mail.com", None),
        ("@gmial.com", None),
        ("nothing", None),
    ],
)
def test_an_address_is_corrected_only_where_what_was_meant_is_sure(address: str, right: str | None) -> None:
    assert mending.meant(address) == right


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", 12), (" -3.50 ", -3.5), ("0", 0), ("01067", None), ("1,5", None), ("1e3", None), (12, None), ("", None)],
)
def test_a_text_is_a_number_only_where_it_can_be_nothing_else(value: Any, number: Any) -> None:
    assert mending.number(value) == number


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("31.1.2026", "2026-01-31"),
        ("2026/1/31", "2026-01-31"),
        ("2026.01.31", "2026-01-31"),
        ("3/4/2026", None),
        ("31.2.2026", None),
        ("2026-01-31", None),
        (20260131, None),
    ],
)
def test_a_text_is_a_day_only_where_it_can_be_no_other(value: Any, day: str | None) -> None:
    assert mending.date(value) == day


def test_mending_says_what_changes_and_nothing_where_nothing_is_wrong() -> None:
    known = {"email": "ada@gmial.com", "age": "41", "born": {"on": "1.2.1985"}}

    assert mending.mended(Mend(kind="mistyped_address"), known) == {"email": "ada@gmail.com"}
    assert mending.mended(Mend(kind="invalid_address"), known) == {}
    assert mending.mended(Mend(kind="invalid_address"), {"email": "nobody"}) == {"email": None}
    assert mending.mended(Mend(kind="numbers", path="age"), known) == {"age": 41}
    assert mending.mended(Mend(kind="dates", path="born.on"), known) == {"born": {"on": "1985-02-01"}}
    assert mending.mended(Mend(kind="numbers", path="born.on.year"), known) == {}


def test_two_spellings_of_one_mailbox_are_one() -> None:
    assert mending.plain("Ada.L+news@GoogleMail.com") == mending.plain("adal@gmail.com") == "adal@gmail.com"
    assert mending.plain("a.da+x@example.com") == "a.da@example.com"
    assert mending.is_role("Info+x@example.com") and not mending.is_role("infobird@example.com")


def test_people_are_counted_with_some_of_them_to_look_at() -> None:
    tally = Tally()
    for number in range(20):
        tally.look(number, {"email": f"u{number}@gmial.com", "plan": "pro"}, "Europe/Berlin", has_agreed=number < 5)
    tally.look(20, {"email": "U1+x@gmial.com", "plan": " Pro", "age": 3, "locale": "de"}, None, has_agreed=True)
    tally.look(21, {"plan": "free", "age": "4", "first_name": "Ada", "last_name": "L"}, None, has_agreed=False)
    tally.look(
        22, {"email": "x", "phone": "+49 30 123456", "first_name": "ada", "last_name": "l"}, None, has_agreed=False
    )
    tally.look(23, {"email": "info@x.example", "phone": "0049 30 123456"}, None, has_agreed=True)

    counts = {name: seen.count for name, seen in tally.kinds.items()}
    assert counts == {
        "mistyped_address": 21,
        "invalid_address": 1,
        "role_address": 1,
        "same_box": 1,
        "same_phone": 1,
        "same_name": 1,
        "no_zone": 4,
        "no_locale": 23,
        "no_consent": 15,
        "no_address": 1,
    }
    assert len(tally.kinds["mistyped_address"].samples) == SAMPLES
    assert (tally.kinds["same_box"].samples[0].contact_id, tally.kinds["same_box"].samples[0].other) == (20, 1)
    assert {path: sorted(kinds) for path, kinds in tally.mixed().items()} == {"age": ["number", "text"]}
    assert tally.spellings() == {"plan": [[("pro", 20), (" Pro", 1)]]}


def test_whoever_sends_numbers_in_the_names_of_attributes_fills_no_memory() -> None:
    tally = Tally()

    for number in range(1_000):
        tally.look(number, {f"a{number}": 1, "note": f"text {number}"}, None, has_agreed=False)

    assert len(tally.types) <= 200 and len(tally.values["note"]) <= 51 and tally.spellings() == {}
