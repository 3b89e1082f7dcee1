"""The promises of the store (CORRECTNESS 1 to 10), kept by both databases."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import msgspec
import pytest

from tests.support import stores
from tidings.runtime import migrate
from tidings.runtime.app import beat
from tidings.runtime.database import Database, Queue, Tx
from tidings.runtime.postgres import Postgres
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite

INSERT = Statement("insert", "insert into tag (contact_id, name, at) values (:id, :name, 0)")
MANY = Statement(
    "many",
    "insert into tag (contact_id, name, at) select id, name, 0 from {{rows rows: id integer, name text}} r where 1 = 1 "
    "on conflict (contact_id, name) do nothing",
)
COUNT = Statement("count", "select count(*) from tag")
ALL = Statement("all", "select contact_id, name from tag order by contact_id, name")


class Row(msgspec.Struct, array_like=True):
    contact_id: int
    name: str


def test_rows_travel_as_one_value_and_come_back_as_structs(database: Database) -> None:
    rows = [{"id": 2, "name": "b'; drop"}, {"id": 1, "name": 'ä "quoted" {{x}} %s :p'}]

    def unit(tx: Tx) -> list[Row]:
        assert tx.run(MANY, rows=rows) == 2
        return tx.rows(ALL, Row)

    assert database.write_now(unit) == [Row(1, 'ä "quoted" {{x}} %s :p'), Row(2, "b'; drop")]


def test_a_unit_that_raises_leaves_nothing_and_spoils_no_neighbour(database: Database) -> None:
    def bad(tx: Tx) -> None:
        tx.run(INSERT, id=1, name="half")
        raise RuntimeError("half way")

    async def scene() -> list[object]:
        units = [database.write(lambda tx, i=i: tx.run(INSERT, id=i, name="whole")) for i in range(10, 20)]
        return await asyncio.gather(*units[:5], database.write(bad), *units[5:], return_exceptions=True)

    outcomes = asyncio.run(scene())

    assert [type(outcome) for outcome in outcomes].count(RuntimeError) == 1
    assert database.read_now(lambda tx: tx.value(COUNT)) == 10


def test_a_savepoint_undoes_its_own_part_only(database: Database) -> None:
    rung = list[str]()

    def unit(tx: Tx) -> None:
        tx.run(INSERT, id=1, name="kept")
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            tx.run(INSERT, id=2, name="undone")
            tx.after_commit(lambda: rung.append("undone"))
            raise ZeroDivisionError
        tx.after_commit(lambda: rung.append("kept"))

    database.write_now(unit)

    assert [row.name for row in database.read_now(lambda tx: tx.rows(ALL, Row))] == ["kept"]
    assert rung == ["kept"]


def test_bells_ring_only_after_the_commit(database: Database) -> None:
    seen = list[int]()

    def look() -> None:
        seen.append(database.read_now(lambda tx: tx.value(COUNT)))

    def unit(tx: Tx) -> None:
        tx.run(INSERT, id=1, name="x")
        tx.after_commit(look)
        assert not seen

    database.write_now(unit)

    assert seen == [1]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|readonly"):
        database.read_now(lambda tx: tx.run(INSERT, id=1, name="x"))


def test_ids_are_handed_out_once_and_never_again(database: Database) -> None:
    insert = Statement(
        "c",
        "insert into contact (id, share, created_at, changed_at) select value, 1, 0, 0 from {{ids ids}} r",
    )
    delete = Statement("d", "delete from contact")

    first = database.write_now(lambda tx: tx.new_ids("contact", 3))
    database.write_now(lambda tx: tx.run(insert, ids=first))
    database.write_now(lambda tx: tx.run(delete))
    second = database.write_now(lambda tx: tx.new_ids("contact", 2))

    assert len({*first, *second}) == 5
    assert min(second) > max(first)


def test_marks_are_served_before_bulk(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "queue.db", is_durable=False)
    migrate.apply(database, "workspace", now=0)
    order, gate = list[str](), threading.Event()

    async def scene() -> None:
        blocked = asyncio.create_task(database.write(lambda tx: gate.wait(5)))
        await asyncio.sleep(0.05)  # until the writer is inside the unit
        names = ((Queue.BULK, "bulk"), (Queue.TIMERS, "timers"), (Queue.INGEST, "ingest"), (Queue.MARKS, "marks"))
        waiting = [
            asyncio.create_task(database.write(lambda tx, n=name: order.append(n), queue)) for queue, name in names
        ]
        await asyncio.sleep(0.05)
        gate.set()
        await asyncio.gather(blocked, *waiting)

    asyncio.run(scene())
    database.close()

    assert order == ["marks", "ingest", "timers", "bulk"]


def test_a_deadlock_is_run_again_until_both_are_through(tmp_path: Path, postgres_dsn: str) -> None:
    database = stores.open_store("postgres", tmp_path, postgres_dsn)
    assert isinstance(database, Postgres)
    database.write_now(lambda tx: tx.run(MANY, rows=[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]))
    touch = Statement("t", "update tag set at = at + 1 where contact_id = :id")
    meet = threading.Barrier(2)
    runs = list[int]()

    def unit(first: int, second: int):  # type: ignore[no-untyped-def]
        def inner(tx: Tx) -> None:
            runs.append(first)
            tx.run(touch, id=first)
            if len(runs) <= 2:
                meet.wait(5)
            tx.run(touch, id=second)

        return inner

    async def scene() -> None:
        await asyncio.gather(database.write(unit(1, 2)), database.write(unit(2, 1)))

    asyncio.run(scene())

    assert len(runs) >= 3, "one of the two was the victim and ran again"
    assert database.read_now(lambda tx: tx.values(Statement("v", "select at from tag"))) == [2, 2]
    stores.close(database)


def test_who_lives_is_told_by_the_databases_clock(database: Database) -> None:
    """CORRECTNESS 6: the clocks of two hosts may differ by more than the silence that is allowed."""
    hour = 3_600_000

    def beats(tx: Tx) -> list[int]:
        beat(tx, 1, now=0, silence=60)
        return beat(tx, 2, now=100 * hour, silence=60)

    assert sorted(database.write_now(beats)) == [1, 2]
    silent = Statement("silent", "update process set beat_at = beat_at - 61000 where incarnation = 1")
    database.write_now(lambda tx: tx.run(silent))
    assert database.write_now(lambda tx: beat(tx, 2, now=0, silence=60)) == [2]
    assert sorted(database.write_now(lambda tx: beat(tx, 1, now=0, silence=60))) == [1, 2]
