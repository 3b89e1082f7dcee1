"""Rich text as mails may hold it: few tags, no attributes but the address of a link. Pure."""

from __future__ import annotations

import html as escaping
import re
from html.parser import HTMLParser

_KEPT = {"p", "br", "strong", "em", "u", "a", "ul", "ol", "li"}
_ALIKE = {"b": "strong", "i": "em"}
_DROPPED = {"script", "style", "head", "title", "iframe", "object"}
_ALLOWED = re.compile(r"^(https?:|mailto:|tel:|#|/|zq\d+qz)", re.IGNORECASE)


class _Cleaner(HTMLParser):
    def __init__(self, styles: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts, self.open, self._skipped, self._styles = list[str](), list[str](), 0, styles

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _ALIKE.get(tag, tag)
        if tag in _DROPPED:
            self._skipped += 1
        if self._skipped or tag not in _KEPT:
            return
        href = dict(attrs).get("href") or ""
        link = f' href="{escaping.escape(href)}"' if tag == "a" and _ALLOWED.match(href) else ""
        style = f' style="{self._styles[tag]}"' if tag in self._styles else ""
        if tag == "br":
            self.parts.append("<br />")
            return
        self.open.append(tag)
        self.parts.append(f"<{tag}{link}{style}>")

    def handle_endtag(self, tag: str) -> None:
        tag = _ALIKE.get(tag, tag)
        if tag in _DROPPED:
            self._skipped = max(0, self._skipped - 1)
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                self.parts.append(f"</{last}>")
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(escaping.escape(data, quote=False))


def clean(html: str, styles: dict[str, str] | None = None) -> str:
    """Well-formed markup of the few tags, each with the style that is given for it; Jinja must have been put aside."""
    cleaner = _Cleaner(styles or {})
    cleaner.feed(html)
    cleaner.close()
    return "".join((*cleaner.parts, *(f"</{tag}>" for tag in reversed(cleaner.open))))


def plain(html: str) -> str:
    """The same as lines of text: links with their addresses, lists with dashes."""
    html = re.sub(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', _link, clean(html), flags=re.DOTALL)
    html = re.sub(r"\s+", " ", html)
    html = re.sub(r"<li>", "\n- ", html)
    html = re.sub(r"<br />", "\n", html)
    html = re.sub(r"</p>|</ul>|</ol>", "\n\n", html)
    text = escaping.unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.splitlines())).strip()


def _link(found: re.Match[str]) -> str:
    target, label = found[1].removeprefix("mailto:"), re.sub(r"<[^>]+>", "", found[2])
    return label if label == target or not target else f"{label} ({target})"
