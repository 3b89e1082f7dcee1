"""A hundred live segments beside ingest: what each event costs with them and without, and how quickly time moves people."""

from __future__ import annotations

import functools
import random
import resource
import statistics
import time
from pathlib import Path
from typing import Any

import msgspec

from tidings import flow
from tidings.bench.segments_base import NOW
from tidings.events.calls import Call
from tidings.runtime.clock import DAY
from tidings.runtime.database import Database, Queue
from tidings.runtime.sql import Statement
from tidings.segments.models import check

BATCH = 1_000
EVENT = "Order Completed"
MENTIONING, TIMED = 20, 10
MIX = "100 live segments: 60 ask for attributes, 20 for other events, 20 for the event that comes in, 10 of these within a time"
AHEAD = 2 * DAY
DUE = Statement("due", "select count(*) from membership where boundary_at <= :now")
_RUN = f"{time.time_ns():x}"
"""A file that is kept has seen the messages of earlier runs."""
COUNTRIES = ("NL", "DE", "FR", "US", "GB", "ES", "IT", "PL", "SE", "DK")
PLANS = ("free", "basic", "pro", "team", "enterprise")


def rules() -> list[Any]:
    """The mix: see `MIX`."""
    found = list[Any]()
    for number in range(60):
        country, plan = COUNTRIES[number % 10], PLANS[number // 10 % 5]
        found.append(
            [
                {"attribute": "country", "eq": country},
                {"attribute": "plan", "eq": plan},
                {"attribute": "score", "lt": 500 + number},
            ]
        )
    for number in range(20):
        name = ("Cart Updated", "Product Viewed")[number % 2]
        found.append(
            [{"attribute": "country", "eq": COUNTRIES[number % 10]}, {"event": name, "count": {"at_least": 3 + number}}]
        )
    for number in range(MENTIONING - TIMED):
        found.append(
            [{"attribute": "country", "eq": COUNTRIES[number]}, {"event": EVENT, "count": {"at_least": 2 + number}}]
        )
    for number in range(TIMED):
        found.append(
            [
                {"attribute": "country", "eq": COUNTRIES[number]},
                {"event": EVENT, "count": {"at_least": 1 + number % 3}, "within": f"{20 + number}d"},
            ]
        )
    return found


def publish(database: Database, setting: flow.Setting) -> float:
    """All of them live and computed; how long that took."""
    begun = time.perf_counter()
    for number, rule in enumerate(rules()):
        body = {"segment": f"live-{number}", "where": rule}
        checked = check(body, flow.KINDS)
        unit = functools.partial(flow.publish_segment, checked=checked, body=body, now=NOW, actor="bench")
        database.write_now(unit)
    while database.write_now(lambda tx: flow.advance_segments(tx, setting, NOW), Queue.BULK):
        pass
    return time.perf_counter() - begun


def batch(dice: random.Random, people: int, turn: int) -> list[Call]:
    """A thousand orders of a thousand people."""
    calls = list[Call]()
    for number, person in enumerate(dice.sample(range(1, people + 1), BATCH)):
        person -= person % 200 == 199
        at = NOW + turn * 1_000 + number
        given = msgspec.json.encode({"total": 12.5, "category": "c1"}).decode()
        calls.append(
            Call(
                kind="track",
                name=EVENT,
                user_id=f"u{person}",
                message_id=f"{_RUN}-{turn}-{number}",
                at=at,
                received_at=at,
                properties=given,
            )
        )
    return calls


def ingest(database: Database, setting: flow.Setting, people: int, turns: range) -> tuple[float, list[int]]:
    """Seconds for a batch (the median), and the memory after each."""
    dice, taken, memory = random.Random(turns.start), list[float](), list[int]()
    for turn in turns:
        calls, now = batch(dice, people, turn), NOW + turn * 1_000 + BATCH
        unit = functools.partial(flow.ingest, calls=calls, rejected=[], setting=setting, now=now)
        begun = _clock(database)
        database.write_now(unit)
        taken.append(_clock(database) - begun)
        memory.append(_memory())
    return statistics.median(taken), memory


def _clock(database: Database) -> float:
    """Of the processor on SQLite, which works in our own process; else of the wall."""
    return time.process_time() if database.dialect.name == "sqlite" else time.perf_counter()


def _memory() -> int:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * resource.getpagesize() if status.is_file() else 0


def cross(database: Database, setting: flow.Setting) -> tuple[int, float]:
    """Time passes: how many memberships it changed or looked at, and the seconds that it took."""
    then = NOW + AHEAD
    due = int(database.read_now(lambda tx: tx.value(DUE, now=then)))
    begun = _clock(database)
    while database.write_now(lambda tx: flow.pass_time(tx, setting, then), Queue.TIMERS):
        pass
    return due, _clock(database) - begun


def run(database: Database, setting: flow.Setting, people: int, batches: int) -> dict[str, float]:
    """The figures."""
    ingest(database, setting, people, range(3))
    plain, _ = ingest(database, setting, people, range(10, 10 + batches))
    computing = publish(database, setting)
    ingest(database, setting, people, range(1_000, 1_003))
    with_them, memory = ingest(database, setting, people, range(1_010, 1_010 + batches))
    crossed, seconds = cross(database, setting)
    return {
        "live_events_a_second": BATCH / with_them,
        "live_us_an_event": with_them / BATCH * 1e6,
        "plain_us_an_event": plain / BATCH * 1e6,
        "live_us_a_contact_and_rule": (with_them - plain) / BATCH / MENTIONING * 1e6,
        "publishing_100_seconds": computing,
        "crossings": crossed,
        "crossings_a_second": crossed / seconds if crossed else 0.0,
        "memory_first_mb": memory[0] / 1e6,
        "memory_last_mb": memory[-1] / 1e6,
    }
