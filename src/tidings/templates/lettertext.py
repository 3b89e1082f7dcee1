"""The text part of a letter that is built from blocks: headings, sentences, addresses of links. Pure."""

from __future__ import annotations

from tidings.templates import richtext
from tidings.templates.blocks import (
    Button,
    Columns,
    Conditional,
    Divider,
    Heading,
    Image,
    Piece,
    Products,
    Saved,
    Social,
    Text,
)
from tidings.templates.expressions import Aside
from tidings.templates.letter import PRODUCT, Look


def text_of(pieces: tuple[Piece, ...], look: Look) -> str:
    """The source of the text part, with the Jinja of the blocks in it."""
    aside = Aside()
    parts = _parts(pieces, look, aside)
    end = [part for part in (look.brand.footer, look.brand.name, look.brand.address) if part]
    return aside.back("\n\n".join((*parts, *(("-- \n" + "\n".join(end),) if end else ())))) + "\n"


def _parts(pieces: tuple[Piece, ...], look: Look, aside: Aside) -> list[str]:
    return [part for piece in pieces if (part := _part(piece, look, aside))]


def _part(piece: Piece, look: Look, aside: Aside) -> str:
    match piece.block:
        case Heading(text=text):
            return f"{text}\n{'=' * min(len(text), 40)}"
        case Text(html=html):
            return richtext.plain(aside.markup(html))
        case Image(alt=alt, href=href):
            return f"{alt or href} ({href})" if href else ""
        case Button(label=label, href=href):
            return f"{label}: {href}"
        case Divider():
            return "-" * 40
        case Social(links=links):
            return "\n".join(f"{one.kind}: {one.url}" for one in links or look.brand.social)
        case Saved(block=name):
            return "\n\n".join(_parts(look.saved.get(name, ()), look, aside))
        case Columns(columns=columns):
            return "\n\n".join(part for column in columns for part in _parts(column, look, aside))
        case Conditional() as found:
            inner = ["\n\n".join(_parts(side, look, aside)) for side in (found.blocks, found.otherwise)]
            return f"{{% if {found.condition} %}}{inner[0]}{{% else %}}{inner[1]}{{% endif %}}"
        case Products() as found:
            shown = " ".join(PRODUCT[part] for part in ("quantity", "name", "price") if part in found.show)
            link = "{{ ' ' ~ product.url if product.url is defined else '' }}"
            return f"{{% for product in ({found.source})[:{found.limit}] %}}- {shown}{link}\n{{% endfor %}}"
        case _:
            return ""
