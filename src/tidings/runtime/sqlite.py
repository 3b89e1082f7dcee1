"""SQLite: one writer thread with group commit, readers of their own, durable at every acknowledged commit."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import functools
import queue as queues
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec

from tidings.runtime import sql
from tidings.runtime.database import Queue, S, T, Unit, bind, convert, width
from tidings.runtime.errors import StoreUnavailable
from tidings.runtime.sql import Statement

GROUP_UNITS = 500
GROUP_SECONDS = 0.02
READERS = 4
_LOST = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_CORRUPT", "SQLITE_READONLY")
R = TypeVar("R")


class SqliteDialect:
    """SQLite's words."""

    name = "sqlite"
    types: ClassVar[dict[str, str]] = {
        "integer": "integer",
        "real": "real",
        "json": "text",
        "blob": "blob",
        "id": "integer primary key autoincrement",
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

    def json_has(self, column: str, path: str, value: str) -> str:
        numbers = "item.type in ('integer', 'real') and wanted.type in ('integer', 'real')"
        same = f"(item.type = wanted.type or {numbers}) and item.atom = wanted.atom"
        members = f"json_each({column}, {path}) item join json_each({value}) wanted on {same}"
        return f"(coalesce(json_type({column}, {path}), '') <> 'object' and exists (select 1 from {members}))"

    def json_path(self, keys: list[str]) -> str:
        return "$" + "".join('."' + key.replace('"', "") + '"' for key in keys)


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


class _Item:
    """A unit that waits, and whoever waits for it."""

    __slots__ = ("future", "loop", "unit")

    def __init__(self, unit: Unit[Any], future: Any, loop: asyncio.AbstractEventLoop | None) -> None:
        self.unit, self.future, self.loop = unit, future, loop


class _Outcome:
    __slots__ = ("error", "item", "value")

    def __init__(self, item: _Item, value: Any = None, error: BaseException | None = None) -> None:
        self.item, self.value, self.error = item, value, error


class _GroupLost(Exception):
    """SQLite rolled the whole transaction back by itself."""


def _resolve(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        if outcome.item.future.done():
            continue
        if outcome.error is not None:
            outcome.item.future.set_exception(outcome.error)
        else:
            outcome.item.future.set_result(outcome.value)


def sentence(error: BaseException) -> BaseException:
    """A store's failure in words; other errors pass unchanged."""
    name = getattr(error, "sqlite_errorname", "")
    if any(name.startswith(lost) for lost in _LOST) or name.startswith("SQLITE_BUSY"):
        reason = {"SQLITE_FULL": "the disk is full", "SQLITE_READONLY": "the file is read-only"}.get(name, str(error))
        return StoreUnavailable(f"The database did not take the change: {reason}. Nothing was written.")
    return error


def connect(path: Path, *, is_reader: bool = False, is_durable: bool = True) -> sqlite3.Connection:
    """Open a database file the one way that we use: WAL, FULL, foreign keys on, no implicit transactions."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1024)
    connection.execute("pragma busy_timeout = 5000")
    if not is_reader:
        connection.execute("pragma journal_mode = wal")
        connection.execute(f"pragma synchronous = {'full' if is_durable else 'off'}")
        connection.execute("pragma secure_delete = on")
    else:
        connection.execute("pragma query_only = on")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -65536")
    connection.execute("pragma temp_store = memory")
    return connection


class Sqlite:
    """One database file. `is_durable=False` is for scratch stores (simulation, demo) only."""

    dialect = DIALECT

    def __init__(self, path: Path, *, is_durable: bool = True) -> None:
        self.path = path
        self._connection = connect(path, is_durable=is_durable)
        self._queues: tuple[collections.deque[_Item], ...] = tuple(collections.deque() for _ in Queue)
        self._ready = threading.Event()
        self._is_closing = False
        self._readers: queues.SimpleQueue[sqlite3.Connection] = queues.SimpleQueue()
        self._open_readers = list[sqlite3.Connection]()
        self._executor = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-read")
        self._thread = threading.Thread(target=self._serve, name="sqlite-write", daemon=True)
        self._thread.start()

    async def write(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._submit(_Item(unit, future, loop), queue)
        return await future

    async def read(self, unit: Unit[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, self.read_now, unit)

    def write_now(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        future: Future[T] = Future()
        self._submit(_Item(unit, future, None), queue)
        return future.result()

    def read_now(self, unit: Unit[T]) -> T:
        connection = self._reader()
        try:
            connection.execute("begin")
            return unit(SqliteTx(connection))
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
            self._readers.put(connection)

    def waiting(self) -> int:
        return sum(len(waiting) for waiting in self._queues)

    def close(self) -> None:
        self._is_closing = True
        self._ready.set()
        self._thread.join()
        self._executor.shutdown()
        for reader in self._open_readers:
            reader.close()
        self._connection.close()

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._readers.get_nowait()
        except queues.Empty:
            connection = connect(self.path, is_reader=True)
            self._open_readers.append(connection)
            return connection

    def _submit(self, item: _Item, queue: Queue) -> None:
        if self._is_closing:
            raise StoreUnavailable("The store is closing; nothing was written.")
        self._queues[queue].append(item)
        self._ready.set()

    def _next(self, *, is_first: bool) -> _Item | None:
        for queue, waiting in zip(Queue, self._queues, strict=True):
            if waiting and (is_first or queue is not Queue.BULK):
                return waiting.popleft()
        return None

    def _serve(self) -> None:
        while True:
            self._ready.wait()
            self._ready.clear()
            while (item := self._next(is_first=True)) is not None:
                self._deliver(self._group(item))
            if self._is_closing and not self.waiting():
                return

    def _group(self, first: _Item) -> list[_Outcome]:
        """Run what waits in one transaction, a savepoint each; when SQLite drops it, run each in its own."""
        items, ends = list[_Item](), time.monotonic() + GROUP_SECONDS
        outcomes = list[_Outcome]()
        item: _Item | None = first
        callbacks = list[Callable[[], None]]()
        try:
            self._connection.execute("begin immediate")
            while item is not None:
                items.append(item)
                outcomes.append(self._savepoint(item, callbacks))
                may_more = len(items) < GROUP_UNITS and time.monotonic() < ends
                item = self._next(is_first=False) if may_more else None
            self._connection.execute("commit")
        except (_GroupLost, sqlite3.Error) as error:
            self._abandon()
            if not items:
                return [_Outcome(first, error=sentence(error))]
            return [self._alone(item) for item in items]
        self._follow(callbacks)
        return outcomes

    def _savepoint(self, item: _Item, callbacks: list[Callable[[], None]]) -> _Outcome:
        tx = SqliteTx(self._connection)
        self._connection.execute("savepoint unit")
        try:
            value = item.unit(tx)
        except BaseException as error:
            if not self._connection.in_transaction:
                raise _GroupLost from error
            self._connection.execute("rollback to unit")
            self._connection.execute("release unit")
            return _Outcome(item, error=sentence(error))
        self._connection.execute("release unit")
        callbacks.extend(tx.callbacks)
        return _Outcome(item, value)

    def _alone(self, item: _Item) -> _Outcome:
        tx = SqliteTx(self._connection)
        try:
            self._connection.execute("begin immediate")
            value = item.unit(tx)
            self._connection.execute("commit")
        except BaseException as error:
            self._abandon()
            return _Outcome(item, error=sentence(error))
        self._follow(tx.callbacks)
        return _Outcome(item, value)

    def _abandon(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("rollback")

    def _follow(self, callbacks: list[Callable[[], None]]) -> None:
        for callback in callbacks:
            callback()

    def _deliver(self, outcomes: list[_Outcome]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop | None, list[_Outcome]] = {}
        for outcome in outcomes:
            by_loop.setdefault(outcome.item.loop, []).append(outcome)
        for loop, mine in by_loop.items():
            if loop is None:
                _resolve(mine)
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    loop.call_soon_threadsafe(_resolve, mine)
