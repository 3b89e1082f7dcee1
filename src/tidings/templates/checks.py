"""What will go wrong with a letter though it can be sent: dead links, pictures without words, colours nobody reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from tidings.runtime.errors import Problem
from tidings.templates.blocks import Button, Heading, Html, Image, Piece, Saved, Text, walk
from tidings.templates.brand import Brand, contrast
from tidings.templates.building import sides
from tidings.templates.expressions import JINJA
from tidings.templates.letter import Look, html_of
from tidings.templates.models import Stored

CUT = 102 * 1024
"""Gmail shows no more of a mail than this."""
_SHORT = {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "ow.ly", "rebrand.ly", "buff.ly", "cutt.ly"}
_SHOUTED = re.compile(r"\b[A-ZÄÖÜ]{4,}\b")


def checks(document: Stored) -> list[Problem]:
    """Every one with its path and what to do."""
    if document.channel != "email":
        return []
    found = list(_subject(document))
    for path, blocks in sides(document):
        for place, piece in walk(blocks, path):
            found += _of_block(place, piece, document)
    if document.html:
        found += _of_html("html", document.html)
    if document.blocks or any(one.blocks for one in document.translations.values()):
        found += _colours(document.brand)
    return found + list(_whole(document))


def _subject(document: Stored) -> Iterator[Problem]:
    words = JINJA.sub("", document.subject)
    if len(_SHOUTED.findall(words)) >= 2 or words.count("!") > 1:
        yield Problem("subject", "shouts; filters for spam count that.", "Write it as you would say it.")
    if len(words) > 70:
        yield Problem("subject", f"has {len(words)} characters; phones show about 40.", "Put what matters first.")
    if document.blocks and not document.preheader:
        yield Problem(
            "preheader", "is empty: inboxes show the first words of the letter instead.", "Write one sentence."
        )


def _of_block(place: str, piece: Piece, document: Stored) -> Iterator[Problem]:
    match piece.block:
        case Image() as image:
            at = f"{place}.image"
            if not image.src:
                yield Problem(f"{at}.src", "is empty.", "Choose a picture.")
            if not image.alt.strip():
                yield Problem(
                    f"{at}.alt", "is empty: who does not see the picture reads nothing.", "Say what it shows."
                )
            if image.width is None:
                yield Problem(
                    f"{at}.width", "is not said: Outlook shows it as large as the file is.", "Write its width."
                )
            if image.src.lower().endswith(".webp"):
                yield Problem(f"{at}.src", "is WebP, which Outlook does not show.", "Save it as PNG or JPEG.")
            if image.href:
                yield from _link(f"{at}.href", image.href)
        case Button() as button:
            yield from _link(f"{place}.button.href", button.href)
            if not button.label.strip():
                yield Problem(f"{place}.button.label", "is empty.", "Say what happens on a click.")
        case Heading() as heading:
            if not heading.text.strip():
                yield Problem(f"{place}.heading.text", "is empty.", "Write it, or take the block out.")
        case Text() as text:
            for node in LexborHTMLParser(JINJA.sub("variable", text.html)).css("a"):
                yield from _link(f"{place}.text.html", node.attributes.get("href") or "")
        case Html() as html:
            yield from _of_html(f"{place}.html.html", html.html)
        case Saved() as saved:
            if saved.block not in document.saved:
                yield Problem(f"{place}.saved.block", f"there is no saved block {saved.block!r}.", "Publish it first.")
        case _:
            return


def _link(path: str, target: str) -> Iterator[Problem]:
    address = target.strip()
    if address in ("", "#"):
        yield Problem(path, "leads nowhere.", "Write where it leads.")
    elif address.startswith("#") or JINJA.search(address):
        return
    elif address.lower().startswith("http://"):
        yield Problem(path, f"{address} is not encrypted.", "Write https://.")
    elif not address.lower().startswith(("https://", "mailto:", "tel:", "/media/", "variable")):
        yield Problem(path, f"{address} is not an address that works in a mail.", "Write it with https://.")
    elif (urlsplit(address).hostname or "") in _SHORT:
        yield Problem(path, f"{address} hides where it leads; filters for spam count that.", "Write the whole address.")


def _of_html(path: str, html: str) -> Iterator[Problem]:
    tree = LexborHTMLParser(JINJA.sub("variable", html))
    anchors = {node.attributes.get("id") or node.attributes.get("name") for node in tree.css("[id], a[name]")}
    for node in tree.css("a[href]"):
        target = node.attributes.get("href") or ""
        if len(target) > 1 and target.startswith("#") and target[1:] not in anchors:
            yield Problem(path, f"{target} leads to a place that is not there.", f'Give something id="{target[1:]}".')
        yield from _link(path, target)
    for node in tree.css("img"):
        source = (node.attributes.get("src") or "")[-60:]
        if "alt" not in node.attributes:
            yield Problem(path, f"the picture {source} has no alt.", "Say what it shows.")
        if not node.attributes.get("width"):
            yield Problem(path, f"the picture {source} has no width.", "Outlook shows it as large as the file is.")


def _colours(brand: Brand) -> Iterator[Problem]:
    for what, one, other in (
        ("Text on the letter", brand.text, brand.panel),
        ("Words on buttons", brand.on_accent, brand.accent),
        ("Links on the letter", brand.accent, brand.panel),
    ):
        if (found := contrast(one, other)) < 4.5:
            yield Problem(
                "brand", f"{what} is hard to read: {one} on {other} has {found:.1f}, not 4.5.", "Change a colour."
            )


def _whole(document: Stored) -> Iterator[Problem]:
    is_marketing = document.message_class in ("lifecycle", "promotional")
    if is_marketing and document.blocks and not document.brand.address:
        yield Problem("brand.address", "is empty; the law of many countries asks for it.", "Write your postal address.")
    html = document.html
    if document.blocks:
        html = html_of(document.blocks, document.preheader, Look(brand=document.brand, saved=document.saved))
    if (size := len(html.encode())) > CUT:
        yield Problem(
            "blocks" if document.blocks else "html", f"has {size // 1024} kB; Gmail cuts it at 102.", "Shorten it."
        )
