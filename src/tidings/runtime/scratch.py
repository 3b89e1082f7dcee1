"""A store that is made apart and put into its place whole: a crash on the way leaves nothing but what the next one clears."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tidings.runtime import migrate
from tidings.runtime.app import sqlite_file
from tidings.runtime.database import Database, Queue, T, Unit
from tidings.runtime.settings import Settings
from tidings.runtime.sqlite import connect
from tidings.runtime.sqlite_tx import DIALECT, SqliteTx


class Scratch:
    """One SQLite file that nobody else looks at: every unit runs at once, in the thread of whoever asks (CORRECTNESS 30)."""

    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        self._connection = connect(path, is_durable=False)
        self._connection.execute("pragma journal_mode = memory")
        self._connection.execute("pragma secure_delete = off")

    async def write(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        return self.write_now(unit)

    async def read(self, unit: Unit[T]) -> T:
        return self.read_now(unit)

    def write_now(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        tx = SqliteTx(self._connection)
        self._connection.execute("begin immediate")
        try:
            value = unit(tx)
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        self._connection.execute("commit")
        for callback in tx.callbacks:
            callback()
        return value

    def read_now(self, unit: Unit[T]) -> T:
        return unit(SqliteTx(self._connection))

    def waiting(self) -> int:
        return 0

    def close(self) -> None:
        self._connection.execute("pragma optimize")
        self._connection.close()


@contextlib.contextmanager
def made_apart(settings: Settings, store: str) -> Iterator[Database | None]:
    """A new store to fill, in its place when the block ends and gone when it raises; None when it is there already.

    One process makes it at a time. It is not durable while it is made: nothing in it is promised to anybody yet.
    """
    make = _schema(settings.database_url, store) if settings.database_url else _file(Path(settings.data), store)
    with make as database:
        yield database


@contextlib.contextmanager
def alone(settings: Settings, store: str) -> Iterator[None]:
    """While the block lasts, no other process makes or mends this store; a SQLite folder has one process anyway."""
    if not settings.database_url:
        yield
        return
    import psycopg  # SQLite needs none of it

    with psycopg.connect(settings.database_url, autocommit=True, connect_timeout=10) as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", (f"tidings-make-{store}",))
        yield


@contextlib.contextmanager
def _file(folder: Path, store: str) -> Iterator[Database | None]:
    place = sqlite_file(folder, store)
    if place.is_file():
        yield None
        return
    making = place.with_suffix(".making")
    _clear(making)
    making.parent.mkdir(parents=True, exist_ok=True)
    database = Scratch(making)
    try:
        yield database
    except BaseException:
        database.close()
        _clear(making)
        raise
    database.close()
    with making.open("rb+") as written:
        os.fsync(written.fileno())
    making.replace(place)
    inside = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(inside)
    finally:
        os.close(inside)


def _clear(making: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        making.with_name(making.name + ending).unlink(missing_ok=True)


@contextlib.contextmanager
def _schema(url: str, store: str) -> Iterator[Database | None]:
    """It is made in a file, which is ten times faster than many small transactions over a socket, and copied in one."""
    import psycopg  # SQLite needs none of it

    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", (f"tidings-make-{store}",))
        if connection.execute("select to_regnamespace(%s)", (store,)).fetchall()[0][0] is not None:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="tidings-") as folder:
            file = Path(folder) / "making.db"
            database = Scratch(file)
            try:
                yield database
            finally:
                database.close()
            _copy(file, connection, url, store)


def _copy(file: Path, connection: Any, url: str, store: str) -> None:
    """Every row as it is, then the numbers that come next; the schema gets its name in the same transaction."""
    from psycopg.sql import SQL, Identifier

    from tidings.runtime.postgres import Postgres

    place, making = Identifier(store), Identifier(f"{store}_making")
    connection.execute(SQL("drop schema if exists {} cascade").format(making))
    connection.execute(SQL("create schema {}").format(making))
    empty = Postgres(url, f"{store}_making", connections=1)
    try:
        migrate.apply(empty, "workspace", 0)
    finally:
        empty.close()
    with contextlib.closing(connect(file, is_reader=True)) as source, connection.transaction():
        names = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid"
        for (table,) in source.execute(names).fetchall():
            if table == "migration":
                continue
            rows = source.execute(f'select * from "{table}"')
            columns = SQL(", ").join(Identifier(column[0]) for column in rows.description)
            into = SQL("copy {} ({}) from stdin").format(Identifier(f"{store}_making", table), columns)
            with connection.cursor().copy(into) as copying:
                for row in rows:
                    copying.write_row(row)
            connection.execute(SQL("analyze {}").format(Identifier(f"{store}_making", table)))
        for table, last in source.execute("select name, seq from sqlite_sequence where seq > 0").fetchall():
            connection.execute("select setval(pg_get_serial_sequence(%s, 'id'), %s)", (f"{store}_making.{table}", last))
        connection.execute(SQL("alter schema {} rename to {}").format(making, place))
