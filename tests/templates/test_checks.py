"""Checks say what will go wrong, with the place and what to do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tidings.templates.checks import checks
from tidings.templates.models import Stored

FINE = {"template": "a", "subject": "Your tea", "preheader": "It is here.", "brand": {"address": "Main 1"}}


def paths(*blocks: dict[str, Any], **more: Any) -> list[str]:
    return [one.path for one in checks(msgspec.convert(FINE | {"blocks": list(blocks)} | more, Stored))]


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"button": {"label": "Go", "href": ""}}, "blocks.0.button.href"),
        ({"button": {"label": "Go", "href": "http://x.y"}}, "blocks.0.button.href"),
        ({"button": {"label": "Go", "href": "https://bit.ly/x"}}, "blocks.0.button.href"),
        ({"button": {"label": "", "href": "https://x.y"}}, "blocks.0.button.label"),
        ({"image": {"src": "https://x.y/a.png", "width": 100}}, "blocks.0.image.alt"),
        ({"image": {"src": "https://x.y/a.png", "alt": "Tea"}}, "blocks.0.image.width"),
        ({"image": {"src": "https://x.y/a.webp", "alt": "Tea", "width": 100}}, "blocks.0.image.src"),
        ({"text": {"html": "<p><a href='shop'>x</a></p>"}}, "blocks.0.text.html"),
        ({"html": {"html": "<a href='#there'>x</a>"}}, "blocks.0.html.html"),
        ({"html": {"html": "<img src=x>"}}, "blocks.0.html.html"),
        ({"saved": {"block": "gone"}}, "blocks.0.saved.block"),
        ({"columns": {"columns": [[{"heading": {"text": ""}}]]}}, "blocks.0.columns.columns.0.0.heading.text"),
        ({"html": {"html": "x" * 110_000}}, "blocks"),
    ],
)
def test_a_block_that_will_disappoint_is_named(block: dict[str, Any], path: str) -> None:
    assert path in paths(block)


def test_a_letter_that_is_fine_has_no_findings() -> None:
    assert paths({"heading": {"text": "Hi"}}, {"button": {"label": "Go", "href": "https://x.y/{{ contact.id }}"}}) == []


def test_the_whole_letter_is_looked_at() -> None:
    assert "subject" in paths(subject="BUY THIS NOW TODAY")
    assert "preheader" in paths({"divider": {}}, preheader="")
    assert "brand.address" in paths({"divider": {}}, brand={})
    assert "brand" in paths({"divider": {}}, brand={"address": "x", "text": "#eeeeee"})
