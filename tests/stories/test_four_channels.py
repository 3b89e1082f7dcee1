"""One journey reaches a person on four channels; where one refuses, the next in order is tried, once."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.http.test_server import eventually
from tests.support.push import PushService, push_service
from tests.support.running import Running
from tests.support.sms import SID, TOKEN as SMS_TOKEN, Provider, provider
from tests.support.telegram import BLOCKED, TOKEN, FakeTelegram, fake_telegram, update

CHANNELS = ("push", "telegram", "sms", "email")
TEMPLATES = [
    {"template": f"ready-{channel}", "channel": channel, "class": "transactional", "subject": "Ready"}
    | {"text": f"{{{{ contact.name }}}}, your order can be fetched ({channel})"}
    for channel in CHANNELS
]
EVERYWHERE = {
    "journey": "everywhere",
    "triggers": [{"event": "Order Ready"}],
    "reentry": {"by": "order"},
    "steps": {
        channel: {"send": {"channel": channel, "template": f"ready-{channel}"}, "next": following}
        for channel, following in zip(CHANNELS, (*CHANNELS[1:], "end"), strict=True)
    },
}
IN_ORDER = {
    "journey": "in-order",
    "triggers": [{"event": "Parcel Ready"}],
    "reentry": {"by": "order"},
    "steps": {
        channel: {
            "send": {"channel": channel, "template": f"ready-{channel}"},
            "next": "end",
            "on_failed": following,
            "on_skipped": following,
        }
        for channel, following in zip(CHANNELS, (*CHANNELS[1:], "end"), strict=True)
    },
}


class Mailbox:
    """What the mail server took: (recipient, text)."""

    def __init__(self) -> None:
        self.taken = list[tuple[str, str]]()

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        body = (envelope.content or b"").decode() if isinstance(envelope.content, bytes) else str(envelope.content)
        self.taken.append((envelope.rcpt_tos[0], body))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class World:
    """Four providers, each speaking its own protocol."""

    def __init__(self, push: PushService, telegram: FakeTelegram, sms: Provider, mail: Mailbox, port: int) -> None:
        self.push, self.telegram, self.sms, self.mail, self.mail_port = push, telegram, sms, mail, port


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    mail = Mailbox()
    controller = Controller(mail, hostname="127.0.0.1", port=free_port())
    with push_service() as push, fake_telegram() as telegram, provider() as sms:
        controller.start()
        yield World(push, telegram, sms, mail, controller.port)
        controller.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Any, world: World) -> Iterator[Running]:
    settings = {"allow_hosts": "127.0.0.1,localhost", "public_url": "https://tidings.example"}
    if request.param == "postgres":
        settings["database_url"] = dsn = request.getfixturevalue("postgres_dsn")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("drop schema if exists ws_main cascade")
            connection.execute("drop schema if exists tidings cascade")
    world.telegram.sent.clear()
    world.telegram.behave.clear()
    world.sms.told.clear()
    world.mail.taken.clear()
    running = Running(tmp_path / "data", **settings)
    running.sign_in()
    configure(running, world)
    yield running
    assert running.stop() == 0


def configure(server: Running, world: World) -> None:
    mail = {"host": "127.0.0.1", "port": world.mail_port, "security": "none", "sender": "shop@example.com"}
    accounts = {
        "push": ("webpush", {"contact": "mailto:a@example.com"}),
        "bot": ("telegram", {"token": TOKEN, "webhook_secret": "hook_Secret-1", "base_url": world.telegram.url}),
        "texts": (
            "sms",
            {"account_sid": SID, "auth_token": SMS_TOKEN, "sender": "+15005550006", "api_url": world.sms.url},
        ),
        "mail": ("email", mail),
    }
    for name, (plugin, config) in accounts.items():
        body = {"plugin": plugin, "config": config, "is_default": True}
        status, told = server.ask("PUT", f"/api/v1/accounts/{name}", body)
        assert status == 200, told
        checked = server.ask("POST", f"/api/v1/accounts/{name}/check", {})[1]
        assert name == "bot" or checked["ok"], checked
    for document in (*TEMPLATES, EVERYWHERE, IN_ORDER):
        status, told = server.ask("POST", "/api/v1/documents/publish", document)
        assert status == 200, told


def person(server: Running, world: World, name: str, chat: int) -> tuple[int, dict[str, Any]]:
    """A contact whom all four channels reach, each as its own world binds it; and the browser's subscription."""
    attributes = {"name": name, "phone": f"+49151100000{chat}"}
    body = {"user_id": name, "email": f"{name}@example.com", "attributes": attributes}
    contact = int(server.ask("POST", "/api/v1/contacts", body)[1]["id"])
    token = server.ask("GET", f"/api/v1/contacts/{contact}/link")[1]["token"]
    start = update(1_000 + chat, chat, f"/start {token}")
    secret = {"x_telegram_bot_api_secret_token": "hook_Secret-1"}
    assert server.ask("POST", "/hooks/channels/bot/updates", start, **secret)[0] == 200
    facts = server.ask("POST", "/api/v1/accounts/push/check", {})[1]["facts"]
    subscription = world.push.subscribe(facts["public key"])
    told = {"subscription": subscription | {"expirationTime": None}, "token": token}
    request = urllib.request.Request(f"{server.url}/hooks/channels/push/subscribe", json.dumps(told).encode())
    request.add_header("content-type", "text/plain;charset=UTF-8")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202 and answer.headers["access-control-allow-origin"] == "*"
    return contact, subscription


def track(server: Running, name: str, event: str, order: str) -> None:
    key = server.key("track")
    body = {
        "userId": name,
        "event": event,
        "properties": {"order": order},
        "messageId": f"{event}{order}",
        "writeKey": key,
    }
    assert server.ask("POST", "/v1/track", body)[0] == 200


def ends(server: Running, contact: int, count: int) -> dict[str, str]:
    """How each channel's message ended, when so many have."""

    def look() -> Any:
        items = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        found = {one["channel"]: one["state"] for one in items}
        is_over = not set(found.values()) & {"queued", "sending", "committing"}
        return found if len(found) == count and is_over else None

    found = eventually(look, 20)
    assert found, server.ask("GET", f"/api/v1/contacts/{contact}/explain")[1]
    return dict(found)


def test_one_journey_reaches_a_person_on_four_channels(server: Running, world: World) -> None:
    contact, browser = person(server, world, "ada", 71)

    track(server, "ada", "Order Ready", "1")

    assert ends(server, contact, 4) == dict.fromkeys(CHANNELS, "sent")
    (shown,) = world.push.shown(browser)
    assert (shown["title"], shown["body"]) == ("Ready", "ada, your order can be fetched (push)")
    assert [one["text"] for one in world.telegram.sent] == ["ada, your order can be fetched (telegram)"]
    assert [one.form["Body"] for one in world.sms.sent] == ["ada, your order can be fetched (sms)"]
    ((to, mail),) = world.mail.taken
    assert to == "ada@example.com" and "ada, your order can be fetched (email)" in mail
    consent = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]
    assert [row["state"] for row in consent if row["channel"] == "push"] == ["subscribed"]


def test_where_one_refuses_the_next_in_order_is_tried_and_only_that(server: Running, world: World) -> None:
    contact, browser = person(server, world, "bob", 72)
    world.push.end(browser)
    world.telegram.behave[72] = BLOCKED

    track(server, "bob", "Parcel Ready", "1")

    assert ends(server, contact, 3) == {"push": "failed", "telegram": "failed", "sms": "sent"}
    assert len(world.sms.sent) == 1 and world.mail.taken == []
    suppressed = server.ask("GET", "/api/v1/suppressions")[1]["items"]
    assert [row["kind"] for row in suppressed if browser["endpoint"] in row["value"]] == ["push"]

    track(server, "bob", "Parcel Ready", "2")

    def stand() -> Any:
        items = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        found = sorted((one["channel"], one["state"]) for one in items)
        return found if found.count(("sms", "sent")) == 2 else None

    tried = [("sms", "sent")] * 2 + [("telegram", "failed")] * 2
    assert eventually(stand, 20) == [("push", "failed"), ("push", "skipped"), *tried], "an ended subscription rests"
    assert world.mail.taken == []
