"""Jinja inside markup, kept out of the way of whatever reads the markup: put aside as tokens, put back afterwards. Pure."""

from __future__ import annotations

import html as escaping
import re

from jinja2 import TemplateError

from tidings.templates.sandbox import HTML

_STRINGS = r"\"[^\"]*\"|'[^']*'"
JINJA = re.compile(
    rf"\{{\{{(?:{_STRINGS}|[^\"'}}]|\}}(?!\}}))*\}}\}}|\{{%(?:{_STRINGS}|[^\"'%]|%(?!\}}))*%\}}|\{{#.*?#\}}", re.DOTALL
)
_TOKEN = re.compile(r"zq(\d+)qz")


class Aside:
    """What was put aside, by number."""

    def __init__(self) -> None:
        self._kept = list[str]()

    def keep(self, source: str) -> str:
        """A token that stands for a piece of source: letters and digits, so that nothing rewrites it."""
        self._kept.append(source)
        return f"zq{len(self._kept) - 1}qz"

    def words(self, text: str) -> str:
        """Plain words as markup: Jinja is put aside, the rest escaped."""
        parts, end = list[str](), 0
        for found in JINJA.finditer(text):
            parts += [self._escaped(text[end : found.start()]), self.keep(found[0])]
            end = found.end()
        return "".join((*parts, self._escaped(text[end:])))

    def markup(self, html: str) -> str:
        """Markup with its Jinja put aside; editors write quotes and signs inside of it as entities."""

        def aside(found: re.Match[str]) -> str:
            return self.keep(escaping.unescape(found[0]))

        return JINJA.sub(aside, html)

    def back(self, text: str) -> str:
        """The text with everything put back, also what was put aside inside of what was put aside."""
        while _TOKEN.search(text):
            text = _TOKEN.sub(lambda found: self._kept[int(found[1])], text)
        return text

    def _escaped(self, text: str) -> str:
        """Escaped; what looks like a token of ours is broken up, so that words of somebody never become one."""
        return escaping.escape(_TOKEN.sub(r"zq&#8203;\1qz", text)).replace("zq&amp;#8203;", "zq&#8203;")


def is_expression(text: str) -> bool:
    """Whether a text is one expression, fit to stand in a condition."""
    try:
        HTML.compile_expression(text)
    except TemplateError:
        return False
    return "%}" not in text and "}}" not in text and bool(text.strip())
