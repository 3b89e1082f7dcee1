"""Letters from blocks: Jinja survives MJML, links are numbered, the text part reads well, each reads their language."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from tidings.runtime.errors import Invalid
from tidings.templates import richtext, service
from tidings.templates.blocks import Piece
from tidings.templates.brand import Brand, contrast
from tidings.templates.expressions import Aside
from tidings.templates.letter import Look, html_of
from tidings.templates.models import Stored
from tidings.templates.rendering import Preview, Signed, compiled, preview
from tidings.templates.sandbox import Budget

BASKET = [
    {"name": f"Tea <{n}>", "price": n, "url": f"https://shop.example/{n}", "image_url": "https://x.y/i.png"}
    for n in range(3)
]


def letter(blocks: list[dict[str, Any]], **more: Any) -> Stored:
    return msgspec.convert({"template": "a", "subject": "Hi", "blocks": blocks} | more, Stored)


def read(document: Stored, signed: Signed | None = None, event: Any = None, **contact: Any) -> Preview:
    values = {"contact": contact, "event": event or {}}
    return preview(document, values, signed or Signed(), Budget(time.monotonic))


@given(st.text(alphabet="ab\"'&<>{}%|= \\né", max_size=30))
@settings(max_examples=100, deadline=None)
def test_an_expression_comes_through_mjml_as_it_was_written(words: str) -> None:
    literal = words.replace("\\", "").replace('"', "").replace("\n", "")
    expression = f'{{{{ contact.name | default("{literal}") }}}}'
    places = [
        {"heading": {"text": expression}},
        {"button": {"label": expression, "href": f"https://x.y/?q={expression}"}},
        {"image": {"src": f"https://x.y/{expression}", "alt": expression}},
    ]

    html = html_of(tuple(msgspec.convert(places, list[Piece])), expression, Look())

    assert html.count(expression) == 6


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_words_of_somebody_never_become_a_token(words: str) -> None:
    aside = Aside()
    aside.keep("{{ secret }}")

    assert "secret" not in aside.back(aside.words(f"zq0qz{words.replace('{', '')}"))


def test_products_are_one_row_each_and_their_words_are_escaped() -> None:
    found = read(letter([{"products": {"button": "Buy", "limit": 2}}]), event={"products": BASKET})

    assert found.problems == ()
    assert found.html.count(">Buy</a>") == 2 and "Tea &lt;1&gt;" in found.html and "shop.example/2" not in found.html
    assert "Tea <1> 1" in found.text and "https://shop.example/1" in found.text


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_products_side_by_side_are_each_shown_once(columns: int) -> None:
    found = read(letter([{"products": {"columns": columns}}]), event={"products": BASKET})

    assert found.problems == () and [found.html.count(f"<strong>Tea &lt;{n}&gt;") for n in range(3)] == [1, 1, 1]


def test_a_condition_shows_one_side() -> None:
    document = letter(
        [
            {
                "conditional": {
                    "if": 'contact.plan == "pro"',
                    "blocks": [{"heading": {"text": "For you"}}],
                    "else": [{"text": {"html": "<p>Join</p>"}}],
                }
            }
        ]
    )

    pro, free = read(document, plan="pro"), read(document, plan="free")

    assert "For you" in pro.html and "Join" not in pro.html and "For you" in pro.text
    assert "Join" in free.html and "For you" not in free.html and "Join" in free.text


def test_links_of_all_languages_are_numbered_once_and_those_with_variables_stay() -> None:
    link, other = (
        {"button": {"label": "Go", "href": "https://x.y/a"}},
        {"button": {"label": "Los", "href": "https://x.y/b"}},
    )
    mine = {"button": {"label": "Mine", "href": "https://x.y/{{ contact.id }}"}}
    document = letter([link, mine], translations={"de": {"blocks": [link, other]}})

    version = compiled(document)
    found = read(document, Signed(click="https://t.co/c/T"), id=7)

    assert version.links == ("https://x.y/a", "https://x.y/b")
    assert 'href="https://t.co/c/T.0"' in found.html and 'href="https://x.y/7"' in found.html


def test_who_has_no_translation_reads_the_nearest_language() -> None:
    document = letter(
        [{"heading": {"text": "Hello"}}],
        translations={"de": {"subject": "Hallo", "blocks": [{"heading": {"text": "Hallo"}}]}},
    )

    found = {locale: read(document, locale=locale) for locale in ("de-AT", "de_CH", "fr", "")}

    assert [(one.language, one.subject) for one in found.values()] == [
        ("de", "Hallo"),
        ("de", "Hallo"),
        ("", "Hi"),
        ("", "Hi"),
    ]
    assert "Hallo" in found["de-AT"].html and "Hello" in found["fr"].html


def test_the_footer_holds_the_address_and_one_unsubscribe_link() -> None:
    document = letter([{"heading": {"text": "Hello"}}], brand={"name": "Tea & Co", "address": "Main 1\nVienna"})

    marketing, contract = read(document, Signed(unsubscribe="https://x.y/u/1")), read(document)

    assert "Tea &amp; Co" in marketing.html and "Main 1<br />Vienna" in marketing.html
    assert marketing.html.count("https://x.y/u/1") == 1 and "Unsubscribe" not in contract.html


def test_pictures_that_are_kept_here_get_the_address_of_the_server() -> None:
    found = read(letter([{"image": {"src": "/media/a/1.png", "alt": "Tea"}}]), Signed(base="https://news.example"))

    assert 'src="https://news.example/media/a/1.png"' in found.html


def test_pasted_markup_stays_as_it_is() -> None:
    pasted = "<TABLE bgcolor=red><tr><td>{{ contact.name }}</td></tr></TABLE>"
    alone = msgspec.convert({"template": "a", "subject": "Hi", "html": pasted}, Stored)

    assert read(alone, name="Ada").html == pasted.replace("{{ contact.name }}", "Ada")
    assert pasted.replace("{{ contact.name }}", "Ada") in read(letter([{"html": {"html": pasted}}]), name="Ada").html


def test_rich_text_keeps_few_tags() -> None:
    given = '<p onclick="x()">a <b>b</b><script>evil()</script><a href="javascript:x">c</a> <a href="https://x.y">d</a>'

    assert richtext.clean(given) == '<p>a <strong>b</strong><a>c</a> <a href="https://x.y">d</a></p>'
    assert richtext.plain(given) == "a bc d (https://x.y)"


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"conditional": {"if": "1 +", "blocks": []}}, "blocks.0.conditional.if"),
        ({"conditional": {"if": "x %}{% for y in z", "blocks": []}}, "blocks.0.conditional.if"),
        ({"columns": {"columns": [[{"products": {}}]]}}, "blocks.0.columns.columns.0.0"),
        ({"columns": {"columns": [[]], "ratio": [1, 2]}}, "blocks.0.columns.ratio"),
        ({"heading": {"text": "a"}, "divider": {}}, "blocks[0]"),
    ],
)
def test_what_cannot_be_built_is_refused_with_its_place(block: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.check({"template": "a", "subject": "b", "blocks": [block]})

    assert path in [problem.path for problem in refused.value.problems]


def test_the_better_of_black_and_white_stands_on_the_accent() -> None:
    assert (Brand(accent="#ffff00").on_accent, Brand(accent="#0f766e").on_accent) == ("#000000", "#ffffff")
    assert round(contrast("#000000", "#ffffff")) == 21
