"""A transaction of SQLite, and SQLite's words."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import msgspec

from tidings.runtime import sql
from tidings.runtime.database import S, bind, convert, width
from tidings.runtime.machines import FOUND, machine
from tidings.runtime.patterns import LOOKED_AT, Pattern
from tidings.runtime.sql import JsonKind, Statement


class SqliteDialect:
    """SQLite's words."""

    name = "sqlite"
    types: ClassVar[dict[str, str]] = {
        "integer": "integer",
        "real": "real",
        "json": "text",
        "blob": "blob",
        "id": "integer primary key autoincrement",
        "database_time": "cast((julianday('now') - 2440587.5) * 86400000 as integer)",
    }

    def rows(self, parameter: str, columns: list[tuple[str, str]]) -> str:
        fields = ", ".join(f"json_extract(value, '$.{name}') as {name}" for name, _ in columns)
        return f"(select {fields} from json_each(:{parameter}))"

    def elements(self, parameter: str, type: str) -> str:
        return f"(select value from json_each(:{parameter}))"

    def json(self, parameter: str) -> str:
        return f":{parameter}"

    def lock(self, *, is_skipping: bool) -> str:
        return ""

    def parameters(self, text: str) -> str:
        return text

    def json_type(self, column: str, path: str) -> str:
        kind = f"json_type({column}, {path})"
        names = {"integer": "number", "real": "number", "true": "boolean", "false": "boolean"}
        cases = " ".join(f"when '{theirs}' then '{ours}'" for theirs, ours in names.items())
        return f"case {kind} {cases} else {kind} end"

    def json_text(self, column: str, path: str) -> str:
        value, kind = f"json_extract({column}, {path})", f"json_type({column}, {path})"
        # A fraction is taken as it was written: as text, SQLite keeps 15 digits of it.
        exact = f"when 'real' then {column} -> {path}"
        return f"case {kind} when 'true' then 'true' when 'false' then 'false' {exact} else cast({value} as text) end"

    def json_as(self, column: str, path: str, kind: JsonKind) -> str:
        value, found = f"json_extract({column}, {path})", f"json_type({column}, {path})"
        if kind == "boolean":
            return f"(case {found} when 'true' then 'true' when 'false' then 'false' end)"
        if kind == "text":
            return f"(case when {found} = 'text' then {value} end)"
        return f"(case when {found} in ('integer', 'real') then cast({value} as real) end)"

    def json_has(self, column: str, path: str, value: str) -> str:
        numbers = "item.type in ('integer', 'real') and wanted.type in ('integer', 'real')"
        same = f"(item.type = wanted.type or {numbers}) and item.atom = wanted.atom"
        members = f"json_each({column}, {path}) item join json_each({value}) wanted on {same}"
        return f"(coalesce(json_type({column}, {path}), '') <> 'object' and exists (select 1 from {members}))"

    def matches(self, text: str, pattern: Pattern, bind: Callable[[Any], str]) -> str:
        # It knows no patterns, and a function of ours would wait for Python's lock at each row: so it walks a table itself.
        walker = machine(pattern)
        signs, moves, width = bind(walker.signs), bind(walker.moves.encode()), len(walker.signs) + 1
        spot = f"p.s * {3 * width} + 3 * instr(t.known, substr(t.v, p.i, 1)) + 1"
        step = f"select p.i + 1, cast(substr(t.moves, {spot}, 3) as integer)"
        ends = "".join(f", {end}" for end in walker.ends)
        return (
            f"(with recursive t(v, known, moves) as (select substr({text}, 1, {LOOKED_AT}), cast({signs} as text), {moves} limit 1), "
            f"p(i, s) as (select 1, {walker.start} union all {step} from p join t on 1 = 1 where p.i <= length(t.v) and p.s > {FOUND}) "
            f"select case when t.v is not null then p.s in ({FOUND}{ends}) end from p join t on 1 = 1 order by p.i desc limit 1)"
        )

    def json_length(self, column: str, path: str) -> str:
        return f"json_array_length({column}, {path})"

    def json_entry(self, parameter: str, key: str) -> str:
        return f"""json_extract({parameter}, '$."' || {key} || '"')"""

    def json_path(self, keys: list[str]) -> str:
        return "$" + "".join('."' + key.replace('"', "") + '"' for key in keys)

    def rounded(self, number: str) -> str:
        return f"round({number})"

    def least(self, parts: list[str]) -> str:
        if len(parts) == 1:
            return parts[0]
        return f"nullif(min({', '.join(f'coalesce({part}, {_NEVER})' for part in parts)}), {_NEVER})"


_NEVER = 2**62
DIALECT = SqliteDialect()


@functools.lru_cache(maxsize=4096)
def _text(statement: Statement) -> str:
    return sql.translate(statement.text, DIALECT)


@functools.lru_cache(maxsize=4096)
def _packed(statement: Statement, columns: int) -> str:
    names = ", ".join(f"c{number}" for number in range(columns))
    value = "c0" if columns == 1 else f"json_array({names})"
    return f"with packed({names}) as ({_text(statement)}) select json_group_array({value}) from packed"


@functools.lru_cache(maxsize=1024)
def _decoder(type: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[type])  # type: ignore[valid-type]


_decode = msgspec.json.Decoder(list[Any]).decode


class SqliteTx:
    """A transaction on one connection. Rows come out as one JSON value: one at a time, each hands over the GIL."""

    dialect = DIALECT

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._depth = 0
        self.callbacks: list[Callable[[], None]] = []

    def rows(self, statement: Statement, type: type[S], **parameters: Any) -> list[S]:
        columns = width(type)
        text = _packed(statement, columns)
        (packed,) = self._connection.execute(text, bind(parameters)).fetchone()
        if columns == 1:
            return convert([(value,) for value in _decode(packed)], type)
        return _decoder(type).decode(packed)  # type: ignore[no-any-return]

    def row(self, statement: Statement, type: type[S], **parameters: Any) -> S | None:
        width(type)
        cursor = self._connection.execute(_text(statement), bind(parameters))
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else convert([row], type)[0]

    def values(self, statement: Statement, **parameters: Any) -> list[Any]:
        (packed,) = self._connection.execute(_packed(statement, 1), bind(parameters)).fetchone()
        return _decode(packed)

    def value(self, statement: Statement, **parameters: Any) -> Any:
        cursor = self._connection.execute(_text(statement), bind(parameters))
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else row[0]

    def run(self, statement: Statement, **parameters: Any) -> int:
        cursor = self._connection.execute(_text(statement), bind(parameters))
        count = cursor.rowcount
        cursor.close()
        return max(count, 0)

    def new_ids(self, table: str, count: int) -> list[int]:
        found = self._connection.execute("select seq from sqlite_sequence where name = ?", (table,)).fetchone()
        last = 0 if found is None else int(found[0])
        change = (
            "update sqlite_sequence set seq = :last where name = :name"
            if found
            else "insert into sqlite_sequence (name, seq) values (:name, :last)"
        )
        self._connection.execute(change, {"name": table, "last": last + count})
        return list(range(last + 1, last + count + 1))

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        self._depth += 1
        name, kept = f"s{self._depth}", len(self.callbacks)
        self._connection.execute(f"savepoint {name}")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute(f"rollback to {name}")
                self._connection.execute(f"release {name}")
            del self.callbacks[kept:]
            raise
        else:
            self._connection.execute(f"release {name}")
        finally:
            self._depth -= 1

    def after_commit(self, callback: Callable[[], None]) -> None:
        self.callbacks.append(callback)
