"""A server that is killed at any moment loses nobody, enters nobody twice, and sends nothing twice (P1 to P5)."""

from __future__ import annotations

import base64
import contextlib
import random
import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.sinks import SlowSink, slow_sink
from tests.support.running import Running

STEPS = {
    "one": {"send": {"channel": "email", "template": "one"}, "next": "pause"},
    "pause": {"wait": {"for": "1s"}, "next": "two"},
    "two": {"send": {"channel": "email", "template": "two"}, "next": "end"},
}
JOURNEY = {"journey": "walk", "triggers": [{"event": "Start"}], "steps": STEPS}


def set_up(server: Running, sink: SlowSink, connections: int) -> dict[str, str]:
    """An account, two templates and a journey; the header of a write key."""
    config = {"host": "127.0.0.1", "port": sink.port, "security": "none", "sender": "a@example.org"}
    body = {"plugin": "email", "config": config | {"connections": connections}, "is_default": True}
    status, made = server.ask("PUT", "/api/v1/accounts/mail", body)
    assert status == 200, made
    for name in ("one", "two"):
        template = {"template": name, "class": "transactional", "subject": name, "text": name}
        assert server.ask("POST", "/api/v1/documents/publish", template)[0] == 200
    assert server.ask("POST", "/api/v1/documents/publish", JOURNEY)[0] == 200
    return {"authorization": "Basic " + base64.b64encode(f"{server.key('track')}:".encode()).decode()}


def start(server: Running, key: dict[str, str], first: int, count: int) -> None:
    """So many people start, in one batch that is acknowledged."""
    calls = list[dict[str, Any]]()
    for number in range(first, first + count):
        user = {"userId": f"u{number}"}
        traits = {"email": f"u{number}@example.com"}
        calls.append({"type": "identify", "traits": traits, "messageId": f"i{number}"} | user)
        calls.append({"type": "track", "event": "Start", "messageId": f"t{number}"} | user)
    assert server.ask("POST", "/v1/batch", {"batch": calls}, **key)[0] == 200


def uncertain(server: Running) -> dict[int, tuple[str, str]]:
    """Messages that are listed as doubtful: id -> (address, step)."""
    found, cursor = dict[int, tuple[str, str]](), ""
    while cursor is not None:
        _, page = server.ask("GET", f"/api/v1/messages?state=uncertain&limit=200&cursor={cursor}")
        found |= {row["id"]: (row["address"], row["step"]) for row in page["items"]}
        cursor = page["next"]
    return found


def everybody_is_through(server: Running, count: int, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while (runs := server.ask("GET", "/api/v1/journeys/walk")[1]["runs"]) != {"completed": count}:
        assert time.monotonic() < ends, f"somebody is lost, or in twice: {runs}"
        time.sleep(0.1)


def nothing_came_twice_and_nothing_is_missing_but_what_is_listed(server: Running, sink: SlowSink, count: int) -> None:
    arrived, doubtful = sink.arrived(), set(uncertain(server).values())
    everything = {(f"u{number}@example.com", step) for number in range(count) for step in ("one", "two")}
    assert {who: times for who, times in arrived.items() if times > 1} == {}
    assert set(arrived) <= everything
    assert everything - set(arrived) <= doubtful


def committing(file: Path) -> set[int]:
    """What was being handed over when the server died, as its file says."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        return {row[0] for row in store.execute("select id from message where state = 'committing'")}


def test_twenty_kills_lose_nobody_and_send_nothing_twice(tmp_path: Path) -> None:
    people, kills, connections, batch = 2_000, 20, 20, 100
    dice, doubts, caught, took = random.Random(7), dict[int, tuple[str, str]](), list[int](), list[float]()
    with slow_sink() as sink:
        server = Running(tmp_path / "data")
        server.sign_in()
        key = set_up(server, sink, connections)
        for number in range(kills):
            start(server, key, number * batch, batch)
            time.sleep(dice.uniform(0.0, 0.5))
            sink.wait_for_doubt(1.0)
            time.sleep(dice.uniform(0.0, 0.02))
            open_connections = sink.open
            server.kill()
            left = committing(tmp_path / "data" / "workspaces" / "main.db")
            before = time.monotonic()
            server.start()
            took.append(time.monotonic() - before)
            listed = uncertain(server)
            assert listed.keys() == doubts.keys() | left, "what was being handed over is listed, and nothing else"
            assert len(left) <= open_connections <= connections
            doubts = listed
            caught.append(len(left))

        assert statistics.median(took) < 5, "serving again within seconds"
        everybody_is_through(server, people, 60)
        nothing_came_twice_and_nothing_is_missing_but_what_is_listed(server, sink, people)
        assert uncertain(server) == doubts, "doubt comes from kills alone, and is not resolved by sending again"
        assert sum(count > 0 for count in caught) >= 10, caught
        assert server.stop() == 0


def owners(dsn: str) -> set[int]:
    with psycopg.connect(dsn, options="-c search_path=ws_main") as connection:
        return {row[0] for row in connection.execute("select incarnation from process").fetchall()}


def held(dsn: str, owner: int, state: str) -> set[int]:
    """What a process has in hand, alive or dead."""
    with psycopg.connect(dsn, options="-c search_path=ws_main") as connection:
        query = "select id from message where owner = %s and state = %s"
        return {row[0] for row in connection.execute(query, (owner, state)).fetchall()}


def test_one_of_two_processes_takes_over_from_the_other_and_nothing_is_sent_twice(
    tmp_path: Path, postgres_dsn: str, request: pytest.FixtureRequest
) -> None:
    kills, connections, batch, servers, owner = 5, 5, 60, list[Running](), list[int]()
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("drop schema if exists ws_main cascade; drop schema if exists tidings cascade")
    dice, doubts, caught = random.Random(11), set[int](), list[int]()
    with slow_sink() as sink:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            known = owners(postgres_dsn) if servers else set[int]()
            servers.append(Running(tmp_path / name / "data", database_url=postgres_dsn, takeover_after="2"))
            request.addfinalizer(
                servers[-1].kill
            )  # whatever fails here, nobody works on in the database of the next test
            servers[-1].sign_in()
            owner += owners(postgres_dsn) - known
        key = set_up(servers[0], sink, connections)
        time.sleep(2.5)  # until the other has looked at the accounts too
        for number in range(kills):
            victim = dice.randrange(2)
            survivor = servers[1 - victim]
            start(survivor, key, number * batch, batch)
            time.sleep(dice.uniform(0.0, 0.2))
            _until(lambda v=victim: held(postgres_dsn, owner[v], "committing"), 1.5)
            servers[victim].kill()
            left = held(postgres_dsn, owner[victim], "committing")

            everybody_is_through(survivor, (number + 1) * batch, 20)
            assert held(postgres_dsn, owner[victim], "sending") == set()
            listed = uncertain(survivor).keys()
            assert listed == doubts | left
            assert len(left) <= connections
            doubts = set(listed)
            caught.append(len(left))
            known = owners(postgres_dsn)
            servers[victim].start()
            (owner[victim],) = owners(postgres_dsn) - known

        nothing_came_twice_and_nothing_is_missing_but_what_is_listed(servers[0], sink, kills * batch)
        assert sum(count > 0 for count in caught) >= 2, caught
        assert [server.stop() for server in servers] == [0, 0]


def _until(look: Any, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not look() and time.monotonic() < ends:
        time.sleep(0.002)
