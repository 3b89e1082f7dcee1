"""Addresses in the one form by which a person is found again."""

from __future__ import annotations

import pytest

from tidings.contacts.addresses import phone


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("+49 151 12345678", "+4915112345678"),
        ("0049 (151) 123-45678", "+4915112345678"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+44 020 7946 0958", "+442079460958"),
        ("+49 (0) 30 901820", "+4930901820"),
        ("+39 06 6982 0000", "+390669820000"),
        ("+1 202 555 0100", "+12025550100"),
        ("+999 012 345678", "+999012345678"),
        ("0151 12345678", None),
        ("+49", None),
        ("+4٩15112345678", None),
        (4915112345678, None),
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: object, canonical: str | None) -> None:
    assert phone(written) == canonical
