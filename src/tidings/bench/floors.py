"""The physical limits that benches compare with, and what all benches share."""

from __future__ import annotations

import argparse
import contextlib
import functools
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.decoding import Given
from tidings.runtime import migrate
from tidings.runtime.database import Database, Tx
from tidings.runtime.process import SWITCH_SECONDS
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite


def options(arguments: list[str], *, texts: Sequence[str] = (), **defaults: int) -> argparse.Namespace:
    """`--json`, `--database-url`, texts and numbers by name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--database-url", default="")
    for name in texts:
        parser.add_argument(f"--{name}", default="")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args(arguments)


@contextlib.contextmanager
def store(url: str, name: str) -> Iterator[Database]:
    """A fresh, durable workspace store: a SQLite file, or a schema that is dropped afterwards."""
    if not url:
        with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
            sqlite = Sqlite(Path(folder) / "bench.db")
            migrate.apply(sqlite, "workspace", now=0)
            yield sqlite
            sqlite.close()
        return
    import psycopg

    from tidings.runtime.postgres import Postgres

    schema = f"bench_{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute(f"create schema {schema}")
    postgres = Postgres(url, schema)
    migrate.apply(postgres, "workspace", now=0)
    yield postgres
    postgres.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop schema {schema} cascade")


@contextlib.contextmanager
def busy_thread() -> Iterator[None]:
    """A thread of Python that always wants the GIL, as a server has one; threads take turns as often as in the server."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    stopping = threading.Event()

    def work() -> None:
        while not stopping.is_set():
            sum(range(200))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stopping.set()
    thread.join()
    sys.setswitchinterval(usual)


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Known(Struct, frozen=True):
    """What was measured on this kind of machine (2 cores, local disk): microseconds for one, from the best to the worst."""

    what: str
    low: float
    high: float


SQLITE = Known("to insert a row with one index into SQLite, in batches", 5, 10)
POSTGRES = Known("to bring one row a step further on Postgres, in sets", 13, 25)
DECODE = Known("to decode a track event", 1.5, 2)
SLACK = 1.25
"""A machine that is slower than the worst figure by more than this is not the machine that the limits are for."""


class Ground(Struct, frozen=True, kw_only=True):
    """On what a bench ran, and why its figures do not count, if they do not."""

    database: str
    size: str
    void: str | None


def ground(url: str, size: str, *, is_storing: bool = True) -> Ground:
    """Measure the machine before the bench: how fast it decodes, and how fast the database takes rows."""
    found = [(DECODE, _decode())]
    if is_storing:
        found.append((POSTGRES, _step(url)) if url else (SQLITE, _insert()))
    return Ground(database=_database(url), size=size, void=verdict(found))


def verdict(found: Sequence[tuple[Known, float]]) -> str | None:
    """Why figures of this machine do not count: it is much slower than what is known of its kind."""
    slow = [
        f"this machine takes {measured:.1f} us {known.what}; {known.low:g} to {known.high:g} are known"
        for known, measured in found
        if measured > known.high * SLACK
    ]
    return "; ".join(slow) or None


def _database(url: str) -> str:
    if not url:
        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(url) as connection:
        return f"Postgres {connection.info.server_version // 10_000}.{connection.info.server_version % 10_000}"


def _decode() -> float:
    body, decode = msgspec.json.encode(TRACK), msgspec.json.Decoder(Given).decode
    return _median(lambda _: [decode(body) for _ in range(CALIBRATED)])


def _insert() -> float:
    def rows(turn: int) -> list[dict[str, Any]]:
        people = sorted((number * 7919 + turn * 104_729) % 200_000 + 1 for number in range(CALIBRATED))
        return [{"contact_id": i, "name": "Other", "at": turn, "properties": TRACK["properties"]} for i in people]

    with store("", "calibration") as database:
        return _median(lambda turn: database.write_now(lambda tx: tx.run(EVENTS, events=rows(turn))))


def _step(url: str) -> float:
    """A token moves, and the row that it asks for is written."""
    some = [number * 7919 % CALIBRATED + 1 for number in range(CALIBRATED)]
    with store(url, "calibration") as database:
        for first in range(0, 20 * CALIBRATED, CALIBRATED):
            runs = [{"id": first + i, "contact_id": first + i} for i in some]
            database.write_now(lambda tx, runs=runs: tx.run(TOKENS, runs=runs))  # type: ignore[misc]
        settle(database)

        def unit(tx: Tx, turn: int) -> None:
            ids = [turn * CALIBRATED + i for i in some]
            tx.run(STEP, ids=ids, at=turn)
            tx.run(RUNS, runs=[{"id": i, "contact_id": i} for i in ids])

        return _median(lambda turn: database.write_now(functools.partial(unit, turn=turn)))


def _median(work: Callable[[int], Any]) -> float:
    """Microseconds for one of `CALIBRATED`."""
    return statistics.median(seconds(functools.partial(work, turn)) for turn in range(15)) / CALIBRATED * 1e6


def report(name: str, on: Ground, figures: dict[str, float], ratios: dict[str, float], *, as_json: bool) -> None:
    """One JSON object, or lines for people."""
    if as_json:
        found = {"name": name, "machine": platform.platform(), "database": on.database, "size": on.size}
        print(msgspec.json.encode(found | {"void": on.void, "figures": figures, "ratios": ratios}).decode())
        return
    print(f"{name}: {on.database}, {on.size}")
    for label, value in {**figures, **ratios}.items():
        print(f"{name}: {label} {value:,.3f}")
    if on.void:
        print(f"{name}: void: {on.void}")


def median_ratio(pairs: list[tuple[float, float]]) -> float:
    """The median of interleaved pairs (floor seconds / product seconds): 1.0 is the floor."""
    return statistics.median(floor / product for floor, product in pairs)


CALIBRATED = 1_000
TRACK: dict[str, Any] = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "anonymousId": "4f6c0c3e-5d0a-4f59-9a2b-0c55b7f4d8aa",
    "messageId": "5a1b7c1e-9d0f-4a3e-8f27-1b3c5d7e9f00",
    "timestamp": "2026-01-05T08:00:00.000Z",
    "sentAt": "2026-01-05T08:00:01.000Z",
    "properties": {
        "plan": "pro",
        "order": "7-1",
        "total": 12.5,
        "url": "https://shop.example/a/long/path/to/something",
    },
    "context": {
        "ip": "203.0.113.7",
        "locale": "en-GB",
        "timezone": "Europe/London",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        "library": {"name": "analytics.js", "version": "5.2.0"},
        "page": {
            "path": "/shop",
            "referrer": "",
            "search": "?a=b",
            "title": "Shop",
            "url": "https://shop.example/shop?a=b",
        },
    },
}
STEP = Statement(
    "step",
    "update token set step = 't', visit = 2, due_at = 8000000000000 + :at, rev = rev + 1 from {{ids ids}} r where token.run_id = r.value",
)
CONTACTS = Statement(
    "contacts",
    "insert into contact (id, share, created_at, changed_at) select value, value % 2147483647, 0, 0 from {{ids ids}} r where 1 = 1",
)
IDENTIFIERS = Statement(
    "identifiers",
    "insert into identifier (kind, value, contact_id, created_at) "
    "select 'user_id', 'u' || cast(value as text), value, 0 from {{ids ids}} r where 1 = 1 order by 'u' || cast(value as text)",
)
EVENTS = Statement(
    "events",
    "insert into event (contact_id, name, at, received_at, kind, properties, context) "
    "select contact_id, name, at, at, 'track', properties, '{}' "
    "from {{rows events: contact_id integer, name text, at integer, properties json}} r",
)
ROLL_UP = Statement(
    "roll_up",
    "insert into event_count (contact_id, name, event_count, first_at, last_at) "
    "select contact_id, name, 1, at, at from {{rows events: contact_id integer, name text, at integer}} r where 1 = 1 "
    "on conflict (contact_id, name) do update set event_count = event_count.event_count + 1, last_at = excluded.last_at",
)
SEEN = Statement(
    "seen",
    "insert into seen_even (message_id, batch_id) select value, 1 from {{texts ids}} r where 1 = 1 on conflict (message_id) do nothing",
)
RUNS = Statement(
    "runs",
    "insert into run (id, contact_id, journey_id, version_id, entry_key, state, started_at, trigger_name, trigger_at, properties) "
    "select id, contact_id, 1, 1, cast(id as text), 'active', 0, '', 0, '{}' "
    "from {{rows runs: id integer, contact_id integer}} r where 1 = 1",
)
TOKENS = Statement(
    "tokens",
    "insert into token (run_id, contact_id, journey_id, step, visit, state, due_at, entered_at) "
    "select id, contact_id, 1, 's', 1, 'ready', 9000000000000, 0 from {{rows runs: id integer, contact_id integer}} r",
)


def people(database: Database, count: int) -> None:
    """Contacts 1 to `count` with a user id each."""
    for first in range(1, count + 1, 20_000):
        ids = list(range(first, min(first + 20_000, count + 1)))
        database.write_now(lambda tx, ids=ids: (tx.run(CONTACTS, ids=ids), tx.run(IDENTIFIERS, ids=ids)))  # type: ignore[misc]
    if database.dialect.name == "postgres":
        fix = "select setval(pg_get_serial_sequence('contact', 'id'), (select max(id) from contact))"
        database.write_now(lambda tx: tx.value(Statement("fix", fix)))


def settle(database: Database) -> None:
    """Statistics for the planner, as a database that has lived has them."""
    database.write_now(lambda tx: tx.run(Statement("analyze", "analyze")))


def raw_ingest(tx: Tx, events: list[dict[str, Any]], ids: list[str], runs: list[dict[str, int]]) -> None:
    """The floor of ingest: the same rows into the same indexed tables, in one commit, with nothing decided."""
    tx.run(SEEN, ids=ids)
    tx.run(EVENTS, events=events)
    tx.run(ROLL_UP, events=events)
    if runs:
        tx.run(RUNS, runs=runs)
        tx.run(TOKENS, runs=runs)
