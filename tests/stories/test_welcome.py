"""Ten people, two SDKs, one journey of five steps: each gets exactly what is theirs, and can be told why.

It begins on Friday 30 October 2026 at 20:00 UTC, two days before clocks in New York go back.
"""

from __future__ import annotations

import collections
import datetime as dt
import re
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import segment.analytics as segment
from msgspec import Struct

from tests.support.house import House, Mail, house
from tests.support.segment import NodeSdk, install
from tests.support.stores import KINDS

BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
SCANNER = {"user-agent": "ExampleMailScanner/1.0 (bot; +https://scanner.example)"}
JOURNEY = {
    "journey": "welcome",
    "triggers": [{"event": "Signed Up"}],
    "goal": {"event": "Order Completed"},
    "exit": [{"attribute": "status", "eq": "left"}],
    "steps": {
        "hello": {"send": {"channel": "email", "template": "hello"}, "next": "pause"},
        "pause": {"wait": {"for": "2d", "window": {"from": "09:00", "to": "17:00"}}, "next": "which"},
        "which": {
            "branch": [
                {"when": {"message": "hello", "did": "clicked"}, "next": "look"},
                {"when": {"attribute": "plan", "eq": "pro"}, "next": "look"},
            ],
            "else": "end",
        },
        "look": {"wait_for": {"event": "Pricing Viewed", "timeout": "3d"}, "next": "offer"},
        "offer": {"send": {"channel": "email", "template": "offer"}, "next": "end"},
    },
}
HTML = '<p>Hello {{ contact.first_name }}, <a href="https://shop.example/%s">look here</a></p>'
TEMPLATES = [
    {"template": name, "class": "promotional", "topic": "news", "subject": f"{name}, {{{{ contact.first_name }}}}"}
    | {"html": HTML % name}
    for name in ("hello", "offer")
]
CLICKS, LOOKS = "ada", "ada"
PRO = ("pia", "uma", "lee", "kenji", "nyx", "tom")
NODE, PYTHON = ("ada", "ida", "kenji", "bo", "tom"), ("pia", "uma", "lee", "nyx", "ben")
BUYERS, SILENT = ("bo", "ben"), "tom"
ZONES = {"kenji": "Asia/Tokyo", "nyx": "America/New_York"}


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp() * 1_000)


def shown(at: int) -> str:
    return dt.datetime.fromtimestamp(at / 1_000, dt.UTC).strftime("%d %b %H:%M")


def traits(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"email": f"{name}@example.com", "firstName": name.title()}
    found |= {"timezone": ZONES.get(name, "Europe/Berlin"), "plan": "pro" if name in PRO else "free"}
    return found if name == SILENT else found | {"consent": {"email": {"news": "subscribed"}}}


class Told(Struct, kw_only=True):
    """What a telling of the story left behind."""

    mail: list[Mail]
    explained: dict[str, Any]
    dump: dict[str, list[Any]]
    consent: dict[str, Any]
    """Consent and suppression, before and after links were fetched."""


def people_sign_up(here: House) -> None:
    key, failures = here.key("track"), list[Any]()
    client = segment.Client(key, host=here.url, gzip=True, on_error=lambda error, _: failures.append(error))
    with NodeSdk(here.url, key) as sdk:
        for name in NODE:
            sdk.call("identify", userId=name, traits=traits(name))
            sdk.call("track", userId=name, event="Signed Up", properties={"form": "footer"})
            if name in BUYERS:
                sdk.call("track", userId=name, event="Order Completed", properties={"total": 9})
        for name in PYTHON:
            client.identify(name, traits(name))
            client.track(name, "Signed Up", {"form": "footer"})
            if name in BUYERS:
                client.track(name, "Order Completed", {"total": 9})
        assert sdk.flush() == []
    client.shutdown()
    assert failures == []


def links(mail: Mail) -> list[str]:
    """Every address in a mail: body, pixel and headers."""
    body = mail.message.get_body(("html",))
    assert body is not None
    return re.findall(r'(?:href|src)="(http[^"]+)"', body.get_content()) + re.findall(
        r"<(http[^>]+)>", mail.message["List-Unsubscribe"]
    )


def fetch(mails: list[Mail], headers: dict[str, str]) -> None:
    """Follow every link as mail scanners and browsers do; nothing is posted and nothing redirected."""
    with httpx.Client(headers=headers) as client:
        for link in [link for mail in mails for link in links(mail)]:
            for method in ("HEAD", "GET"):
                assert client.request(method, link).status_code in (200, 302), link


def consent(here: House) -> list[Any]:
    states = "select contact_id || ' ' || channel || ' ' || topic || ' ' || state || ' ' || at from consent_state"
    listed = "select kind || ' ' || value || ' ' || scope from suppression"
    return [sorted(here.rows(states)), here.rows("select count(*) from consent_record"), here.rows(listed)]


def post_one_click(mail: Mail) -> None:
    """RFC 8058, with nothing but what stands in the header."""
    (link,) = re.findall(r"<(https?://[^>]+)>", mail.message["List-Unsubscribe"])
    how, _, value = mail.message["List-Unsubscribe-Post"].partition("=")
    assert httpx.post(link, data={how: value}).status_code == 200


def to(here: House, name: str) -> Mail:
    return next(mail for mail in here.mail if mail.to == f"{name}@example.com")


def track(here: House, name: str, event: str) -> None:
    body = {"userId": name, "event": event}
    assert httpx.post(f"{here.url}/v1/track", json=body, headers=here.basic()).status_code == 200


def tell(here: House) -> Told:
    for document in (*TEMPLATES, JOURNEY):
        here.ask("POST", "/api/v1/documents/publish", document)
    people_sign_up(here)
    here.settle()
    before = consent(here)
    fetch(here.mail, SCANNER)
    after = consent(here)

    here.until(utc("2026-10-30 20:05"))
    (clicked,) = {link for link in links(to(here, CLICKS)) if "/c/" in link}
    assert httpx.get(clicked, headers=BROWSER).headers["location"] == "https://shop.example/hello"
    here.until(utc("2026-10-31 12:00"))
    post_one_click(to(here, "uma"))
    here.until(utc("2026-11-02 10:00"))
    track(here, LOOKS, "Pricing Viewed")
    here.until(utc("2026-11-03 12:00"))
    left = {"userId": "lee", "traits": {"status": "left"}}
    assert httpx.post(f"{here.url}/v1/identify", json=left, headers=here.basic()).status_code == 200
    here.until(utc("2026-11-10 12:00"))

    before_browser = consent(here)
    fetch(here.mail, BROWSER)
    fetched = {"scanner": (before, after), "browser": (before_browser, consent(here))}
    found = {name: here.ask("GET", f"/api/v1/contacts?q={name}@example.com")["items"] for name in (*NODE, *PYTHON)}
    told = {name: here.ask("GET", f"/api/v1/contacts/{one['id']}/explain") for name, (one,) in found.items()}
    return Told(mail=here.mail, explained=told, dump=dump(here), consent=fetched)


COLUMNS = {
    "run x": "state reason started_at ended_at trigger_name entry_key",
    "message x": "step state reason class channel topic address due_at sent_at attempts visit",
    "decision x": "x.kind outcome reason evidence x.at",
    "consent_record x": "channel topic state method x.at",
    "engagement x": "x.kind url verdict x.at",
    "refusal x": "reason refusal_count",
    "event x": "name x.kind properties received_at",
}
NAMED = "join identifier i on i.contact_id = x.contact_id and i.kind = 'user_id'"


def dump(here: House) -> dict[str, list[str]]:
    """Every row that says what was decided, by people's own names and without ids."""

    def line(columns: list[str]) -> str:
        return " || '|' || ".join(f"coalesce(cast({column} as text), '-')" for column in columns)

    found = {
        table: here.rows(f"select {line(['i.value', *columns.split()])} from {table} {NAMED}")
        for table, columns in COLUMNS.items()
    }
    found["steps"] = here.rows(f"select {line(['step', 'exit', 'passed_count'])} from step_count")
    return {name: sorted(_plain(row) for row in rows) for name, rows in found.items()}


def _plain(row: str) -> str:
    """JSON in one spelling."""

    def same(match: re.Match[str]) -> str:
        return msgspec.json.encode(msgspec.json.decode(match[0]), order="sorted").decode()

    return re.sub(r"\{.*\}", same, row)


def play(kind: str, folder: Path, dsn: str) -> Told:
    if kind == "postgres":
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("drop schema if exists ws_main cascade; drop schema if exists tidings cascade")
    url = dsn if kind == "postgres" else ""
    with house(folder / "data", utc("2026-10-30 20:00"), url) as here:
        return tell(here)


def test_ten_people_get_exactly_what_is_theirs_and_both_databases_decide_the_same(
    tmp_path: Path, postgres_dsn: str
) -> None:
    install()
    stories = {kind: play(kind, tmp_path / kind, postgres_dsn) for kind in KINDS}

    for told in stories.values():
        exactly_the_right_mails_arrived_each_once_and_at_the_right_hour_of_its_reader(told)
        every_mail_has_the_headers_of_one_that_may_be_refused_with_one_click(told)
        following_every_link_of_every_mail_changed_no_consent(told)
        for name in WHY:
            each_can_be_told_why_they_did_or_did_not_get_it(name, told)
    for name, rows in stories["sqlite"].dump.items():
        assert rows == stories["postgres"].dump[name], name
    assert all(stories["sqlite"].dump[name] for name in ("run x", "message x", "decision x", "engagement x", "steps"))


def exactly_the_right_mails_arrived_each_once_and_at_the_right_hour_of_its_reader(told: Told) -> None:
    found = collections.Counter(
        (mail.to.partition("@")[0], mail.message["Subject"], shown(mail.at)) for mail in told.mail
    )

    hello = {(name, f"hello, {name.title()}", "30 Oct 20:00") for name in {*NODE, *PYTHON} - {*BUYERS, SILENT}}
    offers = {
        ("ada", "offer, Ada", "02 Nov 10:00"),  # clicked, and looked at the prices
        ("pia", "offer, Pia", "05 Nov 08:00"),  # 9 o'clock in Berlin, three days after the window opened
        ("kenji", "offer, Kenji", "05 Nov 00:00"),  # 9 o'clock in Tokyo
        ("nyx", "offer, Nyx", "04 Nov 21:00"),  # 16 o'clock in New York as on Friday, though a day had 25 hours
    }
    assert set(found) == hello | offers
    assert set(found.values()) == {1}


def every_mail_has_the_headers_of_one_that_may_be_refused_with_one_click(told: Told) -> None:
    for mail in told.mail:
        headers, name = mail.message, mail.to.partition("@")[0]
        assert headers["To"] == mail.to
        assert headers["From"] == "News <news@example.org>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http://127\.0\.0\.1:\d+/u/[\w-]+>", headers["List-Unsubscribe"])
        assert headers["List-Id"] == "<news.example.org>"
        assert headers["Date"].datetime == dt.datetime.fromtimestamp(mail.at // 1_000, dt.UTC)
        assert f"Hello {name.title()}" in str(mail.message.get_body(("plain",)))
    assert len({mail.message["Message-ID"] for mail in told.mail}) == len(told.mail)


def following_every_link_of_every_mail_changed_no_consent(told: Told) -> None:
    for before, after in told.consent.values():
        assert before == after
    states, (count,), suppressed = told.consent["browser"][1]
    assert [state.split()[3] for state in states].count("unsubscribed") == 1
    assert (count, suppressed) == (len({*NODE, *PYTHON}), [])


def run_of(told: Told, name: str) -> tuple[str, str]:
    (run,) = told.explained[name]["runs"]
    return run["state"], run["reason"]


def decided(told: Told, name: str) -> list[tuple[str, str, str, str]]:
    """(step, state, outcome, reason) of each message, in the order in which they were asked for."""
    return [
        (message["step"], message["state"], decision["outcome"], decision["reason"])
        for message in reversed(told.explained[name]["messages"])
        for decision in message["decisions"]
    ]


SENT = [("hello", "sent", "send", ""), ("offer", "sent", "send", "")]


WHY: dict[str, tuple[tuple[str, str], list[tuple[str, str, str, str]]]] = {
    "ada": (("completed", ""), SENT),
    "pia": (("completed", ""), SENT),
    "kenji": (("completed", ""), SENT),
    "nyx": (("completed", ""), SENT),
    "ida": (("completed", ""), SENT[:1]),
    "uma": (("completed", ""), [SENT[0], ("offer", "skipped", "skip", "no_consent")]),
    "tom": (("completed", ""), [(step, "skipped", "skip", "no_consent") for step in ("hello", "offer")]),
    "lee": (("exited", "changed"), SENT[:1]),
    "bo": (("goal", "Order Completed"), []),
    "ben": (("goal", "Order Completed"), []),
}


def each_can_be_told_why_they_did_or_did_not_get_it(name: str, told: Told) -> None:
    run, messages = WHY[name]
    assert run_of(told, name) == run
    assert decided(told, name) == messages
    consents = [d["evidence"]["consent"] for m in told.explained[name]["messages"] for d in m["decisions"]]
    expected = {"uma": ["unsubscribed", "subscribed"], "tom": ["none", "none"]}
    assert consents == expected.get(name, ["subscribed"] * len(messages))
