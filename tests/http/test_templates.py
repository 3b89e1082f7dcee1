"""Templates over HTTP: the list, how one looks to somebody, and tests that go through the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.house import House, house

NOW = 1_767_600_000_000
NEWS: dict[str, Any] = {
    "template": "news",
    "topic": "news",
    "subject": "Hello {{ contact.first_name }}",
    "html": '<p>Dear {{ contact.first_name }}</p>\n<p><a href="https://example.org/">here</a></p>\n',
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, NOW) as found:
        yield found


def person(home: House, name: str, **attributes: Any) -> int:
    body = {"user_id": name, "email": f"{name}@example.org", "attributes": {"first_name": name.title()} | attributes}
    return int(home.ask("POST", "/api/v1/contacts", body)["id"])


def refused(home: House, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = home.client.request(method, path, json=body)
    return answer.status_code, answer.json()


def test_the_list_says_where_a_template_is_used_and_how_often_it_was_sent(home: House) -> None:
    service = NEWS | {"template": "bill", "class": "service", "topic": ""}
    steps = {"say": {"send": {"channel": "email", "template": "bill"}}}
    journey = {"journey": "billing", "triggers": [{"api": True}], "steps": steps}
    home.ask("POST", "/api/v1/documents/publish-all", [journey, NEWS, service])
    home.ask("PUT", "/api/v1/documents/template/idea/draft", {"template": "idea", "subject": "Hm"})
    home.ask("POST", "/api/v1/journeys/billing/enrol", {"contact_ids": [person(home, "ada")]})
    home.settle()

    lines = {line["name"]: line for line in home.ask("GET", "/api/v1/templates")["items"]}

    assert (lines["bill"]["used_in"], lines["bill"]["sent_30d"], lines["bill"]["version"]) == (["billing"], 1, 1)
    assert (lines["news"]["used_in"], lines["news"]["message_class"], lines["news"]["topic"]) == (
        [],
        "promotional",
        "news",
    )
    assert (lines["idea"]["state"], lines["idea"]["has_draft"], lines["idea"]["subject"]) == ("draft", True, "Hm")


def test_one_template_has_its_document_its_draft_and_its_versions(home: House) -> None:
    home.ask("POST", "/api/v1/documents/publish", NEWS)
    home.ask("POST", "/api/v1/documents/publish", NEWS | {"subject": "Again"})
    home.ask("PUT", "/api/v1/documents/template/news/draft", NEWS | {"subject": "{{ broken"})

    found = home.ask("GET", "/api/v1/templates/news")

    assert (found["document"]["subject"], [one["number"] for one in found["versions"]]) == ("Again", [2, 1])
    assert [(one["level"], one["path"]) for one in found["draft"]["problems"]] == [("error", "subject:1")]
    assert home.ask("GET", "/api/v1/documents/template/news/versions/1")["document"]["subject"] == NEWS["subject"]
    plan = home.ask("POST", "/api/v1/documents/plan", NEWS | {"subject": "Third"})
    assert plan["fields"] == [{"path": "subject", "before": "Again", "after": "Third"}]


def test_a_document_is_read_as_somebody_before_it_is_saved(home: House) -> None:
    ada = person(home, "ada")

    look = home.ask("POST", "/api/v1/templates/preview", {"document": NEWS, "contact_id": ada})
    sample = home.ask("POST", "/api/v1/templates/preview", {"document": NEWS, "sample": {"first_name": "<b>"}})

    assert (look["subject"], look["problems"]) == ("Hello Ada", [])
    assert "<p>Dear Ada</p>" in look["html"] and "Unsubscribe" in look["html"]
    assert "Dear Ada" in look["text"] and "here (https://example.org/)" in look["text"]
    assert "Dear &lt;b&gt;" in sample["html"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"html": "<p>\n{{ contact.nothing }}</p>"}, "html:2"),
        ({"text": "a\nb\n{{ 1 / 0 }}"}, "text:3"),
        ({"html": "x\n{% if %}"}, "html:2"),
        ({"subject": "{{ contact.first_name.upper( }}"}, "subject:1"),
        ({"html": "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}"}, "html"),
    ],
)
def test_what_cannot_be_rendered_is_told_with_its_line(home: House, change: Any, path: str) -> None:
    body = {"document": NEWS | change, "sample": {"first_name": "Ada"}}

    look = home.ask("POST", "/api/v1/templates/preview", body)

    assert [one["path"] for one in look["problems"]] == [path]
    if path != "subject:1":
        assert look["subject"] == "Hello Ada", "the rest is shown"


def test_a_document_that_is_none_is_told_as_a_problem(home: House) -> None:
    look = home.ask("POST", "/api/v1/templates/preview", {"document": {"template": 7}})

    assert len(look["problems"]) == 1 and "template" in look["problems"][0]["message"]
    assert refused(home, "POST", "/api/v1/templates/preview", {"document": NEWS, "contact_id": 999})[0] == 404


def test_a_test_goes_through_the_ledger_and_is_read_as_somebody_else(home: House) -> None:
    ada = person(home, "ada")

    body = {"document": NEWS, "to": " Boss@Example.org ", "contact_id": ada}
    message_id = home.ask("POST", "/api/v1/templates/test-send", body)["message_id"]
    home.settle()

    (mail,) = home.mail
    assert (mail.to, mail.message["subject"]) == ("boss@example.org", "Hello Ada")
    html = mail.message.get_body(("html",))
    assert html is not None
    assert 'href="https://example.org/"' in html.get_content(), "links of a test are not counted"
    message = home.ask("GET", f"/api/v1/messages/{message_id}")
    assert (message["source"], message["state"], message["message_class"]) == ("test", "sent", "transactional")
    assert [one["outcome"] for one in message["decisions"]] == ["send"]
    assert message["contact_id"] != ada, "it is the message of whoever gets it"
    assert home.ask("GET", "/api/v1/templates")["items"] == []


def test_a_test_needs_no_consent_but_never_reaches_a_suppressed_address(home: House) -> None:
    ada = person(home, "ada")
    home.ask("POST", "/api/v1/suppressions", {"kind": "email", "value": "ada@example.org", "scope": "all"})
    home.ask("POST", "/api/v1/documents/publish", NEWS)

    bob = {"name": "news", "contact_id": person(home, "bob")}
    sent = home.ask("POST", "/api/v1/templates/test-send", bob)["message_id"]
    held = home.ask("POST", "/api/v1/templates/test-send", {"name": "news", "contact_id": ada})["message_id"]
    home.settle()

    states = {i: home.ask("GET", f"/api/v1/messages/{i}")["state"] for i in (sent, held)}
    assert states == {sent: "sent", held: "skipped"}
    assert [mail.to for mail in home.mail] == ["bob@example.org"]


def test_a_test_starts_no_journey_and_is_not_counted(home: House) -> None:
    steps = {"note": {"update": {"add_tags": ["told"]}}}
    echo = {"journey": "echo", "triggers": [{"event": "message.sent"}], "steps": steps}
    home.ask("POST", "/api/v1/documents/publish-all", [echo, NEWS])

    home.ask("POST", "/api/v1/templates/test-send", {"name": "news", "contact_id": person(home, "ada")})
    home.settle()

    assert len(home.mail) == 1
    assert home.ask("GET", "/api/v1/journeys")["items"][0]["entered_30d"] == 0
    assert home.ask("GET", "/api/v1/templates")["items"][0]["sent_30d"] == 0


def test_a_test_to_nobody_of_nothing_or_by_nobody_is_refused(home: House) -> None:
    path = "/api/v1/templates/test-send"

    assert refused(home, "POST", path, {"document": NEWS})[1]["errors"][0]["path"] == "to"
    assert refused(home, "POST", path, {"document": NEWS, "to": "nobody"})[1]["errors"][0]["path"] == "to"
    assert refused(home, "POST", path, {"to": "a@example.org"})[1]["errors"][0]["path"] == "document"
    assert refused(home, "POST", path, {"name": "gone", "to": "a@example.org"})[0] == 404
    assert refused(home, "POST", path, {"document": NEWS, "to": "a@example.org", "account": "none"})[0] == 404
    assert refused(home, "POST", path, {"document": NEWS | {"html": "{{"}, "to": "a@example.org"})[0] == 400


def test_what_others_wrote_is_framed_in_a_sandbox_and_only_for_our_own_pages(home: House) -> None:
    hostile = "<script>alert(1)</script><p style='color:red'>x</p>"

    shown = home.client.post("/api/v1/frame", data={"html": hostile})
    foreign = {"cookie": "tidings_session=x", "sec-fetch-site": "cross-site"}
    other = httpx.post(f"{home.url}/api/v1/frame", data={"html": hostile}, headers=foreign)
    nobody = httpx.post(f"{home.url}/api/v1/frame", data={"html": hostile})

    policy = shown.headers["content-security-policy"].split("; ")
    assert (shown.status_code, shown.text, shown.headers["x-frame-options"]) == (200, hostile, "SAMEORIGIN")
    assert "sandbox" in policy and "default-src 'none'" in policy, "no script, no form, no way out"
    assert not any(part.startswith("script-src") for part in policy)
    assert (other.status_code, nobody.status_code) == (403, 401)


def test_changing_a_saved_block_or_the_brand_gives_its_templates_a_new_version(home: House) -> None:
    footer = {"block": "offer", "blocks": [{"heading": {"text": "Tea for two"}}]}
    letter = {"template": "built", "subject": "Hi", "blocks": [{"saved": {"block": "offer"}}]}
    home.ask("POST", "/api/v1/documents/publish-all", [footer, letter, NEWS])

    home.ask("POST", "/api/v1/documents/publish", footer | {"blocks": [{"heading": {"text": "Tea for three"}}]})
    home.ask("PUT", "/api/v1/settings", {"brand": {"name": "Leaf", "accent": "#123456"}})
    look = home.ask("POST", "/api/v1/templates/preview", {"document": letter})

    assert home.ask("GET", "/api/v1/templates/built")["version"] == 3
    assert home.ask("GET", "/api/v1/templates/built")["document"] == letter
    assert home.ask("GET", "/api/v1/templates/news")["version"] == 1
    assert home.ask("GET", "/api/v1/settings")["brand"]["name"] == "Leaf"
    assert "Tea for three" in look["html"] and "Leaf" in look["html"] and look["language"] == ""


def test_a_saved_block_that_is_used_is_not_taken_down_and_one_inside_another_is_refused(home: House) -> None:
    offer = {"block": "offer", "blocks": [{"divider": {}}]}
    home.ask(
        "POST", "/api/v1/documents/publish-all", [offer, NEWS | {"html": "", "blocks": [{"saved": {"block": "offer"}}]}]
    )

    kept, _ = refused(home, "DELETE", "/api/v1/documents/block/offer")
    nested, why = refused(
        home, "POST", "/api/v1/documents/publish", {"block": "b", "blocks": [{"saved": {"block": "offer"}}]}
    )

    assert kept == 409
    assert nested == 400 and "a saved block holds no other" in str(why)


def test_somebody_is_sent_the_letter_in_their_language(home: House) -> None:
    letter = {"template": "hi", "class": "service", "subject": "Hello", "blocks": [{"heading": {"text": "Hello"}}]}
    letter["translations"] = {"de": {"subject": "Hallo", "blocks": [{"heading": {"text": "Hallo"}}]}}
    steps = {"say": {"send": {"channel": "email", "template": "hi"}}}
    journey = {"journey": "greeting", "triggers": [{"api": True}], "steps": steps}
    home.ask("POST", "/api/v1/documents/publish-all", [letter, journey])
    ada = person(home, "ada", locale="de-AT")

    home.ask("POST", "/api/v1/journeys/greeting/enrol", {"contact_ids": [ada]})
    home.settle()
    (sent,) = home.ask("GET", "/api/v1/messages")["items"]

    assert home.ask("GET", f"/api/v1/messages/{sent['id']}/content")["subject"] == "Hallo"


def test_for_how_many_people_a_letter_fails_is_counted_at_most_once_a_minute(home: House) -> None:
    person(home, "ada")
    person(home, "bob", first_name=None, plan="pro")
    body = {"document": NEWS | {"text": "{{ contact.plan | default('free') }}"}}

    first = home.ask("POST", "/api/v1/templates/lacking", body)["items"]
    person(home, "eve", first_name=None)
    again = home.ask("POST", "/api/v1/templates/lacking", body)["items"]
    home.clock.advance(61_000)
    later = home.ask("POST", "/api/v1/templates/lacking", body)["items"]

    assert [(one["path"], one["message"]) for one in first] == [
        ("subject", "names contact.first_name, and 1 contact has none: their message fails.")
    ]
    assert again == first and "2 contacts have none" in later[0]["message"]
    assert home.ask("POST", "/api/v1/templates/lacking", {"document": {"template": 7}}) == {"items": []}


def test_what_may_be_named_is_what_is_there(home: House) -> None:
    person(home, "ada", plan="pro")
    call = {"userId": "ada", "event": "Order Completed", "properties": {"total": 3, "Gift wrap": True}}
    answer = home.client.post("/v1/track", json=call, headers=home.basic())
    assert answer.status_code == 200

    found = home.ask("GET", "/api/v1/templates/variables")

    assert {one["path"] for one in found["contact"]} >= {"contact.first_name", "contact.plan"}
    assert found["events"] == [{"name": "Order Completed", "paths": ['event["Gift wrap"]', "event.total"]}]


def test_a_look_is_tried_in_another_language_and_with_another_brand(home: House) -> None:
    document = {
        "template": "tea",
        "subject": "Tea",
        "preheader": "About {{ contact.first_name }}",
        "blocks": [{"button": {"label": "Go", "href": "https://example.org"}}],
        "translations": {"de": {"subject": "Tee", "preheader": "Von Tee"}},
    }
    body = {"document": document, "sample": {"first_name": "Ada"}}

    base = home.ask("POST", "/api/v1/templates/preview", body)
    german = home.ask("POST", "/api/v1/templates/preview", body | {"locale": "de-AT", "brand": {"accent": "#7a1f5c"}})

    assert (base["subject"], base["language"], base["preheader"]) == ("Tea", "", "About Ada")
    assert (german["subject"], german["language"], german["preheader"]) == ("Tee", "de", "Von Tee")
    assert "#7a1f5c" in german["html"] and "#7a1f5c" not in base["html"]
