"""Somebody without an account looks around the demo, and sees it move."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.picture import look_around, wait_for_demo
from tests.support.demo import made_in
from tests.support.running import Running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a small demo."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    made_in(folder)
    running = Running(folder, "--demo")
    wait_for_demo(running)
    yield running
    assert running.stop() == 0


def events(page: Page) -> int:
    """What Home counts today."""
    found = re.search(r"Events today\s*([\d,]+)", page.get_by_role("main").inner_text())
    return int(found[1].replace(",", "")) if found else -1


def test_a_visitor_enters_by_the_button_and_watches_events_come(page: Page, demo: Running) -> None:
    look_around(page, demo)
    expect(page.get_by_text("Fern & Field").first).to_be_visible()
    expect(page.get_by_text("Events today")).to_be_visible()
    before, ends = events(page), time.monotonic() + 60

    while events(page) <= before and time.monotonic() < ends:
        page.wait_for_timeout(250)

    assert events(page) > before >= 0, "without a reload"


def test_a_visitor_who_asks_for_another_workspace_is_not_let_in(page: Page, demo: Running) -> None:
    look_around(page, demo)

    answers = list[int]()

    def heard(answer: Response) -> None:
        """What is answered about that workspace; the page that was open may still ask about its own."""
        if "/api/v1/home" in answer.url and answer.request.headers.get("tidings-workspace") == "main":
            answers.append(answer.status)

    page.on("response", heard)
    page.goto(f"{demo.url}/w/main/")
    page.wait_for_timeout(1_500)

    assert 200 not in answers
