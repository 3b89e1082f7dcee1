"""SMS through the whole server: a journey texts, Twilio reports, and STOP counts for everybody at that number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.http.test_server import eventually
from tests.support.running import Running
from tests.support.sms import SID, TOKEN, Provider, call, provider

TEMPLATE = {
    "template": "sale",
    "channel": "sms",
    "class": "promotional",
    "topic": "news",
    "subject": "",
    "text": "Sale for {{ contact.name }}: 20 € off",
}
STEPS = {"text": {"send": {"channel": "sms", "template": "sale"}, "next": "end"}}
JOURNEY = {"journey": "sale", "triggers": [{"api": True}], "reentry": {"by": "n"}, "steps": STEPS}


def zone_where_it_is(hour: int) -> str:
    """A time zone whose clocks show this hour now; POSIX counts westwards."""
    east = (hour - dt.datetime.now(dt.UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-east:+d}"


@pytest.fixture(scope="module")
def twilio() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, twilio: Provider
) -> Iterator[Running]:
    settings = {"allow_hosts": "127.0.0.1"}
    if request.param == "postgres":
        settings["database_url"] = dsn = request.getfixturevalue("postgres_dsn")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("drop schema if exists ws_main cascade")
            connection.execute("drop schema if exists tidings cascade")
    twilio.told.clear()
    running = Running(tmp_path_factory.mktemp("sms") / "data", **settings)
    running.sign_in()
    config = {"account_sid": SID, "auth_token": TOKEN, "sender": "+15005550006", "api_url": twilio.url}
    config |= {"opt_out_text": "Reply STOP to opt out", "connections": 1}
    account = {"plugin": "sms", "config": config, "is_default": True}
    assert running.ask("PUT", "/api/v1/accounts/texts", account)[0] == 200
    assert running.ask("POST", "/api/v1/accounts/texts/check", {})[1]["ok"]
    for document in (TEMPLATE, JOURNEY):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    yield running
    assert running.stop() == 0


def person(server: Running, name: str, phone: str, hour: int = 12) -> int:
    """A contact who agreed to texts, where it is this hour of the day."""
    attributes = {"name": name, "phone": phone, "timezone": zone_where_it_is(hour)}
    contact = server.ask("POST", "/api/v1/contacts", {"user_id": name, "attributes": attributes})[1]["id"]
    consent = {"channel": "sms", "topic": "news", "state": "subscribed"}
    assert server.ask("PUT", f"/api/v1/contacts/{contact}/consent", consent)[0] == 200
    return int(contact)


def enrol(server: Running, *contacts: int, n: str = "1") -> None:
    body = {"contact_ids": list(contacts), "properties": {"n": n}}
    assert server.ask("POST", "/api/v1/journeys/sale/enrol", body)[0] in (200, 202)


def message_in(server: Running, contact: int, *states: str) -> dict[str, Any]:
    """The contact's newest message, as soon as it stands in one of these states."""

    def look() -> Any:
        items = server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
        return items[0] if items and items[0]["state"] in states else None

    found = eventually(look, 10)
    assert found, server.ask("GET", f"/api/v1/messages?contact_id={contact}")[1]["items"]
    return dict(found)


def consents(server: Running, contact: int) -> dict[str, str]:
    states = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["states"]
    return {row["topic"]: row["state"] for row in states if row["channel"] == "sms"}


def test_a_journey_texts_and_twilio_reports_that_it_arrived(server: Running, twilio: Provider) -> None:
    ann = person(server, "Ann", "+49 151 10000001")

    enrol(server, ann)
    message = message_in(server, ann, "sent")

    told = next(one.form for one in twilio.sent if one.form["To"] == "+4915110000001")
    assert told["Body"] == "Sale for Ann: 20 € off\nReply STOP to opt out"
    report = {"MessageSid": message["provider_id"], "MessageStatus": "delivered", "AccountSid": SID}
    assert call(told["StatusCallback"], report, token="guess")[0] == 401
    assert message_in(server, ann, "sent")
    assert call(told["StatusCallback"], report)[0] == 200
    assert message_in(server, ann, "delivered")


def test_somebody_who_sleeps_is_not_texted(server: Running, twilio: Provider) -> None:
    ben = person(server, "Ben", "+4915110000002", hour=2)

    enrol(server, ben)

    assert message_in(server, ben, "deferred")["reason"] == "quiet_hours"
    assert not any(one.form["To"] == "+4915110000002" for one in twilio.sent)


def test_stop_withdraws_for_everybody_at_that_number_and_start_gives_back(server: Running, twilio: Provider) -> None:
    cat, dan = person(server, "Cat", "+4915110000003"), person(server, "Dan", "0049 151 10000003", hour=2)
    enrol(server, cat, dan)
    message_in(server, cat, "sent")
    message_in(server, dan, "deferred")
    hook = f"{server.url}/hooks/channels/texts/inbound"
    stop = {"MessageSid": "SMstop", "From": "+4915110000003", "Body": "Stop", "OptOutType": "STOP"}

    for _ in range(2):
        assert call(hook, stop) == (200, b"<Response/>")

    assert consents(server, cat)[""] == consents(server, dan)[""] == "unsubscribed"
    assert message_in(server, dan, "cancelled")["reason"] == "unsubscribed"
    enrol(server, cat, n="2")
    assert message_in(server, cat, "skipped")
    call(hook, stop | {"MessageSid": "SMstart", "Body": "START", "OptOutType": "START"})
    assert consents(server, cat)[""] == consents(server, dan)[""] == "subscribed"


def test_a_number_that_is_blocked_at_twilio_is_withdrawn_for_everybody(server: Running, twilio: Provider) -> None:
    eva, flo = person(server, "Eva", "+4915110000004"), person(server, "Flo", "+4915110000004", hour=2)
    enrol(server, flo)
    message_in(server, flo, "deferred")
    twilio.plan = [(400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient"})]

    enrol(server, eva)

    assert message_in(server, eva, "failed")["reason"].startswith("opted_out")
    assert consents(server, eva)[""] == consents(server, flo)[""] == "unsubscribed"
    assert message_in(server, flo, "cancelled")


def test_a_block_that_is_reported_later_is_withdrawn_for_everybody(server: Running, twilio: Provider) -> None:
    gus, hal = person(server, "Gus", "+4915110000005"), person(server, "Hal", "+4915110000005", hour=2)
    enrol(server, gus, hal)
    message = message_in(server, gus, "sent")
    message_in(server, hal, "deferred")
    hook = f"{server.url}/hooks/channels/texts/status"
    report = {"MessageSid": message["provider_id"], "MessageStatus": "failed", "ErrorCode": "21610"}

    assert call(hook, report)[0] == 200

    assert message_in(server, gus, "bounced")
    assert consents(server, gus)[""] == consents(server, hal)[""] == "unsubscribed"
    assert message_in(server, hal, "cancelled")


def test_a_number_that_does_not_exist_is_not_texted_again(server: Running, twilio: Provider) -> None:
    ida = person(server, "Ida", "+4915110000006")
    enrol(server, ida)
    message = message_in(server, ida, "sent")
    report = {"MessageSid": message["provider_id"], "MessageStatus": "undelivered", "ErrorCode": "30005"}

    call(f"{server.url}/hooks/channels/texts/status", report)

    message_in(server, ida, "bounced")
    found = server.ask("GET", "/api/v1/suppressions?limit=500")[1]["items"]
    assert ("+4915110000006", "hard_bounce") in [(row["value"], row["reason"]) for row in found]


def test_an_answer_is_an_event_of_whoever_has_that_number(server: Running, twilio: Provider) -> None:
    # Written with the zero that is spoken at home only: it is the same number.
    jan = person(server, "Jan", "+44 (0)20 7946 0958")
    fields = {"MessageSid": "SMreply", "From": "+442079460958", "Body": "When?"}

    assert call(f"{server.url}/hooks/channels/texts/inbound", fields)[0] == 200

    timeline = server.ask("GET", f"/api/v1/contacts/{jan}/timeline")[1]["items"]
    assert [row["properties"]["text"] for row in timeline if row.get("name") == "message.replied"] == ["When?"]
