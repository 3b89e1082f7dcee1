"""A store that is only looked at: nothing is registered, migrated or written, so it may be open beside a running server."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from tidings.runtime import migrate
from tidings.runtime.app import SYSTEM, sqlite_file, workspaces
from tidings.runtime.database import Unit
from tidings.runtime.errors import NotFound, StoreUnavailable
from tidings.runtime.settings import Settings
from tidings.runtime.sqlite import connect
from tidings.runtime.sqlite_tx import SqliteTx

Look = Callable[[Unit[Any]], Any]
"""Runs a unit against a store and gives its value."""


class Reading(Struct, frozen=True, eq=False, kw_only=True):
    """The system store and one workspace's."""

    system: Look
    workspace: Look


@contextlib.contextmanager
def open_reading(settings: Settings, workspace: str) -> Iterator[Reading]:
    """Both stores for looking at them; one sentence says why it cannot be."""
    with contextlib.ExitStack() as stack:
        system = stack.enter_context(_look(settings, SYSTEM, "system"))
        if workspace not in {row.name for row in system(workspaces)}:
            raise NotFound(f"There is no workspace {workspace!r}.")
        store = stack.enter_context(_look(settings, f"ws_{workspace}", "workspace"))
        yield Reading(system=system, workspace=store)


@contextlib.contextmanager
def _look(settings: Settings, store: str, kind: migrate.Store) -> Iterator[Look]:
    opener = _postgres if settings.database_url else _sqlite
    with opener(settings, store) as look:
        if not look(lambda tx: migrate.is_current(tx, kind)):
            raise StoreUnavailable("The store was made by another version of Tidings. Run `tidings migrate` first.")
        yield look


def _missing(settings: Settings) -> StoreUnavailable:
    where = "this database" if settings.database_url else settings.data
    return StoreUnavailable(
        f"There is no store in {where} yet. Run `tidings init` or `tidings serve`, or choose another folder with --data."
    )


@contextlib.contextmanager
def _sqlite(settings: Settings, store: str) -> Iterator[Look]:
    file = sqlite_file(Path(settings.data), store)
    if not file.is_file():
        raise _missing(settings)
    try:
        connection = connect(file, is_reader=True)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{file} cannot be opened: {error}.") from error

    def look(unit: Unit[Any]) -> Any:
        connection.execute("begin")
        try:
            return unit(SqliteTx(connection))
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise _missing(settings) from error
            raise
        finally:
            connection.execute("rollback")

    try:
        yield look
    finally:
        connection.close()


@contextlib.contextmanager
def _postgres(settings: Settings, store: str) -> Iterator[Look]:
    import psycopg  # SQLite needs none of it

    from tidings.runtime.postgres import Postgres

    def look(unit: Unit[Any]) -> Any:
        try:
            return database.read_now(unit)
        except psycopg.errors.UndefinedTable as error:
            raise _missing(settings) from error

    database = Postgres(settings.database_url, store, connections=1)
    try:
        yield look
    finally:
        database.close()
