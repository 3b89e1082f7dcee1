"""Forms in a real browser: written by hand, put into somebody else's page, filled in on a phone; and the pages of those who leave."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import enter
from tests.makers import SECOND
from tests.support.house import House, house
from tests.support.running import Running
from tidings.messages import tokens

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
NOW = 1_793_494_980_000
TOPICS: tuple[dict[str, Any], ...] = (
    {"topic": "news", "title": "News", "description": "Twice a month."},
    {"topic": "offers", "title": "Offers"},
)
FORM: dict[str, Any] = {
    "form": "signup",
    "title": "Our news",
    "topic": "news",
    "fields": [
        {"name": "email", "label": "Email"},
        {"name": "first_name", "label": "First name"},
        {"name": "size", "label": "Size", "type": "choice", "options": ["S", "L"]},
        {"name": "rules", "label": "I have read the rules", "type": "checkbox"},
    ],
}


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose clock the test moves, with forms and somebody who gets two topics."""
    with house(tmp_path_factory.mktemp("public") / "data", NOW) as found:
        for document in (*TOPICS, FORM, FORM | {"form": "hard", "proof_of_work": True}):
            found.ask("POST", "/api/v1/documents/publish", document)
        yield found


Shop = Callable[[str], str]


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Somebody else's site: another host and port, with what they put into their page."""
    body = list[bytes]()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Shop</title><h1>Tea</h1>" + body[-1])

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def put(html: str) -> str:
        body.append(html.encode())
        return f"http://localhost:{server.server_port}/"

    yield put
    server.shutdown()
    server.server_close()


def test_a_form_is_written_seen_published_and_taken_down(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/forms")
    page.get_by_role("button", name="New form").first.click()
    page.get_by_label("Title").fill("Tea letter")
    page.get_by_role("button", name="Make it").click()
    look = page.frame_locator("iframe[title='Preview of the form']")
    expect(look.get_by_role("heading", name="Tea letter")).to_be_visible()

    page.get_by_role("button", name="Add a question").click()
    question = page.get_by_role("listitem", name="A new question")
    question.get_by_role("textbox", name="Question").fill("Favourite tea")
    page.get_by_label("Description").fill("Once a month, about tea.")
    page.get_by_role("combobox", name="Language of the visitor").click()
    page.get_by_role("option", name="Deutsch").click()
    expect(look.get_by_label("Favourite tea")).to_be_visible()
    expect(look.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()

    expect(page.get_by_text("“tea-letter” is live.")).to_be_visible()
    expect(page.get_by_text(f"{server.url}/f/main/tea-letter", exact=True)).to_be_visible()
    expect(page.get_by_text('<iframe src="')).to_contain_text("/f/main/tea-letter")
    live = server.ask("GET", "/api/v1/documents/form/tea-letter")[1]["document"]
    assert (live["fields"][2]["name"], live["description"]) == ("favourite_tea", "Once a month, about tea.")

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Take down").click()
    page.get_by_role("button", name="Take down").click()
    expect(page.get_by_text("It is not live")).to_be_visible()
    assert page.request.get(f"{server.url}/f/main/tea-letter").status == 404


def test_what_is_missing_in_a_form_is_said_beside_it(page: Page, server: Running) -> None:
    server.ask("PUT", "/api/v1/documents/form/half/draft", {"form": "half", "title": "Half", "fields": []})
    enter(page, server, "/w/main/forms/half")

    page.get_by_role("button", name="Add a question").click()

    expect(page.get_by_text("It is not finished")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Mend this first")).to_be_visible()
    expect(sheet.get_by_role("button", name="Publish")).to_be_disabled()


@pytest.mark.parametrize("form", ["signup", "hard"])
def test_a_form_in_somebody_elses_page_signs_people_up(
    watched: Callable[[], Page], public: House, shop: Shop, form: str
) -> None:
    page, address = watched(), f"{form}@example.com"
    page.goto(shop(f'<iframe src="{public.url}/f/main/{form}" title="News" height=900>'))
    frame = page.frame_locator("iframe[title='News']")
    frame.get_by_label("Email").fill(address)
    frame.get_by_label("First name").fill("Ada")
    frame.get_by_label("Size").select_option("L")
    frame.get_by_label("I have read the rules").check()
    public.clock.advance(5 * SECOND)

    frame.get_by_role("button", name="Sign up").click()

    expect(frame.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    public.settle()
    (mail,) = [one for one in public.mail if one.to == address]
    link = re.search(r"https?://\S+?/confirm/[A-Za-z0-9_-]+", mail.message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Yes, sign me up").click()
    expect(page.get_by_role("heading", name="Thank you, you are signed up")).to_be_visible()
    public.clock.advance(3_600 * SECOND)


def test_without_a_script_a_form_with_a_puzzle_says_why_it_cannot_be_sent(browser: Browser, public: House) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{public.url}/f/main/hard")

    expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
    context.close()


def member(public: House, name: str) -> int:
    found = int(public.ask("POST", "/api/v1/contacts", {"email": f"{name}@example.com"})["id"])
    for topic in ("news", "offers"):
        body = {"channel": "email", "topic": topic, "state": "subscribed"}
        public.ask("PUT", f"/api/v1/contacts/{found}/consent", body)
    return found


def standing(public: House, contact: int) -> dict[str, str]:
    rows = public.ask("GET", f"/api/v1/contacts/{contact}")["consent"]
    return {row["topic"]: row["state"] for row in rows}


def test_on_a_phone_one_topic_is_left_and_the_rest_stays(browser: Browser, public: House) -> None:
    ada = member(public, "ada")
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()
    page.goto(f"{public.url}/preferences/{tokens.make(public.app.workspace('main').secret, 'preferences', ada)}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.get_by_label("News").uncheck()
    page.get_by_role("button", name="Save").tap()

    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("News")).not_to_be_checked()
    expect(page.get_by_label("Offers")).to_be_checked()
    assert standing(public, ada) == {"news": "unsubscribed", "offers": "subscribed"}
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_serious_on_a_public_page(
    browser: Browser, public: House, scheme: Any, language: str
) -> None:
    eve, secret = member(public, f"eve-{scheme}-{language}"), public.app.workspace("main").secret
    places = ["/f/main/signup", "/f/main/hard", "/f/main/nothing", "/u/nothing", "/confirm/nothing"]
    places += [
        f"/preferences/{tokens.make(secret, 'preferences', eve)}",
        f"/confirm/{tokens.make(secret, 'confirm', 1)}",
    ]
    context = browser.new_context(
        color_scheme=scheme, locale=language, viewport={"width": 360, "height": 640}, bypass_csp=True
    )
    page = context.new_page()

    for place in places:
        page.goto(f"{public.url}{place}")
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then((r) => r.violations)")
        bad = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert bad == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr"), place
    context.close()
