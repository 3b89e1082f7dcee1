"""The editor in a real browser: by mouse, by keyboard, with pictures, variables, languages and versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import enter
from tests.http.test_server import eventually
from tests.support.drawn import png
from tests.support.running import Running

LETTER: dict[str, Any] = {
    "template": "letter",
    "subject": "Tea",
    "preheader": "About tea",
    "blocks": [
        {"heading": {"text": "Tea for two"}},
        {"text": {"html": "<p>Dear {{ contact.first_name | default(&quot;you&quot;) }}, hello.</p>"}},
        {"columns": {"columns": [[{"divider": {}}], []]}},
    ],
}
WORD = (
    "<html><body><!--StartFragment--><p class=MsoNormal style='color:red'><b>Green</b> tea<o:p></o:p></p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·</span><![endif]>one</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>·</span><![endif]>two</p>"
    "</body></html>"
)


@pytest.fixture(scope="module", autouse=True)
def people(server: Running) -> Iterator[None]:
    for name, attributes in (("grace", {"first_name": "Grace", "plan": "pro"}), ("nobody", {"plan": "free"})):
        body = {"user_id": name, "email": f"{name}@example.org", "attributes": attributes}
        assert server.ask("POST", "/api/v1/contacts", body)[0] == 201
    yield


@pytest.fixture
def letter(page: Page, server: Running) -> Page:
    """The editor of a letter that is as it was published."""
    server.ask("DELETE", "/api/v1/documents/template/letter/draft")
    assert server.ask("POST", "/api/v1/documents/publish", LETTER)[0] == 200
    enter(page, server, "/w/main/templates/letter")
    # A frame that loads lets go of what the mouse carries.
    page.frame_locator("iframe[title='Preview of the mail']").get_by_role("heading", name="Tea for two").wait_for()
    return page


def written(server: Running) -> dict[str, Any]:
    found = server.ask("GET", "/api/v1/templates/letter")[1]
    return dict((found["draft"] or found)["document"])


def kinds(blocks: list[dict[str, Any]]) -> list[Any]:
    def told(block: dict[str, Any]) -> Any:
        kind = next(iter(block))
        return [kind, *(kinds(column) for column in block[kind]["columns"])] if kind == "columns" else kind

    return [told(block) for block in blocks]


def becomes(server: Running, wanted: list[Any]) -> None:
    assert eventually(lambda: kinds(written(server)["blocks"]) == wanted), kinds(written(server)["blocks"])


def block(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def test_blocks_are_carried_by_mouse_within_the_letter_and_into_columns(letter: Page, server: Running) -> None:
    block(letter, "Heading Tea for two").drag_to(block(letter, "Columns").first, target_position={"x": 30, "y": 28})
    becomes(server, ["text", "heading", ["columns", ["divider"], []]])

    block(letter, "Heading Tea for two").drag_to(letter.get_by_role("group", name="Column 2"))
    becomes(server, ["text", ["columns", ["divider"], ["heading"]]])

    block(letter, "Columns").first.drag_to(letter.get_by_role("group", name="Column 2"))
    becomes(server, ["text", ["columns", ["divider"], ["heading"]]])

    letter.get_by_role("button", name="Take back").click()
    becomes(server, ["text", "heading", ["columns", ["divider"], []]])
    letter.locator(".block-grip").nth(1).drag_to(block(letter, "Text Dear"), target_position={"x": 40, "y": 2})
    becomes(server, ["heading", "text", ["columns", ["divider"], []]])


def test_a_block_is_put_in_between(letter: Page, server: Running) -> None:
    block(letter, "Text Dear").hover()
    letter.get_by_role("button", name="Put a block above Text").click()
    letter.get_by_role("menuitem", name="Button").click()

    becomes(server, ["heading", "button", "text", ["columns", ["divider"], []]])
    expect(letter.get_by_role("textbox", name="Words")).to_have_value("Go on")


def test_what_was_done_is_taken_back_and_done_again(letter: Page, server: Running) -> None:
    letter.get_by_role("button", name="Remove Heading").click()
    becomes(server, ["text", ["columns", ["divider"], []]])
    letter.get_by_role("button", name="Undo").click()
    becomes(server, ["heading", "text", ["columns", ["divider"], []]])
    letter.get_by_role("button", name="Copy Text").click()
    becomes(server, ["heading", "text", "text", ["columns", ["divider"], []]])

    block(letter, "Heading Tea for two").press("Control+z")
    becomes(server, ["heading", "text", ["columns", ["divider"], []]])
    letter.get_by_role("button", name="Do again").click()
    becomes(server, ["heading", "text", "text", ["columns", ["divider"], []]])


def test_a_letter_is_put_together_by_keyboard_alone(letter: Page, server: Running) -> None:
    block(letter, "Heading Tea for two").focus()
    for key in ("Alt+ArrowDown", "Alt+ArrowRight"):
        letter.keyboard.press(key)
    expect(letter.get_by_role("button", name="Heading Tea for two")).to_be_focused()
    becomes(server, ["text", ["columns", ["divider", "heading"], []]])
    for key in ("Alt+ArrowRight", "Alt+ArrowDown", "Alt+ArrowUp", "Alt+ArrowUp"):
        letter.keyboard.press(key)
    becomes(server, ["heading", "text", ["columns", ["divider"], []]])

    letter.keyboard.press("Enter")
    letter.get_by_role("textbox", name="Words").press("Control+a")
    letter.keyboard.type("Coffee")
    assert eventually(lambda: written(server)["blocks"][0]["heading"]["text"] == "Coffee")
    block(letter, "Heading Coffee").press("Delete")
    becomes(server, ["text", ["columns", ["divider"], []]])


def test_words_are_written_with_bold_lists_links_and_variables(letter: Page, server: Running) -> None:
    block(letter, "Text Dear").click()
    text = letter.get_by_role("textbox", name="Text", exact=True)
    expect(text.locator(".variable")).to_have_text("first name, else “you”")
    text.press("Control+End")
    letter.keyboard.type(" Take ")
    letter.keyboard.press("Control+b")
    letter.keyboard.type("two")
    letter.keyboard.press("Control+b")
    letter.get_by_role("button", name="Put in a variable").last.click()
    letter.get_by_role("combobox", name="Variable").fill("plan")
    letter.get_by_role("option", name="contact.plan").click()
    letter.get_by_label("For whoever has none").fill("any")
    letter.get_by_role("button", name="Put it in").click()
    letter.keyboard.press("Enter")
    letter.keyboard.type("{{ contact.first_name }} ")
    letter.get_by_role("button", name="Link").click()
    letter.get_by_label("Where it leads").fill("https://example.com/tea?a=1&b=2")
    letter.get_by_role("button", name="Set the link").click()
    letter.get_by_role("button", name="Bullets").click()

    wanted = (
        '<p>Dear {{ contact.first_name | default("you") }}, hello. Take <strong>two</strong>'
        '{{ contact.plan | default("any") }}</p><ul><li>{{ contact.first_name }} '
        '<a href="https://example.com/tea?a=1&amp;b=2">https://example.com/tea?a=1&amp;b=2</a></li></ul>'
    )
    assert eventually(lambda: written(server)["blocks"][1]["text"]["html"] == wanted), written(server)["blocks"][1]
    mail = letter.frame_locator("iframe[title='Preview of the mail']")
    expect(mail.get_by_text("Dear Ada, hello. Take two")).to_be_visible()
    expect(letter.get_by_label("Problems")).to_contain_text("1 contact has none")


def test_the_fallback_of_a_variable_is_changed_where_it_stands(letter: Page, server: Running) -> None:
    block(letter, "Text Dear").click()
    letter.locator(".variable").click()
    letter.get_by_role("button", name="Change the variable").click()
    expect(letter.get_by_role("combobox", name="Variable")).to_have_value("contact.first_name")
    letter.get_by_label("For whoever has none").fill("friend")
    letter.get_by_role("button", name="Change it").click()

    wanted = '<p>Dear {{ contact.first_name | default("friend") }}, hello.</p>'
    assert eventually(lambda: written(server)["blocks"][1]["text"]["html"] == wanted), written(server)["blocks"][1]


def test_what_is_pasted_from_word_comes_without_its_habits(letter: Page, server: Running) -> None:
    block(letter, "Text Dear").click()
    text = letter.get_by_role("textbox", name="Text", exact=True)
    text.press("Control+a")
    text.evaluate(
        """(node, html) => {
          const data = new DataTransfer();
          data.setData('text/html', html);
          node.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        WORD,
    )

    wanted = "<p><strong>Green</strong> tea</p><ul><li>one</li><li>two</li></ul>"
    assert eventually(lambda: written(server)["blocks"][1]["text"]["html"] == wanted), written(server)["blocks"][1]


def test_a_picture_is_uploaded_where_it_is_needed_and_says_what_it_shows(letter: Page, server: Running) -> None:
    letter.get_by_role("button", name="Add a block").last.click()
    letter.get_by_role("menuitem", name="Picture").click()
    letter.get_by_role("button", name="Choose a picture").click()
    dialog = letter.get_by_role("dialog")
    with letter.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Upload pictures").click()
    chooser.value.set_files([{"name": "tea.png", "mimeType": "image/png", "buffer": png(300, 200)}])
    expect(dialog).to_have_count(0)
    letter.get_by_label("What it shows").fill("A cup of tea")

    def image() -> Any:
        return written(server)["blocks"][-1].get("image", {})

    assert eventually(lambda: image().get("alt") == "A cup of tea")
    assert image()["src"].startswith("/media/main/") and image()["width"] == 300
    shown = letter.frame_locator("iframe[title='Preview of the mail']").get_by_role("img", name="A cup of tea")
    assert eventually(lambda: shown.evaluate("node => node.naturalWidth") == 300)


def test_a_language_takes_from_the_base_what_it_does_not_say(letter: Page, server: Running) -> None:
    letter.get_by_role("link", name="Languages").click()
    letter.get_by_role("combobox", name="Add a language").click()
    letter.get_by_role("option", name="German (de)", exact=True).click()
    expect(letter.get_by_text("Without one, that of the base: Tea")).to_be_visible()
    letter.get_by_role("textbox", name="Subject").fill("Tee")
    mail = letter.frame_locator("iframe[title='Preview of the mail']")
    expect(letter.get_by_role("group", name="In the inbox")).to_contain_text("Tee")
    expect(mail.get_by_role("heading", name="Tea for two")).to_be_visible()

    letter.get_by_role("button", name="Write it in this language").click()
    block(letter, "Heading Tea for two").click()
    letter.get_by_role("textbox", name="Words").fill("Tee zu zweit")

    expect(mail.get_by_role("heading", name="Tee zu zweit")).to_be_visible()
    expect(letter.get_by_text("They read it in German (de).")).to_be_visible()
    found = written(server)
    assert found["translations"]["de"]["subject"] == "Tee" and found["subject"] == "Tea"
    assert found["blocks"][0]["heading"]["text"] == "Tea for two"


def test_versions_are_compared_block_by_block_and_taken_up_again(letter: Page, server: Running) -> None:
    changed = LETTER | {"blocks": [{"heading": {"text": "Coffee for two"}}, *LETTER["blocks"][1:], {"divider": {}}]}
    server.ask("POST", "/api/v1/documents/publish", changed)
    number = server.ask("GET", "/api/v1/templates/letter")[1]["version"]
    letter.get_by_role("link", name="Versions").click()

    letter.get_by_role("button", name=f"What differs from version {number - 1}").click()
    told = letter.get_by_label("What changes")
    expect(told).to_contain_text("Changed: Heading")
    expect(told).to_contain_text("− text: Tea for two")
    expect(told).to_contain_text("+ text: Coffee for two")
    expect(told).to_contain_text("New: Line")
    expect(told).to_contain_text("2 blocks stay as before.")
    letter.keyboard.press("Escape")
    letter.get_by_role("button", name=f"Make it the draft: version {number - 1}").click()

    becomes(server, ["heading", "text", ["columns", ["divider"], []]])
    letter.get_by_role("button", name="Undo").click()
    becomes(server, ["heading", "text", ["columns", ["divider"], []], "divider"])


def test_a_letter_is_seen_in_the_dark_and_narrow(letter: Page) -> None:
    mail = letter.frame_locator("iframe[title='Preview of the mail']")
    heading = mail.get_by_role("heading", name="Tea for two")
    expect(heading).to_have_css("color", "rgb(31, 41, 55)")

    letter.get_by_role("switch", name="In the dark").check()
    expect(heading).to_have_css("color", "rgb(243, 244, 246)")
    letter.get_by_role("button", name="Phone").click()

    expect(letter.locator("iframe[title='Preview of the mail']")).to_have_css("width", "320px")


def test_a_problem_leads_to_its_block(page: Page, server: Running) -> None:
    inside = {"columns": {"columns": [[{"divider": {}}, {"button": {"label": "Go", "href": ""}}], []]}}
    server.ask("POST", "/api/v1/documents/publish", LETTER | {"template": "wrong", "blocks": [inside]})
    enter(page, server, "/w/main/templates/wrong?tab=sending")

    page.get_by_label("Problems").get_by_role("button", name="Block 1.1.2 (Button)").click()

    expect(page.get_by_role("textbox", name="Where a click leads")).to_be_visible()
    expect(block(page, "Button Go")).to_be_focused()
    page.get_by_label("Problems").get_by_role("button", name="Brand:").first.click()
    expect(page.get_by_role("heading", name="Brand", exact=True)).to_be_visible()


def test_html_is_kept_to_the_letter(page: Page, server: Running) -> None:
    html = "<table ><TR><td\n  style='color:red'>A &copy; B</td>\t</TR></table>\n\n<p>x\n"
    server.ask("POST", "/api/v1/documents/publish", {"template": "own", "subject": "Own", "html": html})
    enter(page, server, "/w/main/templates/own")

    page.get_by_role("textbox", name="HTML").press("Control+End")
    page.keyboard.type("<b>y")

    def own() -> Any:
        return (server.ask("GET", "/api/v1/templates/own")[1]["draft"] or {}).get("document", {}).get("html")

    assert eventually(lambda: own() == html + "<b>y"), own()


def test_a_shared_block_changes_every_letter_that_holds_it(letter: Page, server: Running) -> None:
    letter.get_by_role("button", name="More for Heading").click()
    letter.get_by_role("menuitem", name="Share it with other letters").click()
    letter.get_by_role("dialog").get_by_label("Name").fill("Our greeting")
    letter.get_by_role("dialog").get_by_role("button", name="Share it").click()
    becomes(server, ["saved", "text", ["columns", ["divider"], []]])
    letter.get_by_role("button", name="Publish").click()
    letter.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(letter.get_by_text("“letter” is live.")).to_be_visible()

    letter.get_by_role("link", name="Saved blocks").click()
    letter.get_by_role("link", name="Our greeting").click()
    expect(letter.get_by_role("link", name="letter", exact=True)).to_be_visible()
    block(letter, "Heading Tea for two").click()
    letter.get_by_role("textbox", name="Words").fill("Coffee for all")
    letter.get_by_role("button", name="Publish").click()

    expect(letter.get_by_text("Every letter that holds it follows.")).to_be_visible()
    body = {"document": written(server)}
    assert "Coffee for all" in server.ask("POST", "/api/v1/templates/preview", body)[1]["html"]


def test_media_say_where_they_are_shown_and_stay_while_they_are(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/media")
    files = [{"name": "cup.png", "mimeType": "image/png", "buffer": png(80, 60, 9)}]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Open cup.png").click()
    page.get_by_label("What it shows").fill("A cup")
    page.get_by_role("button", name="Save").click()
    cup = eventually_one(server, "cup.png")
    assert cup["alt"] == "A cup"
    shown = {"template": "cup", "subject": "Cup", "blocks": [{"image": {"src": cup["path"], "alt": "", "width": 80}}]}
    server.ask("POST", "/api/v1/documents/publish", shown)

    page.get_by_role("button", name="Open cup.png").click()
    expect(page.get_by_label("Where it is shown").get_by_role("link", name="cup")).to_be_visible()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete", exact=True).click()

    expect(page.get_by_text("This picture is shown by template cup.")).to_be_visible()
    svg = [{"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}]
    page.reload()
    page.locator("input[type=file]").set_input_files(svg)
    expect(page.get_by_text("Save the picture as PNG.")).to_be_visible()


def eventually_one(server: Running, title: str) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        return [one for one in server.ask("GET", "/api/v1/media")[1]["items"] if one["title"] == title and one["alt"]]

    assert eventually(lambda: len(found()) == 1)
    return found()[0]


def test_the_brand_is_seen_before_it_is_saved_and_warns_of_what_is_hard_to_read(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/brand")
    mail = page.frame_locator("iframe[title='Preview of the mail']")
    button = mail.get_by_role("link", name="See the teas")

    page.get_by_role("textbox", name="Buttons and links", exact=True).fill("#ffee88")
    expect(page.get_by_text("Links on the letter: hard to read.")).to_be_visible()
    expect(button).to_have_css("color", "rgb(0, 0, 0)")
    page.get_by_role("textbox", name="Buttons and links", exact=True).fill("#7a1f5c")
    expect(page.get_by_text("hard to read")).to_have_count(0)
    page.get_by_label("Postal address").fill("1 Tea Street, Ulm")
    expect(mail.get_by_text("1 Tea Street, Ulm")).to_be_visible()
    assert server.ask("GET", "/api/v1/settings")[1]["brand"]["accent"] == "#0f766e"
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved. Letters and pages follow from now on.")).to_be_visible()
    assert server.ask("GET", "/api/v1/settings")[1]["brand"]["accent"] == "#7a1f5c"
