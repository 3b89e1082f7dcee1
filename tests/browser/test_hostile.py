"""Whatever somebody stores, it is text on every screen: nothing runs, nothing is loaded, nothing grows wider than the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import town
from tests.browser.conftest import enter
from tests.browser.hostile import TEXTS
from tests.faults.sinks import served
from tests.http.test_server import eventually
from tests.support.running import Running
from tests.support.smtp import Sink

FRAMED = ("/content.html", "/api/v1/frame")
"""What somebody wrote as HTML, a letter or a preview, is looked at in a sandboxed page of its own; the browser says there what it
blocked."""
FIRST = "the-first"


def markup(part: str) -> str:
    """A template that holds a part as it is."""
    return f"<p>{{% raw %}}{part.replace('endraw', '')}{{% endraw %}}</p>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A hundred people with a text each in every field; the first of them has all in attributes, tags and events."""
    assert len(TEXTS) >= 100
    running = Running(tmp_path_factory.mktemp("hostile") / "data")
    running.sign_in()
    raw = "".join(markup(text) for text in TEXTS if "{%" not in text and "{{" not in text)
    hello = {"template": "hello", "topic": "news", "subject": "{{ contact.first_name }}"}
    html = f"{raw}<b>{{{{ contact.first_name }}}}</b>{{{{ contact.last_name }}}}"
    sms = {"template": "text", "channel": "sms", "topic": "news", "text": "{{ contact.first_name }}"}
    journey = {
        "journey": "welcome",
        "triggers": [{"event": "Go"}],
        "steps": {
            "mail": {"send": {"channel": "email", "template": "hello"}, "next": "text"},
            "text": {"send": {"channel": "sms", "template": "text"}},
        },
    }
    short = "".join(markup(text) for text in TEXTS if len(text) < 400 and "{%" not in text and "{{" not in text)
    shared = {"block": "shared", "title": TEXTS[0][:200], "blocks": [{"heading": {"text": TEXTS[0][:200]}}]}
    blocks = [{"text": {"html": short}}, {"html": {"html": short}}, {"saved": {"block": "shared"}}]
    rich = {"template": "rich", "topic": "news", "subject": "Rich", "blocks": blocks}
    town.publish(running, shared, rich)
    text = TEXTS[0][:100]
    rule = {"any": [{"tag": one[:200]} for one in TEXTS[:20]] + [{"attribute": "name", "in": [text]}]}
    town.publish(running, {"segment": "hostile", "title": text, "description": text, "owner": text, "where": rule})
    town.publish(running, hello | {"html": html}, sms, journey)
    town.call(running, "/v1/batch", {"batch": calls()})
    first = town.contact(running, FIRST)
    running.ask("PATCH", f"/api/v1/contacts/{first}", {"add_tags": TEXTS})
    for text in TEXTS[:12]:
        consent = {
            "channel": "email",
            "topic": text,
            "state": "subscribed",
            "source": text,
            "wording": text,
            "basis": text,
        }
        running.ask("PUT", f"/api/v1/contacts/{first}/consent", consent)
    for text in TEXTS[:30]:
        name = "".join(letter for letter in text if letter.isprintable() and letter not in "/?#%")[:90]
        running.ask("PUT", f"/api/v1/views/contacts/{town.quoted(name)}", {"query": {"tag": text, "q": text}})
    count = len(TEXTS)
    eventually(lambda: running.ask("GET", "/api/v1/messages/counts")[1]["counts"].get("sent", 0) >= count, 60)
    assert running.ask("GET", "/api/v1/contacts")[1]["total"] == count + 1
    refusals = {f"n{i}@example.com": f"550 {text}"[:400] for i, text in enumerate(TEXTS) if text.isprintable()}
    with served(sink := Sink(refuses={to: text for to, text in refusals.items() if text.isascii()})):
        config = {"host": "127.0.0.1", "port": sink.port, "security": "none", "sender": "news@example.org"}
        assert (
            running.ask("PUT", "/api/v1/accounts/smtp", {"plugin": "email", "config": config, "is_default": True})[0]
            == 200
        )
        again = [{"type": "track", "userId": f"u{i}", "event": "Go"} for i in range(5)]
        town.call(running, "/v1/batch", {"batch": again})
        yield running
    assert running.stop() == 0


def calls() -> list[dict[str, Any]]:
    """What they send."""
    found = list[dict[str, Any]]()
    consent = {"email": {"news": "subscribed"}, "sms": {"news": "subscribed"}}
    every = {f"k{i}": text for i, text in enumerate(TEXTS)} | {
        text[:60].replace(".", ""): i for i, text in enumerate(TEXTS)
    }
    found.append(
        {
            "type": "identify",
            "userId": FIRST,
            "traits": every | {"email": f"{FIRST}@example.com", "first_name": TEXTS[0]},
        }
    )
    for i, text in enumerate(TEXTS):
        traits = {
            "email": f"n{i}@example.com",
            "phone": f"+4915{10_000_000 + i}",
            "first_name": text,
            "last_name": text,
        }
        found.append(
            {
                "type": "identify",
                "userId": f"u{i}",
                "traits": traits | {"company": {text[:50]: text}, "consent": consent},
            }
        )
        found.append({"type": "track", "userId": f"u{i}", "event": "Go", "properties": {"note": text}})
        more = {
            "properties": {text[:80]: text, "deep": {"list": [text]}},
            "context": {"page": {"referrer": text, "title": text}},
        }
        found.append({"type": "track", "userId": FIRST, "event": text[:200].strip() or "blank", **more})
        found.append({"type": text[:100], "userId": f"u{i}", "event": text})
    return found


def _is_framed(text: str) -> bool:
    return any(one in text for one in FRAMED)


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page: Page, server: Running) -> None:
        self.page, self.server, self.faults = page, server, list[str]()
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.faults.append(f"threw: {error}"))
        page.on("console", self._said)
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((server.url, "data:", "blob:")) else self._left(asked.url),
        )

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text and not _is_framed(said.location["url"] + said.text):
            self.faults.append(f"blocked on a screen: {said.text} {said.location}")

    def _left(self, address: str) -> None:
        # A letter may show pictures of elsewhere, as it did; it may load nothing else.
        if not any(_is_framed(frame.url) for frame in self.page.frames):
            self.faults.append(f"loaded {address}")

    def look(self, to: str, *ready: str) -> None:
        """Open a screen and check it, with what is in its frames."""
        self.page.goto(f"{self.server.url}/w/main{to}")
        for text in ready:
            expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()
        self.check(to)

    def check(self, where: str) -> None:
        self.page.wait_for_timeout(250)
        hacked = [frame.url for frame in self.page.frames if frame.evaluate("'hacked' in window")]
        assert hacked == [], where
        wide, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{where} is {wide} wide in a window of {window}"
        assert "/w/main" in self.page.url and self.page.get_by_role("heading", level=1).count(), where


@pytest.mark.parametrize("width", [1440, 390])
def test_stored_texts_are_texts_on_every_screen(browser: Browser, server: Running, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    enter(page, server)
    watch = Watch(page, server)
    first = town.contact(server, FIRST)

    watch.look("/", "Home")
    watch.look("/contacts", "people")
    grid = page.get_by_role("grid", name="contacts")
    for _ in range(6):
        grid.evaluate("grid => grid.scrollBy(0, 900)")
        watch.check("/contacts, scrolled")
    page.get_by_role("button", name="Views").click()
    watch.check("/contacts, views")
    watch.look(f"/contacts/{first}", "Can we reach them?", "What happened")
    page.get_by_role("button", name="Show what was before").click()
    page.get_by_role("button", name="raw").first.click()
    page.get_by_role("button", name="proof").first.click()
    watch.check("a contact, opened up")
    for number in range(0, len(TEXTS), 12):
        contact = town.contact(server, f"n{number}@")
        watch.look(f"/contacts/{contact}", "What they got last")
        watch.look(f"/contacts/{contact}/read", "its story")
    watch.look("/messages", "How it stands" if width > 767 else "State")
    for state in ("sent", "failed", "skipped"):
        for message in server.ask("GET", f"/api/v1/messages?state={state}&limit=3")[1]["items"]:
            watch.look(f"/messages/{message['id']}", "Its story")
    watch.look("/events", "Properties" if width > 767 else "Who")
    page.get_by_role("gridcell").first.click()
    watch.check("an event")
    watch.look("/events/rejected", "What is wrong")
    page.get_by_role("gridcell").first.click()
    watch.check("a rejected call")
    watch.look("/inbox", "Sandbox")
    if width > 767:
        for number in (1, 5, 20):
            page.get_by_role("option").nth(number).click()
            watch.check(f"letter {number}")
    for to in (
        "/inbox?what=uncertain",
        "/channels",
        "/system",
        "/templates",
        "/templates/hello",
        "/templates/rich",
        "/templates/hello?tab=versions",
        "/blocks",
        "/blocks/shared",
        "/media",
        "/brand",
        "/journeys",
        "/journeys/welcome",
        "/segments",
        "/segments/hostile",
        "/segments/hostile?tab=edit",
        "/segments/hostile?tab=people",
        f"/segments/hostile?tab=explain&contact={town.contact(server, FIRST)}",
    ):
        page.goto(f"{server.url}/w/main{to}")
        page.wait_for_timeout(300)
        assert not page.evaluate("'hacked' in window"), to
    if width > 767:
        for kind, editor in (("Text", ".rich"), ("HTML", ".cm-content")):
            page.goto(f"{server.url}/w/main/templates/rich")
            page.get_by_role("button", name=re.compile(f"^{kind}")).click()
            page.locator(editor).wait_for()
            assert not page.evaluate("'hacked' in window"), editor
    context.close()

    assert watch.faults == []


def test_what_is_typed_into_filters_and_addresses_is_text(browser: Browser, server: Running) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 860}).new_page()
    enter(page, server)
    watch = Watch(page, server)
    for text in TEXTS[::9]:
        if not text.isprintable():
            continue
        watch.look(f"/contacts?tag={town.quoted(text)}")
        watch.look(f"/contacts?q={town.quoted(text[:200])}")
        watch.look(f"/events?name={town.quoted(text[:200])}")
        watch.look(f"/messages?q={town.quoted(text[:200])}")
    page.context.close()

    assert watch.faults == []
