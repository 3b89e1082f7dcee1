"""Latency: from an acknowledged event to the beginning of its SMTP transaction, at a steady rate, in a whole running worker."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
from typing import Any

from tidings import flow
from tidings.bench import floors
from tidings.channels import loader, service as channels
from tidings.events.calls import Call
from tidings.journeys import service as journeys
from tidings.journeys.documents import check
from tidings.messages.models import Ledger
from tidings.runtime.app import App, open_app
from tidings.runtime.chance import SystemChance
from tidings.runtime.clock import SystemClock
from tidings.runtime.settings import Settings
from tidings.templates import service as templates
from tidings.worker import Worker

TEMPLATE = {"template": "hello", "class": "transactional", "subject": "Hi", "text": "Hi"}
JOURNEY = {
    "journey": "bench",
    "triggers": [{"event": "Go"}],
    "steps": {"hello": {"send": {"channel": "email", "template": "hello"}, "next": "end"}},
}


class Receiver:
    """The least of a mail server: takes everything, and notes when each recipient's transaction began."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock, self.begun = clock, dict[str, float]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 bench\r\n")
        began = 0.0
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                if line.startswith(b"MAIL"):
                    began = self._clock.monotonic()
                elif line.startswith(b"RCPT"):
                    self.begun[line.decode().partition("<")[2].partition(">")[0]] = began
                if line.startswith(b"DATA"):
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                elif line.startswith(b"QUIT"):
                    break
                writer.write(b"250 ok\r\n")
        writer.close()


def prepare(app: App, port: int) -> flow.Setting:
    """A workspace with one journey and an email account."""
    workspace, now = app.workspace("main"), app.clock.now()
    config: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "a@example.org"}
    plugin = loader.load().found["email"]
    workspace.database.write_now(lambda tx: channels.save(tx, plugin, "mail", config, now, is_default=True))
    workspace.database.write_now(lambda tx: templates.publish(tx, templates.check(TEMPLATE), now))
    workspace.database.write_now(lambda tx: journeys.publish(tx, check(JOURNEY, flow.KINDS), now))
    return flow.Setting(ledger=Ledger(epoch=workspace.epoch), live=journeys.Cache(flow.KINDS))


async def measure(folder: str, url: str, count: int, rate: int) -> list[float]:
    """Seconds from the commit of each event to its MAIL command."""
    clock = SystemClock()
    receiver = Receiver(clock)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    app = open_app(Settings(data=folder, database_url=url), clock, SystemChance())
    setting = await asyncio.to_thread(prepare, app, server.sockets[0].getsockname()[1])
    worker, workspace = Worker(app, {"main": setting}), app.workspace("main")
    await worker.start()
    accepted, begun = dict[str, float](), clock.monotonic()

    async def happen(number: int) -> None:
        await asyncio.sleep(begun + number / rate - clock.monotonic())
        user, now = f"b{app.incarnation % 10**6}-{number}", clock.now()
        traits = f'{{"email": "{user}@example.com"}}'
        calls = [
            Call(kind="identify", user_id=user, at=now, received_at=now, traits=traits),
            Call(kind="track", name="Go", user_id=user, at=now, received_at=now),
        ]
        await workspace.database.write(lambda tx: flow.ingest(tx, calls, [], setting, now))
        accepted[f"{user}@example.com"] = clock.monotonic()
        workspace.timers.ring()

    await asyncio.gather(*(happen(number) for number in range(count)))
    ends = clock.monotonic() + 20
    while len(receiver.begun) < count and clock.monotonic() < ends:
        await asyncio.sleep(0.05)
    await worker.stop()
    server.close()
    app.close()
    return [receiver.begun[address] - at for address, at in accepted.items() if address in receiver.begun]


def main(arguments: list[str]) -> None:
    """`tidings bench latency [--count N] [--rate N] [--database-url URL] [--json]`."""
    given = floors.options(arguments, count=1_500, rate=100)
    on = floors.ground(given.database_url, f"{given.count:,} events, {given.rate:,} a second")
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        found = asyncio.run(measure(folder, given.database_url, given.count, given.rate))
    cuts = statistics.quantiles(found, n=100)
    figures = {
        "p50_ms": cuts[49] * 1_000,
        "p99_ms": cuts[98] * 1_000,
        "sent": float(len(found)),
        "asked": float(given.count),
    }
    floors.report("latency", on, figures, {}, as_json=given.json)
