"""The store as the rooms see it: a unit of work is a function of a transaction.

A unit touches nothing but its transaction and may be run again (after a deadlock, or when a group commit is repeated), so
it renders nothing, sends nothing and changes no memory; what must follow a commit is left with `tx.after_commit`.
"""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from tidings.runtime.sql import Dialect, Statement

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


class Queue(enum.IntEnum):
    """In which order waiting units are served when there is one writer."""

    MARKS = 0
    INGEST = 1
    TIMERS = 2
    BULK = 3


class Tx(Protocol):
    """One transaction. Parameters that are lists, dicts or structs travel as one JSON value."""

    @property
    def dialect(self) -> Dialect: ...

    def rows(self, statement: Statement, type: type[S], **parameters: Any) -> list[S]:
        """Every row as an array-like struct whose fields match the columns by position; bulk rows come as one value."""
        ...

    def row(self, statement: Statement, type: type[S], **parameters: Any) -> S | None:
        """The first row, or None."""
        ...

    def values(self, statement: Statement, **parameters: Any) -> list[Any]:
        """The only column of every row."""
        ...

    def value(self, statement: Statement, **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        ...

    def run(self, statement: Statement, **parameters: Any) -> int:
        """Execute; how many rows it touched."""
        ...

    def new_ids(self, table: str, count: int) -> list[int]:
        """Ids that no row of the table has had or will get; for rows that others must name before they are written."""
        ...

    def savepoint(self) -> contextlib.AbstractContextManager[None]:
        """What happens inside is undone alone when it raises."""
        ...

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Called once, only after the commit; it must not raise."""
        ...


Unit = Callable[[Tx], T]


class Database(Protocol):
    """One store: SQLite file or Postgres schema."""

    @property
    def dialect(self) -> Dialect: ...

    async def write(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        """Run a unit and wait for its commit."""
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, on a snapshot."""
        ...

    def write_now(self, unit: Unit[T], queue: Queue = Queue.INGEST) -> T:
        """`write` for callers without an event loop."""
        ...

    def read_now(self, unit: Unit[T]) -> T:
        """`read` for callers without an event loop."""
        ...

    def waiting(self) -> int:
        """How many units wait for the writer."""
        ...

    def close(self) -> None:
        """Finish what waits, then let go of everything."""
        ...


def bind(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the drivers take them: containers and structs become JSON text."""
    return {
        name: msgspec.json.encode(value).decode() if isinstance(value, (list, tuple, dict, msgspec.Struct)) else value
        for name, value in parameters.items()
    }


_width: dict[type, int] = {}


def width(type: type[msgspec.Struct]) -> int:
    """How many columns a row struct has; it must be array-like."""
    if type not in _width:
        if not type.__struct_config__.array_like:
            raise TypeError(f"{type.__name__} must be declared with array_like=True to hold rows")
        _width[type] = len(type.__struct_fields__)
    return _width[type]


def convert(rows: Sequence[Sequence[Any]], type: type[S]) -> list[S]:
    """Rows of a driver as structs; a wrong type is a programming error and raises."""
    return msgspec.convert(rows, list[type])  # type: ignore[valid-type]


def is_store_failure(error: BaseException) -> bool:
    """Whether the store itself failed (deadlock, full disk, lost connection): the whole unit must end, not a part of it."""
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)
