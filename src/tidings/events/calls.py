"""A call of Segment's tracking API, checked and brought to our units."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["identify", "track", "page", "screen", "group", "alias"]
Scope = Literal["browser", "track", "api", "admin"]


class Call(Struct, frozen=True, kw_only=True):
    """One call; times are Unix milliseconds UTC, objects are JSON text."""

    kind: Kind
    message_id: str = ""
    user_id: str = ""
    anonymous_id: str = ""
    name: str = ""
    at: int
    received_at: int
    properties: str = "{}"
    traits: str = "{}"
    context: str = "{}"
    previous_id: str = ""
    group_id: str = ""
    scope: Scope = "track"


class Rejected(Struct, frozen=True, kw_only=True):
    """A call that was wrong: where, why, and as it came."""

    path: str
    reason: str
    body: str
