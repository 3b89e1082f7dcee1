"""Finding people, changing them, and reading what they were sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.conftest import enter
from tests.http.test_server import eventually
from tests.support.running import Running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("contacts") / "data")
    running.sign_in()
    town.publish(running, town.WELCOME, town.NUDGE, town.JOURNEY)
    town.inhabit(running, 40)
    ben = town.contact(running, "ben.lovelace1@")
    running.ask("PATCH", f"/api/v1/contacts/{ben}", {"add_tags": ["vip"]})
    eventually(lambda: running.ask("GET", f"/api/v1/contacts/{ben}/read")[1]["items"])
    yield running
    assert running.stop() == 0


def go(page: Page, server: Running, to: str) -> None:
    enter(page, server, "/w/main/contacts")
    page.goto(f"{server.url}/w/main{to}")


def rows(page: Page) -> int:
    """How many people the list has, without its head."""
    return page.get_by_role("row").filter(has=page.get_by_role("gridcell")).count()


def test_people_are_found_while_typing_and_the_address_says_how(page: Page, server: Running) -> None:
    go(page, server, "/contacts")
    expect(page.get_by_text("40 people")).to_be_visible()

    page.get_by_role("searchbox", name="Find by name, email or id").fill("cleo")

    expect(page.get_by_role("link", name=re.compile("^Cleo ")).first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Ada "))).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?q=cleo$"))


def test_a_filter_in_the_address_is_a_chip_that_can_be_taken_away(page: Page, server: Running) -> None:
    go(page, server, "/contacts?tag=vip")
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Ben Lovelace")).to_be_visible()

    page.get_by_role("button", name="Take away the filter: Has the tag vip").click()

    expect(page.get_by_text("40 people")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/w/main/contacts")


def test_a_filter_is_added_saved_as_a_view_and_found_again(page: Page, server: Running) -> None:
    go(page, server, "/contacts")
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_role("textbox", name="Value").fill("vip")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Name of the view").fill("Important people")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as Important people.")).to_be_visible()

    page.goto(f"{server.url}/w/main/contacts")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Important people").click()

    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"tag=vip"))


def test_nobody_found_is_said_with_a_way_back(page: Page, server: Running) -> None:
    go(page, server, "/contacts?tag=nobody-has-it")
    expect(page.get_by_text("Nobody matches what is set.")).to_be_visible()

    page.get_by_role("button", name="Show everybody").click()

    expect(page.get_by_text("40 people")).to_be_visible()


def test_a_wrong_rule_is_told_in_words(page: Page, server: Running) -> None:
    go(page, server, '/contacts?where={"colour":"red"}')

    expect(page.get_by_role("alert")).to_contain_text("has no condition that is known: colour.")


def test_the_list_is_walked_with_the_keyboard(page: Page, server: Running) -> None:
    go(page, server, "/contacts?q=ben")
    expect(page.get_by_role("link", name="Ben Lovelace")).to_be_visible()
    page.get_by_role("grid", name="contacts").focus()
    count = rows(page)
    for _ in range(count):
        page.keyboard.press("ArrowDown")

    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Ben Lovelace")).to_be_visible()


def test_what_is_shown_is_downloaded(page: Page, server: Running, tmp_path: Path) -> None:
    go(page, server, "/contacts?q=ben")
    expect(page.get_by_role("link", name="Ben Lovelace")).to_be_visible()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
        page.get_by_role("menuitem", name="CSV of these columns").click()
    waiting.value.save_as(tmp_path / "contacts.csv")

    head, *lines = (tmp_path / "contacts.csv").read_text().splitlines()
    assert head == "label,email,reachable,tags,last_message_at,last_event_at"
    assert any(line.startswith("Ben Lovelace,ben.lovelace1@example.com,email,vip,2") for line in lines)
    assert all(line.startswith("Ben ") for line in lines)


def test_chosen_people_get_a_tag_and_lose_it_by_undo(page: Page, server: Running) -> None:
    go(page, server, "/contacts?q=gus")
    boxes = page.get_by_role("checkbox", name="Choose")
    expect(boxes.first).to_be_visible()
    count = boxes.count()
    for number in range(count):
        boxes.nth(number).check()
    page.get_by_role("textbox", name="Tag").fill("fair")
    page.get_by_role("button", name="Add the tag").click()
    told = "1 person was changed." if count == 1 else f"{count} people were changed."
    expect(page.get_by_text(told)).to_be_visible()
    assert server.ask("GET", "/api/v1/contacts?tag=fair")[1]["total"] == count

    page.get_by_role("button", name="Undo").click()

    eventually(lambda: server.ask("GET", "/api/v1/contacts?tag=fair")[1]["total"] == 0)


def test_everybody_whom_a_search_finds_is_changed_and_the_number_is_said_before(page: Page, server: Running) -> None:
    go(page, server, "/contacts?q=cleo")
    count = server.ask("GET", "/api/v1/contacts?q=cleo")[1]["total"]
    page.get_by_role("button", name="Change all…").click()
    told = "1 person will be changed" if count == 1 else f"{count} people will be changed"
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    page.get_by_role("dialog").get_by_label("Tag", exact=True).first.fill("stand")

    page.get_by_role("dialog").get_by_role("button", name="Add a tag").click()

    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert server.ask("GET", "/api/v1/contacts?tag=stand")[1]["total"] == count
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is undone.")).to_be_visible()
    assert server.ask("GET", "/api/v1/contacts?tag=stand")[1]["total"] == 0


def test_somebody_new_is_added_and_their_page_opens(page: Page, server: Running) -> None:
    go(page, server, "/contacts")
    page.get_by_role("button", name="Add a contact").click()
    page.get_by_role("textbox", name="Email").fill("not an address")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("'not an address' is not an email address.")).to_be_visible()
    page.get_by_role("textbox", name="Email").fill("zoe@example.com")
    page.get_by_role("textbox", name="First name").fill("Zoe")

    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_role("heading", name="Zoe")).to_be_visible()
    expect(page.get_by_text("They never gave consent for email.")).to_be_visible()
    gone = town.contact(server, "zoe@example.com")
    assert gone


def test_an_attribute_is_changed_in_place_and_taken_back(page: Page, server: Running) -> None:
    contact = town.contact(server, "dora.")
    go(page, server, f"/contacts/{contact}")
    page.get_by_role("button", name="Change seats").click()
    page.get_by_role("textbox", name="Value of seats").fill("77")
    page.keyboard.press("Enter")
    expect(page.get_by_text("seats is saved.")).to_be_visible()
    known = server.ask("GET", f"/api/v1/contacts/{contact}")[1]["attributes"]
    assert known["seats"] == 77, "a number stays a number"

    page.get_by_role("button", name="Undo").click()

    eventually(lambda: server.ask("GET", f"/api/v1/contacts/{contact}")[1]["attributes"]["seats"] != 77)


def test_a_withdrawal_says_what_it_cancels_and_stops_the_channel(page: Page, server: Running) -> None:
    contact = town.contact(server, "hana.")
    go(page, server, f"/contacts/{contact}")
    expect(page.get_by_text("Only about news.")).to_be_visible()
    page.get_by_role("button", name="Change consent").click()
    page.get_by_role("button", name="They withdraw").click()
    expect(page.get_by_text("Nothing waits to leave, so nothing is cancelled.")).to_be_visible()
    page.get_by_role("textbox", name="Where it was said").fill("A letter")

    page.get_by_role("button", name="Record withdrawal").click()

    expect(page.get_by_text("They unsubscribed from email.")).to_be_visible()
    records = server.ask("GET", f"/api/v1/contacts/{contact}/consent")[1]["records"]
    assert (records[-1]["source"], records[-1]["actor"]) == ("A letter", "a@example.com")


def test_two_contacts_are_joined_after_both_were_seen(page: Page, server: Running) -> None:
    for user, plan in (("twin-one", "pro"), ("twin-two", "free")):
        town.call(server, "/v1/identify", {"userId": user, "traits": {"name": user.title(), "plan": plan}})
    one = town.contact(server, "twin-one")
    go(page, server, f"/contacts/{one}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Join with another contact…").click()
    page.get_by_label("Who is the same person").first.fill("twin-two")
    page.get_by_role("option", name=re.compile("Twin-Two")).click()
    expect(page.get_by_text("Twin-Two becomes part of Twin-One")).to_be_visible()

    page.get_by_role("button", name="Join them").click()

    expect(page.get_by_text("They are one contact now.")).to_be_visible()
    assert server.ask("GET", "/api/v1/contacts?q=twin-two")[1]["items"][0]["id"] == one


def test_letters_are_read_as_the_person_and_reading_opens_nothing(page: Page, server: Running) -> None:
    contact = town.contact(server, "ben.lovelace1@")
    go(page, server, f"/contacts/{contact}")

    page.get_by_role("link", name="Read as this person").click()

    frame = page.frame_locator('iframe[title="The message"]').first
    expect(frame.get_by_role("heading", name="Welcome, Ben")).to_be_visible()
    assert "rgb(15, 107, 102)" in frame.get_by_role("heading", name="Welcome, Ben").evaluate(
        "heading => getComputedStyle(heading).color"
    ), "it looks as it did"
    (message,) = server.ask("GET", f"/api/v1/messages?contact_id={contact}&channel=email")[1]["items"]
    told = server.ask("GET", f"/api/v1/messages/{message['id']}")[1]
    assert (told["opened_at"], told["visits"]) == (None, [])


FILLED = """grid => {
  const frame = grid.getBoundingClientRect()
  const seen = [...grid.querySelectorAll('[role=row]')].filter(row => {
    const place = row.getBoundingClientRect()
    return place.bottom > frame.top + 40 && place.top < frame.bottom
  })
  return seen.length >= 8 && seen.every(row => row.querySelector('.bone') === null)
}"""
"""Whatever is in sight has its words."""


def test_ten_thousand_people_scroll_without_a_blank(page: Page, server: Running) -> None:
    calls = [{"type": "identify", "userId": f"crowd-{number}", "traits": {"crowd": True}} for number in range(10_000)]
    for start in range(0, len(calls), 1_000):
        town.call(server, "/v1/batch", {"batch": calls[start : start + 1_000]})
    go(page, server, "/contacts")
    expect(page.get_by_text("More than 10,000 people")).to_be_visible()
    grid = page.get_by_role("grid", name="contacts")
    expect(page.get_by_role("link", name="crowd-9999")).to_be_visible()

    end = page.get_by_role("link", name="Ada Lovelace")
    for _ in range(400):
        grid.evaluate("grid => grid.scrollBy(0, 2400)")
        eventually(lambda: grid.evaluate(FILLED), 30)
        assert page.get_by_role("row").count() < 80, "only what is near is drawn"
        if end.count():
            break

    expect(end).to_be_visible()
    total = server.ask("GET", "/api/v1/contacts?where=[]")[1]["total"]
    assert total == 10_000, "nobody counts on"
