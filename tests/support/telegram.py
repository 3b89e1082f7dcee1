"""A server that speaks the Bot API of Telegram as documented, on this machine: one bot, chats that behave as they are told."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "123456789:AAfake-token_of_nobody"
BLOCKED = (403, "Forbidden: bot was blocked by the user")
TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}


class FakeTelegram:
    """What was asked, what is kept for polling, and where it calls. `behave`: chat -> (code, words[, parameters]) or what goes
    wrong on the wire: cut, hang, nonsense."""

    def __init__(self) -> None:
        self.url = ""
        self.sent, self.calls, self.waiting = list[dict[str, Any]](), list[str](), list[dict[str, Any]]()
        self.behave: dict[int, Any] = {}
        self.webhook: dict[str, Any] = {}
        self.last_error = ""
        self.down = 0

    def answer(self, method: str, given: dict[str, Any]) -> tuple[int, Any]:
        """(status, body) of a call; ok ones give their result."""
        self.calls.append(method)
        if self.down:
            return self.down, "Bad Gateway"
        return getattr(self, f"_{method}")(given)  # type: ignore[no-any-return]

    def _getMe(self, given: dict[str, Any]) -> tuple[int, Any]:
        return 200, {"id": 123456789, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}

    def _getWebhookInfo(self, given: dict[str, Any]) -> tuple[int, Any]:
        info = {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.waiting),
        }
        more = {"allowed_updates": json.loads(self.webhook["allowed_updates"])} if self.webhook else {}
        late = {"last_error_date": 1_767_600_000, "last_error_message": self.last_error} if self.last_error else {}
        return 200, info | more | late

    def _setWebhook(self, given: dict[str, Any]) -> tuple[int, Any]:
        if not given["url"].startswith("https://"):
            return 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
        if urlsplit(given["url"]).port not in (None, 80, 88, 443, 8443):
            return 400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
        self.webhook = given
        return 200, True

    def _deleteWebhook(self, given: dict[str, Any]) -> tuple[int, Any]:
        self.webhook = {}
        return 200, True

    def _getUpdates(self, given: dict[str, Any]) -> tuple[int, Any]:
        if self.webhook:
            return 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
        offset = int(given.get("offset", 0))
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        return 200, self.waiting[: int(given.get("limit", 100))]

    def _sendMessage(self, given: dict[str, Any]) -> tuple[int, Any]:
        chat = int(given["chat_id"])
        if told := self.behave.get(chat):
            return told if isinstance(told, tuple) else (0, told)
        if wrong := _wrong(given):
            return 400, f"Bad Request: {wrong}"
        self.sent.append(given)
        where = {"id": chat, "type": "private", "first_name": "Ada"}
        return 200, {"message_id": len(self.sent), "date": 1_767_600_000, "chat": where, "text": given["text"]}


def _wrong(given: dict[str, Any]) -> str:
    read = given["text"]
    if given.get("parse_mode") == "HTML":
        parser = Strict()
        parser.feed(given["text"])
        parser.close()
        if parser.wrong or parser.open:
            return f"can't parse entities: {parser.wrong or parser.open}"
        read = parser.read
    if not read.strip():
        return "message text is empty"
    return "message is too long" if len(read.encode("utf-16-le")) > 8_192 else ""


class Strict(HTMLParser):
    """Reads HTML as Telegram does: its own tags, each closed in turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open, self.read, self.wrong = list[str](), "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong = f'Unsupported start tag "{tag}"'
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = "Unmatched end tag"

    def handle_data(self, data: str) -> None:
        self.read += data


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    telegram: FakeTelegram

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        given = dict(parse_qsl(self.rfile.read(int(self.headers.get("content-length", 0))).decode()))
        token, _, method = self.path.removeprefix("/bot").partition("/")
        is_ours, is_well_formed = token == TOKEN, token.partition(":")[0].isdigit()
        status, body = self.telegram.answer(method, given) if is_ours else (401 if is_well_formed else 404, "")
        if status == 0:
            self._fail(body)
            return
        if status == 200:
            answer = {"ok": True, "result": body}
        else:
            words = body or {401: "Unauthorized", 404: "Not Found"}[status]
            answer = {"ok": False, "error_code": status, "description": words}
        if status == 429:
            after = int(body.rpartition(" ")[2])
            answer["parameters"] = {"retry_after": after}
        self._write(status, b"<html>502" if status >= 500 else json.dumps(answer).encode())

    def _fail(self, how: str) -> None:
        if how == "hang":
            time.sleep(1.0)
        if how == "nonsense":
            self._write(200, b"<html>hello")
            return
        self.close_connection = True

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def fake_telegram() -> Iterator[FakeTelegram]:
    """It listens on a free port until the scene is over."""
    found = FakeTelegram()
    handler = type("Handler", (_Handler,), {"telegram": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def update(number: int, chat: int, text: str = "", **more: Any) -> dict[str, Any]:
    """A message of somebody, as Telegram tells it."""
    kind = more.pop("chat_type", "private")
    who = {"id": abs(chat), "is_bot": False, "first_name": "Ada"}
    message = {
        "message_id": number,
        "date": 1_767_600_100,
        "chat": {"id": chat, "type": kind},
        "from": who,
        "text": text,
    }
    return {"update_id": number, "message": message} | more


def member(number: int, chat: int, status: str) -> dict[str, Any]:
    """The bot is blocked (kicked), or unblocked (member)."""
    bot = {"id": 123456789, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
    who = {"id": chat, "is_bot": False, "first_name": "Ada"}
    old = "member" if status != "member" else "kicked"
    extra = {"kicked": {"until_date": 0}}
    told = {
        "chat": {"id": chat, "type": "private"},
        "from": who,
        "date": 1_767_600_100,
        "old_chat_member": {"user": bot, "status": old} | extra.get(old, {}),
        "new_chat_member": {"user": bot, "status": status} | extra.get(status, {}),
    }
    return {"update_id": number, "my_chat_member": told}
