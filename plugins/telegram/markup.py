"""From the HTML of a mail to the few tags of Telegram, and how long a text is for it. Pure."""

from __future__ import annotations

import html as escaping
from html.parser import HTMLParser
from urllib.parse import urlsplit

LONGEST = 4_096
"""UTF-16 units of a text after its entities are read: https://core.telegram.org/bots/api#sendmessage"""
_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s"}
_INLINE |= {"code": "code", "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "tg-spoiler"}
_INLINE |= {f"h{level}": "b" for level in range(1, 7)}
_PARAGRAPHS = {"p", "ul", "ol", "table", "blockquote", "pre", "hr"} | {f"h{level}" for level in range(1, 7)}
_LINES = {"div", "li", "tr", "section", "article", "header", "footer", "address", "dt", "dd"}
_UNSEEN = {"script", "style", "head", "title", "template"}
_SCHEMES = ("http", "https", "tg", "mailto", "tel")


def units(text: str) -> int:
    """How long a text is for Telegram: letters beyond the first 65,536 count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_link(target: str) -> bool:
    """Whether Telegram opens it."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc or parts.path) and target.isprintable()


def reduced(source: str) -> tuple[str, str]:
    """(HTML as Telegram takes it, the text that a person reads of it)."""
    reader = _Reducer()
    reader.feed(source)
    reader.close()
    return reader.finished()


class _Tag:
    """A tag that stands open; it is written when there is text in it."""

    def __init__(self, name: str, source: str, attributes: str = "") -> None:
        self.name, self.source, self.attributes, self.is_written = name, source, attributes, False


class _Reducer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out, self._read = list[str](), list[str]()
        self._open = list[_Tag]()
        self._gap = ""
        """The white space that is owed before the next text; none at the beginning and at the end."""
        self._dot = ""
        """What stands before the next text, when it is an item of a list."""
        self._unseen = 0

    def finished(self) -> tuple[str, str]:
        while self._open:
            self._close(self._open[-1])
        return "".join(self._out), "".join(self._read)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._owe("\n", adds=True)
        elif tag in ("td", "th"):
            self._owe(" ")
        elif tag == "img":
            self.handle_data(given.get("alt") or "")
        self._block(tag)
        if tag == "li":
            self._dot = "• "
        target = (given.get("href") or "").strip()
        if tag == "a" and is_link(target):
            self._open.append(_Tag("a", tag, f' href="{escaping.escape(target)}"'))
        elif tag in _INLINE and not any(one.name == _INLINE[tag] for one in self._open):
            self._open.append(_Tag(_INLINE[tag], tag))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in ("li", "ul", "ol"):
            self._dot = ""
        found = [one for one in self._open if one.source == tag]
        if found:
            self._close(found[-1])
        self._block(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen or not data:
            return
        if any(one.name == "pre" for one in self._open):
            self._write(data)
            return
        words = " ".join(data.split())
        if data[0].isspace():
            self._owe(" ")
        if words:
            self._write(words)
            if data[-1].isspace():
                self._owe(" ")

    def _block(self, tag: str) -> None:
        if tag in _PARAGRAPHS or tag in _LINES:
            self._owe("\n\n" if tag in _PARAGRAPHS else "\n")

    def _owe(self, gap: str, *, adds: bool = False) -> None:
        """The larger gap counts; line breaks that a person wrote add up to an empty line."""
        if adds and self._gap.startswith("\n"):
            gap = "\n\n"
        if not self._gap or gap.count("\n") > self._gap.count("\n"):
            self._gap = gap

    def _write(self, text: str) -> None:
        before = (self._gap if self._read else "") + self._dot
        self._gap = self._dot = ""
        self._out.append(before)
        self._read.append(before)
        for tag in self._open:
            if not tag.is_written:
                self._out.append(f"<{tag.name}{tag.attributes}>")
                tag.is_written = True
        self._out.append(escaping.escape(text, quote=False))
        self._read.append(text)

    def _close(self, tag: _Tag) -> None:
        """Close it with all that stands open inside; that opens again with the next text."""
        inside = self._open[self._open.index(tag) :]
        for one in reversed(inside):
            if one.is_written:
                self._out.append(f"</{one.name}>")
                one.is_written = False
        self._open.remove(tag)
