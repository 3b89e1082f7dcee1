"""A small demo, made before a server starts on it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tidings.demo import making
from tidings.runtime.app import open_app
from tidings.runtime.chance import SystemChance
from tidings.runtime.clock import SystemClock
from tidings.runtime.settings import Settings

SMALL = making.Size(people=60, days=20)


def _make(folder: Path, size: making.Size) -> None:
    app = open_app(Settings(data=str(folder)), SystemClock(), SystemChance())
    try:
        making.make(app, threading.Event(), size)
    finally:
        app.close()


def made_in(folder: Path, size: making.Size = SMALL) -> None:
    """Make it in a data folder; in a thread of its own, as the server does, since a browser's test has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_make, folder, size).result()
