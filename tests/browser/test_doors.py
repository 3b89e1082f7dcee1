"""The way in: sign in, a wrong password, guessing that is slowed, the frame by keyboard alone, the dark theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import PASSWORD, Running


def attempt(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted(page: Page, server: Running) -> None:
    page.goto(f"{server.url}/w/main/keys")
    page.wait_for_url("**/sign-in?to=*")

    attempt(page, "a@example.com", "not-the-password")
    expect(page.get_by_role("alert")).to_contain_text("Email or password is wrong.")
    attempt(page, "a@example.com", PASSWORD)

    page.wait_for_url(f"{server.url}/w/main/keys")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()


def test_an_address_elsewhere_is_not_followed(page: Page, server: Running) -> None:
    page.goto(f"{server.url}/sign-in?to=https://evil.example/")

    attempt(page, "a@example.com", PASSWORD)

    page.wait_for_url(f"{server.url}/w/main")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Running]:
    """A server of its own: guesses close the door for everybody of the same network for a while."""
    running = Running(tmp_path / "data")
    yield running
    assert running.stop() == 0


def test_guessing_is_slowed_and_said(page: Page, guarded: Running) -> None:
    page.goto(f"{guarded.url}/sign-in")
    said = ""
    for guess in range(12):
        attempt(page, "guessed@example.com", f"guess number {guess}")
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
        said = page.get_by_role("alert").inner_text()
        if "wrong" not in said:
            break

    assert "again" in said.lower() or "wait" in said.lower(), said


def test_signing_out_closes_the_door(inside: Page, server: Running) -> None:
    inside.get_by_role("button", name="Sign out").click()
    inside.wait_for_url("**/sign-in")

    inside.goto(f"{server.url}/w/main/")

    inside.wait_for_url("**/sign-in?to=*")


def test_the_theme_is_kept_and_there_before_the_first_paint(inside: Page) -> None:
    page_of = "getComputedStyle(document.body).backgroundColor"
    light = inside.evaluate(page_of)

    inside.get_by_role("button", name="Dark theme").click()
    expect(inside.get_by_role("button", name="Light theme")).to_be_visible()
    dark = inside.evaluate(page_of)
    inside.reload(wait_until="commit")

    assert light != dark
    assert inside.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"


def test_the_frame_is_reached_by_keyboard_alone(inside: Page) -> None:
    expect(inside.get_by_role("heading", name="Home")).to_be_visible()
    inside.keyboard.press("Tab")
    expect(inside.get_by_role("link", name="Skip to content")).to_be_focused()

    inside.keyboard.press("Control+k")
    expect(inside.get_by_role("combobox", name="Find anything")).to_be_focused()
    inside.keyboard.type("keys")
    inside.keyboard.press("Enter")
    expect(inside.get_by_role("heading", name="API keys")).to_be_visible()

    inside.get_by_role("button", name="New key").first.focus()
    inside.keyboard.press("Enter")
    expect(inside.get_by_role("textbox", name="Name")).to_be_focused()
    inside.keyboard.type("Shop")
    inside.keyboard.press("Enter")
    expect(inside.get_by_role("dialog")).to_contain_text("It is shown this once")
    inside.keyboard.press("Escape")
    expect(inside.get_by_text("Shop", exact=True)).to_be_visible()


def test_a_key_is_shown_once_works_and_is_revoked(inside: Page, server: Running) -> None:
    inside.goto(f"{server.url}/w/main/keys")
    inside.get_by_role("button", name="New key").first.click()
    inside.get_by_label("Name").fill("Till")
    inside.get_by_role("button", name="Make key").click()
    key = inside.get_by_role("dialog").locator("pre").inner_text().strip()
    inside.keyboard.press("Escape")

    body = {"userId": "u1", "event": "Seen", "writeKey": key}
    assert server.ask("POST", "/v1/track", body)[0] == 200
    assert key not in inside.content()

    row = inside.get_by_role("listitem").filter(has_text="Till")
    row.get_by_role("button", name="Revoke").click()
    inside.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")


def test_the_zone_of_the_workspace_is_changed_and_a_wrong_address_is_told(inside: Page, server: Running) -> None:
    inside.goto(f"{server.url}/w/main/workspace")
    inside.get_by_label("Public address").fill("news.example.com")
    inside.get_by_role("button", name="Save").first.click()
    expect(inside.get_by_text("is not an address", exact=False)).to_be_visible()

    inside.get_by_label("Public address").fill("https://news.example.com")
    inside.get_by_role("button", name="Save").first.click()
    expect(inside.get_by_text("Saved.", exact=False)).to_be_visible()

    assert server.ask("GET", "/api/v1/settings")[1]["public_url"] == "https://news.example.com"


def test_what_happens_elsewhere_shows_by_itself(page: Page, server: Running) -> None:
    enter(page, server)
    expect(page.get_by_role("img", name="Live")).to_be_visible()
    contacts = page.get_by_role("link", name="Contacts").filter(has_text="new today")
    before = contacts.inner_text()

    server.ask("POST", "/api/v1/contacts", {"user_id": "who-comes-now"})

    expect(contacts).not_to_have_text(before)
