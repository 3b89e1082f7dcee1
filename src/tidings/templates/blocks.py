"""What a letter is built from: headings, text, pictures, buttons, columns, products, conditions. Each is `{kind: {…}}`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from tidings.templates.brand import SocialLink

Align = Literal["left", "center", "right"]
Words = Annotated[str, Meta(max_length=5_000)]
Address = Annotated[str, Meta(max_length=2_000)]
Path = Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", max_length=200)]


class Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Part of a letter."""


class Heading(Block, frozen=True, kw_only=True):
    """A line above what follows."""

    text: Words
    level: Literal[1, 2, 3] = 1
    align: Align = "left"


class Text(Block, frozen=True, kw_only=True):
    """Paragraphs: `p br strong em u a ul ol li`; everything else is taken out."""

    html: Annotated[str, Meta(max_length=50_000)]


class Image(Block, frozen=True, kw_only=True):
    """A picture; `alt` is read where it is not shown, `width` is in pixels."""

    src: Address
    alt: Annotated[str, Meta(max_length=500)] = ""
    href: Address = ""
    width: Annotated[int, Meta(ge=16, le=600)] | None = None
    align: Align = "center"


class Button(Block, frozen=True, kw_only=True):
    """What the reader is to do."""

    label: Annotated[str, Meta(max_length=200)]
    href: Address = ""
    align: Align = "left"


class Columns(Block, frozen=True, kw_only=True):
    """Side by side, below each other on a phone; `ratio` is the share of each column."""

    columns: Annotated[tuple[tuple[Piece, ...], ...], Meta(min_length=1, max_length=4)]
    ratio: Annotated[tuple[Annotated[int, Meta(ge=1, le=12)], ...], Meta(max_length=4)] = ()


class Products(Block, frozen=True, kw_only=True):
    """What is in a list of the event or the contact: a basket, an order. Each has `name`, `price`, `image_url`, `url`."""

    source: Path = field(name="from", default="event.products")
    limit: Annotated[int, Meta(ge=1, le=24)] = 4
    columns: Annotated[int, Meta(ge=1, le=3)] = 1
    show: tuple[Literal["image", "name", "description", "quantity", "price"], ...] = ("image", "name", "price")
    button: Annotated[str, Meta(max_length=200)] = ""


class Divider(Block, frozen=True, kw_only=True):
    """A thin line."""


class Social(Block, frozen=True, kw_only=True):
    """Your pages elsewhere; without `links`, those of the brand."""

    links: Annotated[tuple[SocialLink, ...], Meta(max_length=12)] = ()


class Html(Block, frozen=True, kw_only=True):
    """Markup of your own; it is never rewritten."""

    html: Annotated[str, Meta(max_length=200_000)]


class Conditional(Block, frozen=True, kw_only=True):
    """Shown to some: `if` is an expression, as `contact.plan == "pro"`."""

    condition: Annotated[str, Meta(max_length=1_000)] = field(name="if")
    blocks: tuple[Piece, ...]
    otherwise: tuple[Piece, ...] = field(name="else", default=())


class Saved(Block, frozen=True, kw_only=True):
    """Blocks that several templates share, by the name of their document."""

    block: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class Piece(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One block; exactly one of these is there."""

    heading: Heading | None = None
    text: Text | None = None
    image: Image | None = None
    button: Button | None = None
    columns: Columns | None = None
    products: Products | None = None
    divider: Divider | None = None
    social: Social | None = None
    html: Html | None = None
    conditional: Conditional | None = None
    saved: Saved | None = None

    def __post_init__(self) -> None:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"A block is one of {', '.join(KINDS)}")

    @property
    def kind(self) -> str:
        """Its kind, by name."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def block(self) -> Block:
        """What it says."""
        found: Block = getattr(self, self.kind)
        return found


KINDS = (
    "heading",
    "text",
    "image",
    "button",
    "columns",
    "products",
    "divider",
    "social",
    "html",
    "conditional",
    "saved",
)


def walk(pieces: tuple[Piece, ...], path: str = "blocks") -> list[tuple[str, Piece]]:
    """Every block with its path, those inside others among them, in reading order."""
    found = list[tuple[str, Piece]]()
    for number, piece in enumerate(pieces):
        here = f"{path}.{number}"
        found.append((here, piece))
        block = piece.block
        if isinstance(block, Columns):
            for column, inner in enumerate(block.columns):
                found += walk(inner, f"{here}.columns.columns.{column}")
        if isinstance(block, Conditional):
            found += walk(block.blocks, f"{here}.conditional.blocks")
            found += walk(block.otherwise, f"{here}.conditional.else")
    return found


class SavedBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document of kind `block`: a part that several letters share."""

    block: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    title: Annotated[str, Meta(max_length=200)] = ""
    blocks: tuple[Piece, ...] = ()
