"""From the printed link to a first message in the sandbox; a click, a chord or a filled field counts as one action."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.http.test_first_user import Started
from tests.support.running import PASSWORD

MOST = 20


class Counted:
    """What a newcomer does, counted."""

    def __init__(self) -> None:
        self.actions = 0

    def click(self, what: Locator) -> None:
        self.actions += 1
        what.click()

    def fill(self, what: Locator, text: str) -> None:
        self.actions += 1
        what.fill(text)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Started]:
    running = Started(tmp_path)
    yield running
    assert running.stop() == 0


def test_a_first_message_is_in_the_sandbox_after_fewer_than_twenty_actions(page: Page, server: Started) -> None:
    did = Counted()
    page.goto(f"{server.url}/first/{server.token}")
    expect(page.get_by_role("combobox", name="Time zone of the workspace")).to_have_value("Europe/Berlin")
    did.fill(page.get_by_role("textbox", name="Email"), "me@example.com")
    did.fill(page.get_by_role("textbox", name="Password"), PASSWORD)
    did.click(page.get_by_role("button", name="Make account"))
    did.click(page.get_by_role("link", name="Start with my own data"))

    did.click(page.get_by_role("main").get_by_role("link", name="Journeys"))
    did.click(page.get_by_role("button", name="New journey").first)
    did.click(page.get_by_role("button", name="Make it"))
    did.click(page.get_by_role("button", name="Publish"))
    did.click(page.get_by_role("dialog").get_by_role("button", name="Publish"))
    did.click(page.get_by_role("button", name="Add a person"))
    did.fill(page.get_by_role("textbox", name="Email"), "ada@example.com")
    did.click(page.get_by_role("checkbox", name="They agreed to “news” by email"))
    did.click(page.get_by_role("button", name="Let them enter"))
    expect(page.get_by_text("ada@example.com has entered.")).to_be_visible()
    did.click(page.get_by_role("dialog").get_by_role("link", name="Inbox"))

    expect(page.get_by_text("Welcome").first).to_be_visible(timeout=20_000)
    assert did.actions < MOST, did.actions


def test_a_short_password_is_told_beside_its_field_and_the_link_still_works(page: Page, server: Started) -> None:
    page.goto(f"{server.url}/first/{server.token}")
    page.get_by_role("textbox", name="Email").fill("me@example.com")
    page.get_by_role("textbox", name="Password").fill("short")
    page.get_by_role("button", name="Make account").click()

    expect(page.locator(".mantine-InputWrapper-error")).to_be_visible()
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make account").click()

    expect(page.get_by_role("heading", name="How do you want to begin?")).to_be_visible()


def test_a_link_that_was_used_says_so(page: Page, server: Started) -> None:
    page.goto(f"{server.url}/first/guessed")

    expect(page.get_by_text("This link has been used", exact=False)).to_be_visible()
