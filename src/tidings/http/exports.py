"""Exports over HTTP: the people of a list as it is shown, and everything that is held about one person."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from msgspec import Struct

from tidings import flow
from tidings.consent.models import ConsentRecord, Standing, Suppression
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact, Identifier
from tidings.events import service as events
from tidings.flow import people
from tidings.http.imports import harmless
from tidings.http.paging import LAST
from tidings.http.served import AnyRequest, database, now, shown
from tidings.http.shapes import gives, record, shape, wider
from tidings.http.whom import WANTED, Meant
from tidings.journeys import service as journeys
from tidings.messages.models import Attempt, Decision, Message, ReportRow
from tidings.messages.reading import Visited
from tidings.rules import finding
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import Invalid

PAGE = 200
COLUMNS = tuple(name for name in people.PersonRow.__struct_fields__ if name != "attributes")
"""What a list may hold of a person, besides `attributes.path`."""

EXPORT = record(
    "ContactExport",
    contact=shape(Contact),
    identifiers=list[shape(Identifier)],  # type: ignore[misc]
    addresses=dict[str, str],
    tags=list[str],
    lists=list[str],
    companies=list[shape(contacts.Membership)],  # type: ignore[misc]
    consent=list[shape(Standing)],  # type: ignore[misc]
    consent_records=list[shape(ConsentRecord)],  # type: ignore[misc]
    suppressions=list[shape(Suppression)],  # type: ignore[misc]
    changes=list[shape(contacts.Change)],  # type: ignore[misc]
    events=list[shape(events.Event)],  # type: ignore[misc]
    messages=list[  # type: ignore[misc]
        wider(
            Message,
            "ExportedMessage",
            tries=list[shape(Attempt)],  # type: ignore[misc]
            reports=list[shape(ReportRow)],  # type: ignore[misc]
            visits=list[shape(Visited)],  # type: ignore[misc]
        )
    ],
    runs=list[shape(journeys.Run)],  # type: ignore[misc]
    refusals=list[shape(journeys.Refusal)],  # type: ignore[misc]
    decisions=list[shape(Decision)],  # type: ignore[misc]
)


def whole_export(found: flow.Exported) -> dict[str, Any]:
    """Everything about one person as people expect it."""
    told: dict[str, Any] = {}
    for name in EXPORT.__struct_fields__:
        value = getattr(found, name)
        if isinstance(value, Struct):
            value = shown(value)
        elif isinstance(value, list):
            value = [shown(one) if isinstance(one, Struct) else one for one in value]
        told[name] = value
    parts: dict[str, Mapping[int, Sequence[Struct]]] = {
        "tries": found.attempts,
        "reports": found.reports,
        "visits": found.visits,
    }
    for one in told["messages"]:
        one |= {name: [shown(row) for row in part.get(one["id"], [])] for name, part in parts.items()}
    return told


class Exports(Controller):
    """People leave as files."""

    path = "/contacts"
    tags = ("contacts",)

    @get("/{contact_id:int}/export", responses=gives(EXPORT))
    async def person(self, request: AnyRequest, contact_id: FromPath[int]) -> Response[dict[str, Any]]:
        """Everything that is held about one contact, and about whom was merged into them."""
        found = whole_export(await database(request).read(lambda tx: flow.exported(tx, contact_id)))
        headers = {"content-disposition": f'attachment; filename="contact-{contact_id}.json"'}
        return Response(found, headers=headers)

    @get("/export.csv", media_type="text/csv", responses=gives(str), dependencies=WANTED)
    async def as_csv(
        self,
        request: AnyRequest,
        wanted: Meant,
        sort: FromQuery[finding.Order] = "newest",
        columns: FromQuery[str] = "",
    ) -> Stream:
        """Everybody whom the filters of GET /contacts find, as CSV. `columns`: names with commas between them, of a contact in
        the list or `attributes.path`. No cell begins a formula in a spreadsheet."""
        names = chosen(columns)
        lines = await _streamed(database(request), wanted, now(request), sort, lambda rows: _csv(rows, names))
        return _file(_headed(_line(names), lines), "text/csv", "contacts.csv")

    @get("/export.ndjson", media_type="application/x-ndjson", responses=gives(str), dependencies=WANTED)
    async def as_ndjson(
        self,
        request: AnyRequest,
        wanted: Meant,
        sort: FromQuery[finding.Order] = "newest",
    ) -> Stream:
        """The same as NDJSON: a contact a line, as GET /contacts tells them."""
        lines = await _streamed(database(request), wanted, now(request), sort, _ndjson)
        return _file(lines, "application/x-ndjson", "contacts.ndjson")


def chosen(columns: str) -> list[str]:
    """The columns of a CSV; `Invalid` names the one that is none."""
    names = [name.strip() for name in columns.split(",") if name.strip()] or list(COLUMNS)
    for name in names:
        if name not in COLUMNS and not name.startswith("attributes."):
            raise Invalid.at("columns", f"{name!r} is no column.", f"Use {', '.join(COLUMNS)} or attributes.path.")
    return names


def _file(lines: AsyncIterator[str], kind: str, name: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(lines, media_type=f"{kind}; charset=utf-8", headers=headers)


async def _headed(head: str, lines: AsyncIterator[str]) -> AsyncIterator[str]:
    yield head
    async for line in lines:
        yield line


async def _streamed(
    store: Database,
    wanted: people.Wanted,
    at: int,
    order: finding.Order,
    written: Callable[[list[dict[str, Any]]], str],
) -> AsyncIterator[str]:
    """Page after page; the first is read before the answer begins, so that a wrong filter is refused."""
    place = LAST, LAST

    def unit(tx: Tx) -> tuple[list[people.PersonRow], tuple[int, int]]:
        return people.found(tx, people.rule_of(tx, wanted), at, order=order, before=place, limit=PAGE)

    first = await store.read(unit)

    async def pages() -> AsyncIterator[str]:
        nonlocal place
        rows, last = first
        while rows:
            yield written([shown(row) for row in rows])
            if len(rows) < PAGE:
                return
            place = last
            rows, last = await store.read(unit)

    return pages()


def _ndjson(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.Encoder().encode_lines(rows).decode()


def _csv(rows: list[dict[str, Any]], names: Sequence[str]) -> str:
    return "".join(_line([_cell(row, name) for name in names]) for row in rows)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(row: dict[str, Any], name: str) -> str:
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return harmless(msgspec.json.encode(value).decode() if isinstance(value, dict | bool) else str(value))
