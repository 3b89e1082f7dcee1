"""SQLite: one writer thread with group commit, readers of their own, durable at every acknowledged commit."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import queue as queues
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tidings.runtime.database import Queue, T, Unit
from tidings.runtime.errors import StoreUnavailable
from tidings.runtime.sqlite_tx import DIALECT as DIALECT, SqliteTx

GROUP_UNITS = 500
GROUP_SECONDS = 0.02
READERS = 4
_LOST = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_CORRUPT", "SQLITE_READONLY")


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
