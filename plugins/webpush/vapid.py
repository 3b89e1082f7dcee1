"""Our keys: who we are to a push service (VAPID), and the encryption that only one browser can undo."""

from __future__ import annotations

import base64
import logging
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .subscriptions import Subscription

HALF_DAY = 43_200
"""Seconds for which a signature is good; a push service takes at most a day."""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_key() -> str:
    """A private key, as everybody writes it: 32 bytes, base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _text(number.to_bytes(32, "big"))


def library() -> Any:
    """pywebpush and py_vapid, loaded when something leaves."""
    import py_vapid
    import pywebpush

    logging.getLogger("pywebpush").setLevel(logging.WARNING)  # it tells keys at DEBUG
    return pywebpush, py_vapid


class Signer:
    """One account's keys. Signatures are kept for half their life, one for each push service."""

    def __init__(self, private_key: str, contact: str) -> None:
        raw = base64.urlsafe_b64decode(private_key + "=" * (-len(private_key) % 4))
        if len(raw) != 32:
            raise ValueError("it has not the 32 bytes of a P-256 key")
        self._private = ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
        self._contact, self._kept = contact, dict[str, tuple[int, str]]()
        point = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public_key = _text(point)
        """As pages need it: `applicationServerKey`."""

    def request(self, subscription: Subscription, body: bytes, now: int) -> tuple[dict[str, str], bytes]:
        """(headers, encrypted body) for one subscription; `now` in milliseconds."""
        pywebpush, _ = library()
        keys = {"p256dh": subscription.keys.p256dh, "auth": subscription.keys.auth}
        pusher = pywebpush.WebPusher({"endpoint": subscription.endpoint, "keys": keys})
        sealed = bytes(pusher.encode(body)["body"])
        headers = {"content-encoding": "aes128gcm", "content-type": "application/octet-stream"}
        return headers | {"authorization": self._authorization(subscription.endpoint, now // 1_000)}, sealed

    def _authorization(self, endpoint: str, seconds: int) -> str:
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        until, known = self._kept.get(audience, (0, ""))
        if seconds < until:
            return known
        _, py_vapid = library()
        claims = {"sub": self._contact, "aud": audience, "exp": seconds + HALF_DAY}
        signed = str(py_vapid.Vapid02(private_key=self._private).sign(claims)["Authorization"])
        self._kept = {name: kept for name, kept in self._kept.items() if kept[0] > seconds}
        self._kept[audience] = (seconds + HALF_DAY // 2, signed)
        return signed
