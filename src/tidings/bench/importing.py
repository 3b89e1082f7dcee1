"""Imports: rows a minute from a file, and how long ingest takes meanwhile, in the same store."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from tidings import flow
from tidings.bench import floors
from tidings.events.calls import Call
from tidings.http.imports import taken
from tidings.imports import service as imports
from tidings.journeys import service as journeys
from tidings.messages.models import Ledger
from tidings.runtime import migrate
from tidings.runtime.clock import SystemClock
from tidings.runtime.database import Queue
from tidings.runtime.sqlite import Sqlite


def file(count: int) -> bytes:
    """People as a shop exports them."""
    lines = ["email,first_name,last_name,city,plan,orders,optin_time,tags"]
    lines += [
        f"p{n}@example.com,Ada {n},Lovelace,London,{'pro' if n % 3 else 'free'},{n % 40},2024-01-02 03:04:05,vip"
        for n in range(count)
    ]
    return "\n".join(lines).encode()


async def measure(store: Sqlite, count: int, rate: int) -> tuple[float, list[float]]:
    """(seconds for the import, seconds of each ingest call beside it)."""
    clock = SystemClock()
    setting = flow.Setting(ledger=Ledger(epoch="bench"), live=journeys.Cache(flow.KINDS))
    now = clock.now()
    (job,) = await taken(store, "people.csv", file(count), "contacts", "", now, "bench")
    await store.write(lambda tx: imports.start(tx, job.id, now))
    waited, is_over = list[float](), asyncio.Event()

    async def call(number: int) -> None:
        begun, at = clock.monotonic(), clock.now()
        one = Call(
            kind="track", name="Seen", user_id=f"u{number % 500}", at=at, received_at=at, message_id=f"b{number}"
        )
        await store.write(lambda tx: flow.ingest(tx, [one], [], setting, at))
        waited.append(clock.monotonic() - begun)

    async def beside() -> None:
        number, begun, calls = 0, clock.monotonic(), set[asyncio.Task[None]]()
        while not is_over.is_set():
            number += 1
            await asyncio.sleep(max(0.0, begun + number / rate - clock.monotonic()))
            calls.add(asyncio.create_task(call(number)))
        await asyncio.gather(*calls)

    calling, begun = asyncio.create_task(beside()), clock.monotonic()
    while await store.write(lambda tx: flow.advance_import(tx, setting, clock.now()), Queue.BULK):
        pass
    seconds = clock.monotonic() - begun
    is_over.set()
    await calling
    return seconds, waited


def main(arguments: list[str]) -> None:
    """`tidings bench import [--count N] [--rate N] [--json]`; `rate`: ingest calls a second meanwhile."""
    given = floors.options(arguments, count=50_000, rate=100)
    on = floors.ground("", f"{given.count:,} rows, {given.rate:,} ingest calls a second beside")
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        store = Sqlite(Path(folder) / "bench.db")
        migrate.apply(store, "workspace", now=0)
        seconds, waited = asyncio.run(measure(store, given.count, given.rate))
        store.close()
    cuts = statistics.quantiles(waited, n=100)
    figures = {
        "rows_a_minute": given.count / seconds * 60,
        "ingest_p50_ms": cuts[49] * 1_000,
        "ingest_p99_ms": cuts[98] * 1_000,
    }
    floors.report("import", on, figures, {}, as_json=given.json)
