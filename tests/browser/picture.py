"""README's pictures, taken from a demo that is made for them: `make picture`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.support import browser as chromium
from tests.support.running import Running

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SCREENS = {"home": "/w/demo", "journey": "/w/demo/journeys/win-back"}
"""What is shown: the name of the picture, and the address of the screen."""
SCHEMES = ("light", "dark")
MADE_WITHIN = 180.0
"""Seconds that the demo may take to be made."""


def wait_for_demo(server: Running) -> None:
    """Until the demo is open."""
    ends = time.monotonic() + MADE_WITHIN
    while not server.ask("GET", "/api/v1/first")[1]["demo"]:
        if time.monotonic() > ends:
            raise TimeoutError(f"the demo was not made within {MADE_WITHIN:.0f} seconds")
        time.sleep(0.5)


def look_around(page: Page, server: Running) -> None:
    """In by the button on the page for signing in, as a visitor."""
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("button", name="Look around the demo").click()
    page.wait_for_url(f"{server.url}/w/demo/")


def take(browser: Browser, server: Running, folder: Path) -> list[Path]:
    """Every screen in both schemes."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = list[Path]()
    for scheme in SCHEMES:
        context = browser.new_context(
            viewport={"width": 1440, "height": 900},
            device_scale_factor=2,
            color_scheme=scheme,
            locale="en-US",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        page = context.new_page()
        look_around(page, server)
        for name, address in SCREENS.items():
            page.goto(server.url + address)
            page.get_by_role("main").wait_for()
            page.wait_for_timeout(2_000)  # numbers and charts come one after the other
            taken.append(folder / f"{name}-{scheme}.png")
            page.screenshot(path=taken[-1])
        context.close()
    return taken


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tidings-picture-") as folder:
        server = Running(Path(folder) / "data", "--demo")
        try:
            wait_for_demo(server)
            with chromium.opened() as browser:
                for file in take(browser, server, FOLDER):
                    print(file.relative_to(FOLDER.parents[1]))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
