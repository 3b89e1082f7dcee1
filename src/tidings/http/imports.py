"""Imports over HTTP: a file comes in, is looked at, brought in, stopped, taken back."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from tidings import flow
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, now, setting, workspace
from tidings.http.shapes import gives, record
from tidings.imports import presets, service as imports
from tidings.imports.mapping import Options
from tidings.imports.reading import Row, is_of_withdrawals, tables
from tidings.imports.service import CHUNK, Job, Kind
from tidings.journeys.enrolments import DEFAULT_PACE
from tidings.runtime.database import Database, Queue, Tx
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import iso

MOST_BYTES = 200_000_000
"""A file of about two million people."""
SAMPLES = 5


class ImportJob(Struct, kw_only=True):
    """A file that is to be brought in, or was; `position` rows of `total` are done."""

    id: int
    kind: str
    name: str
    preset: str
    state: str
    columns: list[str]
    mapping: dict[str, str]
    options: Options
    total: int
    position: int
    made_count: int
    changed_count: int
    unchanged_count: int
    refused_count: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    actor: str


class ImportPreview(Struct, kw_only=True):
    """An import with its first rows."""

    job: ImportJob
    samples: list[dict[str, str]]
    targets: list[str]
    """What a column may mean; those that end with a colon take a name."""


class Meaning(Struct, kw_only=True, forbid_unknown_fields=True):
    """Column -> what it means, and what holds for every row."""

    mapping: dict[str, str] = msgspec.field(default_factory=dict)
    options: Options = msgspec.field(default_factory=Options)


class RefusedRow(Struct, kw_only=True):
    """A row that is not taken: its number from 1, why, and as it came."""

    number: int
    reason: str
    row: dict[str, str]


class DryRun(Struct, kw_only=True):
    """What an import would do; nothing was written."""

    made: int
    changed: int
    unchanged: int
    refused: int
    agreed: int
    withdrawn: int
    suppressed: int
    refusals: list[RefusedRow]
    entering: dict[str, int]
    """Live journey -> people who would enter it if these events happened now; an import lets nobody in."""


class Enrol(Struct, kw_only=True, forbid_unknown_fields=True):
    """People of an import enter a journey after all, at a pace."""

    journey: str
    per_minute: Annotated[int, Meta(ge=1, le=100_000)] = DEFAULT_PACE


PAGE = record("ImportJobPage", items=list[ImportJob], next=str | None)


def told(job: Job) -> ImportJob:
    """An import as people expect it."""
    values = {name: getattr(job, name) for name in Job.__struct_fields__}
    for name in ("columns", "mapping", "options"):
        values[name] = msgspec.json.decode(values[name])
    for name in ("created_at", "started_at", "ended_at"):
        values[name] = iso(values[name])
    return msgspec.convert(values, ImportJob)


async def taken(store: Database, name: str, data: bytes, kind: Kind, preset: str, at: int, actor: str) -> list[Job]:
    """A file becomes one import for each table in it, ready to be looked at; those of who left come first."""
    found = await asyncio.to_thread(tables, name, data)
    jobs = list[Job]()
    for table in found:
        options = Options(default_status=_status(table.name)) if kind == "contacts" else Options()

        def begin(tx: Tx, table: Any = table, options: Options = options) -> Job:
            return imports.begin(tx, kind, table, preset, options, at, actor=actor)

        job = await store.write(begin, Queue.BULK)
        for number, first in enumerate(range(0, len(table.rows), CHUNK)):
            rows = table.rows[first : first + CHUNK]

            def add(tx: Tx, job: Job = job, number: int = number, rows: list[Row] = rows) -> None:
                imports.add(tx, job.id, number, rows)

            await store.write(add, Queue.BULK)
        jobs.append(job)
    return jobs


def _status(name: str) -> Any:
    if not is_of_withdrawals(name):
        return ""
    return "cleaned" if any(word in name.lower() for word in ("cleaned", "bounce")) else "unsubscribed"


async def looked(store: Database, job: Job, here: flow.Setting, at: int) -> flow.Looked:
    """What every slice would do, added up."""
    imports.check(job)
    into = flow.Looked()
    for number in await store.read(lambda tx: imports.chunk_numbers(tx, job.id)):

        def look(tx: Tx, number: int = number) -> None:
            if (chunk := imports.chunk(tx, job.id, number)) is not None:
                flow.look(tx, job, chunk.decoded, chunk.first_row, here, into, at)

        await store.read(look)
    return into


def summed(found: flow.Looked) -> DryRun:
    """The same in numbers."""
    return DryRun(
        made=len(found.made),
        changed=len(found.changed),
        unchanged=len(found.unchanged),
        refused=found.refused,
        agreed=found.agreed,
        withdrawn=found.withdrawn,
        suppressed=found.suppressed,
        refusals=[RefusedRow(**one) for one in found.refusals],
        entering={name: len(who) for name, who in sorted(found.entering.items())},
    )


class Imports(Controller):
    """Files of people, events and suppressions."""

    path = "/imports"
    tags = ("imports",)

    @get(responses=gives(PAGE))
    async def index(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 50
    ) -> dict[str, Any]:
        """Newest first."""
        limit, place = max(1, min(limit, 200)), before(cursor)[1]
        rows = await database(request).read(lambda tx: imports.page(tx, before=place, limit=limit))
        last = cursor_of(0, rows[-1].id) if len(rows) >= limit else None
        return {"items": [msgspec.to_builtins(told(row)) for row in rows], "next": last}

    @post(request_max_body_size=MOST_BYTES)
    async def take(
        self,
        request: AnyRequest,
        name: FromQuery[str],
        kind: FromQuery[Kind] = "contacts",
        preset: FromQuery[str] = "",
    ) -> list[ImportJob]:
        """The body is the file itself: CSV, XLSX, NDJSON, or a zip of them. It is read and kept, and nothing is brought in yet;
        encoding, delimiter, preset and what each column means are found. `name` is the file's."""
        at, actor = now(request), request.state["actor"].name
        jobs = await taken(database(request), name[:200], await request.body(), kind, preset, at, actor)
        return [told(job) for job in jobs]

    @get("/{import_id:int}")
    async def show(self, request: AnyRequest, import_id: FromPath[int]) -> ImportPreview:
        """One import with its first rows, as long as it is not over."""

        def unit(tx: Tx) -> ImportPreview:
            job, chunk = imports.get(tx, import_id), imports.chunk(tx, import_id, 0)
            samples = chunk.decoded[:SAMPLES] if chunk else []
            return ImportPreview(job=told(job), samples=samples, targets=[*presets.PREFIXES, *presets.TARGETS])

        return await database(request).read(unit)

    @put("/{import_id:int}")
    async def mean(self, request: AnyRequest, import_id: FromPath[int], data: JSONBody[Meaning]) -> ImportJob:
        """Say what its columns mean; columns that are left out stay as they are."""
        return told(await database(request).write(lambda tx: imports.mean(tx, import_id, data.mapping, data.options)))

    @post("/{import_id:int}/look", status_code=200)
    async def look(self, request: AnyRequest, import_id: FromPath[int]) -> DryRun:
        """What it would do: whom it makes and changes, what it refuses and why, and who would enter which live journey."""
        store, here, at = database(request), setting(request), now(request)
        job = await store.read(lambda tx: imports.get(tx, import_id))
        if job.state not in ("ready", "stopped", "running"):
            raise Invalid.at("import_id", f"import {import_id} is over; its rows are not kept.")
        return summed(await looked(store, job, here, at))

    @post("/{import_id:int}/start", status_code=200)
    async def start(self, request: AnyRequest, import_id: FromPath[int]) -> ImportJob:
        """It goes on in the background from where it stands."""
        return await self._moved(request, lambda tx, at: imports.start(tx, import_id, at))

    @post("/{import_id:int}/stop", status_code=200)
    async def stop(self, request: AnyRequest, import_id: FromPath[int]) -> ImportJob:
        """It rests at the row where it stands."""
        return await self._moved(request, lambda tx, at: imports.stop(tx, import_id, at))

    @post("/{import_id:int}/roll-back", status_code=200)
    async def roll_back(self, request: AnyRequest, import_id: FromPath[int]) -> ImportJob:
        """What it brought is taken back; what people did since, and every withdrawal, stays."""
        return await self._moved(request, lambda tx, at: imports.roll_back(tx, import_id, at))

    @post("/{import_id:int}/enrol", status_code=200, responses=gives(record("EnrolledImport", people=int)))
    async def enrol(self, request: AnyRequest, import_id: FromPath[int], data: JSONBody[Enrol]) -> dict[str, int]:
        """Whoever it gave an event that starts a journey enters it after all, so many a minute; audience and re-entry hold."""
        here, at, actor = setting(request), now(request), request.state["actor"].name

        def unit(tx: Tx) -> int:
            job = imports.get(tx, import_id)
            pace = {"per_minute": data.per_minute, "actor": actor}
            return sum(one.total for one in flow.enrol_imported(tx, job, data.journey, here, at, **pace))

        people = await database(request).write(unit, Queue.BULK)
        workspace(request).timers.ring()
        return {"people": people}

    @get("/{import_id:int}/refused.csv", media_type="text/csv", responses=gives(str))
    async def refused(self, request: AnyRequest, import_id: FromPath[int]) -> Response[str]:
        """Every row that was not taken, as it came, with its reason."""

        def unit(tx: Tx) -> tuple[Job, list[imports.Refusal]]:
            return imports.get(tx, import_id), imports.refusals(tx, import_id, limit=1_000_000)

        job, found = await database(request).read(unit)
        headers = {"content-disposition": f'attachment; filename="import-{import_id}-refused.csv"'}
        return Response(refused_csv(job, found), media_type="text/csv; charset=utf-8", headers=headers)

    @delete("/{import_id:int}")
    async def discard(self, request: AnyRequest, import_id: FromPath[int]) -> None:
        """A file that was never brought in is forgotten."""
        await database(request).write(lambda tx: imports.discard(tx, import_id))

    async def _moved(self, request: AnyRequest, move: Any) -> ImportJob:
        at = now(request)
        job = await database(request).write(lambda tx: move(tx, at))
        workspace(request).imports.ring()
        return told(job)


def refused_csv(job: Job, found: list[imports.Refusal]) -> str:
    """The rows as they came, with two columns before them; no cell begins a formula in a spreadsheet."""
    columns = msgspec.json.decode(job.columns, type=list[str])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["row", "reason", *map(harmless, columns)])
    for one in found:
        row = msgspec.json.decode(one.row, type=dict[str, str])
        writer.writerow([one.number, harmless(one.reason), *(harmless(row.get(column, "")) for column in columns)])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
