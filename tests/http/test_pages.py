"""Pages for people who are not signed in: nothing changes by looking, one button does what it says, in their language, without a
script; and forms: one mail to one address in an hour, whatever robots try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.makers import HOUR, MINUTE, SECOND
from tests.support.house import House, house
from tidings.consent import service as consent
from tidings.messages import tokens
from tidings.pages import rendering
from tidings.templates.brand import Brand

NOW = 1_793_494_980_000  # Sunday 1 November 2026, 02:13 in Berlin
TOPICS = (
    {
        "topic": "news",
        "title": "News",
        "description": "Twice a month.",
        "translations": {"de": {"title": "Neuigkeiten"}},
    },
    {"topic": "offers", "title": "Offers"},
    {"topic": "inside", "title": "Inside", "public": False},
)
LETTER = {
    "template": "letter",
    "topic": "news",
    "subject": "Hi",
    "html": "<p>Hi <a href='https://x.example/'>x</a></p>",
}
FORM = {
    "form": "signup",
    "title": "Our news",
    "topic": "news",
    "fields": [
        {"name": "email", "label": "Email"},
        {"name": "first_name", "label": "First name"},
        {"name": "size", "label": "Size", "type": "choice", "options": ["S", "L"]},
    ],
}
WELCOME = {
    "journey": "welcome",
    "triggers": [{"event": "Form Submitted", "where": [{"property": "form", "eq": "signup"}]}],
    "audience": {"consent": {"channel": "email", "topic": "news"}},
    "steps": {"hello": {"send": {"channel": "email", "template": "letter"}, "next": "end"}},
}


@pytest.fixture(params=["sqlite", "postgres"])
def here(request: pytest.FixtureRequest, tmp_path: Path, postgres_dsn: str) -> Iterator[House]:
    """A server at 02:13 on a Sunday, with topics, a letter, a form and a journey."""
    if request.param == "postgres":
        with psycopg.connect(postgres_dsn, autocommit=True) as connection:
            connection.execute("drop schema if exists ws_main cascade; drop schema if exists tidings cascade")
    with house(tmp_path / "data", NOW, postgres_dsn if request.param == "postgres" else "") as found:
        for document in (*TOPICS, LETTER, FORM, WELCOME):
            found.ask("POST", "/api/v1/documents/publish", document)
        yield found


def visitor(here: House, language: str = "") -> httpx.Client:
    headers = {"accept-language": language} if language else {}
    return httpx.Client(base_url=here.url, headers=headers, timeout=10)


def known(here: House, address: str, *topics: str, **attributes: Any) -> int:
    made = here.ask("POST", "/api/v1/contacts", {"email": address, "attributes": attributes})
    for topic in topics:
        body = {"channel": "email", "topic": topic, "state": "subscribed"}
        here.ask("PUT", f"/api/v1/contacts/{made['id']}/consent", body)
    return int(made["id"])


def stand(here: House, contact_id: int) -> dict[str, bool]:
    rows = here.database.read_now(lambda tx: consent.standing(tx, [contact_id])).get(contact_id, [])
    return {
        topic: consent.verdict(rows, "email", topic, here.clock.now()).may for topic in ("news", "offers", "inside")
    }


def token(here: House, purpose: Any, number: int) -> str:
    return tokens.make(here.app.workspace("main").secret, purpose, number)


def letters(here: House, contact_id: int) -> int:
    """A message that was sent to somebody."""
    campaign = {"campaign": f"c{contact_id}", "template": "letter", "audience": {"attribute": "id", "eq": contact_id}}
    here.ask("PATCH", f"/api/v1/contacts/{contact_id}", {"attributes": {"id": contact_id}})
    here.ask("POST", "/api/v1/documents/publish", campaign)
    here.ask("POST", f"/api/v1/campaigns/c{contact_id}/launch")
    here.clock.advance(SECOND)
    while not here.rows(f"select id from message where contact_id = {contact_id} and sent_at is not null"):
        here.ring()
    return int(here.rows(f"select max(id) from message where contact_id = {contact_id}")[0])


def test_looking_at_every_link_of_a_message_changes_nothing_and_one_button_leaves_one_topic(here: House) -> None:
    ada = known(here, "ada@example.com", "news", "offers", "inside", locale="de-AT")
    message = letters(here, ada)
    places = [f"/u/{token(here, 'unsubscribe', message)}", f"/preferences/{token(here, 'preferences', ada)}"]
    places += [f"/view/{token(here, 'view', message)}", f"/confirm/{token(here, 'confirm', 1)}", "/f/main/signup"]

    with visitor(here, "fr") as client:
        for place in places:
            for method in ("GET", "HEAD", "GET"):
                assert client.request(method, place).status_code == 200, place
        assert stand(here, ada) == {"news": True, "offers": True, "inside": True}
        page = client.get(places[0]).text
        assert 'lang="de"' in page and "„Neuigkeiten“" in page and "<script" not in page
        done = client.post(places[0])

    assert done.status_code == 200 and "Sie sind abgemeldet" in done.text
    assert stand(here, ada) == {"news": False, "offers": True, "inside": True}


def test_the_preference_page_takes_and_gives_single_topics_and_a_whole_channel(here: House) -> None:
    ada = known(here, "ada@example.com", "news", "inside")
    place = f"/preferences/{token(here, 'preferences', ada)}"

    with visitor(here) as client:
        page = client.get(place).text
        assert "Twice a month." in page and "Inside" not in page
        assert re.search(r'name="t:email:news" value="yes" checked', page)
        assert not re.search(r'name="t:email:offers" value="yes" checked', page)

        saved = client.post(place, data={"t:email:offers": "yes"})
        assert "Saved." in saved.text
        assert stand(here, ada) == {"news": False, "offers": True, "inside": True}

        client.post(place, data={"t:email:offers": "yes", "s:email": "yes"})
        assert stand(here, ada) == {"news": False, "offers": False, "inside": False}

        client.post(place, data={"t:email:news": "yes"})
        assert stand(here, ada) == {"news": True, "offers": False, "inside": True}
        before = here.rows("select count(*) from consent_record")
        client.post(place, data={"t:email:news": "yes"})
        assert here.rows("select count(*) from consent_record") == before, "what stands is not written again"


def test_pages_are_branded_and_take_nothing_in_but_their_own_style(here: House) -> None:
    brand = {"name": "Fern <b>& Field", "logo": "https://x.example/logo.png", "accent": "#ffee00", "address": "1 Road"}
    here.ask("PUT", "/api/v1/settings", {"brand": brand})

    with visitor(here, "ar-EG, en;q=0.5") as client:
        answer = client.get("/f/main/signup")

    assert 'dir="rtl"' in answer.text and "Fern &lt;b&gt;&amp; Field" in answer.text and "1 Road" in answer.text
    assert "--on-accent: #000000" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors *" in policy
    assert Brand(accent="#0f766e").on_accent == "#ffffff"
    wrong = here.client.put("/api/v1/settings", json={"brand": {"accent": "red; }"}})
    assert wrong.status_code == 400
    assert here.client.put("/api/v1/settings", json={"brand": {"logo": "javascript:alert(1)"}}).status_code == 400


def fill(here: House, client: httpx.Client, **values: str) -> httpx.Response:
    """Open the form, read it for some seconds, and send it."""
    seen = re.search(r'name="_seen" value="([^"]+)"', client.get("/f/main/signup").text)
    assert seen is not None
    here.clock.advance(5 * SECOND)
    return client.post("/f/main/signup", data={"_seen": seen[1], **values})


def mails(here: House, address: str) -> list[Any]:
    here.settle()
    return [mail for mail in here.mail if mail.to == address]


def test_a_sign_up_at_night_is_asked_at_once_and_welcomed_when_the_button_is_pressed(here: House) -> None:
    with visitor(here, "de") as client:
        done = fill(here, client, email=" Ada@Example.com ", first_name="<b>Ada</b> https://spam.example")
        (mail,) = mails(here, "ada@example.com")
        assert "Schauen Sie in Ihr Postfach" in done.text
        assert mail.at == here.clock.now() and mail.message["subject"] == "Bitte bestätigen Sie Ihre Adresse"
        body = mail.message.get_body(("plain",)).get_content() + mail.message.get_body(("html",)).get_content()
        assert "spam.example" not in body and "Ada" not in body
        assert here.rows("select count(*) from run") == [0]
        link = re.search(r"https?://\S+?/confirm/[A-Za-z0-9_-]+", body)
        assert link is not None
        path = link[0].removeprefix(here.url)

        here.clock.advance(3 * MINUTE)
        client.get(path)
        assert mails(here, "ada@example.com") == [mail]
        pressed = client.post(path)
        asked, welcome = mails(here, "ada@example.com")

        assert "Danke, Sie sind angemeldet" in pressed.text
        assert (asked, welcome.message["subject"], welcome.at) == (mail, "Hi", here.clock.now())
        assert client.post(path).status_code == 200 and len(mails(here, "ada@example.com")) == 2
        here.clock.advance(15 * 24 * HOUR)
        assert client.post(path).status_code == 410

    (contact,) = here.rows("select id from contact")
    proof = here.ask("GET", f"/api/v1/contacts/{contact}/consent")["records"]
    assert [(one["state"], one["method"]) for one in proof] == [("pending", "form"), ("subscribed", "double_opt_in")]
    assert here.rows("select name from event order by id") == ["Form Submitted", "Form Confirmed"]


def test_a_form_that_is_abused_sends_one_mail_to_a_victim_in_any_hour(here: House) -> None:
    with visitor(here) as client:
        for number in range(30):
            where = client if number % 2 else visitor(here, "de")
            fill(here, where, email="victim@example.com", first_name=f"n{number}")
            here.clock.advance(MINUTE)
            if where is not client:
                where.close()
        first = len(mails(here, "victim@example.com"))
        here.clock.advance(HOUR)
        fill(here, client, email="VICTIM@example.com")
        second = len(mails(here, "victim@example.com"))

    assert (first, second) == (1, 2)


def test_robots_are_thanked_and_forgotten_and_the_hasty_are_asked_again(here: House) -> None:
    with visitor(here) as client:
        robot = fill(here, client, email="robot@example.com", website="https://spam.example")
        seen = re.search(r'name="_seen" value="([^"]+)"', client.get("/f/main/signup").text)
        assert seen is not None
        hasty = client.post("/f/main/signup", data={"email": "hasty@example.com", "_seen": seen[1]})
        forged = client.post("/f/main/signup", data={"email": "forged@example.com", "_seen": "x" + seen[1]})
        here.clock.advance(25 * HOUR)
        late = client.post("/f/main/signup", data={"email": "late@example.com", "_seen": seen[1]})

    assert "Look into your mailbox" in robot.text
    for answer in (hasty, forged, late):
        assert "Please send it once more" in answer.text and "@example.com" in answer.text
    assert here.rows("select count(*) from contact") == [0] and here.mail == []


def test_wrong_fields_are_named_beside_them_and_what_was_written_stays(here: House) -> None:
    with visitor(here) as client:
        answer = fill(here, client, email="nobody", first_name='"><script>', size="XXL")

    assert "This is not an email address." in answer.text and "Please choose one of these." in answer.text
    assert 'value="nobody"' in answer.text and "<script" not in answer.text and 'aria-invalid="true"' in answer.text


def test_a_form_overwrites_nothing_of_somebody_who_is_known_and_does_not_tell_that_they_are(here: House) -> None:
    ada = known(here, "ada@example.com", "news", first_name="Ada")
    left = known(here, "left@example.com")
    body = {"channel": "email", "topic": "", "state": "unsubscribed"}
    here.ask("PUT", f"/api/v1/contacts/{left}/consent", body)

    with visitor(here) as client:
        answers = [
            fill(here, client, email=f"{name}@example.com", first_name="Eve", size="L")
            for name in ("ada", "left", "new")
        ]

    titles = {re.search(r"<h1>(.*?)</h1>", answer.text)[1] for answer in answers}  # type: ignore[index]
    assert titles == {"Look into your mailbox"}
    assert here.ask("GET", f"/api/v1/contacts/{ada}")["attributes"]["first_name"] == "Ada"
    assert mails(here, "ada@example.com")[0].message["subject"] == "Hi", "who had agreed enters the journey at once"
    assert len(mails(here, "left@example.com")) == 1 and not stand(here, left)["news"]


def test_too_many_from_one_place_are_asked_to_wait(here: House) -> None:
    with visitor(here) as client:
        codes = [fill(here, client, email=f"p{n}@example.com").status_code for n in range(22)]

    assert codes == [200] * 20 + [429] * 2


def test_every_language_says_everything() -> None:
    sentences = {language: rendering._all_words()[language] for language in rendering.languages()}

    assert set(sentences) == {"en", "de", "fr", "es", "nl", "ar"}
    for language, words in sentences.items():
        assert set(words) == set(sentences["en"]), language
        for name, text in words.items():
            assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", sentences["en"][name]), (language, name)
    assert rendering.language_of(["pt-BR", "de_CH"]) == "de" and rendering.language_of([]) == "en"
    assert rendering.accepted("fr;q=0.5, de-AT, en;q=0.9, x;q=bad") == ["de-AT", "en", "fr"]
