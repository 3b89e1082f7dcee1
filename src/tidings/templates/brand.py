"""How a workspace looks to its readers: its name, its mark, its colours, its postal address."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Picture = Annotated[str, Meta(pattern=r"^((https://|/media/)[^\s\"'<>]+)?$", max_length=500)]
"""Somewhere else, or one of ours."""


class SocialLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page elsewhere."""

    kind: Annotated[str, Meta(title="Name", max_length=40)]
    url: Annotated[str, Meta(title="Address", pattern=r"^https?://[^\s\"'<>]+$", max_length=500)]


class Brand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What public pages and mails take over; empty ones are left out."""

    name: Annotated[str, Meta(title="Name", max_length=100)] = ""
    logo: Annotated[Picture, Meta(title="Logo", description="A picture of yours, or its address, https.")] = ""
    logo_alt: Annotated[str, Meta(title="What the logo shows", max_length=200)] = ""
    accent: Annotated[Colour, Meta(title="Colour", description="Of buttons and links.")] = "#0f766e"
    text: Annotated[Colour, Meta(title="Colour of text")] = "#1f2937"
    background: Annotated[Colour, Meta(title="Colour around the letter")] = "#f3f4f6"
    panel: Annotated[Colour, Meta(title="Colour of the letter")] = "#ffffff"
    button_text: Annotated[str, Meta(title="Colour of text on buttons", pattern=r"^(#[0-9a-fA-F]{6})?$")] = ""
    """Empty: black or white, whichever reads better on the colour."""
    font: Literal["sans", "serif", "mono"] = "sans"
    address: Annotated[
        str,
        Meta(
            title="Postal address",
            description="Below every page; the law of many countries asks for it.",
            max_length=300,
        ),
    ] = ""
    footer: Annotated[str, Meta(title="Words below every letter", max_length=1000)] = ""
    social: Annotated[tuple[SocialLink, ...], Meta(max_length=12)] = ()

    @property
    def on_accent(self) -> str:
        """The colour of words on the accent: what was chosen, else black or white, whichever is read better."""
        return self.button_text or ("#000000" if luminance(self.accent) > 0.179 else "#ffffff")


def luminance(colour: str) -> float:
    """How bright a colour is (WCAG relative luminance), 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one colour is read on another (WCAG), 1 to 21; text needs 4.5."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)
