"""Fresh stores for tests: a SQLite file, or a schema in the worker's own Postgres database."""

from __future__ import annotations

import itertools
from pathlib import Path

import psycopg

from tidings.runtime import migrate
from tidings.runtime.database import Database
from tidings.runtime.postgres import Postgres
from tidings.runtime.sqlite import Sqlite

KINDS = ("sqlite", "postgres")
_numbers = itertools.count(1)


def open_store(kind: str, folder: Path, dsn: str, store: migrate.Store = "workspace") -> Database:
    """A migrated store of one kind; SQLite without fsync, since no test cuts the power."""
    database: Database
    if kind == "sqlite":
        database = Sqlite(folder / f"{store}.db", is_durable=False)
    else:
        schema = f"test_{next(_numbers)}"
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"create schema {schema}")
        database = Postgres(dsn, schema)
    migrate.apply(database, store, now=0)
    return database


def close(database: Database) -> None:
    """Close a store, and drop its schema where it was one."""
    database.close()
    if isinstance(database, Postgres):
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(f"drop schema {database.schema} cascade")
