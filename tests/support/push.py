"""A push service on this machine: the npm package web-push-testing, which checks the signature and decrypts as a browser does."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support import node

HERE = Path(__file__).parent / "node_push"


def install() -> None:
    """What the lock names, once."""
    mark, wanted = (
        HERE / "node_modules" / ".lock",
        hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest(),
    )
    if not mark.is_file() or mark.read_text() != wanted:
        subprocess.run([*node.npm(), "ci", "--loglevel", "error"], cwd=HERE, env=node.environment(), check=True)
        mark.write_text(wanted)


class PushService:
    """Browsers subscribe here, and read what came."""

    def __init__(self, url: str) -> None:
        self.url = url

    def subscribe(self, public_key: str) -> dict[str, Any]:
        """What `pushManager.subscribe` gives a page with this `applicationServerKey`."""
        told = self._post("/subscribe", {"userVisibleOnly": "true", "applicationServerKey": public_key})
        return {name: told["data"][name] for name in ("endpoint", "keys")}

    def shown(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """What this browser was told, decrypted."""
        told = self._post("/get-notifications", {"clientHash": _hash(subscription)})
        return [json.loads(message) for message in told["data"]["messages"]]

    def end(self, subscription: dict[str, Any]) -> None:
        """The browser is gone."""
        self._post(f"/expire-subscription/{_hash(subscription)}", {})

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST")
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith("{") else text


def _hash(subscription: dict[str, Any]) -> str:
    return urlsplit(subscription["endpoint"]).path.rpartition("/")[2]


@contextlib.contextmanager
def push_service() -> Iterator[PushService]:
    """A running one."""
    install()
    process = subprocess.Popen(
        [str(node.node()), "serve.cjs"], cwd=HERE, env=node.environment(), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        found = re.search(r"port (\d+)", process.stdout.readline())
        assert found is not None
        yield PushService(f"http://localhost:{found[1]}")
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
