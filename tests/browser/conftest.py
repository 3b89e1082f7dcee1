"""One Chromium for a file of tests; each test has a context of its own, and any script that was blocked or threw fails it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import browser as chromium
from tests.support.running import PASSWORD, Running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.opened() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A fresh server, whose owner a@example.com is signed in for `server.ask`."""
    running = Running(tmp_path_factory.mktemp("browser") / "data")
    running.sign_in()
    yield running
    assert running.stop() == 0


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-US", timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    found.set_default_timeout(10_000)
    yield found
    found.close()


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Makes pages whose faults are collected: what a script threw, what the policy blocked."""
    faults = list[str]()

    def make() -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"threw: {error}"))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return page

    yield make
    assert faults == []


@pytest.fixture
def page(watched: Callable[[], Page]) -> Page:
    """A page that nobody has opened anything in."""
    return watched()


@pytest.fixture
def inside(page: Page, server: Running) -> Page:
    """A page of somebody who is signed in, at Home."""
    enter(page, server)
    return page


def enter(page: Page, server: Running, to: str = "/w/main") -> None:
    """Sign in as a person does, and go on to an address."""
    page.goto(f"{server.url}/sign-in?to={to}")
    page.get_by_label("Email").fill("a@example.com")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}{to}")


def shot(page: Page, folder: Path, name: str) -> None:
    """A picture for whoever looks; tests do not need it."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=False)
