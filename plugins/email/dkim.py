"""DKIM signatures (RFC 6376, RFC 8463), relaxed/relaxed; the key is loaded once, which is most of the cost elsewhere. Pure."""

from __future__ import annotations

import base64
import hashlib
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
_ONCE = (b"message-id", b"reply-to", b"list-unsubscribe", b"list-unsubscribe-post", b"list-id", b"feedback-id")
_MIME = (b"mime-version", b"content-type", b"content-transfer-encoding")
_OVERSIGNED = (b"from", b"to", b"subject", b"date")
"""Named once more than they stand there, so that nobody can add a second one."""
_SPACES, _TRAILING, _FOLD = re.compile(rb"[ \t]+"), re.compile(rb"[ \t]+\r\n"), re.compile(rb"\r\n(?=[ \t])")


def load(pem: str) -> Key:
    """A private key; ValueError says what is wrong with it."""
    key = load_pem_private_key(pem.encode(), password=None)
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < 2048:
            raise ValueError("an RSA key for DKIM has at least 2048 bits")
        return key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    raise ValueError("DKIM knows RSA and Ed25519 keys")


def made() -> str:
    """A new key for signing, as PEM: RSA of 2048 bits, which every receiver knows."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def published(key: Key) -> tuple[str, str]:
    """(k=, p=) of the record that publishes a key."""
    public = key.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "ed25519", base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    return "rsa", base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _relaxed(name: bytes, value: bytes) -> bytes:
    return name.lower().strip() + b":" + _SPACES.sub(b" ", _FOLD.sub(b"", value)).strip()


def sign(message: bytes, *, domain: str, selector: str, key: Key, at: int) -> bytes:
    """The message with its signature in front; `at` is Unix seconds."""
    head, _, body = message.partition(b"\r\n\r\n")
    body = _SPACES.sub(b" ", _TRAILING.sub(b"\r\n", body)).rstrip(b"\r\n")
    digest = base64.b64encode(hashlib.sha256(body + b"\r\n" if body else b"").digest())
    fields: dict[bytes, bytes] = {}
    for field in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = field.partition(b":")
        fields[name.lower().strip()] = value
    names = [name for name in (*_OVERSIGNED, *_ONCE, *_MIME) if name in fields]
    listed = names + [name for name in _OVERSIGNED if name in fields]
    algorithm = b"ed25519-sha256" if isinstance(key, ed25519.Ed25519PrivateKey) else b"rsa-sha256"
    tags = (
        b" v=1; a=" + algorithm + b"; c=relaxed/relaxed; d=" + domain.encode() + b"; s=" + selector.encode()
        + b"; t=" + str(at).encode() + b"; h=" + b":".join(listed) + b"; bh=" + digest + b"; b="
    )  # fmt: skip
    data = b"".join(_relaxed(name, fields[name]) + b"\r\n" for name in names) + _relaxed(b"dkim-signature", tags)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        signature = key.sign(hashlib.sha256(data).digest())
    else:
        signature = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return b"DKIM-Signature:" + tags + base64.b64encode(signature) + b"\r\n" + message
