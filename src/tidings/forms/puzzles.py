"""A puzzle that costs a browser a moment and a robot with a million addresses a day: a number whose hash begins with zeros. Pure."""

from __future__ import annotations

import hashlib

from tidings.runtime.clock import HOUR, SECOND

BITS = 17
"""Zeros that a hash begins with: 131,000 tries on average, about half a second of a phone."""
GOOD_FOR = HOUR
"""So long a puzzle can be handed in; a page that stands open longer gets a new one when it is sent."""
_CHANCE = 20


def number(now: int, chance: int) -> int:
    """The number of a new puzzle: its instant, and chance behind it, so that no two are alike."""
    return now << _CHANCE | chance & ((1 << _CHANCE) - 1)


def is_fresh(number: int, now: int) -> bool:
    """Whether it can still be handed in."""
    return -SECOND <= now - (number >> _CHANCE) <= GOOD_FOR


def oldest(now: int) -> int:
    """Numbers below this one are refused for their age."""
    return max(now - GOOD_FOR, 0) << _CHANCE


def is_solved(puzzle: str, answer: str, bits: int = BITS) -> bool:
    """Whether the SHA-256 of `puzzle:answer` begins with so many zero bits."""
    if not answer.isdecimal() or not answer.isascii() or len(answer) > 12:
        return False
    digest = hashlib.sha256(f"{puzzle}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def solve(puzzle: str, bits: int = BITS) -> str:
    """The first answer, as a browser finds it."""
    tried = 0
    while not is_solved(puzzle, str(tried), bits):
        tried += 1
    return str(tried)
