"""Consent as it is given, taken back and read."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ConsentState = Literal["none", "pending", "subscribed", "expired", "unsubscribed"]


class Grant(Struct, frozen=True, kw_only=True):
    """A change of consent, with its proof. `topic` '' is the whole channel."""

    contact_id: int
    channel: str
    topic: str = ""
    state: ConsentState
    basis: str = ""
    method: str = ""
    source: str = ""
    wording: str = ""
    ip: str = ""
    agent: str = ""
    actor: str = ""
    expires_at: int | None = None


class Standing(Struct, frozen=True, array_like=True):
    """Consent of one contact on one channel and topic, as it stands."""

    contact_id: int
    channel: str
    topic: str
    state: str
    record_id: int
    at: int
    expires_at: int | None


class Count(Struct, frozen=True, array_like=True):
    """How many people stand how on a channel about a topic."""

    channel: str
    topic: str
    state: str
    count: int


class ConsentRecord(Struct, frozen=True, array_like=True):
    """One line of the ledger."""

    id: int
    contact_id: int
    channel: str
    topic: str
    state: str
    basis: str
    method: str
    source: str
    wording: str
    actor: str
    at: int
    expires_at: int | None


class Suppression(Struct, frozen=True, array_like=True):
    """An address that is not written to; scope `all`, or `marketing` (lifecycle and promotional)."""

    kind: str
    value: str
    scope: str
    reason: str
    source: str
    at: int
