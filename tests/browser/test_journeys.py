"""Journeys in a real browser: drawn, edited, published with their difference, mended."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.http.test_server import eventually
from tests.support.running import Running

HELLO = {"template": "hello", "class": "service", "subject": "Hello", "text": "Hello {{ contact.first_name }}"}
WELCOME: dict[str, Any] = {
    "journey": "welcome",
    "description": "Greet who signs up",
    "triggers": [{"api": True}],
    "steps": {
        "hello": {"send": {"channel": "email", "template": "hello"}, "next": "pause"},
        "pause": {"wait": {"for": "2d"}, "next": "mark"},
        "mark": {"update": {"add_tags": ["warm"]}},
    },
}


@pytest.fixture(scope="module", autouse=True)
def people(server: Running) -> Iterator[list[int]]:
    """Three people who wait for two days."""
    for document in (HELLO, WELCOME):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    ids = list[int]()
    for name in ("ada", "bob", "cyd"):
        body = {"user_id": name, "email": f"{name}@example.org", "attributes": {"first_name": name.title()}}
        ids.append(server.ask("POST", "/api/v1/contacts", body)[1]["id"])
    server.ask("POST", "/api/v1/journeys/welcome/enrol", {"contact_ids": ids})
    assert eventually(lambda: server.ask("GET", "/api/v1/journeys/welcome")[1]["inside"] == {"pause": 3})
    yield ids


def canvas(page: Page) -> Any:
    return page.get_by_label("Canvas. Arrows walk")


def step(page: Page, words: str) -> Any:
    return canvas(page).get_by_role("button", name=words)


def test_the_list_says_how_each_journey_does_and_leads_to_it(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/journeys")

    row = page.get_by_role("row", name="welcome")
    expect(row).to_contain_text("Active")
    expect(row.get_by_role("gridcell").nth(3)).to_have_text("3")
    page.get_by_label("Search journeys").fill("no such")
    expect(page.get_by_text("No journey is like that.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("grid", name="journeys").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(step(page, "Wait 2 days")).to_be_visible()
    expect(canvas(page).get_by_text("3 here now")).to_be_visible()


def test_a_step_is_edited_and_published_and_the_sheet_says_what_changes(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/journeys/welcome")

    step(page, "Wait 2 days").click()
    expect(page.get_by_text("3 people are here now")).to_be_visible()
    expect(page.get_by_role("link", name="ada@example.org")).to_be_visible()
    page.get_by_role("textbox", name="For", exact=True).fill("4")
    expect(page.get_by_text("Draft, saved")).to_be_visible()
    assert server.ask("GET", "/api/v1/journeys/welcome")[1]["document"]["steps"]["pause"]["wait"] == {"for": "2d"}
    page.get_by_role("button", name="Publish").click()

    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("What changes")).to_contain_text("Wait 2 days")
    expect(sheet.get_by_label("What changes")).to_contain_text("Wait 4 days")
    expect(sheet).to_contain_text("3 people are inside it and finish on the version they entered.")
    sheet.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("“welcome” is live.")).to_be_visible()

    found = server.ask("GET", "/api/v1/journeys/welcome")[1]
    assert (found["version"], found["document"]["steps"]["pause"]["wait"], found["draft"]) == (2, {"for": "4d"}, None)


def test_steps_are_added_and_taken_away_by_keyboard_alone(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/journeys/welcome")
    expect(step(page, "Send the email “hello”")).to_be_visible()

    canvas(page).focus()
    page.keyboard.press("ArrowDown")  # the start
    page.keyboard.press("ArrowDown")  # hello
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Add a step")).to_be_visible()
    page.keyboard.type("webh")
    page.keyboard.press("Enter")
    expect(step(page, "Call a webhook")).to_be_visible()
    expect(page.get_by_label("Address")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("example.org/hooks")
    expect(step(page, "Tell example.org")).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()

    draft = server.ask("GET", "/api/v1/journeys/welcome")[1]["draft"]
    assert draft["problems"] == []
    assert draft["document"]["steps"]["webhook"]["webhook"]["url"] == "https://example.org/hooks"
    assert [draft["document"]["steps"][name]["next"] for name in ("hello", "webhook")] == ["webhook", "pause"]

    canvas(page).focus()
    page.keyboard.press("Delete")
    expect(step(page, "Tell example.org")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(step(page, "Tell example.org")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(step(page, "Tell example.org")).to_have_count(0)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Throw the draft away").click()
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("Draft, saved")).to_have_count(0)
    assert eventually(lambda: server.ask("GET", "/api/v1/journeys/welcome")[1]["draft"] is None)


def test_what_is_wrong_is_marked_at_its_step_and_keeps_it_from_being_published(page: Page, server: Running) -> None:
    broken = copy.deepcopy(WELCOME) | {"journey": "broken"}
    broken["steps"]["pause"] = {"wait": {"for": "soon"}}
    broken["steps"]["hello"]["send"]["template"] = "gone"
    server.ask("PUT", "/api/v1/documents/journey/broken/draft", broken)
    enter(page, server, "/w/main/journeys/broken")

    expect(canvas(page).get_by_text("is not a duration")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Mend this first")).to_be_visible()
    expect(sheet.get_by_role("button", name="Publish")).to_be_disabled()
    sheet.get_by_role("button", name="steps.pause.wait").click()

    expect(page.get_by_label("The selected step").get_by_role("heading", name="Wait", exact=True)).to_be_visible()


def test_an_older_version_becomes_the_draft_again(page: Page, server: Running) -> None:
    first = {"journey": "twice", "triggers": [{"api": True}], "steps": {"rest": {"wait": {"for": "1d"}}}}
    for days in ("1d", "9d"):
        server.ask("POST", "/api/v1/documents/publish", first | {"steps": {"rest": {"wait": {"for": days}}}})
    enter(page, server, "/w/main/journeys/twice")

    expect(step(page, "Wait 9 days")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Versions").click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_contain_text("Live")
    page.get_by_role("button", name="Make it the draft").click()

    expect(step(page, "Wait 1 day")).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()
    assert server.ask("GET", "/api/v1/journeys/twice")[1]["version"] == 2


def test_a_failed_run_is_retried_from_the_canvas(page: Page, server: Running, people: list[int]) -> None:
    failing = {
        "journey": "failing",
        "triggers": [{"api": True}],
        "steps": {"say": {"send": {"channel": "email", "template": "later"}}},
    }
    server.ask("POST", "/api/v1/documents/publish", failing)
    server.ask("POST", "/api/v1/journeys/failing/enrol", {"contact_ids": people[:1]})
    assert eventually(lambda: server.ask("GET", "/api/v1/journeys/failing")[1]["failed"] == 1)
    enter(page, server, "/w/main/journeys/failing")

    expect(canvas(page).get_by_text("1 failed: There is no template 'later'.")).to_be_visible()
    for _ in range(3):  # the canvas may still be on its way when it is clicked
        step(page, "Send the email “later”").click()
        if page.get_by_role("button", name="Try again").is_visible():
            break
        page.wait_for_timeout(300)
    expect(page.get_by_text("Needs you")).to_be_visible()
    server.ask("POST", "/api/v1/documents/publish", HELLO | {"template": "later"})
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("1 person tries this step again.")).to_be_visible()
    expect(canvas(page).get_by_text("1 failed")).to_have_count(0)
    assert eventually(lambda: server.ask("GET", "/api/v1/journeys/failing")[1]["runs"] == {"completed": 1})


def test_a_journey_begins_from_a_starter_and_an_empty_one_with_its_first_step(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/journeys")

    page.get_by_role("button", name="New journey").click()
    page.get_by_label("Name").fill("Été: win back!")
    page.get_by_role("radio", name="Win back").click()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="ete-win-back")).to_be_visible()
    expect(step(page, "Wait for “Order Completed”, at most 60 days")).to_be_visible()

    page.goto(f"{server.url}/w/main/journeys")
    page.get_by_role("button", name="New journey").click()
    page.get_by_label("Name").fill("empty")
    page.get_by_role("radio", name="Empty").click()
    page.get_by_role("button", name="Make it").click()
    expect(canvas(page).get_by_text("Say what starts this journey")).to_be_visible()
    page.get_by_role("button", name="Add a step at the beginning").click()
    page.get_by_role("option", name="Leave the journey").click()
    expect(step(page, "Leave the journey")).to_be_visible()


def test_a_journey_is_paused_and_goes_on_as_a_person_says(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/journeys/welcome")

    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Move everything by the pause").check()
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()

    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert server.ask("GET", "/api/v1/journeys/welcome")[1]["state"] == "active"


def test_on_a_phone_a_journey_is_a_list_that_fits(page: Page, server: Running) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    enter(page, server, "/w/main/journeys/welcome")

    steps = page.get_by_role("navigation", name="Steps")
    expect(steps.get_by_role("button", name="Send the email “hello”")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
