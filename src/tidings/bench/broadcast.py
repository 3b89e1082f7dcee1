"""Broadcast: everybody's message from the ledger to a mail server, against the floor of that path: claim, render, mark, send
and record rows that are as narrow as can be, with nothing decided."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop
from msgspec import Struct

from tidings import flow
from tidings.bench import broadcast_floor, floors, sink
from tidings.channels import loader, service as channels
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Asked, Ledger
from tidings.runtime import process
from tidings.runtime.app import App, open_app
from tidings.runtime.chance import SystemChance
from tidings.runtime.clock import SystemClock
from tidings.runtime.database import Database, Tx
from tidings.runtime.settings import Settings
from tidings.runtime.sql import Statement
from tidings.templates import service as templates
from tidings.worker import Worker

PARAGRAPH = "<p>A paragraph of a newsletter, as long as they are: what is new, and where it can be read.</p>\n"
LETTER = {
    "template": "newsletter",
    "topic": "news",
    "subject": "What is new, {{ contact.first_name }}",
    "html": "<html><body><h1>Hello {{ contact.first_name }}</h1>\n"
    + PARAGRAPH * 30
    + '<p><a href="https://example.com/one">One</a> <a href="https://example.com/two">Two</a></p></body></html>',
    "text": "Hello {{ contact.first_name }}\n" + "A paragraph of a newsletter, as long as they are.\n" * 30,
}
RECEIPT = {"template": "receipt", "class": "transactional", "subject": "Your receipt", "text": "Thank you."}
PEOPLE = Statement(
    "people",
    "insert into contact (id, share, attributes, created_at, changed_at) "
    "select value, value % 2147483647, {{json who}}, 0, 0 from {{ids ids}} r where 1 = 1",
)
ADDRESSES = Statement(
    "addresses",
    "insert into address (contact_id, kind, value, created_at) select value, 'email', 'u' || cast(value as text) || '@' || "
    "case when value % 100 < 45 then 'large' when value % 100 < 65 then 'middle' when value % 100 < 75 then 'old' "
    "else 'd' || cast(value % 500 as text) end || '.example', 0 from {{ids ids}} r where 1 = 1",
)
"""As lists are: three large providers have three quarters, five hundred others the rest."""
LEFT = Statement(
    "left",
    "select exists (select 1 from message where account_id = 1 and class_rank = 3 and state in ('queued', 'deferred')) "
    "or exists (select 1 from message where state in ('sending', 'committing') and source || '' = 'campaign')",
)
WAITED = Statement("waited", "select sent_at - asked_at from message where source = 'receipt' and sent_at is not null")
SLICE = 2_000


class Sent(Struct, frozen=True, kw_only=True):
    """What one broadcast took."""

    count: int
    seconds: float
    cpu: float
    receipts_ms: list[float]
    """From the commit that asked for each transactional message to its 250."""
    memory: list[int]
    """Bytes in use, every second."""


def fill(app: App, port: int, count: int, connections: int) -> flow.Setting:
    """Everybody has consented, and their message is asked for."""
    workspace, now = app.workspace("main"), app.clock.now()
    database = workspace.database
    config = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "a@example.org",
        "connections": connections,
    }
    plugin = loader.load().found["email"]
    database.write_now(lambda tx: channels.save(tx, plugin, "mail", config, now, is_default=True))
    for document in (LETTER, RECEIPT):
        database.write_now(lambda tx, document=document: templates.publish(tx, templates.check(document), now))  # type: ignore[misc]
    ledger = Ledger(epoch=workspace.epoch)

    def unit(tx: Tx, ids: list[int]) -> None:
        tx.run(PEOPLE, ids=ids, who={"first_name": "Ada", "plan": "pro", "city": "London"})
        tx.run(ADDRESSES, ids=ids)
        consent.record(tx, [Grant(contact_id=i, channel="email", topic="news", state="subscribed") for i in ids], now)
        asked = [
            Asked(
                contact_id=i,
                source="campaign",
                source_id=1,
                channel="email",
                topic="news",
                due_at=now,
                body={"template": "newsletter"},
            )
            for i in ids
        ]
        messages.ask(tx, asked, now, ledger)

    for first in range(1, count + 1, SLICE):
        ids = list(range(first, min(first + SLICE, count + 1)))
        database.write_now(lambda tx, ids=ids: unit(tx, ids))  # type: ignore[misc]
    floors.settle(database)
    return flow.Setting(ledger=ledger, live=journeys.Cache(flow.KINDS), address="https://news.example.org")


async def ours(folder: str, url: str, port: int, count: int, connections: int) -> Sent:
    """The whole worker at work, with a receipt asked for every 50 ms meanwhile."""
    app = open_app(Settings(data=folder, database_url=url), SystemClock(), SystemChance())
    setting = await asyncio.to_thread(fill, app, port, count, connections)
    workspace, worker, clock = app.workspace("main"), Worker(app, {"main": setting}), app.clock
    memory = list[int]()
    begun, cpu = clock.monotonic(), time.process_time()
    await worker.start()
    receipts = asyncio.create_task(_receipts(workspace.database, workspace.lanes.ring, setting, app, count))
    watching = asyncio.create_task(_watch(memory))
    while await workspace.database.read(lambda tx: tx.value(LEFT)):
        await asyncio.sleep(0.5)
    seconds, used = clock.monotonic() - begun, time.process_time() - cpu
    for task in (receipts, watching):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.sleep(0.5)
    waited = await workspace.database.read(lambda tx: tx.values(WAITED))
    await worker.stop()
    app.close()
    return Sent(count=count, seconds=seconds, cpu=used, receipts_ms=[float(one) for one in waited], memory=memory)


async def _receipts(database: Database, ring: Any, setting: flow.Setting, app: App, people: int) -> None:
    number = 0
    while True:
        number += 1
        now, contact_id = app.clock.now(), number % people + 1
        asked = Asked(
            contact_id=contact_id,
            source="receipt",
            source_id=number,
            message_class="transactional",
            channel="email",
            due_at=now,
            body={"template": "receipt"},
        )
        await database.write(lambda tx, asked=asked, now=now: messages.ask(tx, [asked], now, setting.ledger))  # type: ignore[misc]
        ring()
        await asyncio.sleep(0.05)


async def _watch(memory: list[int]) -> None:
    status = Path("/proc/self/statm")
    while status.is_file():
        memory.append(int(status.read_text().split()[1]) * resource.getpagesize())
        await asyncio.sleep(1)


def main(arguments: list[str]) -> None:
    """`tidings bench broadcast [--count N] [--connections N] [--pairs N] [--database-url URL] [--json]`."""
    given = floors.options(arguments, count=100_000, connections=20, pairs=1)
    on = floors.ground(given.database_url, f"{given.count:,} messages, {given.connections} connections")
    process.tune()  # as the server does
    letter = broadcast_floor.Letter(LETTER["html"], LETTER["text"])
    mine, floor = list[Sent](), list[tuple[float, float]]()
    with sink.running() as port:
        for _ in range(given.pairs):
            with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
                mine.append(uvloop.run(ours(folder, given.database_url, port, given.count, given.connections)))
            with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
                floor.append(uvloop.run(broadcast_floor.run(folder, port, given.count, given.connections, letter)))
    waited = sorted(one for sent in mine for one in sent.receipts_ms)
    memory = mine[-1].memory
    figures = {
        "messages_a_second": statistics.median(sent.count / sent.seconds for sent in mine),
        "cpu_us_a_message": statistics.median(sent.cpu / sent.count for sent in mine) * 1e6,
        "floor_messages_a_second": statistics.median(given.count / seconds for seconds, _ in floor),
        "floor_cpu_us_a_message": statistics.median(cpu for _, cpu in floor) / given.count * 1e6,
        "transactional_p50_ms": waited[len(waited) // 2] if waited else 0.0,
        "transactional_p99_ms": waited[int(len(waited) * 0.99)] if waited else 0.0,
        "memory_first_mb": memory[0] / 1e6 if memory else 0.0,
        "memory_half_mb": memory[len(memory) // 2] / 1e6 if memory else 0.0,
        "memory_last_mb": memory[-1] / 1e6 if memory else 0.0,
        "memory_most_mb": max(memory, default=0) / 1e6,
    }
    ratios = {
        "broadcast_to_floor": statistics.median(
            (cpu / given.count) / (sent.cpu / sent.count) for sent, (_, cpu) in zip(mine, floor, strict=True)
        ),
        "broadcast_seconds_to_floor": statistics.median(
            seconds / sent.seconds for sent, (seconds, _) in zip(mine, floor, strict=True)
        ),
    }
    floors.report("broadcast", on, figures, ratios, as_json=given.json)
