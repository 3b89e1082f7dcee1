"""How a process that serves runs Python: latency before throughput, and few searches for cycles."""

from __future__ import annotations

import gc
import sys

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
