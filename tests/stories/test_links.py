"""Scanners fetch every link of every letter; nothing of that changes consent, suppression, a confirmation or a form.

`TIDINGS_TEST_LETTERS` says of how many letters; the release is tried with 10,000.
"""

from __future__ import annotations

import asyncio
import collections
import os
import re
import time
from pathlib import Path
from typing import Any

import httpx

from tests.support.house import House, Mail, house
from tidings.runtime.sql import Statement

NOW = 1_793_494_980_000
LETTERS = int(os.environ.get("TIDINGS_TEST_LETTERS", "200"))
AT_ONCE = 24
TEMPLATE = {
    "template": "news",
    "class": "promotional",
    "topic": "news",
    "subject": "News",
    "html": "<p><a href='https://shop.example/a'>a</a> <a href='https://shop.example/b'>b</a> "
    "<a href='{{ preferences_url }}'>choose</a> <a href='{{ view_url }}'>look</a></p>",
}
FORM = {"form": "signup", "title": "News", "topic": "news", "fields": [{"name": "email", "label": "Email"}]}
CAMPAIGN = {"campaign": "spring", "template": "news", "audience": {"consent": {"channel": "email", "topic": "news"}}}
KEPT = ("consent_record", "consent_state", "suppression", "confirmation", "contact", "address", "waiting_entry")


def test_looking_changes_nothing_and_the_button_works_without_cookies(tmp_path: Path) -> None:
    with house(tmp_path / "data", NOW) as here:
        mails = letters(here)
        links = {link for mail in mails for link in links_of(here, mail)}
        kinds = collections.Counter(re.sub(r"https?://[^/]+/(\w+)/.*", r"\1", link) for link in links)
        assert all(kinds[kind] >= LETTERS for kind in ("c", "o", "u", "preferences", "view")), kinds
        links |= {confirm(here), f"{here.url}/f/main/signup"}
        before = kept(here)

        answers = asyncio.run(scanned(links))

        assert set(answers) <= {200, 302, 303, 307}, answers
        assert sum(answers.values()) == 2 * len(links)
        assert kept(here) == before
        outs = sorted(link for link in links if "/u/" in link)
        with httpx.Client(cookies=None, timeout=10) as client:
            for link in outs[:20]:
                done = client.post(link, data={"List-Unsubscribe": "One-Click"})
                assert done.status_code == 200 and "set-cookie" not in done.headers
        assert here.rows("select count(*) from consent_state where state = 'unsubscribed'") == [20]


def letters(here: House) -> list[Mail]:
    for document in (TEMPLATE, FORM):
        here.ask("POST", "/api/v1/documents/publish", document)
    people = [
        {
            "type": "identify",
            "userId": f"u{n}",
            "traits": {"email": f"u{n}@example.com", "consent": {"email": {"news": "subscribed"}}},
        }
        for n in range(LETTERS)
    ]
    for at in range(0, LETTERS, 400):
        answer = here.client.post("/v1/batch", json={"batch": people[at : at + 400]}, headers=here.basic())
        assert answer.status_code == 200, answer.text
    here.ask("POST", "/api/v1/documents/publish", CAMPAIGN)
    here.ask("POST", "/api/v1/campaigns/spring/launch")
    here.clock.advance(40_000)  # until then it can be called back
    for _ in range(LETTERS // 5 + 100):
        here.ring()
        if len(here.mail) == LETTERS:
            break
        time.sleep(0.1)
    here.settle()
    assert len(here.mail) == LETTERS
    return list(here.mail)


def links_of(here: House, mail: Mail) -> set[str]:
    html = mail.message.get_body(("html",))
    assert html is not None
    text = html.get_content().replace("&amp;", "&") + str(mail.message["List-Unsubscribe"])
    return {link for link in re.findall(r"https?://[^\s\"'<>]+", text) if link.startswith(here.url)}


def confirm(here: House) -> str:
    """The link of somebody who was asked whether it was them."""
    here.clock.advance(20_000)
    with httpx.Client(base_url=here.url, timeout=10) as visitor:
        hidden = dict(
            re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visitor.get("/f/main/signup").text)
        )
        here.clock.advance(20_000)
        assert visitor.post("/f/main/signup", data=hidden | {"email": "new@example.com"}).status_code == 200
    here.until(here.clock.now() + 1_000)
    body = here.mail[-1].message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/confirm/[\w-]+", body.get_content())
    assert found is not None
    return found[0]


async def scanned(links: set[str]) -> dict[int, int]:
    """How often each status was answered, to GET and to HEAD of every link."""
    answers, waiting = collections.Counter[int](), iter(sorted(links))
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=AT_ONCE)) as client:

        async def work() -> None:
            for link in waiting:
                for method in ("HEAD", "GET"):
                    answers[(await client.request(method, link)).status_code] += 1

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return dict(answers)


def kept(here: House) -> dict[str, Any]:
    """Everything that a person has decided, as it is written."""

    def unit(tx: Any) -> dict[str, Any]:
        found = {name: tx.values(Statement("look", f"select count(*) from {name}")) for name in KEPT}
        found["states"] = tx.values(
            Statement("look", "select state from consent_state order by contact_id, channel, topic")
        )
        found["forms"] = tx.values(Statement("look", "select count(*) from event where name = 'Form Submitted'"))
        return found

    return here.database.read_now(unit)
