"""Fresh workspace stores for tests: a SQLite file, or a schema of the test run's Postgres."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import psycopg

from tidings.runtime import migrate
from tidings.runtime.database import Database
from tidings.runtime.postgres import Postgres
from tidings.runtime.sqlite import Sqlite

KINDS = ("sqlite", "postgres")
_numbers = itertools.count(1)


def postgres_url() -> str:
    return os.environ["TIDINGS_TEST_POSTGRES_DSN"]


def fresh_schema() -> str:
    """A schema that no other test or worker uses."""
    schema = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f"create schema {schema}")  # type: ignore[call-overload]
    return schema


def drop_schema(schema: str) -> None:
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f"drop schema {schema} cascade")  # type: ignore[call-overload]


def open_store(kind: str, folder: Path, store: migrate.Store = "workspace") -> Database:
    """A migrated store of one kind."""
    database: Database = (
        Sqlite(folder / f"{store}.db", is_durable=False) if kind == "sqlite" else Postgres(postgres_url(), fresh_schema())
    )
    migrate.apply(database, store, now=0)
    return database
