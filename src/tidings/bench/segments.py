"""Segments: how many are in one, and who, against SQL written by hand on the same indexes; then a hundred live ones beside ingest."""

from __future__ import annotations

import contextlib
import functools
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from tidings import flow
from tidings.bench import floors, segments_base, segments_live
from tidings.bench.segments_base import NOW
from tidings.bench.segments_by_hand import REFERENCES, Reference
from tidings.journeys import service as journeys
from tidings.messages.models import Ledger
from tidings.rules import finding
from tidings.rules.tree import Condition, parse
from tidings.runtime import migrate
from tidings.runtime.database import Database, Queue, Tx
from tidings.runtime.revisions import bump
from tidings.runtime.sql import Statement
from tidings.runtime.sqlite import Sqlite
from tidings.segments import service as segments
from tidings.segments.models import check

EMPTY = Statement("empty", "delete from membership where segment_id = :id")
HELD = Statement(
    "held",
    "select count(*) from (select id from contact where id in (select contact_id from membership where segment_id = :id) "
    "order by id {{lock}}) held",
)
"""By hand as well they are held on Postgres: else what others write about them at the same moment would be lost."""
ID = Statement("id", "select id from segment where name = :name")
WRITTEN = Statement(
    "written",
    "select count(*), cast(coalesce(sum(is_member), 0) as integer), "
    "cast(coalesce(sum(boundary_at / 1000), 0) as integer) from membership where segment_id = :id",
)


class Pair(Struct, frozen=True):
    """What we took, and what the hand-written statement took: seconds."""

    product: float
    hand: float


class _Written(Struct, frozen=True, array_like=True):
    rows: int
    members: int
    boundaries: int


@contextlib.contextmanager
def base(given: Any) -> Iterator[Database]:
    """The filled store; a SQLite file may be kept between runs."""
    if not given.keep or given.database_url:
        with floors.store(given.database_url, "segments") as database:
            segments_base.fill(database, given.contacts, given.events, given.messages)
            yield database
        return
    path = Path(given.keep)
    is_new = not path.exists()
    sqlite = Sqlite(path)
    migrate.apply(sqlite, "workspace", now=0)
    if is_new:
        segments_base.fill(sqlite, given.contacts, given.events, given.messages)
    yield sqlite
    sqlite.close()


def taken(database: Database, work: Callable[[], Any]) -> float:
    """Seconds: of the processor on SQLite, which works in our own process and so is told from its neighbours; else of the clock."""
    clock = time.process_time if database.dialect.name == "sqlite" else time.perf_counter
    begun = clock()
    work()
    return clock() - begun


def counted(database: Database, reference: Reference, rule: Condition, pairs: int) -> list[Pair]:
    """Ours and by hand in turns; both must say the same."""
    said = set[int]()

    def ours() -> None:
        said.add(database.read_now(lambda tx: finding.count(tx, rule, NOW, exact=True))[0])

    def hand(text: str) -> None:
        said.add(int(database.read_now(lambda tx: tx.value(Statement("hand", text), **segments_base.names(text)))))

    best = _quickest(database, reference.counts(database.dialect.name), hand)
    found = [Pair(taken(database, ours), taken(database, functools.partial(hand, best))) for _ in range(pairs)]
    if len(said) > 1:
        raise SystemExit(f"{reference.name}: the counts differ: {sorted(said)}")
    return found


def _quickest(database: Database, texts: list[str], run: Callable[[str], None]) -> str:
    """The best of the statements that somebody who knows the database would try."""
    return min(texts, key=lambda text: min(taken(database, functools.partial(run, text)) for _ in range(2)))


def materialised(database: Database, reference: Reference, setting: flow.Setting, pairs: int) -> list[Pair]:
    """A segment is computed by the bulk queue, slice by slice, and by one statement that writes the same rows."""
    by_hand = reference.writes(database.dialect.name)
    body = {"segment": reference.name, "where": reference.rule}
    checked = check(body, flow.KINDS)
    database.write_now(lambda tx: flow.publish_segment(tx, checked, body, NOW, actor="bench"))
    _compute(database, setting)
    segment_id = int(database.read_now(lambda tx: tx.value(ID, name=reference.name)))
    written = set[_Written | None]()

    def hand() -> None:
        names = segments_base.names(by_hand) | {"id": segment_id}

        def unit(tx: Tx) -> None:
            tx.run(Statement("hand", by_hand), **names)
            if tx.dialect.name == "postgres":
                tx.value(HELD, id=segment_id)

        database.write_now(unit, Queue.BULK)

    def run(work: Callable[[], None], *, is_ours: bool = False) -> float:
        database.write_now(lambda tx: tx.run(EMPTY, id=segment_id))
        if is_ours:
            database.write_now(lambda tx: segments.ask_everybody(tx, [segment_id]))
        seconds = taken(database, work)
        written.add(database.read_now(lambda tx: tx.row(WRITTEN, _Written, id=segment_id)))
        return seconds

    found = [Pair(run(lambda: _compute(database, setting), is_ours=True), run(hand)) for _ in range(pairs)]
    if len(written) > 1:
        raise SystemExit(f"{reference.name}: what was written differs: {written}")
    return found


def _compute(database: Database, setting: flow.Setting) -> None:
    while database.write_now(lambda tx: flow.advance_segments(tx, setting, NOW), Queue.BULK):
        pass


def compare(database: Database, setting: flow.Setting, pairs: int) -> tuple[dict[str, float], dict[str, float]]:
    """Figures and ratios (ours to the hand's) of every reference."""
    figures, ratios = dict[str, float](), dict[str, float]()
    for reference in REFERENCES:
        rule = parse(reference.rule, flow.KINDS, "where")
        told = database.read_now(lambda tx, rule=rule: finding.plan(tx, rule, NOW))  # type: ignore[misc]
        print(f"segments: {reference.name}: {' '.join(told)}", flush=True)
        taken_by = {
            "count": counted(database, reference, rule, pairs),
            "materialise": materialised(database, reference, setting, max(1, pairs // 2)),
        }
        for verb, some in taken_by.items():
            figures[f"{reference.name}_{verb}_ms"] = statistics.median(one.product for one in some) * 1e3
            figures[f"{reference.name}_{verb}_by_hand_ms"] = statistics.median(one.hand for one in some) * 1e3
            ratios[f"{reference.name}_{verb}"] = statistics.median(one.product / one.hand for one in some)
    return figures, ratios


def main(arguments: list[str]) -> None:
    """`tidings bench segments [--contacts N] [--events N] [--messages N] [--pairs N] [--batches N] [--keep FILE]
    [--database-url URL] [--json]`."""
    given = floors.options(
        arguments, texts=("keep",), contacts=1_000_000, events=10_000_000, messages=2_000_000, pairs=5, batches=15
    )
    size = f"{given.contacts:,} contacts, {given.events:,} events, {given.messages:,} messages; {segments_live.MIX}"
    on = floors.ground(given.database_url, size)
    setting = flow.Setting(ledger=Ledger(epoch="b"), live=journeys.Cache(flow.KINDS))
    with base(given) as database:
        database.write_now(_forget)
        figures, ratios = compare(database, setting, given.pairs)
        database.write_now(_forget)
        figures |= segments_live.run(database, setting, given.contacts, given.batches)
        database.write_now(_forget)
    ratios["segments_to_sql"] = max(ratios.values())
    floors.report("segments", on, figures, ratios, as_json=given.json)


def _forget(tx: Tx) -> None:
    """No segment is live, also in a file that was kept."""
    for table in ("membership", "stay", "segment"):
        tx.run(Statement("forget", f"delete from {table}"))
    mine = "select id from document where kind = 'segment'"
    tx.run(Statement("forget", f"delete from document_version where document_id in ({mine})"))
    tx.run(Statement("forget", "delete from document where kind = 'segment'"))
    bump(tx, "segments")
