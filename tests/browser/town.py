"""People, journeys and messages for browser tests about people."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from tests.support.running import Running

HTML = """<div style="background:#f2f0ea;padding:24px;font-family:Georgia,serif">
<div style="max-width:480px;margin:auto;background:#fff;padding:24px;border-radius:8px">
<h1 style="color:#0f6b66">Welcome, {{ contact.first_name | default("friend") }}</h1>
<p>Here is the guide that you asked for.</p>
<p><a href="https://shop.example/guide" style="background:#0f6b66;color:#fff;padding:10px 16px">Read the guide</a></p>
</div></div>"""
WELCOME = {
    "template": "welcome-guide",
    "topic": "news",
    "subject": "Your guide, {{ contact.first_name }}",
    "html": HTML,
}
NUDGE = {"template": "nudge", "channel": "sms", "topic": "news", "text": "Hi {{ contact.first_name }}, still there?"}
JOURNEY = {
    "journey": "welcome",
    "triggers": [{"event": "Signed Up"}],
    "steps": {
        "hello": {"send": {"channel": "email", "template": "welcome-guide"}, "next": "nudge"},
        "nudge": {"send": {"channel": "sms", "template": "nudge"}, "next": "look"},
        "look": {"wait_for": {"event": "Pricing Viewed", "timeout": "5d"}, "next": "pause"},
        "pause": {"wait": {"for": "2d", "window": {"days": "weekdays", "from": "09:00", "to": "17:00"}}},
    },
}
FIRST = (
    "Ada",
    "Ben",
    "Cleo",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Mia",
    "Nils",
    "Ola",
    "Pia",
    "Quinn",
    "Rosa",
    "Sami",
    "Tove",
)
LAST = ("Lovelace", "Adler", "Brandt", "Cruz", "Dahl", "Eriksen", "Fischer", "Greco", "Holm", "Ito")


def call(server: Running, path: str, body: Any) -> None:
    """A call as a program makes it."""
    request = urllib.request.Request(server.url + path, json.dumps(body).encode(), method="POST")
    request.add_header("content-type", "application/json")
    request.add_header("authorization", f"Bearer {_key(server)}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


_keys = WeakKeyDictionary[Running, str]()


def _key(server: Running) -> str:
    if server not in _keys:
        _keys[server] = server.key("track")
    return _keys[server]


def publish(server: Running, *documents: dict[str, Any]) -> None:
    for document in documents:
        status, told = server.ask("POST", "/api/v1/documents/publish", document)
        assert status == 200, told


def person(number: int) -> dict[str, Any]:
    """What the n-th of them is known by."""
    first, last = FIRST[number % len(FIRST)], LAST[(number // 3) % len(LAST)]
    traits = {
        "email": f"{first}.{last}{number}@example.com".lower(),
        "first_name": first,
        "last_name": last,
        "plan": ("free", "pro", "team")[number % 3],
        "seats": number % 40,
        "company": {"name": f"{last} Ltd", "size": number * 3},
        "timezone": ("Europe/Berlin", "America/New_York", "Asia/Tokyo")[number % 3],
    }
    if number % 4:
        traits["consent"] = {"email": {"news": "subscribed"}}
    if number % 5 == 0:
        traits["phone"] = f"+49151{10_000_000 + number}"
    return traits


def inhabit(server: Running, count: int, event: str = "Signed Up") -> None:
    """So many people come in; every second one does something."""
    calls = list[dict[str, Any]]()
    for number in range(count):
        calls.append({"type": "identify", "userId": f"user-{number}", "traits": person(number)})
        if number % 2:
            properties = {"form": "footer", "referrer": "https://example.com", "n": number}
            calls.append({"type": "track", "userId": f"user-{number}", "event": event, "properties": properties})
    for start in range(0, len(calls), 500):
        call(server, "/v1/batch", {"batch": calls[start : start + 500]})


def contact(server: Running, text: str) -> int:
    """The number of whoever is found first."""
    return int(server.ask("GET", f"/api/v1/contacts?q={text}")[1]["items"][0]["id"])


def quoted(text: str) -> str:
    """A text as part of an address."""
    return quote(text, safe="")
