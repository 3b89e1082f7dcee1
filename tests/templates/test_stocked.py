"""The letters that come along can be published as they are and read well by somebody of whom nothing is known."""

from __future__ import annotations

import time

import pytest

from tidings.templates import service
from tidings.templates.rendering import Signed, compiled, preview
from tidings.templates.sandbox import Budget
from tidings.templates.stocked import stock

EVENT = {
    "products": [{"name": "Tea", "price": "4.20", "url": "https://shop.example/tea"}],
    "total": "4.20",
    "currency": "EUR",
}


@pytest.mark.parametrize("name", sorted(stock()))
def test_a_letter_that_comes_along_is_read_by_everybody(name: str) -> None:
    document = service.check(stock()[name])

    looks = [
        preview(
            document, {"contact": contact, "event": EVENT}, Signed(unsubscribe="https://x.y/u"), Budget(time.monotonic)
        )
        for contact in ({}, {"first_name": "Ada", "locale": "de-AT"})
    ]

    assert [look.problems for look in looks] == [(), ()]
    assert all("https://x.y/u" in look.html and len(look.text) > 80 and len(look.html) < 60_000 for look in looks)
    assert set(compiled(document).languages) <= {"de"}


def test_there_is_one_for_each_beginning() -> None:
    begun = [
        "cart-last-call",
        "cart-reminder",
        "come-back",
        "getting-started",
        "newsletter",
        "review-request",
        "thank-you",
        "welcome",
    ]
    assert sorted(stock()) == begun
