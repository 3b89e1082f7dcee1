"""A proxy before the server that fails as it is told, so that senders have something to try again after."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Literal

How = Literal["pass", "503", "cut after"]
"""`cut after`: the server takes the request, and the sender never hears of it."""


class Gate:
    """Does with each request what the next entry of `plan` says; past its end everything passes."""

    def __init__(self, target: str, plan: list[How]) -> None:
        self.target, self.plan = target, plan
        self.url, self.requests = "", list[dict[str, Any]]()
        """Each request with its `headers`, its decoded `body` and what was done: `how`."""


class _Handler(http.server.BaseHTTPRequestHandler):
    gate: Gate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        how = self.gate.plan.pop(0) if self.gate.plan else "pass"
        plain = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
        self.gate.requests.append({"headers": dict(self.headers), "body": json.loads(plain), "how": how})
        if how == "503":
            self._answer(503, b'{"code": "busy", "message": "not now"}')
        else:
            status, answer = self._passed(body)
            if how == "cut after":
                self._cut()
            else:
                self._answer(status, answer)

    def _passed(self, body: bytes) -> tuple[int, bytes]:
        kept = ("content-type", "content-encoding", "authorization", "user-agent")
        headers = {name: value for name, value in self.headers.items() if name.lower() in kept}
        request = urllib.request.Request(self.gate.target + self.path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


@contextlib.contextmanager
def gate(target: str, *plan: How) -> Iterator[Gate]:
    """A gate before `target` on a free port of this machine."""
    found = Gate(target, list(plan))
    handler = type("Handler", (_Handler,), {"gate": found})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()
