"""The schema is the same on both databases, whichever way a store was made."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import sqlite_utils

from tests.support import stores
from tidings.runtime import migrate
from tidings.runtime.database import Database
from tidings.runtime.errors import StoreUnavailable
from tidings.runtime.postgres import Postgres
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite


def test_both_databases_have_the_same_schema(tmp_path: Path, postgres_dsn: str) -> None:
    for store in ("system", "workspace"):
        sqlite = stores.open_store("sqlite", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
        postgres = stores.open_store("postgres", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
        assert isinstance(sqlite, Sqlite) and isinstance(postgres, Postgres)
        with psycopg.connect(postgres_dsn) as connection:
            query = "select table_name, column_name from information_schema.columns where table_schema = %s"
            theirs = set(connection.execute(query, (postgres.schema,)).fetchall())
        ours = {
            (table.name, column.name)
            for table in sqlite_utils.Database(sqlite._connection).tables
            for column in table.columns
            if not table.name.startswith("sqlite_")
        }
        assert ours == theirs
        stores.close(sqlite)
        stores.close(postgres)


def test_what_is_up_to_date_is_left_alone_and_what_is_newer_is_refused(database: Database) -> None:
    assert migrate.apply(database, "workspace", now=1) == []
    newer = Statement("newer", "insert into migration (number, name, applied_at) values (9999, 'later', 0)")
    database.write_now(lambda tx: tx.run(newer))

    with pytest.raises(StoreUnavailable, match="newer Tidings"):
        migrate.apply(database, "workspace", now=2)


def test_a_migration_that_fails_leaves_nothing_of_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    half = migrate.Migration(9000, "half", "create table half (id integer);\ninsert into nowhere values (1);\n")
    known = [*migrate.available("workspace", database.dialect.name), half]
    monkeypatch.setattr(migrate, "available", lambda store, dialect: known)

    with pytest.raises(Exception, match="nowhere"):
        migrate.apply(database, "workspace", now=1)

    assert [one.name for one in migrate.pending(database, "workspace")] == ["half"]
    with pytest.raises(Exception, match="half"):
        database.read_now(lambda tx: tx.value(Statement("look", "select count(*) from half")))
