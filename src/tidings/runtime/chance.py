"""Chance, handed in; and the stable share by which people are split the same way everywhere and for ever."""

from __future__ import annotations

import hashlib
import random
import secrets
from typing import Protocol

PRIME = 2**31 - 1
"""Shares and buckets live in [0, PRIME): small enough that share·a fits SQLite's 64-bit integers."""


class Chance(Protocol):
    """Where randomness comes from."""

    def bits(self, count: int) -> int: ...

    def token(self, size: int) -> bytes: ...

    def uniform(self) -> float:
        """In [0, 1)."""
        ...


class SystemChance:
    """The machine's entropy. The only place that rolls dice."""

    def bits(self, count: int) -> int:
        return secrets.randbits(count)

    def token(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def uniform(self) -> float:
        return secrets.randbits(53) / (1 << 53)


class SeededChance:
    """The same dice every time; for tests and simulations, never for secrets."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def bits(self, count: int) -> int:
        return self._random.getrandbits(count)

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def uniform(self) -> float:
        return self._random.random()


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")


def share_of(kind: str, value: str) -> int:
    """The share of a contact, from its first identifier: an integer in [0, PRIME)."""
    return _digest(f"{kind}\0{value}") % PRIME


def mixer(salt: str) -> tuple[int, int]:
    """The pair (a, b) that spreads shares for one purpose: `bucket = (share·a + b) mod PRIME`, in SQL as in Python."""
    digest = _digest(f"bucket\0{salt}")
    return digest % (PRIME - 1) + 1, (digest >> 64) % PRIME


def bucket(share: int, salt: str) -> int:
    """Where a share falls for this salt, in [0, PRIME)."""
    a, b = mixer(salt)
    return (share * a + b) % PRIME
