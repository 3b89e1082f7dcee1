"""Which variables a template names, and whether it has words for whoever lacks them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tidings.templates.models import Stored
from tidings.templates.variables import uses, written


def named(**parts: Any) -> list[tuple[str, str, bool]]:
    document = msgspec.convert({"template": "news", **parts}, Stored)
    return [(use.place, use.path, use.has_fallback) for use in uses(document)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{ contact.plan }}", [("contact.plan", False)]),
        ("{{ contact.plan | default('free') }}", [("contact.plan", True)]),
        ("{{ contact.plan | upper | default('free') }}", [("contact.plan", False)]),
        ("{% if contact.plan is defined %}{{ contact.plan }}{% endif %}", [("contact.plan", True)]),
        ("{% if contact.plan %}{{ contact.plan }}{% endif %}", [("contact.plan", False)]),
        ("{{ contact.plan if contact.plan is defined else 'free' }}", [("contact.plan", True)]),
        ("{% if contact.plan is defined and contact.plan == 'pro' %}x{% endif %}", [("contact.plan", True)]),
        ("{{ contact['company'].name }}", [("contact.company.name", False)]),
        ('{{ event["Order Total"] }}', [("event.Order Total", False)]),
        ("{% for product in event.products %}{{ product.name }}{% endfor %}", [("event.products", False)]),
        ("{{ unsubscribe_url }} and {{ contact }}", []),
    ],
)
def test_a_variable_is_found_with_whether_its_absence_is_thought_of(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(path, ok) for _, path, ok in named(text=text)] == found


def test_every_part_of_a_letter_is_looked_through_in_every_language() -> None:
    blocks = [
        {"text": {"html": "<p>{{ contact.a | default(&quot;x&quot;) }}</p>"}},
        {
            "conditional": {
                "if": 'contact.b == "pro"',
                "blocks": [{"button": {"label": "Go", "href": "{{ contact.c }}"}}],
            }
        },
    ]
    translations = {"de": {"subject": "{{ contact.d }}", "blocks": [{"heading": {"text": "{{ contact.e }}"}}]}}

    found = named(subject="{{ event.f }}", blocks=blocks, translations=translations)

    assert found == [
        ("subject", "event.f", False),
        ("translations.de.subject", "contact.d", False),
        ("blocks.0.text.html", "contact.a", True),
        ("blocks.1.conditional.if", "contact.b", False),
        ("blocks.1.conditional.blocks.0.button.href", "contact.c", False),
        ("translations.de.blocks.0.heading.text", "contact.e", False),
    ]


def test_what_cannot_be_parsed_names_nothing() -> None:
    assert named(subject="{{ contact.", text="{{ contact.plan }}") == [("text", "contact.plan", False)]


def test_a_path_is_written_so_that_it_can_be_read() -> None:
    assert written("contact", "company.name") == "contact.company.name"
    assert written("event", "Order Total.sum") == 'event["Order Total"].sum'
