"""Signed tokens in links: which message, for which purpose; nothing about the person. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import Literal

Purpose = Literal["click", "open", "unsubscribe", "preferences", "confirm", "view", "link", "seen", "puzzle"]
_SIZE = 16


def _signature(secret: bytes, purpose: Purpose, payload: bytes) -> bytes:
    return hashlib.blake2b(payload, key=secret[:64], digest_size=_SIZE, person=purpose.encode()).digest()


def make(secret: bytes, purpose: Purpose, message_id: int) -> str:
    """A token that is good for one purpose and one message of one workspace, whose secret it is (`link` and `preferences`: one
    contact; `confirm`: one confirmation; `seen`: one instant; `puzzle`: one puzzle)."""
    payload = message_id.to_bytes((message_id.bit_length() + 7) // 8 or 1, "big")
    return base64.urlsafe_b64encode(payload + _signature(secret, purpose, payload)).rstrip(b"=").decode()


def read(secret: bytes, purpose: Purpose, token: str) -> int | None:
    """The message of a token; None when it is not ours, or not for this."""
    if not token.isascii() or len(token) > 64:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    payload, signature = raw[:-_SIZE], raw[-_SIZE:]
    if not payload:
        return None
    if not hmac.compare_digest(signature, _signature(secret, purpose, payload)):
        return None
    message_id = int.from_bytes(payload, "big")
    return message_id if make(secret, purpose, message_id) == token else None


def linked(secret: bytes, tokens: Iterable[str]) -> dict[str, int]:
    """Link token -> the contact that it was issued for; tokens that are not ours are left out."""
    found = {token: read(secret, "link", token) for token in tokens}
    return {token: contact_id for token, contact_id in found.items() if contact_id is not None}
