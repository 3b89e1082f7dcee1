"""How a process that serves runs Python: latency before throughput, few searches for cycles, and types that are complete before
threads use them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import msgspec
from msgspec import Struct

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter: a long unit of the store delays the loop no longer than this."""
CYCLES = (20_000, 20, 20)
"""Rows become many small objects without cycles; looking for cycles after every 700 of them costs a twentieth of a broadcast."""


def tune() -> None:
    """Once, when everything is loaded: what is there stays, and is not looked through again."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*CYCLES)


def complete_types() -> None:
    """Once, before threads decode: msgspec finds out what a struct holds when it is first used, and shows it to other threads while it
    is half done; a thread that decodes a struct of structs then ends the whole process with a segmentation fault (msgspec 0.22). 40 ms."""
    for known in set(_below(Struct)):
        try:
            msgspec.json.Decoder(known)
        except TypeError:  # a struct that is never decoded may hold what cannot be
            continue


def _below(known: type[Struct]) -> Iterator[type[Struct]]:
    for one in known.__subclasses__():
        yield one
        yield from _below(one)
