"""Segment's official Node SDK in a process of its own; the Python one is imported where it is used."""

from __future__ import annotations

import fcntl
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support import node

FOLDER = Path(__file__).parent / "node_sdk"


def install() -> None:
    """`npm ci` where the lock is newer than what is installed; two workers may ask at once."""
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    with (FOLDER / ".npmrc").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
            return
        command = [*node.npm(), "ci", "--ignore-scripts"]
        ran = subprocess.run(command, cwd=FOLDER, env=node.environment(), capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"npm ci failed: {ran.stderr}")
        done.touch()


class NodeSdk:
    """`sdk.call("track", userId="ada", event="Bought")`; `flush()` comes back when everything is delivered or given up."""

    def __init__(self, url: str, key: str, **settings: Any) -> None:
        command = [str(node.node()), str(FOLDER / "send.mjs"), url, key, json.dumps(settings)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=node.environment(), text=True)

    def call(self, kind: str, **given: Any) -> None:
        self._write({"call": kind} | given)

    def flush(self) -> list[str]:
        """Why something was not delivered; empty: all of it was."""
        self.begin_flush()
        return self.end_flush()

    def begin_flush(self) -> None:
        """Flush, and do something else meanwhile."""
        self._write({"call": "flush"})

    def end_flush(self) -> list[str]:
        assert self._process.stdout is not None
        failures: list[str] = json.loads(self._process.stdout.readline())["failures"]
        return failures

    def _write(self, line: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.stdout.close()
