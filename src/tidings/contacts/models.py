"""Contacts as the other rooms see them."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

Key = tuple[str, str]
"""An identifier: (kind, canonical value)."""


class Contact(Struct, frozen=True, array_like=True):
    """A person; `attributes` is JSON text."""

    id: int
    share: int
    attributes: str
    zone: str | None
    is_verified: int
    created_at: int
    changed_at: int
    merged_into_id: int | None


class Identifier(Struct, frozen=True, array_like=True):
    """Who an identifier belongs to."""

    kind: str
    value: str
    contact_id: int


class Update(Struct, frozen=True, kw_only=True):
    """What is to change of one contact; an attribute that is None is taken away."""

    contact_id: int
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    add_tags: list[str] = msgspec.field(default_factory=list)
    remove_tags: list[str] = msgspec.field(default_factory=list)
    is_browser: bool = False
    """Fills what is empty, overwrites nothing."""


class Claim(Struct, frozen=True, kw_only=True):
    """The identifiers that one call brings, strongest first."""

    keys: list[Key]
    is_browser: bool = False
    is_alias: bool = False
    """The caller says that these are one person, even when both have a user id."""


class ContactAddress(Struct, frozen=True, array_like=True):
    """Where a contact is reached."""

    contact_id: int
    kind: str
    value: str


class Tagged(Struct, frozen=True, array_like=True):
    """A tag of a contact."""

    contact_id: int
    name: str
