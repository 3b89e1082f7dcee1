"""A disk that is full, inside a unit or only at COMMIT, costs nobody but the unit that needs the room (CORRECTNESS 2)."""

from __future__ import annotations

import asyncio
import collections
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tidings.runtime import migrate
from tidings.runtime.database import Tx
from tidings.runtime.errors import StoreUnavailable
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite

SMALL = Statement("small", "insert into tag (contact_id, name, at) values (:id, 'small', 0)")
BIG = Statement("big", "insert into rejected_call (at, path, reason, body) values (0, '', '', :body)")
COUNT = Statement("count", "select count(*) from tag")


def group(database: Sqlite, size: int) -> tuple[list[object], collections.Counter[str], list[str]]:
    """Six small units with a big one among them, in one group: what came of each, who ran how often, whose bells rang."""
    runs, rung, gate = collections.Counter[str](), list[str](), threading.Event()

    def small(number: int) -> Callable[[Tx], int]:
        def unit(tx: Tx) -> int:
            runs[f"small {number}"] += 1
            tx.after_commit(lambda: rung.append(f"small {number}"))
            return tx.run(SMALL, id=number)

        return unit

    def big(tx: Tx) -> None:
        runs["big"] += 1
        tx.after_commit(lambda: rung.append("big"))
        tx.run(BIG, body="x" * size)

    async def scene() -> list[object]:
        blocked = asyncio.create_task(database.write(lambda tx: gate.wait(5)))
        await asyncio.sleep(0.05)  # the writer is inside this unit; what is asked for meanwhile is one group
        units = [small(0), small(1), small(2), big, small(3), small(4), small(5)]
        waiting = [asyncio.create_task(database.write(unit)) for unit in units]
        await asyncio.sleep(0.05)
        gate.set()
        await blocked
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    return asyncio.run(scene()), runs, rung


def only_the_big_one_failed(outcomes: list[object], runs: collections.Counter[str], rung: list[str]) -> None:
    assert [one for one in outcomes if not isinstance(one, Exception)] == [1] * 6
    (failed,) = (one for one in outcomes if isinstance(one, Exception))
    assert isinstance(failed, StoreUnavailable)
    assert "the disk is full" in str(failed)
    assert max(runs.values()) == 2, "neighbours of the failure ran again"
    assert sorted(rung) == [f"small {number}" for number in range(6)], "bells ring once, for what was committed"


def test_a_unit_that_finds_the_disk_full_loses_the_group_and_its_neighbours_run_again(tmp_path: Path) -> None:
    database = Sqlite(tmp_path / "full.db")
    migrate.apply(database, "workspace", now=0)
    pages = database.write_now(lambda tx: tx.value(Statement("p", "select page_count from pragma_page_count()")))
    database._connection.execute(f"pragma max_page_count = {pages + 2}")

    only_the_big_one_failed(*group(database, 100_000))
    database._connection.execute("pragma max_page_count = 1000000")
    database.write_now(lambda tx: tx.run(BIG, body="x" * 100_000))

    assert database.read_now(lambda tx: tx.value(COUNT)) == 6
    database.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a file system")
def test_a_disk_that_is_full_at_commit_costs_only_the_unit_that_needs_the_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
    try:
        database = Sqlite(disk / "full.db")
        migrate.apply(database, "workspace", now=0)
        database._connection.execute("pragma wal_checkpoint(truncate)")
        filler, free = disk / "filler", os.statvfs(disk)
        filler.write_bytes(b"x" * (free.f_bavail * free.f_bsize - 200_000))

        outcomes, runs, rung = group(database, 1_000_000)
        only_the_big_one_failed(outcomes, runs, rung)
        assert set(runs.values()) == {2}, "nobody had noticed before the commit"
        filler.unlink()
        database.write_now(lambda tx: tx.run(BIG, body="x" * 1_000_000))

        assert database.read_now(lambda tx: tx.value(COUNT)) == 6
        database.close()
    finally:
        subprocess.run(["umount", disk], check=True)
