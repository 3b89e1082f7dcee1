"""Telegram through the whole server: a link binds a chat, a journey writes to it, a block withdraws, Start gives back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.test_server import eventually
from tests.support.running import Running
from tests.support.telegram import BLOCKED, TOKEN, FakeTelegram, fake_telegram, member, update

HOOK, SECRET = "/hooks/channels/shop/updates", "hook_Secret-1"
TEMPLATE = {
    "template": "chat",
    "channel": "telegram",
    "class": "promotional",
    "topic": "news",
    "html": "<p>Dear <b>{{ contact.name }}</b></p>",
}
STEPS = {"chat": {"send": {"channel": "telegram", "template": "chat"}, "next": "end"}}
JOURNEY = {"journey": "chat", "triggers": [{"api": True}], "reentry": {"by": "n"}, "steps": STEPS}


@pytest.fixture(scope="module")
def telegram() -> Iterator[FakeTelegram]:
    with fake_telegram() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, telegram: FakeTelegram) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("telegram") / "data"
    running = Running(folder, allow_hosts="127.0.0.1", public_url="https://tidings.example")
    running.sign_in()
    for document in (TEMPLATE, JOURNEY):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    assert running.ask("PUT", "/api/v1/settings", {"quiet_from": 0, "quiet_to": 0})[0] == 200, "a test runs at any hour"
    config = {"token": TOKEN, "webhook_secret": SECRET, "base_url": telegram.url}
    account = {"plugin": "telegram", "config": config, "is_default": True}
    assert running.ask("PUT", "/api/v1/accounts/shop", account)[0] == 200
    yield running
    assert running.stop() == 0
    assert TOKEN not in (folder.parent / "serve.log").read_text()


def tell(server: Running, told: dict[str, Any], secret: str = SECRET) -> int:
    return server.ask("POST", HOOK, told, x_telegram_bot_api_secret_token=secret)[0]


def linked(server: Running, name: str, chat: int) -> int:
    """A contact who has opened the bot by their link, and wants news."""
    body = {"user_id": name, "attributes": {"name": name}}
    contact: int = server.ask("POST", "/api/v1/contacts", body)[1]["id"]
    consent = {"channel": "telegram", "topic": "news", "state": "subscribed"}
    server.ask("PUT", f"/api/v1/contacts/{contact}/consent", consent)
    token = server.ask("GET", f"/api/v1/contacts/{contact}/link")[1]["token"]
    assert tell(server, update(100 + contact, chat, f"/start {token}")) == 200
    return contact


def written(server: Running, contact: int, number: int) -> str:
    """How the message of another walk through the journey ends."""
    body = {"contact_ids": [contact], "properties": {"n": f"{contact}-{number}"}}
    server.ask("POST", "/api/v1/journeys/chat/enrol", body)

    def look() -> Any:
        found = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        ended = [m["state"] for m in found if m["state"] not in ("queued", "sending", "committing")]
        return ended if len(ended) == number else []

    return str(eventually(look, 10)[0])


def whole(server: Running, contact: int) -> list[str]:
    """Consent to the whole channel, as it stands."""
    states = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]
    return [row["state"] for row in states if row["channel"] == "telegram" and not row["topic"]]


def test_a_journey_writes_to_the_chat_that_a_link_has_bound(server: Running, telegram: FakeTelegram) -> None:
    ann = linked(server, "ann", 71)

    assert written(server, ann, 1) == "sent"

    (call,) = [one for one in telegram.sent if one["chat_id"] == "71"]
    assert call["text"].startswith('Dear <b>ann</b>\n\n<a href="https://tidings.example/u/')
    assert eventually(lambda: telegram.webhook.get("url") == f"https://tidings.example{HOOK}")
    assert server.ask("POST", "/api/v1/accounts/shop/check", {})[1]["ok"]


def test_a_block_withdraws_for_everybody_at_that_chat_and_start_gives_back(server: Running) -> None:
    ben, partner = linked(server, "ben", 72), linked(server, "eve", 72)
    told = member(7_201, 72, "kicked")

    assert tell(server, told, secret="guess") == 401
    assert (whole(server, ben), whole(server, partner)) == ([], [])
    assert tell(server, told) == 200
    assert (whole(server, ben), whole(server, partner)) == (["unsubscribed"], ["unsubscribed"])
    assert written(server, ben, 1) == "skipped"

    assert [tell(server, update(7_202, 72, "/start")) for _ in range(2)] == [200, 200]
    assert (whole(server, ben), whole(server, partner)) == (["subscribed"], ["subscribed"])
    assert written(server, ben, 2) == "sent"


def test_a_block_that_is_met_when_sending_withdraws(server: Running, telegram: FakeTelegram) -> None:
    cat = linked(server, "cat", 73)
    telegram.behave[73] = BLOCKED

    assert written(server, cat, 1) == "failed"

    assert whole(server, cat) == ["unsubscribed"]


def test_an_answer_is_an_event(server: Running) -> None:
    dan = linked(server, "dan", 74)

    for _ in range(2):
        assert tell(server, update(7_401, 74, "Yes, please")) == 200

    timeline = server.ask("GET", f"/api/v1/contacts/{dan}/timeline")[1]["items"]
    assert [row["properties"]["text"] for row in timeline if row.get("name") == "message.replied"] == ["Yes, please"]


def test_polling_hears_without_a_public_address(server: Running, telegram: FakeTelegram) -> None:
    eli = linked(server, "eli", 75)
    config = {"token": TOKEN, "mode": "polling", "base_url": telegram.url}

    server.ask("PUT", "/api/v1/accounts/shop", {"plugin": "telegram", "config": config, "is_default": True})
    telegram.waiting = [update(7_501, 75, "/stop")]

    assert eventually(lambda: whole(server, eli) == ["unsubscribed"], 20)
    assert eventually(lambda: telegram.waiting == [], 10), "what is stored is confirmed"
    assert telegram.webhook == {}
    assert tell(server, update(7_502, 75, "/start")) == 401
