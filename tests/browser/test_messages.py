"""Why a message was sent, was not, or waits; and sending again what is in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.conftest import enter
from tests.faults.sinks import served
from tests.http.test_server import eventually
from tests.support.running import Running
from tests.support.smtp import Sink

LATER = {
    "journey": "later",
    "triggers": [{"event": "Asked"}],
    "steps": {"text": {"send": {"channel": "sms", "template": "nudge"}}},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("messages") / "data")
    running.sign_in()
    town.publish(running, town.WELCOME, town.NUDGE, town.JOURNEY, LATER)
    town.inhabit(running, 12)
    eventually(lambda: running.ask("GET", "/api/v1/messages/counts")[1]["counts"].get("sent", 0) >= 4)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def sink(server: Running) -> Iterator[Sink]:
    """A mail server that takes a message and says nothing; email goes there from now on."""
    found = Sink({"DOT": "cut"})
    with served(found):
        config = {"host": "127.0.0.1", "port": found.port, "security": "none", "sender": "news@example.org"}
        body = {"plugin": "email", "config": config, "is_default": True}
        assert server.ask("PUT", "/api/v1/accounts/smtp", body)[0] == 200
        yield found


def newest(server: Running, contact: int, state: str) -> Any:
    """Their newest message, as soon as it stands there."""
    path = f"/api/v1/messages?contact_id={contact}&state={state}"
    return eventually(lambda: server.ask("GET", path)[1]["items"], 20)[0]


def test_the_story_leads_from_the_event_to_the_providers_answer(page: Page, server: Running) -> None:
    contact = town.contact(server, "ben.")
    enter(page, server, f"/w/main/contacts/{contact}")

    page.get_by_role("link", name="Your guide, Ben").first.click()

    story = page.get_by_role("listitem")
    for words in ("Signed Up happened.", "They entered welcome.", "Its step hello asked for this message by email."):
        expect(story.filter(has_text=words).first).to_be_visible()
    expect(story.filter(has_text="Try 1: The provider took it.").first).to_be_visible()
    page.get_by_role("button", name="why?").click()
    expect(page.get_by_text("It saw: subscribed for news by email.")).to_be_visible()
    expect(page.get_by_text("It saw: not suppressed.")).to_be_visible()
    expect(
        page.frame_locator('iframe[title="The message"]').get_by_role("heading", name="Welcome, Ben")
    ).to_be_visible()


def test_why_a_message_was_refused_is_read_on_the_contacts_page(page: Page, server: Running) -> None:
    contact = town.contact(server, "ben.")
    newest(server, contact, "skipped")
    enter(page, server, f"/w/main/contacts/{contact}")
    expect(page.get_by_text("There is no address for sms.")).to_be_visible()
    refused = page.get_by_role("listitem").filter(has_text="A message was not sent: no address.")

    refused.get_by_role("link", name="why?").click()

    expect(page.get_by_text("They have no address for this channel.").first).to_be_visible()
    page.get_by_role("button", name="why?").click()
    expect(page.get_by_text("It saw: no phone.")).to_be_visible()
    expect(page.get_by_text("Not asked any more.").first).to_be_visible()


def test_why_a_message_waits_for_the_morning_is_read_rule_by_rule(page: Page, server: Running) -> None:
    now = dt.datetime.now(dt.UTC)
    minute = now.hour * 60 + now.minute
    opens = minute + 120 if minute < 1200 else 60
    hours = {"zone": "UTC", "quiet_from": opens, "quiet_to": opens + 60}
    assert server.ask("PUT", "/api/v1/settings", hours)[0] == 200
    config = {"provider": "http", "sender": "Shop", "url": "https://sms.example.com/send?to={to}&text={text}"}
    told = server.ask("PUT", "/api/v1/accounts/sms", {"plugin": "sms", "config": config, "is_default": True})
    assert told[0] == 200, told
    traits = {
        "first_name": "Yuki",
        "phone": "+4915155555555",
        "timezone": "UTC",
        "consent": {"sms": {"news": "subscribed"}},
    }
    town.call(server, "/v1/identify", {"userId": "yuki", "traits": traits})
    town.call(server, "/v1/track", {"userId": "yuki", "event": "Asked"})
    contact = town.contact(server, "yuki")
    newest(server, contact, "deferred")
    enter(page, server, f"/w/main/contacts/{contact}")
    night = "It is night where they are: it waits for the hours in which this channel may be used."
    coming = page.get_by_role("listitem").filter(has_text=night)
    expect(coming.get_by_role("time").first).to_be_visible()

    coming.get_by_role("link", name="nudge").first.click()
    page.get_by_role("button", name="why?").first.click()

    expect(page.get_by_text("May this channel disturb them now?")).to_be_visible()
    expect(page.get_by_text("It saw: night in UTC.")).to_be_visible()
    expect(page.get_by_label("Waits", exact=True)).to_be_visible()


def test_messages_are_counted_by_state_and_the_address_says_which(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/messages")
    skipped = server.ask("GET", "/api/v1/messages?state=skipped&state=cancelled&limit=200")[1]["items"]

    page.get_by_role("link", name=f"Not sent {len(skipped)}").click()

    expect(page.get_by_text(f"{len(skipped)} of {len(skipped)}", exact=True)).to_be_visible()
    expect(page.get_by_role("grid").get_by_text("Sent", exact=True)).to_have_count(0)
    page.get_by_role("searchbox", name="Find by address").fill("nobody@")
    expect(page.get_by_text("No message matches what is set.")).to_be_visible()


def test_a_message_in_doubt_is_sent_again_after_the_risk_was_read(page: Page, server: Running, sink: Sink) -> None:
    traits = {"email": "dot@example.com", "first_name": "Dot", "consent": {"email": {"news": "subscribed"}}}
    town.call(server, "/v1/identify", {"userId": "dot", "traits": traits})
    town.call(server, "/v1/track", {"userId": "dot", "event": "Signed Up"})
    message = newest(server, town.contact(server, "dot@"), "uncertain")
    enter(page, server, "/w/main/inbox?what=uncertain")
    expect(page.get_by_text("they may get it twice").first).to_be_visible()
    sink.behave.clear()

    page.get_by_role("button", name="Send again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nobody knows whether Dot got this message at dot@example.com")
    dialog.get_by_role("button", name="Send again").click()

    expect(page.get_by_text("It is in the queue again.")).to_be_visible()
    eventually(lambda: server.ask("GET", f"/api/v1/messages/{message['id']}")[1]["state"] == "sent", 20)
    expect(page.get_by_text("Nothing is in doubt.")).to_be_visible()
    assert [to for _, to, _ in sink.mail].count("dot@example.com") == 2
