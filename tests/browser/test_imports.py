"""A list is brought in from another shop's file, and taken back; a message is read before it leaves; marketing is held."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running

CSV = (
    "Email Address,First Name,Last Name,OPTIN_TIME,LEID,EUID,TAGS\n"
    "ada@example.com,Ada,Lovelace,2024-01-02 03:04:05,1,a,vip\n"
    "bob@example.com,Bob,Byron,,2,b,\n"
    "not an address,Cy,,,3,c,\n"
)


def test_a_file_is_understood_tried_brought_in_and_taken_back(page: Page, server: Running, tmp_path: Path) -> None:
    file = tmp_path / "subscribed_members.csv"
    file.write_text(CSV)
    enter(page, server, "/w/main/imports")
    expect(page.get_by_text("Nothing was brought in yet.", exact=False)).to_be_visible()

    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").first.click()
    choosing.value.set_files(file)
    page.wait_for_url("**/w/main/imports/*")
    expect(page.get_by_role("combobox", name="What Email Address means")).to_have_value("Email address")
    expect(page.get_by_text("from mailchimp", exact=False)).to_be_visible()

    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("'not an address' is not an email address", exact=False)).to_be_visible()
    page.get_by_role("button", name="Bring in 2 rows").click()
    expect(page.get_by_text("Brought in", exact=True).first).to_be_visible()
    expect(page.get_by_text("New people").locator("..")).to_contain_text("2")

    with page.expect_download() as downloading:
        page.get_by_role("link", name="1, with their reasons").click()
    refused = Path(downloading.value.path()).read_text()
    assert refused.splitlines()[0].startswith("row,reason,Email Address") and "3,Email Address:" in refused

    page.goto(f"{server.url}/w/main/contacts")
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Take it back…").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back", exact=True).first).to_be_visible()
    assert server.ask("GET", "/api/v1/contacts")[1]["items"] == []


def test_a_topic_is_described_and_a_list_is_made(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/topics")
    page.get_by_role("button", name="New topic").first.click()
    page.get_by_label("Title").fill("Our news")
    page.get_by_label("Description").fill("What is new, about twice a month.")
    page.get_by_label("Implied consent ends after").fill("soon")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is not a duration", exact=False)).to_be_visible()
    page.get_by_label("Implied consent ends after").fill("26w")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("our-news")).to_be_visible()

    page.goto(f"{server.url}/w/main/lists")
    page.get_by_role("button", name="New list").first.click()
    page.get_by_label("Title").fill("Spring fair")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("spring-fair")).to_be_visible()


def test_marketing_is_held_for_somebody_and_released(page: Page, server: Running) -> None:
    _, made = server.ask("POST", "/api/v1/contacts", {"email": "held@example.com"})
    enter(page, server, f"/w/main/contacts/{made['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Hold marketing…").click()
    page.get_by_label("Why").fill("We talk to them about a contract")
    page.get_by_role("button", name="Hold", exact=True).click()
    note = page.get_by_text("Marketing is held until", exact=False)
    expect(note).to_contain_text("We talk to them about a contract")

    page.get_by_role("button", name="Release").click()
    expect(note).to_have_count(0)


def test_a_message_is_read_and_approved_before_it_leaves(page: Page, server: Running) -> None:
    for document in (
        {"template": "careful", "class": "service", "subject": "Read me first", "text": "Hello"},
        {
            "journey": "careful",
            "triggers": [{"api": True}],
            "reentry": {"after": "0d"},
            "steps": {"s": {"send": {"channel": "email", "template": "careful"}, "mode": "review", "next": "end"}},
        },
    ):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    ids = [server.ask("POST", "/api/v1/contacts", {"email": f"r{n}@example.com"})[1]["id"] for n in (1, 2)]
    assert server.ask("POST", "/api/v1/journeys/careful/enrol", {"contact_ids": ids})[0] < 300
    enter(page, server, "/w/main/inbox?what=review")

    expect(page.get_by_text("2 messages wait to be read.")).to_be_visible()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("1 message was rejected; their journeys go on.")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("1 message leaves now.")).to_be_visible()
    expect(page.get_by_text("Nothing waits to be read.")).to_be_visible()
