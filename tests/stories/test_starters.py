"""The journeys that come along are whole: installed in one go, published as they are, and the first of them lived through a night."""

from __future__ import annotations

import email as mail_reader
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.test_pages import NOW
from tests.http.test_server import eventually
from tests.makers import DAY, SECOND
from tests.support import returned
from tests.support.house import House, house
from tests.support.imap import imap
from tidings.documents.starters import starters

NAMES = list(starters())


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_is_installed_and_published_without_a_word_changed(name: str, tmp_path: Path) -> None:
    with house(tmp_path / "data", NOW) as here:
        found = here.ask("POST", f"/api/v1/starters/{name}", {"topic": "offers"})

        assert set(found["made"]) >= {f"template {one}" for one in starters()[name].templates} | {"topic offers"}
        draft = here.ask("GET", f"/api/v1/documents/journey/{found['journey']}")["draft"]
        assert [one for one in draft["problems"] if one["level"] == "error"] == []
        plan = here.ask("POST", "/api/v1/documents/plan", draft["document"])
        assert plan["warnings"] == []
        here.ask("POST", "/api/v1/documents/publish", draft["document"])
        assert here.ask("GET", f"/api/v1/journeys/{found['journey']}")["state"] == "active"

        again = here.client.post(f"/api/v1/starters/{name}", json={})
        assert again.status_code == 409 and "already" in again.text
        other = here.ask("POST", f"/api/v1/starters/{name}", {"name": "second"})
        assert other["journey"] == "second" and f"template {starters()[name].templates[0]}" in other["kept"]


def test_a_starter_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with house(tmp_path / "data", NOW) as here:
        answer = here.client.post("/api/v1/starters/nothing", json={})

    assert answer.status_code == 404 and all(name in answer.text for name in NAMES)


def test_whoever_signs_up_at_night_is_asked_greeted_and_heard(tmp_path: Path) -> None:
    """02:13 on a Sunday: the question at once, the welcome within a second of the button, the answer in the morning."""
    with imap() as box, house(tmp_path / "data", NOW) as here:
        hearing(here, box.config)
        installed = here.ask("POST", "/api/v1/starters/welcome", {})
        draft = here.ask("GET", f"/api/v1/documents/journey/{installed['journey']}")["draft"]
        here.ask("POST", "/api/v1/documents/publish", draft["document"])

        with httpx.Client(base_url=here.url, timeout=10) as visitor:
            page = visitor.get("/f/main/signup").text
            here.clock.advance(20 * SECOND)
            answer = visitor.post(
                "/f/main/signup", data=fields(page) | {"email": "ada@example.com", "first_name": "Ada"}
            )
            assert answer.status_code == 200, answer.text
            here.until(here.clock.now() + SECOND)
            (asked,) = here.mail
            assert asked.at <= NOW + 21 * SECOND
            link = re.search(r"https?://\S+/confirm/[\w-]+", str(asked.message.get_body(("plain",)).get_content()))
            assert link is not None
            here.until(NOW + 5 * 60 * SECOND)
            assert len(here.mail) == 1, "nobody is greeted who has not confirmed"
            pressed = here.clock.now()
            visitor.post(link[0])
        here.until(pressed + SECOND)
        assert [mail.message["Subject"] for mail in here.mail[1:]] == ["Welcome, Ada"]
        assert here.mail[1].at <= pressed + SECOND

        here.until(pressed + 7 * 3_600 * SECOND)
        box.deliver(
            returned.answer(here.mail[1].message, "How do I order?", sender="ada@example.com", to="news@example.org")
        )
        eventually(lambda: here.ask("GET", "/api/v1/events?name=message.replied")["items"])
        (heard,) = here.ask("GET", "/api/v1/events?name=message.replied")["items"]
        assert heard["properties"]["text"] == "How do I order?"
        assert heard["properties"]["message_id"]

        here.until(pressed + 3 * DAY)
        assert [mail.message["Subject"] for mail in here.mail[2:]] == ["Three things to begin with"]
        assert mail_reader.utils.parsedate_to_datetime(here.mail[2].message["Date"]).weekday() < 5


def hearing(here: House, mailbox: dict[str, Any]) -> None:
    """The account reads its mailbox."""
    (account,) = [one for one in here.ask("GET", "/api/v1/accounts")["items"] if one["name"] == "mail"]
    config = account["config"] | {"mailbox": mailbox}
    here.ask("PUT", "/api/v1/accounts/mail", {"plugin": "email", "config": config, "is_default": True})
    eventually(lambda: here.rows("select count(*) from plugin_record where kind = 'poll'") == [1])


def fields(page: str) -> dict[str, str]:
    """What a form carries beside what people write."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
