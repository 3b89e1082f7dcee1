"""The verbs of imports: take a file, say how it is meant, start, stop, look at what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.imports import presets
from tidings.imports.mapping import Options
from tidings.imports.reading import Row, Table
from tidings.runtime import sql
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound, Problem

queries = sql.load("tidings.imports")
Kind = Literal["contacts", "events", "suppressions"]
CHUNK = 200
"""Rows of one slice; a unit aims at 20 ms."""
LAST = 2**62
KEPT = 30 * DAY
"""So long rows that nobody asks for are kept."""


class Job(Struct, frozen=True, array_like=True):
    """An import and how far it has come; `columns`, `mapping` and `options` are JSON text."""

    id: int
    kind: str
    name: str
    preset: str
    state: str
    """ready, running, stopped, done, rolling_back or rolled_back."""
    columns: str
    mapping: str
    options: str
    total: int
    position: int
    made_count: int
    changed_count: int
    unchanged_count: int
    refused_count: int
    created_at: int
    started_at: int | None
    ended_at: int | None
    actor: str

    @property
    def targets(self) -> dict[str, str]:
        """Column -> what it means."""
        return msgspec.json.decode(self.mapping, type=dict[str, str])

    @property
    def chosen(self) -> Options:
        """What holds for every row."""
        return msgspec.json.decode(self.options, type=Options)


class Chunk(Struct, frozen=True, array_like=True):
    """Some rows; `rows` is JSON text, `first_row` counts from 0."""

    number: int
    first_row: int
    rows: str

    @property
    def decoded(self) -> list[Row]:
        return msgspec.json.decode(self.rows, type=list[Row])


class Refusal(Struct, frozen=True, array_like=True):
    """A row that was not taken: its number in the file from 1, why, and as it came (JSON text)."""

    number: int
    reason: str
    row: str


class Touched(Struct, frozen=True, array_like=True):
    """Somebody whom an import touched."""

    contact_id: int
    is_made: int


def begin(tx: Tx, kind: Kind, table: Table, preset: str, options: Options, now: int, *, actor: str) -> Job:
    """A file that was read, with what its columns seem to mean; its rows follow by `add`."""
    known = presets.named(preset) if preset else presets.found(table.columns)
    if preset and known is None:
        names = ", ".join(one.name for one in presets.PRESETS)
        raise Invalid.at("preset", f"there is no preset {preset!r}.", f"Use one of {names}.")
    (job_id,) = tx.new_ids("import_job", 1)
    tx.run(
        queries.insert_job,
        id=job_id,
        kind=kind,
        name=table.name[:200],
        preset=known.name if known else "",
        columns=table.columns,
        mapping=presets.mapping(table.columns, kind, known),
        options=msgspec.to_builtins(options),
        total=len(table.rows),
        now=now,
        actor=actor,
    )
    return get(tx, job_id)


def add(tx: Tx, job_id: int, number: int, rows: Sequence[Row]) -> None:
    """Some of its rows; `number` counts the chunks from 0."""
    tx.run(queries.insert_chunk, id=job_id, number=number, first_row=number * CHUNK, rows=list(rows))


def get(tx: Tx, job_id: int) -> Job:
    """One import."""
    found = tx.row(queries.find_job, Job, id=job_id)
    if found is None:
        raise NotFound(f"There is no import {job_id}.")
    return found


def page(tx: Tx, *, before: int, limit: int) -> list[Job]:
    """Imports, newest first."""
    return tx.rows(queries.page_jobs, Job, before=before, limit=limit)


def mean(tx: Tx, job_id: int, mapping: dict[str, str], options: Options) -> Job:
    """Say what the columns mean; `Invalid` names every column that means nothing known."""
    job = get(tx, job_id)
    columns = msgspec.json.decode(job.columns, type=list[str])
    wrong = [
        Problem(f"mapping.{column}", f"{target!r} is nothing that a column can be.", "Use ignore to leave it out.")
        for column, target in mapping.items()
        if not presets.is_target(target)
    ]
    wrong += [Problem(f"mapping.{column}", "is no column of the file.") for column in mapping if column not in columns]
    if wrong:
        raise Invalid(*wrong)
    if not tx.run(queries.change_job, id=job_id, mapping=job.targets | mapping, options=msgspec.to_builtins(options)):
        raise Conflict(f"Import {job_id} is {job.state}; only one that has not begun is changed.")
    return get(tx, job_id)


def check(job: Job) -> None:
    """Whether it could be started; `Invalid` says what is missing."""
    means = set(job.targets.values())
    if not any(target.startswith("identifier:") for target in means):
        raise Invalid.at(
            "mapping", "no column says who a row is about.", "Map one to identifier:email, or another one."
        )
    if job.kind == "events" and "event" not in means:
        raise Invalid.at("mapping", "no column names the event.", "Map one to event.")


def start(tx: Tx, job_id: int, now: int) -> Job:
    """It goes on from where it stands."""
    job = get(tx, job_id)
    if job.state not in ("ready", "stopped"):
        raise Conflict(f"Import {job_id} is {job.state}.")
    check(job)
    return _state(tx, job, "running", now)


def stop(tx: Tx, job_id: int, now: int) -> Job:
    """It rests at the row where it stands, and may go on."""
    job = get(tx, job_id)
    if job.state != "running":
        raise Conflict(f"Import {job_id} is {job.state}; only one that runs is stopped.")
    return _state(tx, job, "stopped", now)


def roll_back(tx: Tx, job_id: int, now: int) -> Job:
    """What it brought is taken back, slice by slice; what people did since stays."""
    job = get(tx, job_id)
    if job.state not in ("done", "stopped"):
        raise Conflict(f"Import {job_id} is {job.state}; one that is done or stopped is taken back.")
    return _state(tx, job, "rolling_back", now)


def end(tx: Tx, job: Job, state: Literal["done", "rolled_back"], now: int) -> None:
    """It is over; the rows of its file are not kept."""
    tx.run(queries.set_state, id=job.id, state=state, started_at=None, ended_at=now, is_again=0)
    tx.run(queries.drop_rows, id=job.id)


def tidy(tx: Tx, now: int) -> bool:
    """Rows of files are people's data and are not kept for ever: a file that nobody brought in is forgotten after `KEPT`, one that
    was stopped ends where it stands, and rows that were not taken go. False when nothing is that old."""
    job = tx.row(queries.forgotten_job, Job, before=now - KEPT)
    if job is None:
        return tx.run(queries.drop_refusals, before=now - KEPT) > 0
    if job.state == "ready":
        discard(tx, job.id)
    else:
        end(tx, job, "done", now)
    return True


def discard(tx: Tx, job_id: int) -> None:
    """A file that was never brought in is forgotten."""
    job = get(tx, job_id)
    if not tx.run(queries.delete_job, id=job_id):
        raise Conflict(f"Import {job_id} is {job.state}; only one that has not begun is thrown away.")
    tx.run(queries.drop_rows, id=job_id)


def _state(tx: Tx, job: Job, state: str, now: int) -> Job:
    is_again = 1 if state == "rolling_back" else 0
    tx.run(queries.set_state, id=job.id, state=state, started_at=now, ended_at=None, is_again=is_again)
    return get(tx, job.id)


def working(tx: Tx) -> Job | None:
    """The import that goes on now."""
    return tx.row(queries.working_job, Job)


def next_chunk(tx: Tx, job: Job) -> Chunk | None:
    """The rows behind its position."""
    return tx.row(queries.next_chunk, Chunk, id=job.id, position=job.position)


def chunk_numbers(tx: Tx, job_id: int) -> list[int]:
    """In which pieces its rows are kept."""
    return tx.values(queries.chunk_numbers, id=job_id)


def chunk(tx: Tx, job_id: int, number: int) -> Chunk | None:
    """One piece of its rows."""
    return tx.row(queries.chunk, Chunk, id=job_id, number=number)


def advance(
    tx: Tx, job: Job, position: int, refusals: Sequence[dict[str, Any]], *, made: int, changed: int, unchanged: int
) -> None:
    """These rows are done."""
    counts = {"made": made, "changed": changed, "unchanged": unchanged, "refused": len(refusals)}
    tx.run(queries.advance, id=job.id, position=position, **counts)
    if refusals:
        tx.run(queries.refuse, id=job.id, refusals=list(refusals))


def refusals(tx: Tx, job_id: int, *, after: int = 0, limit: int = 1_000) -> list[Refusal]:
    """Rows that were not taken, in order."""
    return tx.rows(queries.refusals, Refusal, id=job_id, after=after, limit=limit)


def touch(tx: Tx, job: Job, people: dict[int, bool]) -> None:
    """Contact -> whether this import made them."""
    rows = [{"contact_id": i, "is_made": int(is_made)} for i, is_made in sorted(people.items())]
    if rows:
        tx.run(queries.touch, id=job.id, people=rows)


def touched(tx: Tx, job_id: int, *, after: int = 0, limit: int = CHUNK) -> list[Touched]:
    """Whom it touched, in order of their ids."""
    return tx.rows(queries.touched, Touched, id=job_id, after=after, limit=limit)


def untouch(tx: Tx, job_id: int, ids: Sequence[int]) -> None:
    """What it brought of these is taken back."""
    tx.run(queries.drop_touched, id=job_id, ids=list(ids))
