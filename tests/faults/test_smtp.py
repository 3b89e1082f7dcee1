"""A mail server fails at every command and after the final dot; the ledger says what that means, and other lanes go on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.faults.sinks import served
from tests.support.house import House, house
from tests.support.smtp import Sink
from tests.support.stores import KINDS

NOW = 1_767_600_000_000
FAULTS: dict[str, tuple[dict[str, str], str, str]] = {
    # name: (what the server does, state of the message, beginning of its reason)
    "ehlo-refused": ({"EHLO": "421 go away"}, "deferred", "provider_down"),
    "ehlo-hangs": ({"EHLO": "hang"}, "deferred", "provider_down"),
    "ehlo-cut": ({"EHLO": "cut"}, "deferred", "provider_down"),
    "mail-refused": ({"MAIL": "550 5.7.1 sender not allowed"}, "queued", "account_problem"),
    "mail-later": ({"MAIL": "451 4.3.0 try later"}, "deferred", "recipient_temporary"),
    "mail-hangs": ({"MAIL": "hang"}, "deferred", "provider_down"),
    "mail-cut": ({"MAIL": "cut"}, "deferred", "provider_down"),
    "rcpt-refused": ({"RCPT": "550 5.1.1 user unknown"}, "failed", "address_invalid"),
    "rcpt-later": ({"RCPT": "452 4.2.2 mailbox full"}, "deferred", "recipient_temporary"),
    "rcpt-hangs": ({"RCPT": "hang"}, "deferred", "provider_down"),
    "rcpt-cut": ({"RCPT": "cut"}, "deferred", "provider_down"),
    "data-refused": ({"DATA": "554 5.7.1 no"}, "failed", "content_refused"),
    "data-hangs": ({"DATA": "hang"}, "deferred", "provider_down"),
    "data-cut": ({"DATA": "cut"}, "deferred", "provider_down"),
    "dot-refused": ({"DOT": "554 5.7.1 looks like spam"}, "failed", "content_refused"),
    "dot-later": ({"DOT": "451 4.7.1 greylisted, try again later"}, "deferred", "recipient_temporary"),
    "dot-closing": ({"DOT": "421 4.3.2 shutting down"}, "deferred", "provider_down"),
    "dot-hangs": ({"DOT": "hang"}, "uncertain", "unknown"),
    "dot-cut": ({"DOT": "cut"}, "uncertain", "unknown"),
}


def account(here: House, name: str, port: int, timeout: float) -> None:
    """An account that sends through a server, and a journey that sends by it."""
    config = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "a@example.org", "timeout": timeout}
    here.ask("PUT", f"/api/v1/accounts/{name}", {"plugin": "email", "config": config})
    journey(here, name, account=name)


def journey(here: House, name: str, **more: Any) -> None:
    send = {"channel": "email", "template": "hello"} | more
    steps = {"hello": {"send": send, "next": "end"}}
    document = {"journey": name, "triggers": [{"event": f"Go {name}"}], "steps": steps}
    here.ask("POST", "/api/v1/documents/publish", document)


def go(here: House, *pairs: tuple[str, str]) -> None:
    """(user, journey): each starts."""
    calls = list[dict[str, Any]]()
    for user, name in pairs:
        calls.append({"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}})
        calls.append({"type": "track", "userId": user, "event": f"Go {name}"})
    assert httpx.post(f"{here.url}/v1/batch", json={"batch": calls}, headers=here.basic()).status_code == 200


def states(here: House) -> dict[str, tuple[str, str]]:
    """user -> (state, reason) of their message."""
    rows = here.rows(
        "select i.value || '|' || m.state || '|' || m.reason from message m "
        "join identifier i on i.contact_id = m.contact_id and i.kind = 'user_id'"
    )
    return {user: (state, reason) for user, state, reason in (row.split("|", 2) for row in rows)}


def until(here: House, look: Any, seconds: float = 15.0) -> None:
    ends = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < ends, states(here)
        here.ring()
        time.sleep(0.01)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, postgres_dsn: str) -> str:
    """Empty for SQLite."""
    if request.param == "sqlite":
        return ""
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("drop schema if exists ws_main cascade; drop schema if exists tidings cascade")
    return postgres_dsn


RESTING = ("sent", "failed", "deferred", "uncertain")
TEMPLATE = {"template": "hello", "class": "transactional", "subject": "Hi", "text": "Hi"}


def test_before_the_dot_a_message_waits_and_after_it_nobody_knows(tmp_path: Path, database_url: str) -> None:
    sinks = {name: Sink(behave) for name, (behave, _, _) in FAULTS.items()}
    with served(*sinks.values()), house(tmp_path / "data", NOW, database_url) as here:
        here.ask("POST", "/api/v1/documents/publish", TEMPLATE)
        journey(here, "good")
        for name, sink in sinks.items():
            account(here, name, sink.port, timeout=0.5)
        go(here, *((name, name) for name in FAULTS), ("ada", "good"))
        until(
            here,
            lambda: len(told(here)) == len(FAULTS) + 1 and all(state in RESTING or why for state, why in told(here)),
        )

        found = states(here)
        assert found.pop("ada") == ("sent", "")
        assert {name: state for name, (state, _) in found.items()} == {
            name: state for name, (_, state, _) in FAULTS.items()
        }
        for name, (behave, state, reason) in FAULTS.items():
            assert found[name][1].startswith(reason), (name, found[name])
            assert bool(sinks[name].mail) == ("DOT" in behave)
            due = here.rows(f"select due_at from message where reason like '{reason}%' and state = '{state}'")
            assert state not in ("queued", "deferred") or min(due) > NOW, "it waits before it is tried again"
        listed = here.ask("GET", "/api/v1/messages?state=uncertain&limit=50")["items"]
        assert {row["address"].partition("@")[0] for row in listed} == {"dot-hangs", "dot-cut"}
        assert [item.to for item in here.mail] == ["ada@example.com"]


def told(here: House) -> list[tuple[str, str]]:
    return list(states(here).values())


def test_servers_that_hang_delay_no_other_account(tmp_path: Path, database_url: str) -> None:
    """P9: twenty mails of a good account leave while three others wait for an answer that does not come."""
    sinks = {name: Sink({name.upper(): "hang"}) for name in ("ehlo", "rcpt", "dot")}
    with house(tmp_path / "data", NOW, database_url) as here:
        with served(*sinks.values()):
            here.ask("POST", "/api/v1/documents/publish", TEMPLATE)
            journey(here, "good")
            for name, sink in sinks.items():
                account(here, name, sink.port, timeout=30.0)
            go(here, *((name, name) for name in sinks))
            stuck = {"ehlo": "sending", "rcpt": "sending", "dot": "committing"}
            until(here, lambda: {name: state for name, (state, _) in states(here).items()} == stuck)

            before = time.monotonic()
            go(here, *((f"u{number}", "good") for number in range(20)))
            until(here, lambda: len(here.mail) == 20)
            assert time.monotonic() - before < 10, "long before the others give up"
            until(here, lambda: [state for state, _ in told(here)].count("sent") == 20)
            assert {name: states(here)[name][0] for name in stuck} == stuck

        until(here, lambda: states(here)["ehlo"][0] == states(here)["rcpt"][0] == "deferred")
        until(here, lambda: states(here)["dot"][0] == "uncertain")
