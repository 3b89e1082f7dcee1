"""A letter to seven people comes back in seven ways, through a real mailbox; each has exactly its consequence, once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.http.test_server import eventually
from tests.support import returned
from tests.support.house import House, Mail, house
from tests.support.imap import Imap, imap
from tests.support.stores import KINDS

NOW = 1_767_600_000_000
PEOPLE = ("ada", "bo", "cy", "dee", "eve", "fay", "gus")
TEMPLATE = {"template": "news", "class": "promotional", "topic": "news", "subject": "News", "text": "Hello"}
JOURNEY = {
    "journey": "asks",
    "triggers": [{"event": "Asked"}],
    "steps": {
        "ask": {"send": {"channel": "email", "template": "news"}, "next": "answer"},
        "answer": {"wait_for": {"event": "message.replied", "timeout": "9d"}, "next": "heard", "on_timeout": "end"},
        "heard": {"update": {"attributes": {"heard": True}}, "next": "end"},
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_to_come_back_has_its_consequence_once(kind: str, tmp_path: Path, request: Any) -> None:
    dsn = ""
    if kind == "postgres":
        dsn = request.getfixturevalue("postgres_dsn")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("drop schema if exists ws_main cascade")
            connection.execute("drop schema if exists tidings cascade")
    with imap() as box, house(tmp_path / "data", NOW, dsn) as here:
        mails = sent_to_everybody(here, box)
        come_back(box, mails)
        eventually(lambda: len(events(here)) == 1)
        here.settle()

        assert {
            row["value"]: (row["scope"], row["reason"]) for row in here.ask("GET", "/api/v1/suppressions")["items"]
        } == {
            "ada@example.com": ("all", "hard_bounce"),
            "bo@example.com": ("marketing", "complaint"),
        }
        assert states(here) == {
            "ada": "bounced",
            "bo": "complained",
            "cy": "sent",
            "dee": "sent",
            "eve": "sent",
            "fay": "sent",
            "gus": "bounced",
        }
        assert standing(here, "fay") == "unsubscribed"
        assert standing(here, "gus") == "subscribed"
        (reply,) = events(here)
        assert reply["properties"]["text"] == "Tell me more!"
        assert reply["properties"]["topic"] == "news"
        heard = [one for one in here.ask("GET", "/api/v1/contacts")["items"] if one["attributes"].get("heard")]
        assert [one["attributes"]["email"] for one in heard] == ["cy@example.com"]

        taken = [
            (one["type"], one["class"], one["is_ours"])
            for one in here.ask("GET", "/api/v1/accounts/mail/mail")["items"]
        ]
        assert sorted(taken) == sorted(
            [
                ("bounce", "hard", True),
                ("complaint", "none", True),
                ("reply", "none", True),
                ("auto_reply", "none", True),
                ("bounce", "hard", False),
                ("unsubscribe", "none", True),
                ("bounce", "block", True),
            ]
        )

        before = here.rows("select count(*) from report")
        come_back(box, mails)
        eventually(lambda: cursor_is_at_the_end(here, box))
        assert here.rows("select count(*) from report") == before
        assert len(events(here)) == 1
        assert "\\Seen" not in {flag for flags in box.seen()[4:] for flag in flags}


def sent_to_everybody(here: House, box: Imap) -> dict[str, Mail]:
    account = next(one for one in here.ask("GET", "/api/v1/accounts")["items"] if one["name"] == "mail")
    config = account["config"] | {"mailbox": box.config, "bounce_domain": "bounces.example.org"}
    here.ask("PUT", "/api/v1/accounts/mail", {"plugin": "email", "config": config, "is_default": True})
    shown = next(one for one in here.ask("GET", "/api/v1/accounts")["items"] if one["name"] == "mail")["config"]
    assert shown["mailbox"]["password"] == shown["return_secret"] == "••••••"
    eventually(lambda: here.rows("select count(*) from plugin_record where kind = 'poll'") == [1])
    for document in (TEMPLATE, JOURNEY):
        here.ask("POST", "/api/v1/documents/publish", document)
    for name in PEOPLE:
        traits = {"email": f"{name}@example.com", "consent": {"email": {"news": "subscribed"}}}
        calls = [
            {"type": "identify", "userId": name, "traits": traits},
            {"type": "track", "userId": name, "event": "Asked"},
        ]
        answer = here.client.post("/v1/batch", json={"batch": calls}, headers=here.basic())
        assert answer.status_code == 200, answer.text
    eventually(lambda: len(here.mail) == len(PEOPLE))
    keys = set(here.rows("select key from message"))
    assert not any(key in mail.message.as_string() for key in keys for mail in here.mail), (
        "nobody can count up from a seal"
    )
    return {mail.to.partition("@")[0]: mail for mail in here.mail}


def come_back(box: Imap, mails: dict[str, Mail]) -> None:
    back = "news@example.org"
    forged = mails["eve"].message
    forged.replace_header("Message-ID", "<b-7@example.org>")
    out = re.search(r"mailto:(\S+?)>", str(mails["fay"].message["List-Unsubscribe"]))
    assert out is not None
    box.deliver(
        returned.report(mails["ada"].message, to=back),
        returned.complaint(mails["bo"].message, to=back),
        returned.answer(mails["cy"].message, "Tell me more!", sender="Cy <cy@example.com>", to=back),
        returned.answer(mails["dee"].message, "Away", sender="dee@example.com", to=back, Auto_Submitted="auto-replied"),
        returned.report(forged, to=back),
        f"From: fay@example.com\r\nTo: {out[1]}\r\nSubject: unsubscribe\r\n\r\n".encode(),
        returned.report(
            mails["gus"].message, to=back, status="5.7.1", words="smtp; 554 5.7.1 blocked using zen.spamhaus.org"
        ),
    )


def events(here: House) -> list[Any]:
    found: list[Any] = here.ask("GET", "/api/v1/events?name=message.replied")["items"]
    return found


def states(here: House) -> dict[str, str]:
    addresses, found = (here.rows(f"select {column} from message order by id") for column in ("address", "state"))
    return {address.partition("@")[0]: state for address, state in zip(addresses, found, strict=True)}


def standing(here: House, name: str) -> str:
    (found,) = here.rows(
        "select s.state from consent_state s join address a on a.contact_id = s.contact_id "
        f"where a.value = '{name}@example.com' and s.topic = 'news'"
    )
    return str(found)


def cursor_is_at_the_end(here: House, box: Imap) -> bool:
    (body,) = here.rows("select body from plugin_record where kind = 'poll'")
    return str(100 + len(box.seen())) in str(body)
