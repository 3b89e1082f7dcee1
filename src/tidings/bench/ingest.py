"""Ingest: batches of 1,000 calls under ten live journeys, against a raw indexed group commit of the same rows."""

from __future__ import annotations

import functools
import random
import statistics
from typing import Any

import msgspec

from tidings import flow
from tidings.bench import floors
from tidings.events.calls import Call
from tidings.journeys import service as journeys
from tidings.journeys.documents import check
from tidings.messages.models import Ledger
from tidings.runtime.database import Database

BATCH = 1_000
START = 1_767_600_000_000


def journey(number: int) -> dict[str, Any]:
    """One of ten: its own trigger, then a wait for an event."""
    return {
        "journey": f"bench-{number}",
        "triggers": [{"event": f"Start {number}", "where": [{"property": "plan", "eq": "pro"}]}],
        "reentry": {"by": "order"},
        "steps": {"w": {"wait_for": {"event": f"Wake {number}", "since": "now", "timeout": "300d"}, "next": "end"}},
    }


def batch(dice: random.Random, people: int, turn: int) -> list[Call]:
    """Every tenth call starts a journey, every tenth wakes a run, the rest match nothing."""
    calls = list[Call]()
    for number, person in enumerate(dice.sample(range(1, people + 1), BATCH)):
        kind = number % 10
        name = (
            f"Start {dice.randrange(10)}"
            if kind == 0
            else f"Wake {dice.randrange(10)}"
            if kind == 1
            else f"Other {dice.randrange(50)}"
        )
        properties = {
            "plan": "pro",
            "order": f"{turn}-{number}",
            "total": 12.5,
            "url": "https://shop.example/a/long/path/to/something",
        }
        at = START + turn * 1_000 + number
        calls.append(
            Call(
                kind="track",
                name=name,
                user_id=f"u{person}",
                message_id=f"m{turn}-{number}",
                at=at,
                received_at=at,
                properties=msgspec.json.encode(properties).decode(),
            )
        )
    return calls


def fill(database: Database, people: int, events: int, dice: random.Random) -> None:
    """A base that has lived: contacts, and events spread over them."""
    floors.people(database, people)
    for first in range(0, events, 20_000):
        rows = [
            {
                "contact_id": c,
                "name": f"Other {dice.randrange(50)}",
                "at": START - 1_000_000 + first,
                "properties": {"x": 1},
            }
            for c in sorted(dice.randrange(1, people + 1) for _ in range(min(20_000, events - first)))
        ]
        database.write_now(lambda tx, rows=rows: tx.run(floors.EVENTS, events=rows))  # type: ignore[misc]


def main(arguments: list[str]) -> None:
    """`tidings bench ingest [--contacts N] [--events N] [--batches N] [--database-url URL] [--json]`."""
    given = floors.options(arguments, contacts=1_000_000, events=1_000_000, batches=15)
    on = floors.ground(
        given.database_url, f"{given.contacts:,} contacts, {given.events:,} events, batches of {BATCH:,}"
    )
    dice = random.Random(1)
    with floors.store(given.database_url, "ingest") as database, floors.store(given.database_url, "floor") as raw:
        for each in (database, raw):
            fill(each, given.contacts, given.events, random.Random(2))
        setting = flow.Setting(ledger=Ledger(epoch="b"), live=journeys.Cache(flow.KINDS))
        for number in range(10):
            definition = check(journey(number), flow.KINDS)
            database.write_now(lambda tx, d=definition: journeys.publish(tx, d, START))  # type: ignore[misc]
        _warm(database, setting, given.contacts, dice)
        floors.settle(database)
        floors.settle(raw)
        pairs, run_id = list[tuple[float, float]](), 10_000_000
        with floors.busy_thread():
            for turn in range(100, 100 + given.batches):
                calls = batch(dice, given.contacts, turn)
                rows = [
                    {
                        "contact_id": int(c.user_id[1:]),
                        "name": c.name,
                        "at": c.at,
                        "properties": msgspec.Raw(c.properties.encode()),
                    }
                    for c in calls
                ]
                rows.sort(key=lambda row: int(str(row["contact_id"])))
                ids = [call.message_id for call in calls]
                runs = [
                    {"id": run_id + n, "contact_id": int(c.user_id[1:])}
                    for n, c in enumerate(calls)
                    if c.name.startswith("Start")
                ]
                run_id += BATCH
                raw_unit = functools.partial(floors.raw_ingest, events=rows, ids=ids, runs=runs)
                floor = floors.seconds(functools.partial(raw.write_now, raw_unit))
                now = START + turn * 1_000
                unit = functools.partial(flow.ingest, calls=calls, rejected=[], setting=setting, now=now)
                product = floors.seconds(functools.partial(database.write_now, unit))
                pairs.append((floor, product))
                _start_and_walk(database, setting, now)
    product = statistics.median(pair[1] for pair in pairs)
    figures = {"events_per_second": BATCH / product, "us_per_event": product / BATCH * 1e6}
    figures["floor_us_per_event"] = statistics.median(pair[0] for pair in pairs) / BATCH * 1e6
    floors.report("ingest", on, figures, {"ingest_to_raw": floors.median_ratio(pairs)}, as_json=given.json)


def _warm(database: Database, setting: flow.Setting, people: int, dice: random.Random) -> None:
    """Runs that wait, so that calls have somebody to wake."""
    for turn in range(3):
        calls = batch(dice, people, turn)
        database.write_now(lambda tx, calls=calls: flow.ingest(tx, calls, [], setting, START))  # type: ignore[misc]
    _start_and_walk(database, setting, START)


def _start_and_walk(database: Database, setting: flow.Setting, now: int) -> None:
    while database.write_now(lambda tx: flow.walk(tx, setting, now, limit=500)):
        pass
