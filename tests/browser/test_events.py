"""Events as they come in, those that were refused, and the inbox of what the sandbox took."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.conftest import enter
from tests.http.test_server import eventually
from tests.support.running import Running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("events") / "data")
    running.sign_in()
    town.publish(running, town.WELCOME, town.NUDGE, town.JOURNEY)
    town.inhabit(running, 160)
    eventually(lambda: running.ask("GET", "/api/v1/messages/counts")[1]["counts"].get("sent", 0) >= 40, 30)
    yield running
    assert running.stop() == 0


def happen(server: Running, name: str, count: int = 1) -> None:
    calls = [{"type": "track", "userId": f"user-{i}", "event": name, "properties": {"n": i}} for i in range(count)]
    town.call(server, "/v1/batch", {"batch": calls})


def test_new_events_come_in_on_top(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/events")
    expect(page.get_by_role("gridcell", name="Signed Up").first).to_be_visible()

    happen(server, "Danced")

    expect(page.get_by_role("gridcell", name="Danced").first).to_be_visible()


def test_new_events_do_not_move_what_is_read_below(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/events")
    grid = page.get_by_role("grid", name="events")
    expect(page.get_by_role("gridcell", name="Signed Up").first).to_be_visible()
    grid.evaluate("grid => grid.scrollTo(0, 1000)")
    expect(page.get_by_role("gridcell", name="Signed Up").nth(20)).to_be_visible()

    happen(server, "Sang", count=12)

    more = page.get_by_role("button", name="12 new")
    expect(more).to_be_visible()
    assert grid.evaluate("grid => grid.scrollTop") >= 990
    more.click()
    expect(page.get_by_role("gridcell", name="Sang").first).to_be_visible()
    expect(more).to_be_hidden()


def test_events_of_one_name_are_an_address_and_each_opens_raw(page: Page, server: Running) -> None:
    happen(server, "Painted")
    enter(page, server, "/w/main/events?name=Painted")
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()

    page.get_by_role("gridcell", name="Painted").click()

    expect(page.get_by_role("dialog").get_by_text('"n": 0')).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("link", name="Ada Lovelace")).to_be_visible()


def test_a_wrong_call_says_what_is_wrong_and_what_to_do(page: Page, server: Running) -> None:
    town.call(server, "/v1/batch", {"batch": [{"type": "dance", "userId": "x"}]})
    enter(page, server, "/w/main/events")

    page.get_by_role("link", name="Rejected").click()
    page.get_by_role("gridcell", name="'dance' is not a kind of call. Use one of").click()

    expect(page.get_by_role("dialog")).to_contain_text("Correct the program that sends it")
    expect(page.get_by_role("dialog")).to_contain_text('"type": "dance"')


def test_letters_in_the_inbox_are_walked_with_the_keyboard(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/inbox")
    letters = page.get_by_role("option")
    expect(letters.first).to_be_visible()
    letters.first.click()

    page.keyboard.press("ArrowDown")

    expect(letters.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(r"item=\d+"))
    frame = page.frame_locator('iframe[title="The message"]')
    expect(frame.get_by_role("heading", name=re.compile("^Welcome, "))).to_be_visible()
    page.get_by_role("link", name="its story").click()
    expect(page.get_by_role("heading", name="Its story")).to_be_visible()


def test_an_empty_tab_says_so_in_a_sentence(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/inbox?what=replies")

    expect(page.get_by_text("Nobody has answered yet.")).to_be_visible()
