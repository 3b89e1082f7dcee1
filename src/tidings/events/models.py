"""What happened to a contact, as every room passes it on."""

from __future__ import annotations

from msgspec import Struct


class Happened(Struct, frozen=True, kw_only=True):
    """An event from outside or a fact of ours, about one contact, inside one transaction."""

    key: int
    """Its place in the batch; answers are joined back by it."""
    contact_id: int
    name: str
    at: int
    """When it happened, Unix milliseconds UTC."""
    properties: str = "{}"
    """JSON text of an object."""
    is_live: bool = True
    """False when it is too old (72 h) or too bulky to start a journey: history and scores only."""
    depth: int = 0
    """How many facts made by facts led here."""
