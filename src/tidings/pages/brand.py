"""How a workspace looks to its readers: its name, its mark, its colour, its postal address."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Picture = Annotated[str, Meta(pattern=r"^(https://[^\s\"'<>]+)?$", max_length=500)]


class Brand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What public pages and mails take over; empty ones are left out."""

    name: Annotated[str, Meta(title="Name", max_length=100)] = ""
    logo: Annotated[Picture, Meta(title="Logo", description="Address of a picture, https.")] = ""
    accent: Annotated[Colour, Meta(title="Colour", description="Of buttons and links.")] = "#0f766e"
    address: Annotated[
        str,
        Meta(
            title="Postal address",
            description="Below every page; the law of many countries asks for it.",
            max_length=300,
        ),
    ] = ""

    @property
    def on_accent(self) -> str:
        """Black or white, whichever is read better on the colour (WCAG relative luminance)."""
        channels = [int(self.accent[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"
