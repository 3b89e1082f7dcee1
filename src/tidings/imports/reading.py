"""Files as rows of texts: CSV in whatever encoding and delimiter, XLSX, NDJSON, or Mailchimp's zip of three files. Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from tidings.runtime.errors import Invalid

MOST_COLUMNS = 300
MOST_UNPACKED = 2_000_000_000
"""Bytes that a zip or a workbook may unpack to; more is no list of people."""
Row = dict[str, str]


class Table(Struct, frozen=True, kw_only=True):
    """A file as it was read: its columns, and its rows in order."""

    name: str
    columns: list[str]
    rows: list[Row]


def tables(name: str, data: bytes) -> list[Table]:
    """The tables of a file, suppression files before subscribers; `Invalid` says why it cannot be read."""
    if not data:
        raise Invalid.at(name, "is empty.")
    if data[:4] == b"PK\x03\x04":
        return [_workbook(name, data)] if name.lower().endswith((".xlsx", ".xlsm")) else _zipped(name, data)
    text = _text(name, data)
    return [_ndjson(name, text) if text.lstrip().startswith("{") else _csv(name, text)]


def _zipped(name: str, data: bytes) -> list[Table]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        inside = [one for one in archive.infolist() if one.filename.lower().endswith((".csv", ".txt", ".ndjson"))]
        if sum(one.file_size for one in inside) > MOST_UNPACKED:
            raise Invalid.at(name, "unpacks to more than a list of people can be.")
        found = [table for one in inside for table in tables(one.filename, archive.read(one)) if table.rows]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Invalid.at(name, f"is not a zip that can be read: {error}.") from error
    if not found:
        raise Invalid.at(name, "holds no CSV file.")
    return sorted(found, key=lambda table: (not is_of_withdrawals(table.name), table.name))


def is_of_withdrawals(name: str) -> bool:
    """Whether a file's name says that it lists who left or never worked; these go first."""
    return any(word in name.lower() for word in ("unsubscribed", "cleaned", "suppress", "blocklist", "bounce"))


def _text(name: str, data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Invalid.at(name, f"begins as {encoding} and is not: {error.reason}.") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what spreadsheets of Western Europe write


def _csv(name: str, text: str) -> Table:
    head = "\n".join(text.splitlines()[:20])
    try:
        dialect: Any = csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    dialect.doublequote = True
    csv.field_size_limit(1_000_000)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise Invalid.at(name, f"is not CSV: {error}.") from error
    return _table(name, iter(lines))


def _workbook(name: str, data: bytes) -> Table:
    import python_calamine  # only for spreadsheets

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise Invalid.at(name, "unpacks to more than a list of people can be.")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=True)
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise Invalid.at(name, f"is not a workbook that can be read: {error}.") from error
    return _table(name, ([_cell(value) for value in line] for line in lines))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _table(name: str, lines: Iterator[list[str]]) -> Table:
    head = next((line for line in lines if any(cell.strip() for cell in line)), None)
    if head is None:
        raise Invalid.at(name, "has no row.")
    columns = _unique([cell.strip() for cell in head])
    if len(columns) > MOST_COLUMNS:
        raise Invalid.at(name, f"has {len(columns)} columns; at most {MOST_COLUMNS} are read.")
    rows = [
        {column: cell.strip() for column, cell in zip(columns, line, strict=False)}
        for line in lines
        if any(cell.strip() for cell in line)
    ]
    return Table(name=name, columns=columns, rows=rows)


def _unique(names: list[str]) -> list[str]:
    found = list[str]()
    for number, name in enumerate(names, 1):
        name = name or f"column {number}"
        copies = (f"{name} {copy}" for copy in itertools.count(2))
        found.append(name if name not in found else next(one for one in copies if one not in found))
    return found


def _ndjson(name: str, text: str) -> Table:
    rows, columns = list[Row](), dict[str, None]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise Invalid.at(f"{name}:{number}", f"is not a JSON object: {error}.") from error
        rows.append({key: _plain(value) for key, value in data.items()})
        columns |= dict.fromkeys(data)
    return Table(name=name, columns=list(columns), rows=rows)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
