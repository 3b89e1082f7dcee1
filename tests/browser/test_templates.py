"""Templates in a real browser: written, read as somebody, tried, published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.http.test_server import eventually
from tests.support.running import Running

NEWS: dict[str, Any] = {
    "template": "news",
    "topic": "news",
    "subject": "Hello {{ contact.first_name }}",
    "html": '<p style="color: rgb(1, 2, 3)">Dear {{ contact.first_name }}</p>\n<script>document.title = "hacked"</script>\n',
}


@pytest.fixture(scope="module", autouse=True)
def ada(server: Running) -> Iterator[int]:
    assert server.ask("POST", "/api/v1/documents/publish", NEWS)[0] == 200
    body = {"user_id": "ada", "email": "grace@example.org", "attributes": {"first_name": "Grace"}}
    yield server.ask("POST", "/api/v1/contacts", body)[1]["id"]


def test_a_template_is_read_as_somebody_and_nothing_in_it_runs(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/templates/news")

    mail = page.frame_locator("iframe[title='Preview of the mail']")
    expect(mail.get_by_text("Dear Ada")).to_have_css("color", "rgb(1, 2, 3)")
    page.get_by_role("combobox", name="Read as").click()
    page.get_by_role("option", name="Grace").click()
    expect(page.get_by_text("Hello Grace", exact=True)).to_be_visible()
    expect(mail.get_by_text("Dear Grace")).to_be_visible()
    page.get_by_role("button", name="Plain text").click()

    expect(page.locator("pre")).to_contain_text("Unsubscribe: ")
    expect(page).to_have_title("news · Tidings")


def test_what_cannot_be_rendered_is_told_with_its_line_while_it_is_written(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/templates/news")

    html = page.get_by_role("textbox", name="HTML")
    html.press("Control+a")
    page.keyboard.type("<p>one</p>\n<p>{{ contact.nothing }}</p>")
    expect(page.get_by_label("Problems")).to_contain_text("html:2")
    html.press("Control+a")
    page.keyboard.type("{% if %}")
    expect(page.get_by_text("Line 1:")).to_be_visible()
    page.get_by_role("button", name="Publish").click()

    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Mend this first")).to_be_visible()
    expect(sheet.get_by_role("button", name="Publish")).to_be_disabled()
    sheet.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Throw the draft away").click()
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_role("textbox", name="HTML")).to_contain_text("rgb(1, 2, 3)")


def test_a_test_lands_in_the_sandbox_as_the_draft_says(page: Page, server: Running, ada: int) -> None:
    enter(page, server, "/w/main/templates/news")

    page.get_by_role("textbox", name="Subject").fill("Try {{ contact.first_name }}")
    page.get_by_role("combobox", name="Read as").click()
    page.get_by_role("option", name="Grace").click()
    page.get_by_label("Send to").fill("boss@example.org")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("The test is on its way to boss@example.org.")).to_be_visible()

    assert eventually(lambda: len(server.ask("GET", "/api/v1/inbox")[1]["items"]) == 1)
    (taken,) = server.ask("GET", "/api/v1/inbox")[1]["items"]
    assert "Try Grace" in str(taken) and "boss@example.org" in str(taken)
    (message,) = server.ask("GET", "/api/v1/messages")[1]["items"]
    assert (message["source"], message["address"], message["contact_id"] == ada) == ("test", "boss@example.org", False)
    assert server.ask("GET", "/api/v1/templates/news")[1]["document"]["subject"] == NEWS["subject"], "still a draft"


def test_a_new_template_is_published_and_the_next_version_shows_its_lines(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/templates")

    page.get_by_role("button", name="New template").click()
    page.get_by_label("Name").fill("Thank you")
    page.get_by_role("combobox", name="Begin with").click()
    page.get_by_role("option", name="HTML of your own").click()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="thank-you")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("“thank-you” is live.")).to_be_visible()

    page.locator(".cm-line", has_text="write here").dblclick(position={"x": 12, "y": 8})
    page.keyboard.type("thank you:")
    page.get_by_role("button", name="Publish").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("What changes")).to_contain_text("− ")
    expect(sheet.get_by_label("What changes")).to_contain_text("thank you:")
    sheet.get_by_role("button", name="Publish").click()

    assert eventually(lambda: server.ask("GET", "/api/v1/templates/thank-you")[1]["version"] == 2)


def test_a_letter_is_built_from_blocks_by_keyboard_and_read_as_the_server_renders_it(
    page: Page, server: Running
) -> None:
    enter(page, server, "/w/main/templates")
    page.get_by_role("button", name="New template").click()
    page.get_by_label("Name").fill("Built")
    page.get_by_role("button", name="Make it").click()
    mail = page.frame_locator("iframe[title='Preview of the mail']")

    page.get_by_role("button", name="Heading A heading").press("Enter")
    page.get_by_role("textbox", name="Words").fill("Tea for {{ contact.first_name }}")
    expect(mail.get_by_role("heading", name="Tea for Ada")).to_be_visible()
    page.get_by_role("button", name="Heading Tea for").press("Alt+ArrowDown")
    page.get_by_role("button", name="Remove Button").press("Enter")
    page.get_by_role("button", name="Add a block").press("Enter")
    page.get_by_role("menuitem", name="Line").press("Enter")

    def kinds() -> list[str]:
        draft = server.ask("GET", "/api/v1/templates/built")[1]["draft"]
        return [next(iter(block)) for block in draft["document"]["blocks"]]

    assert eventually(lambda: kinds() == ["text", "heading", "divider"])


def test_a_letter_that_comes_along_is_a_beginning(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/templates")
    page.get_by_role("button", name="New template").click()
    page.get_by_label("Name").fill("Hello")
    page.get_by_role("combobox", name="Begin with").click()
    page.get_by_role("option", name="A welcome").click()
    page.get_by_role("button", name="Make it").click()

    mail = page.frame_locator("iframe[title='Preview of the mail']")
    expect(mail.get_by_role("heading", name="Good that you are here")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Columns")).click()
    expect(page.get_by_role("group", name="Column 1")).to_be_visible()
