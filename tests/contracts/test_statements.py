"""Every SQL statement is understood by both databases, and used."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from tests.support import stores
from tidings.runtime import sql
from tidings.runtime.postgres import DIALECT as POSTGRES, Postgres
from tidings.runtime.sqlite import DIALECT as SQLITE, Sqlite

SOURCE = Path(sql.__file__).parents[1]
ROOMS = sorted(file.parent.name for file in SOURCE.glob("*/queries.sql"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_statement_is_prepared_by_both_databases(room: str, tmp_path: Path, postgres_dsn: str) -> None:
    store = "system" if room == "access" else "workspace"
    sqlite = stores.open_store("sqlite", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
    postgres = stores.open_store("postgres", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
    assert isinstance(sqlite, Sqlite) and isinstance(postgres, Postgres)
    if room == "runtime":
        stores.close(sqlite)
        stores.close(postgres)
        return  # its statements are for either store; opening an app runs them all
    wrong = list[str]()
    with psycopg.connect(postgres_dsn, options=f"-c search_path={postgres.schema}", autocommit=True) as connection:
        for statement in sql.load(f"tidings.{room}"):
            text = sql.translate(statement.text, SQLITE)
            names = dict.fromkeys(re.findall(r"(?<!:):([a-z_]\w*)", text), "[]")
            try:
                sqlite._connection.execute("explain " + text, names)
            except Exception as error:
                wrong.append(f"sqlite {room}.{statement.name}: {error}")
            text = sql.translate(statement.text, POSTGRES)
            order = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
            for number, name in enumerate(order, 1):
                text = text.replace(f"%({name})s", f"${number}")
            try:
                connection.execute(f"prepare p_{statement.name} as {text.replace('%%', '%')}")  # type: ignore[call-overload]
            except psycopg.Error as error:
                wrong.append(f"postgres {room}.{statement.name}: {error}")
    stores.close(sqlite)
    stores.close(postgres)
    assert wrong == []


def test_every_statement_is_used() -> None:
    code = "\n".join(file.read_text() for file in SOURCE.rglob("*.py"))
    unused = [
        f"{room}.{statement.name}"
        for room in ROOMS
        for statement in sql.load(f"tidings.{room}")
        if f"queries.{statement.name}" not in code
    ]
    assert unused == []
