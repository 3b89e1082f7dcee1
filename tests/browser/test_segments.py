"""A segment is built, published, looked into and explained: by mouse, and by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.browser.town import call
from tests.support.running import Running

PEOPLE = {"Ada": ("NL", "pro", 3), "Ben": ("NL", "pro", 1), "Cleo": ("DE", "pro", 3), "Dora": ("NL", "free", 3)}
WHERE = {
    "all": [
        {"attribute": "country", "eq": "NL"},
        {"attribute": "plan", "eq": "pro"},
        {"event": "Order Completed", "count": {"at_least": 3}, "within": "30d"},
        {"message": {"channel": "email"}, "did": "opened", "within": "14d", "never": True},
    ]
}


def known(server: Running, name: str) -> int:
    """One of the people, with what they ordered; their contact."""
    country, plan, orders = PEOPLE[name]
    body = {
        "user_id": name.lower(),
        "email": f"{name.lower()}@example.com",
        "attributes": {"first_name": name, "country": country, "plan": plan},
    }
    found = server.ask("POST", "/api/v1/contacts", body)[1]["id"]
    for _ in range(orders):
        ordered(server, name)
    return int(found)


def ordered(server: Running, name: str) -> None:
    call(server, "/v1/track", {"userId": name.lower(), "event": "Order Completed", "properties": {"total": 40}})


def chosen(page: Page, text: str, option: str) -> None:
    """A condition is found by typing, and its form is open."""
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("combobox", name="What shall be asked").fill(text)
    page.get_by_role("option", name=re.compile(f"^{option}")).first.click()


def picked(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_the_segment_of_the_manual_is_built_by_mouse(page: Page, server: Running) -> None:
    ids = {name: known(server, name) for name in PEOPLE}
    enter(page, server, "/w/main/segments")
    page.get_by_role("button", name="New segment").first.click()
    page.get_by_role("textbox", name="Name").fill("Loyal, but asleep")
    page.get_by_role("button", name="Build it").click()
    page.wait_for_url("**/segments/loyal-but-asleep?tab=edit")

    chosen(page, "country", "country")
    page.get_by_role("combobox", name="Value", exact=True).click()
    page.get_by_role("option", name=re.compile("^NL")).click()
    chosen(page, "plan", "plan")
    page.get_by_role("combobox", name="Value", exact=True).fill("pro")
    chosen(page, "Order Completed", "Order Completed")
    page.get_by_role("textbox", name="How many").fill("3")
    chosen(page, "messages", "")
    picked(page, "What became of it", "was opened")
    picked(page, "How often", "never")
    page.get_by_role("textbox", name="How long").fill("14")

    found = page.get_by_role("region", name="Whom it finds")
    expect(found).to_contain_text("1person now")
    expect(found.get_by_role("link", name="Ada")).to_be_visible()
    expect(found.get_by_role("list", name="Nearly")).to_contain_text("Ben")
    expect(page.get_by_text("opened no message by email in the last 14 days").first).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()
    assert server.ask("GET", "/api/v1/documents/segment/loyal-but-asleep")[1]["draft"]["document"]["where"] == WHERE

    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person comes in")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    overview = page.locator("section").filter(has=page.get_by_role("heading", name="Who is in it"))
    expect(overview).to_contain_text("1person now")

    # Whoever fits comes in at that moment, and the page says so by itself.
    ordered(server, "Ben")
    ordered(server, "Ben")
    expect(overview).to_contain_text("2people now", timeout=15_000)
    page.get_by_role("link", name="People 2").click()
    row = page.get_by_role("row").filter(has_text="Ben")
    expect(row).to_contain_text("Order Completed")
    row.get_by_role("link", name="Order Completed").click()
    expect(page.get_by_text("is in it since")).to_be_visible()
    page.get_by_role("combobox", name="Who").fill("Cleo")
    page.get_by_role("option", name=re.compile("Cleo")).click()
    expect(page.get_by_text("is not in it.")).to_be_visible()
    explained = page.get_by_role("list", name="Condition by condition")
    expect(explained.get_by_label("No").first).to_be_visible()
    expect(explained.get_by_label("Yes").first).to_be_visible()

    page.goto(f"{server.url}/w/main/contacts/{ids['Ada']}")
    mine = page.get_by_role("list", name="Segments")
    expect(mine).to_contain_text("Loyal, but asleep")
    mine.get_by_role("button", name="why?").click()
    expect(page.get_by_role("dialog").get_by_label("Yes").first).to_be_visible()


def test_the_segment_of_the_manual_is_built_by_keyboard_alone(page: Page, server: Running) -> None:
    if not server.ask("GET", "/api/v1/contacts?q=ada")[1]["items"]:
        for name in PEOPLE:
            known(server, name)
    enter(page, server, "/w/main/segments")
    press = page.keyboard.press
    expect(page.get_by_role("button", name="New segment").first).to_be_visible()
    tabbed(page, "New segment")
    press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("By keys")
    press("Enter")
    page.wait_for_url("**/segments/by-keys?tab=edit")
    expect(page.get_by_role("button", name="Add a condition")).to_be_visible()
    tabbed(page, "Add a condition")

    press("Enter")
    typed(page, "country", "country")
    said(page, "Value", "NL")
    press("Enter")
    typed(page, "plan", "plan")
    said(page, "Value", "pro")
    press("Enter")
    typed(page, "Order Comp", "Order Completed")
    tabbed(page, "How many")
    said(page, "How many", "3")
    press("n")
    expect(page.get_by_text("not", exact=True)).to_be_visible()
    press("n")
    press("Alt+ArrowUp")
    press("Alt+ArrowUp")
    expect(page.locator("[data-line='0']")).to_have_text("Order Completed at least 3 times in the last 30 days")
    press("d")
    press("Delete")
    press("Control+z")
    press("Control+z")
    expect(page.locator("[data-line]")).to_have_count(3)

    expect(page.get_by_role("region", name="Whom it finds").get_by_role("link", name="Ada")).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()
    tabbed(page, "Publish", back=True)
    press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True)).to_be_focused()
    press("Enter")
    expect(page.get_by_role("heading", name="The last 30 days")).to_be_visible()


def tabbed(page: Page, name: str, *, back: bool = False) -> None:
    """The hand goes from field to field until it is there."""
    look = "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText ?? ''"
    for _ in range(120):
        if str(page.evaluate(look)).strip() == name:
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def typed(page: Page, text: str, option: str) -> None:
    """A condition is found by typing; Enter takes the first."""
    expect(page.get_by_role("combobox", name="What shall be asked")).to_be_focused()
    page.keyboard.type(text)
    expect(page.get_by_role("option", selected=True)).to_contain_text(option)
    expect(page.get_by_role("option", selected=True)).not_to_contain_text("nobody has")
    page.keyboard.press("Enter")


def said(page: Page, label: str, text: str) -> None:
    """What is written in a field; the condition is closed, and its line has the hand."""
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-line]:focus")).to_be_visible()


def test_a_rule_goes_through_its_text_and_wrong_lines_are_named(page: Page, server: Running) -> None:
    draft = {"segment": "texted", "where": {"all": [{"attribute": "country", "eq": "NL"}, {"tag": "vip"}]}}
    assert server.ask("PUT", "/api/v1/documents/segment/texted/draft", draft)[0] == 200
    enter(page, server, "/w/main/segments/texted?tab=edit")

    page.get_by_text("Text", exact=True).click()
    text = page.get_by_role("textbox", name="The rule as text")
    expect(text).to_have_value("all:\n  - attribute: country\n    eq: NL\n  - tag: vip\n")
    text.fill("all:\n  - attribute: country\n    eq: NL\n  - tags: vip\n")
    expect(page.get_by_role("list", name="Problems")).to_contain_text("Line 4")
    text.fill('{"any": [{"tag": "vip"}, {"tag": "fair"}]}')
    page.get_by_text("Lines", exact=True).click()

    expect(page.locator("[data-line]")).to_have_text(["has the tag vip", "has the tag fair"])
    expect(page.get_by_role("combobox", name="How the conditions are joined")).to_have_value("Any of these is true")


def test_filters_of_contacts_become_a_segment(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/contacts?tag=vip")

    page.get_by_role("button", name="Save as segment").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("has the tag vip")
    dialog.get_by_role("textbox", name="Name").fill("Our VIPs")
    dialog.get_by_role("button", name="Build it").click()

    page.wait_for_url("**/segments/our-vips?tab=edit")
    expect(page.locator("[data-line]")).to_have_text(["has the tag vip"])


def test_what_is_in_use_stays_and_people_are_frozen_and_compared(page: Page, server: Running) -> None:
    for n in range(3):
        body = {"email": f"f{n}@example.com", "tags": ["fair"] + (["early"] if n else [])}
        assert server.ask("POST", "/api/v1/contacts", body)[0] == 201
    fair = {"segment": "fair", "title": "At the fair", "where": {"tag": "fair"}}
    early = {"segment": "early", "title": "Early birds", "where": {"all": [{"segment": "fair"}, {"tag": "early"}]}}
    for document in (fair, early):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    enter(page, server, "/w/main/segments/fair")
    expect(page.get_by_role("complementary").get_by_role("link", name="early")).to_be_visible()

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Take it down…").click()
    expect(page.get_by_role("dialog")).to_contain_text("segment early")
    page.get_by_role("dialog").get_by_role("button", name="Take down").click()
    expect(page.get_by_role("alert").filter(has_text="early").first).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Not now").click()

    page.goto(f"{server.url}/w/main/segments/fair?tab=people")
    page.get_by_role("button", name="Compare with…").click()
    page.get_by_role("combobox", name="The other segment").click()
    page.get_by_role("option", name="Early birds").click()
    where = page.get_by_role("list", name="Who is where")
    expect(where).to_contain_text("In both2")
    expect(where).to_contain_text("Only in At the fair1")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Freeze to a list…").click()
    page.get_by_role("dialog").get_by_role("button", name="Freeze", exact=True).click()

    page.wait_for_url("**/contacts?list=at-the-fair-*")
    expect(page.get_by_role("link", name="f2@example.com")).to_be_visible(timeout=15_000)


def test_a_journey_starts_when_somebody_comes_into_a_segment(page: Page, server: Running) -> None:
    known(server, "Ada")
    segment = {
        "segment": "dutch",
        "where": {"attribute": "country", "eq": "NL"},
        "owner": "ann",
        "review": "2026-01-01",
    }
    assert server.ask("POST", "/api/v1/documents/publish", segment)[0] == 200
    journey = {"journey": "greet", "triggers": [{"api": True}], "steps": {"mark": {"update": {"add_tags": ["met"]}}}}
    assert server.ask("PUT", "/api/v1/documents/journey/greet/draft", journey)[0] == 200
    enter(page, server, "/w/main/journeys/greet")

    page.get_by_text("Starts when").first.click()
    picked(page, "How people enter", "Somebody comes into a segment")
    page.get_by_role("combobox", name="Segment").fill("dut")
    page.get_by_role("option", name="dutch").click()
    expect(page.get_by_text("Starts when somebody comes into the segment dutch").first).to_be_visible()
    expect(page.get_by_text("Draft, saved")).to_be_visible()

    drafted = server.ask("GET", "/api/v1/documents/journey/greet")[1]["draft"]["document"]
    assert drafted["triggers"] == [{"segment": "dutch"}]
    page.goto(f"{server.url}/w/main/")
    page.get_by_role("link", name=re.compile("to be looked at again")).click()
    expect(page.get_by_role("list", name="Segments")).to_contain_text("review was due 2026-01-01")


def test_whoever_is_in_it_by_publishing_is_let_into_its_journey(page: Page, server: Running) -> None:
    for name in ("Emma", "Finn"):
        body = {"user_id": name.lower(), "attributes": {"first_name": name, "city": "Utrecht"}}
        assert server.ask("POST", "/api/v1/contacts", body)[0] == 201
    segment = {"segment": "locals", "where": {"attribute": "city", "eq": "Delft"}}
    steps = {"rest": {"wait": {"for": "30d"}, "next": "end"}}
    journey = {"journey": "neighbours", "triggers": [{"segment": "locals", "on": "entered"}], "steps": steps}
    for document in (segment, journey):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    server.ask(
        "PUT", "/api/v1/documents/segment/locals/draft", segment | {"where": {"attribute": "city", "eq": "Utrecht"}}
    )
    enter(page, server, "/w/main/segments/locals?tab=edit")

    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 people come in")
    expect(dialog).to_contain_text("Publishing itself starts no journey.")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Whoever is in it by publishing has not entered neighbours.")).to_be_visible()
    page.get_by_role("button", name="Let them enter…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="Journey")).to_have_value("neighbours")
    dialog.get_by_role("textbox", name="At most a minute").fill("1")
    expect(dialog).to_contain_text("All of them within 2 minutes.")
    dialog.get_by_role("textbox", name="At most a minute").fill("100")
    dialog.get_by_role("button", name="Let them enter").click()

    expect(page.get_by_text("2 people enter neighbours.")).to_be_visible()
    page.wait_for_url("**/journeys/neighbours")
    expect(page.get_by_text(re.compile("2 people inside, 2 entered"))).to_be_visible(timeout=15_000)
