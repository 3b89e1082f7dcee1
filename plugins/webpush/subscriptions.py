"""Subscriptions as browsers write them, and what pages tell of them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from tidings.channels import Address, HookReply, Linked, OptOut

CORS = {"access-control-allow-origin": "*", "cache-control": "no-store"}
"""Pages of any site may tell; what they tell counts by its token, or by the secret inside the subscription."""


class Keys(Struct, frozen=True):
    """The browser's public key and its secret, base64url."""

    p256dh: str
    auth: str


class Subscription(Struct, frozen=True):
    """What `PushSubscription.toJSON()` gives."""

    endpoint: str
    keys: Keys

    def canonical(self) -> str:
        """The one text of this subscription."""
        return msgspec.json.encode(self).decode()


class Told(Struct, frozen=True):
    """What a page says; `token` is the link token of its visitor."""

    subscription: Subscription
    token: str = ""


def _bytes(text: str, size: int, what: str) -> str:
    bare = text.strip().rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (ValueError, binascii.Error):
        raise ValueError(f"{what} is not base64url") from None
    if len(raw) != size or (size == 65 and raw[0] != 4):
        raise ValueError(f"{what} has not the {size} bytes of a key")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parsed(raw: str) -> Subscription:
    """A subscription in its canonical form, or ValueError."""
    try:
        found = msgspec.json.decode(raw.strip(), type=Subscription)
    except msgspec.DecodeError:
        raise ValueError("a subscription is what PushSubscription.toJSON() gives: endpoint and keys") from None
    return fit(found)


def fit(found: Subscription) -> Subscription:
    """The same, checked: https, printable, keys of the right size."""
    parts = urlsplit(found.endpoint)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if not (parts.scheme == "https" or is_local) or not parts.hostname:
        raise ValueError("the endpoint of a subscription is an https address")
    if not found.endpoint.isascii() or not found.endpoint.isprintable() or len(found.endpoint) > 1_500:
        raise ValueError("the endpoint of a subscription is an address of at most 1,500 characters")
    keys = Keys(p256dh=_bytes(found.keys.p256dh, 65, "p256dh"), auth=_bytes(found.keys.auth, 16, "auth"))
    return Subscription(endpoint=found.endpoint, keys=keys)


def _told(body: bytes) -> tuple[Told, Address] | None:
    try:
        told = msgspec.json.decode(body, type=Told)
        found = fit(told.subscription)
    except (msgspec.DecodeError, ValueError):
        return None
    return told, Address(kind="push", value=found.canonical(), domain=urlsplit(found.endpoint).hostname or "")


def _dedup(kind: str, address: Address, more: str = "") -> str:
    digest = hashlib.blake2b(f"{kind}\0{address.value}\0{more}".encode(), digest_size=16)
    return f"{kind}:{digest.hexdigest()}"


def subscribed(body: bytes, now: int) -> HookReply:
    """A visitor allowed notifications: where they are reached, and that they agreed to the channel."""
    found = _told(body)
    if found is None or not found[0].token:
        return HookReply(status=400, body=b"a subscription and the token of its visitor are expected", headers=CORS)
    told, address = found
    day = now // 86_400_000  # the same browser may leave and come back; on one day it is told once
    mark = f"{told.token}\0{day}"
    agreed = "Notifications were allowed in the browser"
    return HookReply(
        inbound=(
            Linked(dedup=_dedup("linked", address, mark), token=told.token, address=address, at=now),
            OptOut(dedup=_dedup("allowed", address, mark), address=address, granted=True, at=now, evidence=agreed),
        ),
        status=202,
        headers=CORS,
    )


def left(body: bytes, now: int) -> HookReply:
    """A browser ended its subscription; only it knows the secret inside."""
    found = _told(body)
    if found is None:
        return HookReply(status=400, body=b"a subscription is expected", headers=CORS)
    told = OptOut(
        dedup=_dedup("left", found[1], str(now // 60_000)),
        address=found[1],
        granted=False,
        at=now,
        evidence="Notifications were switched off in the browser",
    )
    return HookReply(inbound=(told,), status=202, headers=CORS)
