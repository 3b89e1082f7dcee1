"""A page in the reader's language and the workspace's brand. Pure but for the files that it was shipped with."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib import resources
from typing import Any

import msgspec
from jinja2 import Environment, FunctionLoader, StrictUndefined
from msgspec import Struct

from tidings.templates.brand import Brand

RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})
DEFAULT = "en"


@functools.cache
def _all_words() -> dict[str, dict[str, str]]:
    text = resources.files("tidings.pages").joinpath("words.json").read_text(encoding="utf-8")
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])


@functools.cache
def _environment() -> Environment:
    folder = resources.files("tidings.pages").joinpath("templates")
    loader = FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@functools.cache
def script() -> bytes:
    """What solves the puzzle of a form; the only script of these pages."""
    return resources.files("tidings.pages").joinpath("templates", "puzzle.js").read_bytes()


def languages() -> list[str]:
    """Those that pages are written in."""
    return list(_all_words())


def language_of(wanted: Iterable[str]) -> str:
    """The first of these that pages are written in: de-AT is read by whoever reads de."""
    known = _all_words()
    for tag in wanted:
        plain = tag.strip().lower().replace("_", "-")
        for one in (plain, plain.partition("-")[0]):
            if one in known:
                return one
    return DEFAULT


def accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the best first."""
    found = list[tuple[float, int, str]]()
    for number, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.partition(";q=")
        try:
            found.append((-float(quality or 1), number, tag.strip()))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(found) if tag]


class Look(Struct, frozen=True, kw_only=True):
    """For whom a page is: their language, the workspace's brand, and the one-time word that lets its style in."""

    language: str
    brand: Brand
    nonce: str

    @property
    def words(self) -> dict[str, str]:
        """Every sentence in this language."""
        return _all_words()[self.language]

    def say(self, name: str, **values: str) -> str:
        """One sentence, filled in."""
        return self.words[name].format(**values)


def page(look: Look, name: str, title: str, **values: Any) -> str:
    """A page by its template."""
    empty = {"lines": (), "button": "", "link": "", "link_words": ""}
    about = {"language": look.language, "direction": "rtl" if look.language in RIGHT_TO_LEFT else "ltr"}
    known = about | {"brand": look.brand, "nonce": look.nonce, "title": title, "words": look.words}
    return _environment().get_template(name).render(**(empty | known | values))


def plain(look: Look, title: str, *lines: str, button: str = "", link: str = "", link_words: str = "") -> str:
    """A page of a few sentences, perhaps with one button."""
    return page(look, "base.html", title, lines=lines, button=button, link=link, link_words=link_words)
