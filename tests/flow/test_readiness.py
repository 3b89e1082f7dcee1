"""Whether a workspace is ready to send: each thing says what is there, or what to do."""

from __future__ import annotations

import pytest

from tidings.channels.service import Account
from tidings.flow.readiness import Domain, ReadyPart, Stock, Surroundings, is_local, parts

MAIL = Account(2, "mail", "email", "email", "{}", "active", "", 1, None)
WHOLE = Stock(senders=[MAIL], tested=["mail"], has_address=True, topics=2, templates=1, people=1_000, mailable=900)
WELL = Surroundings(address="https://news.example.com", problem="", domains=[], stuck=[], late=0.0, is_working=True)
NOTHING = Stock(senders=[], tested=[], has_address=False, topics=0, templates=0, people=0, mailable=0)


def told(have: Stock = WHOLE, around: Surroundings = WELL) -> dict[str, ReadyPart]:
    return {one.name: one for one in parts(have, around)}


def test_a_workspace_that_has_everything_is_ready() -> None:
    found = told()

    assert {one.state for one in found.values()} == {"ready"}
    assert found["public_address"].told == "https://news.example.com leads here."
    assert found["consent"].told == "900 people of 1,000 agreed to a topic by email."
    assert found["topic"].told.startswith("2 topics")


def test_a_fresh_workspace_is_told_what_to_do_about_each_thing() -> None:
    around = Surroundings(
        address="http://127.0.0.1:8000", problem=None, domains=[], stuck=[], late=0.0, is_working=True
    )
    found = told(NOTHING, around)

    missing = [one.name for one in found.values() if one.state == "missing"]
    assert missing == ["public_address", "sender", "postal_address", "topic", "people", "consent", "letter"]
    assert "test" not in found, "what cannot be done yet is not asked for"
    assert "TIDINGS_PUBLIC_URL" in found["public_address"].told and "sandbox" in found["sender"].told


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8000", True),
        ("http://10.0.0.3", True),
        ("https://server", True),
        ("https://[::1]/", True),
        ("https://news.example.com", False),
        ("http://8.8.8.8", False),
    ],
)
def test_an_address_that_nobody_outside_reaches_is_known(address: str, local: bool) -> None:
    assert is_local(address) is local


@pytest.mark.parametrize(
    ("around", "name", "says"),
    [
        ({"address": "http://news.example.com"}, "public_address", "without https"),
        ({"problem": "the name is not known."}, "public_address", "the name is not known."),
        ({"stuck": ["timers"]}, "work", "timers"),
        ({"late": 90.0}, "work", "90 s"),
        ({"is_working": False}, "work", "another must work"),
    ],
)
def test_trouble_around_is_told_and_does_not_count_as_missing(around: dict[str, object], name: str, says: str) -> None:
    known = {field: getattr(WELL, field) for field in WELL.__struct_fields__}

    part = told(around=Surroundings(**known | around))[name]  # type: ignore[arg-type]

    assert part.state == "attention" and says in part.told


def test_a_domain_whose_records_are_missing_is_told_with_its_page() -> None:
    known = {field: getattr(WELL, field) for field in WELL.__struct_fields__}
    seen = [Domain(name="a.example", problem=""), Domain(name="b.example", problem="To be mended: dmarc.")]

    found = told(around=Surroundings(**known | {"domains": seen}))

    assert found["domain:a.example"].state == "ready"
    assert (found["domain:b.example"].state, found["domain:b.example"].told) == ("attention", "To be mended: dmarc.")
    assert found["domain:b.example"].to == "/channels/domains/b.example"


def test_a_sender_that_rests_and_few_who_agreed_are_told() -> None:
    resting = Account(2, "mail", "email", "email", "{}", "resting", "the password is wrong.", 1, None)
    found = told(Stock(senders=[resting], tested=[], has_address=True, topics=1, templates=1, people=1_000, mailable=3))

    assert found["sender"].told == "mail rests: the password is wrong." and found["sender"].to == "/channels/mail"
    assert found["test"].state == "missing"
    assert found["consent"].state == "attention" and found["consent"].told.startswith("Only 3 people of 1,000")
