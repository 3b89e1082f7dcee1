"""A real Tidings process for tests, and a small client of its API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PASSWORD = "correct-horse-battery"


class Running:
    """`tidings serve` in a folder of its own, on a free port."""

    def __init__(self, folder: Path, *flags: str, **settings: str) -> None:
        self.folder, self.flags, self.settings = folder, flags, settings
        self.url, self.port, self._cookie = "", 0, ""
        self.start()

    def start(self, port: int = 0) -> None:
        """Start (again), on any free port or on a given one, and wait until it answers."""
        environment = os.environ | {f"TIDINGS_{name.upper()}": value for name, value in self.settings.items()}
        environment |= {"TIDINGS_ADMIN_EMAIL": "a@example.com", "TIDINGS_ADMIN_PASSWORD": PASSWORD}
        command = [
            sys.executable,
            "-m",
            "tidings",
            "serve",
            "--data",
            str(self.folder),
            "--port",
            str(port),
            *self.flags,
        ]
        log = (self.folder.parent / "serve.log").open("ab")
        offset = log.tell()
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.folder.parent)
        log.close()
        for _ in range(600):
            text = (self.folder.parent / "serve.log").read_bytes()[offset:].decode()
            if found := re.search(r"serves on (http://\S+)", text):
                self.url, self.port = found[1], int(found[1].rpartition(":")[2])
                return
            if self.process.poll() is not None:
                text = (self.folder.parent / "serve.log").read_bytes()[offset:].decode()
                raise RuntimeError(text or f"it said nothing and ended with {self.process.returncode}")
            time.sleep(0.02)
        raise RuntimeError("the server did not start within 12 seconds")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask politely; the exit code."""
        self.process.terminate()
        return self.process.wait(15)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """(status, decoded answer) of a request with our session."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("content-type", "application/json")
        if self._cookie:
            request.add_header("cookie", self._cookie)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, _decoded(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _decoded(error)

    def visitor(self) -> Running:
        """Another browser on the same server."""
        other = Running.__new__(Running)
        other.url, other._cookie = self.url, ""
        return other

    def sign_in(self, email: str = "a@example.com") -> None:
        request = urllib.request.Request(self.url + "/api/v1/login", method="POST")
        request.add_header("content-type", "application/json")
        body = json.dumps({"email": email, "password": PASSWORD}).encode()
        with urllib.request.urlopen(request, body, timeout=20) as answer:
            self._cookie = answer.headers["set-cookie"].partition(";")[0]

    def enter_demo(self) -> None:
        """Look around the demo, as somebody without an account."""
        request = urllib.request.Request(self.url + "/api/v1/demo/enter", method="POST", data=b"")
        with urllib.request.urlopen(request, timeout=20) as answer:
            self._cookie = answer.headers["set-cookie"].partition(";")[0]

    def key(self, scope: str) -> str:
        status, made = self.ask("POST", "/api/v1/keys", {"scope": scope})
        assert status == 201, made
        return str(made["key"])


def _decoded(answer: Any) -> Any:
    raw = answer.read()
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")
