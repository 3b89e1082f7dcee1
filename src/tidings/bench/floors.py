"""The physical limits that benches compare with, and what all benches share."""

from __future__ import annotations

import argparse
import contextlib
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tidings.runtime import migrate
from tidings.runtime.database import Database, Tx
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite


def options(arguments: list[str], **defaults: int) -> argparse.Namespace:
    """`--json`, `--database-url`, and numbers by name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--database-url", default="")
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
    sys.setswitchinterval(0.0005)
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


def report(name: str, figures: dict[str, float], ratios: dict[str, float], *, as_json: bool) -> None:
    """One JSON object, or lines for people."""
    if as_json:
        found = {"name": name, "machine": platform.platform(), "figures": figures, "ratios": ratios}
        print(msgspec.json.encode(found).decode())
        return
    for label, value in {**figures, **ratios}.items():
        print(f"{name}: {label} {value:,.3f}")


def median_ratio(pairs: list[tuple[float, float]]) -> float:
    """The median of interleaved pairs (floor seconds / product seconds): 1.0 is the floor."""
    return statistics.median(floor / product for floor, product in pairs)


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
