"""The data audit and the readiness page in a real browser: what is wrong is seen, put right by one button, and taken back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running


def test_mistyped_addresses_are_put_right_and_taken_back(page: Page, server: Running) -> None:
    body = {"user_id": "ada", "attributes": {"email": "ada@gmial.com", "first_name": "Ada"}}
    ada = server.ask("POST", "/api/v1/contacts", body)[1]["id"]
    enter(page, server, "/w/main/audit")
    expect(page.get_by_text("ada@gmial.com → ada@gmail.com")).to_be_visible()

    page.get_by_role("button", name="Write what was meant").click()
    page.get_by_role("dialog").get_by_role("button", name="Write what was meant").click()
    expect(page.get_by_text("1 person was changed.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{ada}")[1]["attributes"]["email"] == "ada@gmail.com"
    expect(page.get_by_text("ada@gmial.com → ada@gmail.com")).not_to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is undone.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{ada}")[1]["attributes"]["email"] == "ada@gmial.com"


def test_home_names_what_sending_still_lacks_and_leads_there(page: Page, server: Running) -> None:
    enter(page, server)
    page.get_by_text("missing: ").click()

    expect(page.get_by_role("heading", name="Ready to send")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="Your postal address")
    expect(row.get_by_text("Missing")).to_be_visible()
    server.ask("PUT", "/api/v1/settings", {"brand": {"address": "1 Road"}})
    page.reload()

    expect(row.get_by_text("Ready")).to_be_visible()
