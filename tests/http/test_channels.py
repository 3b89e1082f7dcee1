"""What comes back from channels: callbacks with their signature, polling, reports that only climb; and accounts at work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.http.test_server import eventually
from tests.support.running import Running

PLUGINS = Path(__file__).parents[1] / "support" / "channels"
TEMPLATE = {
    "template": "squawk",
    "channel": "parrot",
    "class": "promotional",
    "topic": "news",
    "subject": "",
    "text": "Hi",
}
STEPS = {"squawk": {"send": {"channel": "parrot", "template": "squawk"}, "next": "end"}}
JOURNEY = {"journey": "squawk", "triggers": [{"api": True}], "reentry": {"by": "n"}, "steps": STEPS}
AT = 1_767_600_000_000


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("told") / "told.json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, told: Path) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("channels") / "data", plugins=str(PLUGINS))
    running.sign_in()
    account = {"plugin": "parrot", "config": {"password": "s3cret", "told": str(told)}, "is_default": True}
    assert running.ask("PUT", "/api/v1/accounts/polly", account)[0] == 200
    for document in (TEMPLATE, JOURNEY):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    yield running
    assert running.stop() == 0


def tell(server: Running, *inbound: dict[str, Any], password: str = "s3cret") -> tuple[int, Any]:
    return server.ask("POST", "/hooks/channels/polly/told", list(inbound), x_password=password)


def address(value: str) -> dict[str, str]:
    return {"kind": "parrot", "value": value}


def reached(server: Running, name: str) -> int:
    """Somebody who agreed, and has an address."""
    body = {"user_id": name, "attributes": {"parrot": name}}
    contact = server.ask("POST", "/api/v1/contacts", body)[1]["id"]
    consent = {"channel": "parrot", "topic": "news", "state": "subscribed"}
    server.ask("PUT", f"/api/v1/contacts/{contact}/consent", consent)
    link = server.ask("GET", f"/api/v1/contacts/{contact}/link")[1]["token"]
    tell(server, {"type": "linked", "dedup": f"link-{name}", "token": link, "address": address(name), "at": AT})
    return int(contact)


def sent(server: Running, name: str) -> tuple[int, dict[str, Any]]:
    """(contact, message) of somebody to whom a message has left."""
    contact = reached(server, name)
    server.ask("POST", "/api/v1/journeys/squawk/enrol", {"contact_ids": [contact], "properties": {"n": name}})

    def look() -> Any:
        found = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        return [m for m in found if m["state"] == "sent"]

    (message,) = eventually(look)
    return contact, message


def report(message: dict[str, Any], status: str, **more: Any) -> dict[str, Any]:
    key = {"type": "report", "dedup": f"{message['id']}-{status}", "status": status, "at": AT}
    return key | {"provider_id": message["provider_id"]} | more


def standing(server: Running, message: dict[str, Any]) -> str:
    return str(server.ask("GET", f"/api/v1/messages/{message['id']}")[1]["state"])


def test_a_callback_with_a_wrong_signature_stores_nothing(server: Running) -> None:
    _, message = sent(server, "ann")

    assert tell(server, report(message, "bounced"), password="guess")[0] == 401
    assert standing(server, message) == "sent"
    assert server.ask("POST", "/hooks/channels/polly/other", [])[0] == 404
    assert server.ask("POST", "/hooks/channels/nobody/told", [])[0] == 404


def test_statuses_only_climb_and_the_same_report_counts_once(server: Running) -> None:
    _, message = sent(server, "ben")

    for status, expected in (("delivered", "delivered"), ("complained", "complained"), ("bounced", "complained")):
        for _ in range(2):
            assert tell(server, report(message, status)) == (200, "thanks")
            assert standing(server, message) == expected
    reports = server.ask("GET", f"/api/v1/messages/{message['id']}")[1]["reports"]
    assert sorted(row["status"] for row in reports) == ["bounced", "complained", "delivered"]


def test_a_complaint_withdraws_consent_and_suppresses_marketing(server: Running) -> None:
    contact, message = sent(server, "cat")

    tell(server, report(message, "complained"))

    states = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]
    assert ("", "unsubscribed") in [(row["topic"], row["state"]) for row in states]
    found = server.ask("GET", "/api/v1/suppressions?limit=500")[1]["items"]
    assert ("cat", "marketing", "complaint") in [(row["value"], row["scope"], row["reason"]) for row in found]


def test_stop_on_the_channel_withdraws_and_start_gives_back(server: Running) -> None:
    contact, _ = sent(server, "dan")
    stop = {"type": "opt_out", "dedup": "stop-1", "address": address("dan"), "granted": False, "at": AT}

    tell(server, stop)
    after_stop = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]
    tell(server, stop | {"dedup": "start-1", "granted": True})
    after_start = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]

    assert [row["state"] for row in after_stop if not row["topic"]] == ["unsubscribed"]
    assert [row["state"] for row in after_start if not row["topic"]] == ["subscribed"]


def test_a_reply_is_an_event_of_whom_we_had_written_to(server: Running) -> None:
    contact, message = sent(server, "eva")
    reply = {"type": "reply", "dedup": "r-1", "sender": address("somewhere else"), "text": "Yes!", "at": AT}

    for _ in range(2):
        assert tell(server, reply | {"in_reply_to": message["key"]})[0] == 200

    timeline = server.ask("GET", f"/api/v1/contacts/{contact}/timeline")[1]["items"]
    replies = [row for row in timeline if row.get("name") == "message.replied"]
    assert [row["properties"]["text"] for row in replies] == ["Yes!"]


def test_what_is_polled_counts_like_what_is_called_back(server: Running, told: Path) -> None:
    _, message = sent(server, "flo")

    told.write_text(json.dumps([report(message, "delivered")]))

    assert eventually(lambda: standing(server, message) == "delivered", 15)


def test_a_forged_link_binds_nobody(server: Running) -> None:
    tell(
        server,
        {"type": "linked", "dedup": "forged", "token": "AQ" + "A" * 22, "address": address("x"), "at": AT},
    )

    found = server.ask("GET", "/api/v1/contacts?q=x")[1]["items"]
    assert found == []


def test_a_connection_is_tested_and_secrets_are_never_shown(server: Running) -> None:
    assert server.ask("POST", "/api/v1/accounts/polly/check", {})[1] == {
        "ok": True,
        "detail": "It has a password.",
        "facts": {},
    }
    accounts = server.ask("GET", "/api/v1/accounts")[1]["items"]
    assert "s3cret" not in json.dumps(accounts)
    hidden = next(one for one in accounts if one["name"] == "polly")
    change = {"plugin": "parrot", "config": hidden["config"], "is_default": True}
    assert server.ask("PUT", "/api/v1/accounts/polly", change)[0] == 200
    assert server.ask("POST", "/api/v1/accounts/polly/check", {})[1]["ok"], "a secret that comes back hidden stays"
    assert server.ask("PUT", "/api/v1/accounts/polly", {"plugin": "parrot", "config": {"pass": 1}})[0] == 400


def test_a_paused_account_sends_nothing_until_it_is_resumed(server: Running) -> None:
    contact = reached(server, "gus")
    assert server.ask("POST", "/api/v1/accounts/polly/pause", {})[1]["state"] == "paused"

    server.ask("POST", "/api/v1/journeys/squawk/enrol", {"contact_ids": [contact], "properties": {"n": "again"}})

    def waiting() -> Any:
        found = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        return len(found) == 1 and found[0]["state"] == "queued"

    assert eventually(waiting)
    assert server.ask("POST", "/api/v1/accounts/polly/resume", {})[1]["state"] == "active"

    def is_sent() -> Any:
        return server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"][0]["state"] == "sent"

    assert eventually(is_sent, 10)


def test_a_link_from_an_address_that_failed_once_opens_it_again_but_no_complaint(server: Running) -> None:
    for value, reason in (("hal", "hard_bounce"), ("ian", "complaint")):
        body = {"kind": "parrot", "value": value, "scope": "all", "reason": reason}
        assert server.ask("POST", "/api/v1/suppressions", body)[0] == 201
        contact = server.ask("POST", "/api/v1/contacts", {"user_id": value})[1]["id"]
        link = server.ask("GET", f"/api/v1/contacts/{contact}/link")[1]["token"]
        told = {"type": "linked", "dedup": f"again-{value}", "token": link, "address": address(value), "at": AT}
        assert tell(server, told)[0] == 200

    listed = {row["value"] for row in server.ask("GET", "/api/v1/suppressions?limit=500")[1]["items"]}
    assert ("hal" in listed, "ian" in listed) == (False, True)


def test_people_are_found_as_they_are_written_and_in_small_letters(server: Running) -> None:
    server.ask("POST", "/api/v1/contacts", {"user_id": "Customer-7", "email": "Joy@Example.com"})

    for text in ("Customer-7", "Cust", "joy@", "JOY@example"):
        assert len(server.ask("GET", f"/api/v1/contacts?q={text}")[1]["items"]) == 1, text


def test_trouble_with_an_account_is_over_when_it_is_resumed_and_is_told_again_when_it_comes_back(
    server: Running,
) -> None:
    failing = {"plugin": "sandbox", "config": {"fail_for": "kim", "fail_why": "account_problem"}, "channel": "parrot"}
    template = TEMPLATE | {"template": "service", "class": "service", "topic": ""}
    steps = {"s": {"send": {"channel": "parrot", "template": "service", "account": "broken"}, "next": "end"}}
    for document in (template, JOURNEY | {"journey": "service", "steps": steps}):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    contact = server.ask("POST", "/api/v1/contacts", {"user_id": "kim"})[1]["id"]
    server.ask("PUT", f"/api/v1/contacts/{contact}/addresses/parrot", {"value": "kim"})

    def told() -> list[bool]:
        found = server.ask("GET", "/api/v1/alerts")[1]["items"]
        return [one["ended_at"] is None for one in found if one["kind"] == "account"]

    for count in (1, 2):
        assert server.ask("PUT", "/api/v1/accounts/broken", failing)[0] == 200
        assert told() == [False] * (count - 1)
        body = {"contact_ids": [contact], "properties": {"n": str(count)}}
        assert server.ask("POST", "/api/v1/journeys/service/enrol", body)[1]["entered"] == 1
        assert eventually(lambda count=count: told() == [True] + [False] * (count - 1), 10)
    assert server.ask("POST", "/api/v1/accounts/broken/resume", {})[0] == 200
    assert told()[1:] == [False]


def test_the_plugin_of_an_account_stays_and_a_connection_is_tried_before_it_is_saved(server: Running) -> None:
    webhook = {"plugin": "webhook", "config": {"secret": "whsec_c2VjcmV0c2VjcmV0"}}
    assert server.ask("PUT", "/api/v1/accounts/kept", webhook)[0] == 200

    status, told = server.ask("PUT", "/api/v1/accounts/kept", {"plugin": "sandbox", "config": {}})

    assert (status, told["errors"][0]["path"]) == (400, "plugin")
    tried = {"plugin": "webhook", "config": {"secret": "••••••"}, "name": "kept"}
    assert server.ask("POST", "/api/v1/accounts/check", tried)[1]["ok"]
    assert server.ask("POST", "/api/v1/accounts/check", {"plugin": "webhook", "config": {"secret": 1}})[0] == 400
    names = [one["name"] for one in server.ask("GET", "/api/v1/accounts")[1]["items"]]
    assert "webhook" not in names, "trying saves nothing"
