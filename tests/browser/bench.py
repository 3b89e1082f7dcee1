"""Interaction to paint, in Chromium: a list of 10,000 people and a canvas of 300 steps. `make bench` reports it; nothing asserts it.

The browser's own event timing: from a key or a click until the paint after it, in steps of 8 ms.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import enter
from tests.support import browser as chromium
from tests.support.running import Running

PEOPLE, STEPS, PRESSES = 10_000, 300, 60
WATCH = """
window.timings = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.interactionId) window.timings.push(one.duration);
}).observe({ type: 'event', durationThreshold: 16, buffered: false });
"""


def people(server: Running) -> None:
    key = server.key("track")
    for start in range(0, PEOPLE, 500):
        batch = [
            {
                "type": "identify",
                "userId": f"u{n}",
                "traits": {"email": f"u{n}@example.com", "first_name": f"Person {n}"},
            }
            for n in range(start, start + 500)
        ]
        status, told = server.ask("POST", "/v1/batch", {"batch": batch, "writeKey": key})
        assert status == 200, told


def long_journey(server: Running) -> None:
    template = {"template": "hello", "class": "transactional", "subject": "Hello", "text": "Hello"}
    steps: dict[str, Any] = {}
    for n in range(STEPS):
        following = f"s{n + 1}" if n + 1 < STEPS else "end"
        if n % 10 == 5:
            when = {"attribute": "plan", "eq": f"p{n}"}
            skip = f"s{min(n + 3, STEPS - 1)}"
            steps[f"s{n}"] = {"branch": [{"when": when, "next": following}], "else": skip}
        elif n % 2:
            steps[f"s{n}"] = {"wait": {"for": "1d"}, "next": following}
        else:
            steps[f"s{n}"] = {"send": {"channel": "email", "template": "hello"}, "next": following}
    journey = {"journey": "long", "triggers": [{"api": True}], "steps": steps}
    for document in (template, journey):
        status, told = server.ask("POST", "/api/v1/documents/publish", document)
        assert status == 200, told


def timed(page: Page, keys: list[str]) -> list[float]:
    """Milliseconds of each press; what is under 16 ms is not told by the browser and counts as 16."""
    page.evaluate("window.timings = []")
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(30)
    page.wait_for_timeout(300)
    told = [float(one) for one in page.evaluate("window.timings")]
    return told + [16.0] * max(0, len(keys) - len(told))


def figures(name: str, found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {f"{name}_ms_p50": statistics.median(ordered), f"{name}_ms_p98": ordered[int(len(ordered) * 0.98) - 1]}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium.opened() as browser:
        server = Running(Path(folder) / "data")
        server.sign_in()
        people(server)
        long_journey(server)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        enter(page, server)
        page.goto(f"{server.url}/w/main/contacts")
        page.evaluate(WATCH)
        grid = page.get_by_role("grid")
        grid.get_by_text("Person 9999").wait_for()
        grid.focus()
        result = figures("list_cursor", timed(page, ["ArrowDown"] * PRESSES))
        result |= figures("list_page", timed(page, ["PageDown"] * PRESSES))
        page.goto(f"{server.url}/w/main/journeys/long")
        page.evaluate(WATCH)
        page.locator(".react-flow__node").first.wait_for()
        page.locator(".canvas").first.focus()
        result |= figures("canvas_walk", timed(page, ["ArrowDown"] * PRESSES))
        server.stop()
    sys.stdout.write(json.dumps({"name": "interface", "figures": result}) + "\n")


if __name__ == "__main__":
    main()
