"""What tells our own mail when it comes back: the key of a message, sealed, in its return path and its Message-ID. Pure.

Keys count upwards, so whoever knows one could name another; the seal keeps anybody from reporting a bounce of a message that
they never got. It is hexadecimal, since mail systems change the case of local parts; with `b+` before it, it fits into the 64
characters of one (RFC 5321, 4.5.3.1.1).
"""

from __future__ import annotations

import hashlib
import hmac

_SEAL = 7


def _mac(secret: str, key: bytes) -> bytes:
    return hashlib.blake2b(key, key=secret.encode()[:64], digest_size=_SEAL, person=b"return").digest()


def seal(secret: str, key: str) -> str:
    """A key as it stands in addresses; the key itself while there is no secret."""
    if not secret:
        return key
    raw = key.encode()
    return (raw + _mac(secret, raw)).hex()


def unseal(secret: str, text: str) -> str:
    """The key that was sealed; "" for anything else."""
    if not secret or not text.isascii() or len(text) > 128:
        return ""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return ""
    key, mac = raw[:-_SEAL], raw[-_SEAL:]
    if not key or not hmac.compare_digest(mac, _mac(secret, key)):
        return ""
    return key.decode("utf-8", "replace")
