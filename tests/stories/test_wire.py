"""A thousand letters on the wire, of every stock template, to people whose names try everything: what receivers demand is in each."""

from __future__ import annotations

import collections
import random
import re
from typing import Any

import dkim
import pytest

from tests.support.house import House, Mail, house
from tidings.channels.mail import domains
from tidings.http.checks import sendings
from tidings.templates.stocked import stock

NOW = 1_793_494_980_000
EACH = 125
NASTY = (
    "Ada",
    "Zoë Ångström",
    "李小龍",
    "عائشة",
    "👩🏽‍🚀 of the sky",
    'Bobby "Tables" O\'Neil, Jr. <b@x.org>',
    "Eve\r\nBcc: eve@evil.example",
    "Eve\nX-Evil: 1\n\n<p>body</p>",
    "Eve\u2028Bcc: eve@evil.example",
    "Eve\x0b\x0c\x1fX-Evil: 1",
    "=?utf-8?q?Bcc:_eve@evil.example?=",
    "x" * 3_000,
    "{{ 7 * 7 }}{% raw %}",
    "",
)
EXPECTED = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "feedback-id",
    "mime-version",
    "content-type",
    "dkim-signature",
}
WAYS_OUT = r"<(https?://[^>\s]+)>,\s*<mailto:(u\+[0-9a-f]+@bounces\.example\.org)>"
BULK = {"list-unsubscribe", "list-unsubscribe-post", "list-id"}
PRODUCT = {
    "name": "Tea",
    "price": "4.20",
    "url": "https://shop.example/tea",
    "image": "https://shop.example/tea.png",
    "quantity": 2,
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Mail], bytes]:
    """(what a real mail server took, the record that publishes the key)."""
    with house(tmp_path_factory.mktemp("wire") / "data", NOW) as here:
        record = signing(here)
        letters = sorted(stock())
        for name in letters:
            document = stock()[name]
            document = document if document["class"] == "service" else document | {"topic": "news"}
            here.ask("POST", "/api/v1/documents/publish", document)
            journey = {"journey": name, "triggers": [{"event": name}]}
            journey["steps"] = {"s": {"send": {"channel": "email", "template": name}, "next": "end"}}
            here.ask("POST", "/api/v1/documents/publish", journey)
        chance = random.Random(5)
        calls = [call for number, name in enumerate(letters * EACH) for call in person(number, name, chance)]
        for at in range(0, len(calls), 400):
            answer = here.client.post("/v1/batch", json={"batch": calls[at : at + 400]}, headers=here.basic())
            assert answer.status_code == 200, answer.text
        here.until(NOW + 60_000)
        assert here.rows("select count(*) from message where state = 'sent'") == [len(letters) * EACH]
        return list(here.mail), record


def signing(here: House) -> bytes:
    """The account signs, and has a return path; the record is that which the domain check says to paste."""
    (account,) = [one for one in here.ask("GET", "/api/v1/accounts")["items"] if one["name"] == "mail"]
    config = account["config"] | {
        "dkim_domain": "example.org",
        "dkim_selector": "t",
        "bounce_domain": "bounces.example.org",
    }
    config |= {
        "mailbox": {"host": "127.0.0.1", "port": 1, "security": "none", "username": "x"},
        "sender_name": "Fern, “Field”",
    }
    here.ask("PUT", "/api/v1/accounts/mail", {"plugin": "email", "config": config, "is_default": True})
    from tidings.channels import loader, service as channels

    sending = sendings(here.database.read_now(channels.accounts), loader.load())["mail"]
    assert domains.is_aligned(sending.dkim_domain, sending.domain)
    return f"v=DKIM1; k={sending.dkim_type}; p={sending.dkim_key}".encode()


def person(number: int, letter: str, chance: random.Random) -> list[dict[str, Any]]:
    name, user = chance.choice(NASTY), f"u{number}"
    traits = {
        "email": f"{user}@example.com",
        "first_name": name,
        "name": name,
        "locale": chance.choice(["de", "en", "fr-CA"]),
    }
    traits |= {"consent": {"email": {"news": "subscribed"}}}
    properties = {
        "products": [PRODUCT | {"name": chance.choice(NASTY) or "Tea"}],
        "order_id": chance.choice(NASTY),
        "total": 4.2,
    }
    return [
        {"type": "identify", "userId": user, "traits": traits},
        {"type": "track", "userId": user, "event": letter, "properties": properties},
    ]


def test_every_letter_carries_what_receivers_of_bulk_demand(sent: tuple[list[Mail], bytes]) -> None:
    seen = collections.Counter[str]()
    for mail in sent[0]:
        told = mail.message
        names = [name.lower() for name in told]
        is_bulk = "list-unsubscribe" in names
        seen["bulk" if is_bulk else "other"] += 1
        assert set(names) == (EXPECTED | BULK if is_bulk else EXPECTED), names
        assert len(names) == len(set(names))
        assert told["To"].addresses[0].addr_spec == mail.to
        assert told["From"].addresses[0].addr_spec == "news@example.org"
        assert re.fullmatch(r"<[0-9a-f]+@example\.org>", str(told["Message-ID"]))
        assert re.fullmatch(r"b\+[0-9a-f]+@bounces\.example\.org", mail.sender)
        assert told.defects == []
        if is_bulk:
            ways = re.fullmatch(WAYS_OUT, str(told["List-Unsubscribe"]))
            assert ways is not None and told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert told["List-Id"] == "<news.example.org>"
            html = told.get_body(("html",)).get_content()
            assert ways[1] in html and len(html.encode()) < 102_000
            assert ways[1] in told.get_body(("plain",)).get_content()
    assert seen == {"bulk": 7 * EACH, "other": EACH}


def test_every_line_is_as_mail_demands(sent: tuple[list[Mail], bytes]) -> None:
    for mail in sent[0]:
        assert max(map(len, mail.raw.split(b"\r\n"))) <= 998
        assert b"\0" not in mail.raw
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw)
        assert mail.raw.isascii()


def test_every_signature_verifies_and_covers_the_way_out(sent: tuple[list[Mail], bytes]) -> None:
    mails, record = sent
    for mail in mails:
        assert dkim.verify(mail.raw, dnsfunc=lambda name, timeout=5: record), mail.to
        signed = re.sub(r"\s", "", str(mail.message["DKIM-Signature"]))
        covered = set(re.search(r";h=([^;]*)", signed)[1].split(":"))  # type: ignore[index]
        assert covered >= {"from", "to", "subject", "date", "message-id"}
        if mail.message["List-Unsubscribe"]:
            assert covered >= {"list-unsubscribe", "list-unsubscribe-post", "list-id"}


def test_no_name_became_a_header_or_a_command(sent: tuple[list[Mail], bytes]) -> None:
    assert len({mail.to for mail in sent[0]}) == len(sent[0]), "nobody else was written to"
    for mail in sent[0]:
        head = mail.raw.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nbcc:" not in head and b"\r\nx-evil" not in head
