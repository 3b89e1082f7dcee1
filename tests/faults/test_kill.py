"""A server that is killed at any moment loses nobody, enters nobody twice, and sends nothing twice (P1 to P5)."""

from __future__ import annotations

import asyncio
import base64
import collections
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import Running
from tests.support.smtp import Sink

PEOPLE, KILLS, CONNECTIONS = 2_000, 20, 20


class SlowSink(Sink):
    """Takes a moment after the final dot, so that kills meet messages in doubt."""

    async def _answer(self, verb: str, usual: str, writer: asyncio.StreamWriter) -> bool:
        if verb == "DOT":
            await asyncio.sleep(0.03)
        return await super()._answer(verb, usual, writer)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server in a thread, which outlives the kills."""
    found, ready, ending = SlowSink(), threading.Event(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()
        while not ending.is_set():
            await asyncio.sleep(0.05)
        server.close()
        found.close()
        await asyncio.sleep(0.1)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(5)
    yield found
    ending.set()
    thread.join(10)


def step(template: str, next: str) -> dict[str, Any]:
    return {"send": {"channel": "email", "template": template}, "next": next}


def test_twenty_kills_lose_nobody_and_send_nothing_twice(tmp_path: Path, sink: Sink) -> None:
    server = Running(tmp_path / "data")
    server.sign_in()
    config = {
        "host": "127.0.0.1",
        "port": sink.port,
        "security": "none",
        "sender": "a@example.org",
        "connections": CONNECTIONS,
    }
    status, made = server.ask("PUT", "/api/v1/accounts/mail", {"plugin": "email", "config": config, "is_default": True})
    assert status == 200, made
    for name in ("one", "two"):
        server.ask(
            "POST",
            "/api/v1/documents/publish",
            {"template": name, "class": "transactional", "subject": name, "text": name},
        )
    steps = {"one": step("one", "pause"), "pause": {"wait": {"for": "1s"}, "next": "two"}, "two": step("two", "end")}
    journey = {"journey": "walk", "triggers": [{"event": "Start"}], "steps": steps}
    assert server.ask("POST", "/api/v1/documents/publish", journey)[0] == 200
    key = {"authorization": "Basic " + base64.b64encode(f"{server.key('track')}:".encode()).decode()}
    calls = list[dict[str, Any]]()
    for number in range(PEOPLE):
        user = f"u{number}"
        calls.append(
            {"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}, "messageId": f"i{number}"}
        )
        calls.append({"type": "track", "userId": user, "event": "Start", "messageId": f"t{number}"})

    dice, kills, in_doubt = random.Random(7), 0, 0
    acknowledged, batch = 0, 200
    pending = [calls[i : i + batch] for i in range(0, len(calls), batch)]
    while kills < KILLS or pending:
        ends = time.monotonic() + dice.uniform(0.15, 0.9)
        while time.monotonic() < ends and pending:
            status, answer = server.ask("POST", "/v1/batch", {"batch": pending[0]}, **key)
            assert status == 200, answer
            acknowledged += len(pending.pop(0))
        time.sleep(max(0.0, ends - time.monotonic()))
        if kills < KILLS:
            server.kill()
            kills += 1
            before = time.monotonic()
            server.start()
            assert time.monotonic() - before < 8, "serving again within seconds"
            now = server.ask("GET", "/metrics")[1]
            doubt = int(
                float(next((line.split()[-1] for line in now.splitlines() if 'state="uncertain"' in line), "0"))
            )
            assert doubt - in_doubt <= CONNECTIONS
            in_doubt = doubt

    ends = time.monotonic() + 90
    while time.monotonic() < ends:
        states = server.ask("GET", "/api/v1/journeys/walk")[1]
        if states["runs"] == {"completed": PEOPLE}:
            break
        time.sleep(0.3)
    assert states["runs"] == {"completed": PEOPLE}, states
    assert acknowledged == len(calls)

    per_person = collections.Counter((to, body.split(b"Subject: ")[1].split(b"\r\n")[0]) for _, to, body in sink.mail)
    doubled = {who: count for who, count in per_person.items() if count > 1}
    assert doubled == {}
    uncertain = list[dict[str, Any]]()
    cursor = ""
    while cursor is not None:
        page = server.ask("GET", f"/api/v1/messages?state=uncertain&limit=200&cursor={cursor}")[1]
        uncertain += page["items"]
        cursor = page["next"]
    arrived, doubtful = set(per_person), {(row["address"], row["step"].encode()) for row in uncertain}
    everybody = {(f"u{number}@example.com", template) for number in range(PEOPLE) for template in (b"one", b"two")}
    assert everybody - arrived <= doubtful, "whoever got nothing is listed as uncertain"
    assert len(uncertain) <= CONNECTIONS * KILLS
    assert server.stop() == 0
