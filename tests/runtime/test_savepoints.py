"""Savepoints one after another, and one inside another: what fails is undone alone, also when the database refused it."""

from __future__ import annotations

import pytest

from tidings.runtime.database import Database, Tx
from tidings.runtime.sql import Statement

PUT = Statement("put", "insert into setting (name, value, changed_at) values (:name, {{json value}}, 0)")
NAMES = Statement("names", "select name from setting where changed_at = 0 order by name")


def put(tx: Tx, name: str) -> None:
    tx.run(PUT, name=name, value={})


def test_after_a_refused_statement_the_next_savepoint_works(database: Database) -> None:
    def unit(tx: Tx) -> None:
        for name in ("a", "a", "b", "b", "c"):
            try:
                with tx.savepoint():
                    put(tx, name)
            except Exception as error:
                assert "unique" in str(error).lower()

    database.write_now(unit)

    assert database.read_now(lambda tx: tx.values(NAMES)) == ["a", "b", "c"]


def test_an_outer_savepoint_undoes_what_inner_ones_kept(database: Database) -> None:
    def unit(tx: Tx) -> None:
        put(tx, "kept")
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            with tx.savepoint():
                put(tx, "inner")
            with pytest.raises(ZeroDivisionError), tx.savepoint():
                put(tx, "undone")
                raise ZeroDivisionError
            raise ZeroDivisionError
        with tx.savepoint():
            put(tx, "after")

    database.write_now(unit)

    assert database.read_now(lambda tx: tx.values(NAMES)) == ["after", "kept"]
