"""What every screen keeps: its size, its width on a phone, and what axe finds serious, in both themes."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "tidings" / "web"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
HOME, CANVAS, EDITOR = 260_000, 90_000, 260_000
"""Bytes, gzipped: the first load of Home, and what the canvas and the editor may add to it."""
LATER = ["src/rooms/templates/RichText.tsx", "src/rooms/templates/Code.tsx"]
"""What the editor of letters loads when a text, or HTML, is opened."""
LONG = "An-extraordinarily-long-name-without-any-place-to-break-it-" * 3
TEMPLATE = {"template": "hello", "class": "transactional", "subject": "Hello", "text": "Hello {{ contact.first_name }}"}
GREETING = {"block": "greeting", "title": LONG, "blocks": [{"heading": {"text": LONG}}]}
NEWS = {
    "template": "news",
    "subject": f"Hello {LONG}",
    "blocks": [
        {"saved": {"block": "greeting"}},
        {"text": {"html": f"<p>{LONG} {{{{ contact.first_name | default('you') }}}}</p>"}},
        {"columns": {"columns": [[{"button": {"label": LONG, "href": "https://example.com"}}], []]}},
        {"conditional": {"if": "contact.plan is defined", "blocks": [{"image": {"src": "", "alt": ""}}]}},
    ],
    "translations": {"de": {"subject": LONG}, "fr": {"blocks": [{"divider": {}}]}},
}
OWN = {"template": "own", "subject": "Own", "html": f"<p style='color: red'>{LONG}</p>\n<!-- {LONG} -->"}
JOURNEY = {
    "journey": "welcome",
    "triggers": [{"event": "Signed Up"}],
    "steps": {
        "hello": {"send": {"channel": "email", "template": "hello"}, "next": "pause"},
        "pause": {"wait": {"for": "2d"}, "next": "which"},
        "which": {"branch": [{"when": {"attribute": "plan", "eq": "pro"}, "next": "again"}], "else": "end"},
        "again": {"send": {"channel": "email", "template": "hello"}, "next": "end"},
    },
}
REGULARS = {
    "segment": "regulars",
    "title": LONG[:100],
    "description": LONG,
    "definition": True,
    "owner": LONG,
    "review": "2026-01-01",
    "where": {
        "all": [
            {"attribute": LONG[:60], "missing": "yes", "in": [LONG, "pro"]},
            {"any": [{"event": "Signed Up", "within": "30d"}, {"not": {"any": [{"tag": LONG}, {"list": LONG}]}}]},
        ]
    },
}
FORM = {"form": "news", "title": "Our news", "fields": [{"name": "email", "label": "Email"}]}
SCREENS = [
    "",
    "/contacts",
    "/contacts/1",
    "/topics",
    "/forms",
    "/forms/news",
    "/campaigns",
    "/segments",
    "/segments?only=overdue",
    "/segments/regulars",
    "/segments/regulars?tab=edit",
    "/segments/regulars?tab=people",
    "/segments/regulars?tab=explain&contact=1",
    "/segments/regulars?tab=versions",
    "/lists",
    "/tags",
    "/companies",
    "/companies/1",
    "/imports",
    "/journeys",
    "/journeys/welcome",
    "/templates",
    "/templates/hello",
    "/templates/news",
    "/templates/news?tab=text",
    "/templates/news?tab=languages",
    "/templates/news?tab=sending",
    "/templates/news?tab=versions",
    "/templates/own",
    "/blocks",
    "/blocks/greeting",
    "/media",
    "/brand",
    "/messages",
    "/messages/1",
    "/events",
    "/events?tab=rejected",
    "/inbox",
    "/inbox?what=uncertain",
    "/readiness",
    "/audit",
    "/channels",
    "/channels/sandbox",
    "/channels/new/telegram",
    "/channels/new/email",
    "/channels/domains/example.org",
    "/keys",
    "/workspace",
    "/system",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("budgets") / "data")
    running.sign_in()
    for document in (TEMPLATE, JOURNEY, GREETING, NEWS, OWN, FORM, REGULARS):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    key = running.key("track")
    assert running.ask("PUT", "/api/v1/companies", {"key": LONG[:90], "attributes": {"name": LONG}})[0] == 200
    for name in ("ada", LONG[:60]):
        traits = {"email": f"{name}@example.com"[:250], "first_name": LONG, "plan": "pro"}
        body = {"userId": name, "traits": traits, "writeKey": key}
        assert running.ask("POST", "/v1/identify", body)[0] == 200
        assert running.ask("POST", "/v1/track", {"userId": name, "event": "Signed Up", "writeKey": key})[0] == 200
    yield running
    assert running.stop() == 0


def parts(entry: str) -> set[str]:
    """Every file that is loaded with an entry, by the build's own list."""
    manifest: dict[str, Any] = json.loads((BUILT / ".vite" / "manifest.json").read_text())
    found, waiting = set[str](), [entry]
    while waiting:
        known = manifest[waiting.pop()]
        if known["file"] not in found:
            found |= {known["file"], *known.get("css", [])}
            waiting += known.get("imports", [])
    return found


def weight(files: set[str]) -> int:
    return sum(len(gzip.compress((BUILT / file).read_bytes(), 9)) for file in files)


def test_the_first_load_of_home_is_small() -> None:
    home = parts("index.html") | parts("src/rooms/home/Home.tsx")

    assert weight(home) <= HOME


def test_the_canvas_adds_little_to_home() -> None:
    home = parts("index.html") | parts("src/rooms/home/Home.tsx")

    assert weight(parts("src/rooms/journeys/JourneyPage.tsx") - home) <= CANVAS


def test_the_editor_of_letters_adds_little_and_the_rest_when_it_is_needed() -> None:
    home = parts("index.html") | parts("src/rooms/home/Home.tsx")
    editor = parts("src/rooms/templates/TemplatePage.tsx")

    assert weight(editor - home) <= 60_000
    for later in LATER:
        assert weight((editor | parts(later)) - home) <= EDITOR


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, server: Running) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=request.param, locale="en-US", reduced_motion="reduce"
    )
    page = context.new_page()
    enter(page, server)
    yield page
    context.close()


def settled(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("heading", level=1).first.wait_for()
    expect(page.locator(".bone")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_serious(themed: Page, server: Running, screen: str) -> None:
    settled(themed, f"{server.url}/w/main{screen}")

    assert serious(themed) == []


@pytest.mark.parametrize("name", ["Text", "Picture", "Columns", "Saved block", "Condition"])
def test_axe_finds_nothing_serious_in_a_block_that_is_open(themed: Page, server: Running, name: str) -> None:
    settled(themed, f"{server.url}/w/main/templates/news")
    themed.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    themed.locator(".block-fields").get_by_role("textbox").or_(themed.locator(".block-fields p")).first.wait_for()
    expect(themed.locator(".bone")).to_have_count(0)

    assert serious(themed) == []


@pytest.mark.parametrize("name", ["Signed Up", "An-extraordinarily"])
def test_axe_finds_nothing_serious_in_a_condition_that_is_open(themed: Page, server: Running, name: str) -> None:
    settled(themed, f"{server.url}/w/main/segments/regulars?tab=edit")
    themed.locator(".rule-sentence").filter(has_text=name).first.click()
    themed.locator(".rule-form input").first.wait_for()

    assert serious(themed) == []


def test_axe_finds_nothing_serious_while_a_condition_is_chosen(themed: Page, server: Running) -> None:
    settled(themed, f"{server.url}/w/main/segments/regulars?tab=edit")
    themed.get_by_role("button", name="Add a condition").last.click()
    themed.get_by_role("listbox", name="Conditions").wait_for()

    assert serious(themed) == []


def serious(page: Page) -> list[str]:
    """What axe finds serious on a page as it is."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_phone_of_360_pixels_needs_no_sideways_scroll(page: Page, server: Running, screen: str) -> None:
    page.set_viewport_size({"width": 360, "height": 760})
    enter(page, server)

    settled(page, f"{server.url}/w/main{screen}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
