"""Lists, tags and companies in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running


def person(server: Running, name: str, *tags: str) -> int:
    body = {"user_id": name, "email": f"{name}@example.com", "attributes": {"first_name": name}, "tags": list(tags)}
    return int(server.ask("POST", "/api/v1/contacts", body)[1]["id"])


def test_somebodys_lists_language_zone_and_company_are_changed_on_their_page(page: Page, server: Running) -> None:
    ada = person(server, "ada")
    server.ask("PUT", "/api/v1/lists/spring", {"title": "Spring fair"})
    enter(page, server, f"/w/main/contacts/{ada}")

    page.get_by_role("combobox", name="Put on a list").click()
    page.get_by_role("option", name="Spring fair").click()
    expect(page.get_by_role("button", name="Take off the list Spring fair")).to_be_visible()
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="German").click()
    expect(page.get_by_text("Their language is saved.")).to_be_visible()
    page.get_by_role("combobox", name="Time zone").fill("Lisb")
    page.get_by_role("option", name="Europe/Lisbon").click()
    expect(page.get_by_text("Their time zone is saved.")).to_be_visible()
    page.get_by_label("Add to a company").first.fill("acme")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="acme")).to_be_visible()

    found = server.ask("GET", f"/api/v1/contacts/{ada}")[1]
    assert (found["lists"], found["zone"], found["attributes"]["locale"]) == (["spring"], "Europe/Lisbon", "de")
    page.get_by_role("button", name="Take off the list Spring fair").click()
    expect(page.get_by_text("They are on no list.")).to_be_visible()


def test_a_new_attribute_is_of_the_type_that_was_chosen(page: Page, server: Running) -> None:
    fay = person(server, "fay")
    enter(page, server, f"/w/main/contacts/{fay}")

    page.get_by_role("button", name="Add an attribute").click()
    page.get_by_label("Name of the attribute").fill("age")
    page.get_by_role("combobox", name="Its type").click()
    page.get_by_role("option", name="Number").click()
    page.get_by_role("textbox", name="Its value").fill("forty")
    expect(page.get_by_text("This is none.")).to_be_visible()
    page.get_by_role("textbox", name="Its value").fill("40")
    page.keyboard.press("Enter")

    expect(page.get_by_text("age is saved.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{fay}")[1]["attributes"]["age"] == 40


def test_another_identifier_is_given_and_taken_back(page: Page, server: Running) -> None:
    eve = person(server, "eve")
    person(server, "taken")
    enter(page, server, f"/w/main/contacts/{eve}")

    page.get_by_label("Another identifier").fill("taken@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("recognises another contact already")).to_be_visible()
    page.get_by_label("Another identifier").fill("eve@home.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take away the identifier eve@home.example")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Take away the identifier eve@home.example")).not_to_be_visible()


def test_a_tag_is_merged_into_another_taken_away_and_it_is_undone(page: Page, server: Running) -> None:
    one, two = person(server, "one", "vip"), person(server, "two", "VIP", "vip")
    enter(page, server, "/w/main/tags")
    row = page.get_by_role("listitem").filter(has_text=re.compile("VIP"))

    row.get_by_role("button", name="Rename or merge").click()
    page.get_by_label("New name").fill("vip")
    expect(page.get_by_text("2 people have vip already; the two become one.")).to_be_visible()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("1 person was changed.")).to_be_visible()
    expect(row).not_to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{two}")[1]["tags"] == ["vip"]

    page.get_by_role("button", name="Take away").click()
    page.get_by_role("button", name="Take off").click()
    expect(page.get_by_text("2 people were changed.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{one}")[1]["tags"] == []
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("It is undone.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/contacts/{one}")[1]["tags"] == ["vip"]


def test_a_company_is_made_described_and_left(page: Page, server: Running) -> None:
    bob = person(server, "bob")
    enter(page, server, "/w/main/companies")

    page.get_by_role("button", name="Add a company").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("Tea & Co")
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Tea & Co")).to_be_visible()
    made = server.ask("GET", "/api/v1/companies?q=tea")[1]["items"][0]
    server.ask("PUT", f"/api/v1/companies/{made['id']}/people/{bob}")
    page.reload()
    page.get_by_label("Name of the attribute").fill("industry")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Value of industry").fill("retail")
    page.keyboard.press("Enter")
    expect(page.get_by_text("retail")).to_be_visible()

    page.get_by_role("button", name="Take bob out of the company").click()
    expect(page.get_by_text("Nobody belongs to it yet.")).to_be_visible()
    assert server.ask("GET", f"/api/v1/companies/{made['id']}")[1]["attributes"]["industry"] == "retail"
