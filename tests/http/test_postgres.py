"""The same server on Postgres: two processes on one database share the work, and one takes over from the other."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import psycopg

from tests.support.running import Running


def test_two_processes_share_one_database(tmp_path: Path, postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("drop schema if exists ws_main cascade")
        connection.execute("drop schema if exists tidings cascade")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = Running(tmp_path / "a" / "data", database_url=postgres_dsn)
    one.sign_in()
    other = Running(tmp_path / "b" / "data", database_url=postgres_dsn)
    other.sign_in()
    template = {"template": "hello", "class": "transactional", "subject": "Hi", "text": "Hi"}
    steps = {"hello": {"send": {"channel": "email", "template": "hello"}, "next": "end"}}
    journey = {"journey": "hello", "triggers": [{"event": "Go"}], "steps": steps}
    for document in (template, journey):
        assert one.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    key = {"authorization": "Basic " + base64.b64encode(f"{one.key('track')}:".encode()).decode()}
    for number in range(60):
        user, server = f"u{number % 30}", one if number % 2 else other
        calls = [
            {"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}},
            {"type": "track", "userId": user, "event": "Go"},
        ]
        assert server.ask("POST", "/v1/batch", {"batch": calls}, **key)[0] == 200

    ends = time.monotonic() + 15
    while other.ask("GET", "/api/v1/journeys/hello")[1]["runs"] != {"completed": 30} and time.monotonic() < ends:
        time.sleep(0.1)

    assert other.ask("GET", "/api/v1/journeys/hello")[1]["runs"] == {"completed": 30}
    inbox = one.ask("GET", "/api/v1/inbox?limit=200")[1]["items"]
    assert sorted(mail["body"]["to"] for mail in inbox) == sorted(f"u{number}@example.com" for number in range(30))
    assert one.stop() == 0
    assert other.stop() == 0
