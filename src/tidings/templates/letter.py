"""From blocks to a letter's markup: through MJML, once per version, with Jinja put aside meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import mjml
from msgspec import Struct

from tidings.templates import richtext
from tidings.templates.blocks import (
    Block,
    Button,
    Columns,
    Conditional,
    Heading,
    Html,
    Image,
    Piece,
    Products,
    Saved,
    Social,
    Text,
)
from tidings.templates.brand import Brand, SocialLink
from tidings.templates.expressions import Aside

_FONTS = {
    "sans": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
    "serif": "Georgia, 'Times New Roman', serif",
    "mono": "Menlo, Consolas, monospace",
}
_SIZES = {1: ("28px", "1.25"), 2: ("22px", "1.3"), 3: ("18px", "1.35")}
_DARK = (
    "@media (prefers-color-scheme: dark) { body, .around { background: #111827 !important } "
    ".panel, .panel > table { background: #1f2937 !important } .words div, .words p, .words li, .words h1, .words h2, "
    ".words h3 { color: #f3f4f6 !important } .words a { color: #93c5fd !important } }"
)
WORDS = {
    "en": ("Unsubscribe", "Choose what you get"),
    "de": ("Abmelden", "Einstellungen"),
    "fr": ("Se désabonner", "Choisir ce que vous recevez"),
    "es": ("Darse de baja", "Elegir qué recibir"),
    "it": ("Annulla iscrizione", "Scegli cosa ricevere"),
    "nl": ("Afmelden", "Kies wat je ontvangt"),
    "pt": ("Cancelar inscrição", "Escolher o que receber"),
}


class Look(Struct, frozen=True, kw_only=True):
    """What a letter takes over: the brand, the blocks that are shared, its language."""

    brand: Brand = Brand()
    saved: Mapping[str, tuple[Piece, ...]] = {}
    language: str = "en"
    message_class: str = "promotional"


class Writer:
    """Writes the MJML of one letter."""

    def __init__(self, look: Look) -> None:
        self.look, self.aside = look, Aside()

    def rows(self, pieces: tuple[Piece, ...]) -> str:
        """Blocks below each other, each in a row of its own."""
        return "".join(self._row(piece.block) for piece in pieces)

    def _row(self, block: Block) -> str:
        match block:
            case Saved():
                return self.rows(self.look.saved.get(block.block, ()))
            case Conditional():
                return self._either(block, self.rows)
            case Columns():
                return _section("".join(self._column(block, number) for number in range(len(block.columns))))
            case Products():
                return self._products(block)
            case _:
                return _section(f"<mj-column>{self._inside(block)}</mj-column>")

    def _column(self, block: Columns, number: int) -> str:
        shares = block.ratio if len(block.ratio) == len(block.columns) else (1,) * len(block.columns)
        width = f"{100 * shares[number] / sum(shares):.2f}%"
        return f'<mj-column width="{width}">{self._cells(block.columns[number])}</mj-column>'

    def _cells(self, pieces: tuple[Piece, ...]) -> str:
        return "".join(self._inside(piece.block) for piece in pieces)

    def _inside(self, block: Block) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Text():
                style = {"a": f"color:{self.look.brand.accent}", "p": "margin:0 0 12px 0"}
                return _words(richtext.clean(self.aside.markup(block.html), style))
            case Image():
                return self._image(block)
            case Button():
                return self._button(block.label, self._address(block.href), block.align)
            case Social():
                return self._social(block.links or self.look.brand.social)
            case Html():
                return f'<mj-text padding="0">{self.aside.keep(block.html)}</mj-text>'
            case Saved():
                return self._cells(self.look.saved.get(block.block, ()))
            case Conditional():
                return self._either(block, self._cells)
            case Columns() | Products():
                return ""  # refused by the check
            case _:
                return '<mj-divider border-width="1px" border-color="#d1d5db" padding="16px 24px" />'

    def _heading(self, block: Heading) -> str:
        size, height = _SIZES[block.level]
        style = f"margin:0;font-size:{size};line-height:{height};font-weight:700"
        inner = f'<h{block.level} style="{style}">{self.aside.words(block.text)}</h{block.level}>'
        return _words(inner, block.align, "16px 24px 8px")

    def _image(self, block: Image) -> str:
        width = f' width="{block.width}px"' if block.width else ""
        href = f' href="{self._address(block.href)}"' if block.href else ""
        alt = self.aside.words(block.alt)
        return f'<mj-image src="{self._address(block.src)}" alt="{alt}" align="{block.align}"{width}{href} padding="8px 24px" />'

    def _button(self, label: str, href: str, align: str = "left") -> str:
        return f'<mj-button href="{href}" align="{align}">{self.aside.words(label)}</mj-button>'

    def _address(self, written: str) -> str:
        """Pictures of ours are named without the server's address."""
        return (self.aside.keep("{{ _base }}") if written.startswith("/media/") else "") + self.aside.words(written)

    def _social(self, links: tuple[SocialLink, ...]) -> str:
        named = (
            f'<a href="{self._address(one.url)}" style="{self._link}">{self.aside.words(one.kind)}</a>' for one in links
        )
        return _words(" &#183; ".join(named), "center") if links else ""

    @property
    def _link(self) -> str:
        return f"color:{self.look.brand.accent}"

    def _either(self, block: Conditional, write: object) -> str:
        assert callable(write)
        otherwise = self._statement("else") + write(block.otherwise) if block.otherwise else ""
        return f"{self._statement(f'if {block.condition}')}{write(block.blocks)}{otherwise}{self._statement('endif')}"

    def _statement(self, words: str) -> str:
        return f"<mj-raw>{self.aside.keep(f'{{% {words} %}}')}</mj-raw>"

    def _products(self, block: Products) -> str:
        source, count = f"({block.source})[:{block.limit}]", block.columns
        if count == 1:
            row = _section(
                (f'<mj-column width="35%">{self._part(block, "image")}</mj-column>' if "image" in block.show else "")
                + f'<mj-column width="{65 if "image" in block.show else 100}%">{self._told(block)}</mj-column>'
            )
            return f"{self._statement(f'for product in {source}')}{row}{self._statement('endfor')}"
        cells = "".join(
            f'<mj-column width="{100 / count:.2f}%">{self._statement(f"for product in {source}[_row + {number}:_row + {number + 1}]")}'
            f"{self._part(block, 'image')}{self._told(block)}{self._statement('endfor')}</mj-column>"
            for number in range(count)
        )
        rows = f"range(0, {source} | length, {count})"
        return f"{self._statement(f'for _row in {rows}')}{_section(cells)}{self._statement('endfor')}"

    def _told(self, block: Products) -> str:
        parts = "".join(self._part(block, part) for part in ("name", "description", "quantity", "price"))
        href = self.aside.keep("{{ product.url | default('') }}")
        return parts + (self._button(block.button, href) if block.button else "")

    def _part(self, block: Products, part: str) -> str:
        if part not in block.show:
            return ""
        value = self.aside.keep(PRODUCT[part])
        if part == "image":
            start, end = (
                self._statement("if product.image_url | default(product.image | default(''))"),
                self._statement("endif"),
            )
            alt = self.aside.keep("{{ product.name | default('') }}")
            return f'{start}<mj-image src="{value}" alt="{alt}" padding="8px 24px" />{end}'
        return _words(f"<strong>{value}</strong>" if part == "name" else value, padding="2px 24px")

    def footer(self) -> str:
        """Who writes, from where, and how not to hear from them again."""
        brand, small = self.look.brand, 'style="color:#6b7280;text-decoration:underline"'
        leave, choose = WORDS.get(self.look.language.split("-")[0].lower(), WORDS["en"])
        lines = [
            self.aside.words(part).replace("\n", "<br />") for part in (brand.footer, brand.name, brand.address) if part
        ]
        if self.look.message_class == "transactional":
            return _footer(lines)
        start, end = self.aside.keep("{% if unsubscribe_url %}"), self.aside.keep("{% endif %}")
        lines.append(f'{start}<a href="{self.aside.keep("{{ unsubscribe_url }}")}" {small}>{leave}</a>{end}')
        start = self.aside.keep("{% if preferences_url %}")
        lines.append(f'{start}<a href="{self.aside.keep("{{ preferences_url }}")}" {small}>{choose}</a>{end}')
        return _footer(lines)

    def head(self) -> str:
        """The logo."""
        brand = self.look.brand
        if not brand.logo:
            return ""
        alt = self.aside.words(brand.logo_alt or brand.name)
        return _section(
            f'<mj-column><mj-image src="{self._address(brand.logo)}" alt="{alt}" width="140px" padding="20px 24px 4px" /></mj-column>'
        )


PRODUCT = {
    "image": "{{ product.image_url | default(product.image | default('')) }}",
    "name": "{{ product.name | default('') }}",
    "description": "{{ product.description | default('') }}",
    "quantity": "{{ product.quantity | default(1) }} ×",
    "price": "{{ product.price | default('') }} {{ product.currency | default('') }}",
}


def _section(inner: str) -> str:
    return f'<mj-section css-class="panel">{inner}</mj-section>'


def _footer(lines: list[str]) -> str:
    look = 'align="center" color="#6b7280" font-size="12px" padding="16px 24px"'
    return f"<mj-section><mj-column><mj-text {look}>{'<br />'.join(lines)}</mj-text></mj-column></mj-section>"


def _words(inner: str, align: str = "left", padding: str = "8px 24px") -> str:
    return f'<mj-text css-class="words" align="{align}" padding="{padding}">{inner}</mj-text>'


def html_of(pieces: tuple[Piece, ...], preheader: str, look: Look) -> str:
    """The markup of a letter, with the Jinja of its blocks in it."""
    writer, brand = Writer(look), look.brand
    body = f"{writer.head()}{writer.rows(pieces)}{writer.footer()}"
    preview = f"<mj-preview>{writer.aside.words(preheader)}</mj-preview>" if preheader else ""
    styles = (
        f'<mj-all font-family="{_FONTS[brand.font]}" /><mj-text color="{brand.text}" font-size="16px" line-height="1.5" />'
        f'<mj-section padding="0" /><mj-button background-color="{brand.accent}" color="{brand.on_accent}" font-size="16px" '
        'font-weight="600" border-radius="6px" inner-padding="12px 24px" padding="12px 24px" />'
    )
    source = (
        f"<mjml><mj-head>{preview}<mj-attributes>{styles}</mj-attributes><mj-style>{_DARK}</mj-style>"
        '<mj-raw><meta name="color-scheme" content="light dark" /></mj-raw></mj-head>'
        f'<mj-body background-color="{brand.background}" css-class="around">{body}</mj-body></mjml>'
    )
    source = source.replace(
        '<mj-section css-class="panel"', f'<mj-section css-class="panel" background-color="{brand.panel}"'
    )
    return writer.aside.back(mjml.mjml2html(source, disable_comments=False))
