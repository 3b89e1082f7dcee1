"""SMS providers for tests: real HTTP on this machine, Twilio's documented protocol or a plain gateway, and callbacks."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec import Struct

SID, TOKEN = "AC" + "a" * 32, "0123456789abcdef0123456789abcdef"


class Told(Struct, frozen=True):
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


class Provider:
    """Answers in turn as `plan` says, then like Twilio with everything in order."""

    def __init__(self) -> None:
        self.url, self.plan, self.told = "", list[tuple[int, Any] | str](), list[Told]()
        self.numbers = {"+15005550006"}

    @property
    def sent(self) -> list[Told]:
        return [one for one in self.told if one.method != "GET"]

    def answer(self, told: Told) -> tuple[int, Any] | str:
        if self.plan:
            return self.plan.pop(0)
        path, query = urlsplit(told.path).path, parse_qs(urlsplit(told.path).query)
        account = f"/2010-04-01/Accounts/{SID}"
        if told.headers.get("authorization") != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if told.method == "POST" and path == f"{account}/Messages.json":
            return 201, {"sid": f"SM{len(self.sent):032d}", "status": "queued"}
        if path == f"{account}.json":
            return 200, {"sid": SID, "status": "active", "type": "Full"}
        if path == f"{account}/IncomingPhoneNumbers.json":
            found = self.numbers & set(query["PhoneNumber"])
            return 200, {"incoming_phone_numbers": [{"phone_number": number} for number in found]}
        return 404, {"code": 20404, "message": "The requested resource was not found"}


class _Handler(http.server.BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = Told(self.command, self.path, headers, body)
        self.provider.told.append(told)
        answer = self.provider.answer(told)
        if isinstance(answer, str):
            self.close_connection = True  # "cut": taken or not, nobody hears of it
            return
        status, what = answer
        raw = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("retry-after", "7")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_PUT = do_POST

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """A provider on a free port of this machine."""
    found = Provider()
    handler = type("Handler", (_Handler,), {"provider": found})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def signature(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    """As Twilio's documentation describes it; written anew, so that a mistake is not made twice."""
    text = url
    for name in sorted(fields):
        text += name + fields[name]
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def call(url: str, fields: dict[str, str], token: str = TOKEN) -> tuple[int, bytes]:
    """(status, answer) of a callback that Twilio makes."""
    request = urllib.request.Request(url, data=urlencode(fields).encode(), method="POST")
    request.add_header("x-twilio-signature", signature(url, fields, token))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
