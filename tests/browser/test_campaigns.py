"""A campaign from its draft to its report, as a marketer writes it."""

from __future__ import annotations

import urllib.request

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running


def test_a_campaign_from_draft_to_report(page: Page, server: Running) -> None:
    for n in range(3):
        _, one = server.ask("POST", "/api/v1/contacts", {"email": f"c{n}@example.com", "tags": ["fair"]})
        if n:
            body = {"channel": "email", "topic": "news", "state": "subscribed"}
            assert server.ask("PUT", f"/api/v1/contacts/{one['id']}/consent", body)[0] == 200
    template = {"template": "letter", "topic": "news", "subject": "Spring", "text": "Hello"}
    assert server.ask("POST", "/api/v1/documents/publish", template)[0] == 200
    enter(page, server, "/w/main/campaigns")
    expect(page.get_by_text("No campaign was written yet.")).to_be_visible()

    page.get_by_role("button", name="New campaign").first.click()
    page.get_by_label("Name").fill("Spring news")
    page.get_by_role("button", name="Write it").click()
    page.wait_for_url("**/campaigns/spring-news")
    page.get_by_role("button", name="Everybody").click()
    page.get_by_role("combobox", name="Template").click()
    page.get_by_role("option", name="letter").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("combobox", name="Template")).to_have_value("")
    page.get_by_role("button", name="Do again").click()
    expect(page.get_by_role("combobox", name="Template")).to_have_value("letter")
    expect(page.get_by_text("Draft, saved")).to_be_visible()

    page.get_by_role("button", name="Look before it goes").click()
    looked = page.get_by_role("list", name="What was looked at")
    expect(looked).to_contain_text("Of 3 people 1 cannot be reached by email (1: no consent for news).")
    expect(page.get_by_text("from sandbox")).to_be_visible()
    page.get_by_role("button", name="Launch…").click()
    page.get_by_role("dialog").get_by_role("button", name="Launch", exact=True).click()

    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    sent = page.get_by_text("Sent", exact=True).locator("..")
    expect(sent).to_contain_text("2", timeout=15_000)
    expect(page.get_by_text("Skipped", exact=True).locator("..")).to_contain_text("1")
    expect(page.get_by_text("skipped: no consent")).to_be_visible()
    page.get_by_text("Sent", exact=True).locator("..").get_by_role("link").click()
    expect(page.get_by_role("link", name="c1@example.com")).to_be_visible()


def test_a_campaign_to_many_is_called_back(page: Page, server: Running) -> None:
    people = "email,optin_time\n" + "".join(f"m{n}@example.com,2024-01-01\n" for n in range(120))
    key = server.key("admin")
    request = urllib.request.Request(f"{server.url}/api/v1/imports?name=many.csv", data=people.encode(), method="POST")
    request.add_header("authorization", f"Bearer {key}")
    request.add_header("content-type", "text/csv")
    urllib.request.urlopen(request).close()
    jobs = server.ask("GET", "/api/v1/imports")[1]["items"]
    server.ask("POST", f"/api/v1/imports/{jobs[0]['id']}/start")
    template = {"template": "all", "subject": "All", "text": "Hello"}
    campaign = {"campaign": "many", "template": "all", "audience": {"consent": {"channel": "email"}}}
    for document in (template, campaign):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    enter(page, server, "/w/main/imports")
    expect(page.get_by_text("120 new", exact=False)).to_be_visible(timeout=15_000)
    page.goto(f"{server.url}/w/main/campaigns/many")

    page.get_by_role("button", name="Look before it goes").click()
    page.get_by_role("button", name="Launch…").click()
    expect(page.get_by_role("dialog")).to_contain_text("For thirty seconds you can call it back")
    page.get_by_role("dialog").get_by_role("button", name="Launch", exact=True).click()
    page.get_by_role("button", name="Call it back").click()

    expect(page.get_by_role("button", name="Look before it goes")).to_be_visible()
    assert server.ask("GET", "/api/v1/messages?template=all")[1]["items"] == []
