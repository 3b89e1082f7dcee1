"""Template documents and their versions."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from tidings.templates.blocks import Piece
from tidings.templates.brand import Brand

Locale = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Translation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a letter says in another language; what is left out is taken from the base."""

    subject: str = ""
    preheader: str = ""
    blocks: tuple[Piece, ...] = ()
    html: str = ""
    text: str = ""


class TemplateDocument(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"message_class": "class"}
):
    """The document as it is written; its first key is the kind, its value the name."""

    template: str
    channel: str = "email"
    message_class: Literal["transactional", "service", "lifecycle", "promotional"] = "promotional"
    topic: str = ""
    subject: str = ""
    preheader: str = ""
    blocks: tuple[Piece, ...] = ()
    """What it is built from; `html` is left empty then."""
    html: str = ""
    text: str = ""
    translations: dict[Locale, Translation] = field(default_factory=dict)
    """By language, as `de` or `de-AT`; who has none of them reads the base."""
    missing: Literal["fail", "default", "skip"] = "fail"
    must_arrive: bool = False


class Stored(TemplateDocument, frozen=True, kw_only=True, rename={"message_class": "class"}):
    """A document as a version keeps it: with what it took over when it was published."""

    brand: Brand = Brand()
    saved: dict[str, tuple[Piece, ...]] = field(default_factory=dict)


class LiveTemplate(Struct, frozen=True, kw_only=True):
    """The version that is sent now."""

    name: str
    version_id: int
    message_class: str
    topic: str
    channel: str


class VersionRow(Struct, frozen=True, array_like=True):
    """A stored version; `body` is the document as JSON text, `links` the targets of its numbered links."""

    id: int
    template_id: int
    name: str
    number: int
    body: str
    links: str
    created_at: int
