"""What lives as long as the process: the two kinds of store, the clock and the dice, and the bells."""

from __future__ import annotations

import contextlib
import platform
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from tidings.runtime import lock, migrate, sql
from tidings.runtime.bell import Bell
from tidings.runtime.chance import Chance
from tidings.runtime.clock import Clock
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import NotFound, StoreUnavailable
from tidings.runtime.ids import incarnation, opaque
from tidings.runtime.settings import Settings
from tidings.runtime.sqlite import Sqlite
from tidings.runtime.watch import Watch

queries = sql.load("tidings.runtime")
SYSTEM = "tidings"
"""Name of the system store: `tidings.db`, or the Postgres schema."""
DEMO = "demo"
"""The workspace of made-up people; it is opened only when it is asked for."""


class Workspace(Struct, frozen=True, eq=False, kw_only=True):
    """One workspace: its own store, its own secrets, its own bells."""

    name: str
    title: str = ""
    is_demo: bool = False
    """It holds made-up people: nothing but the sandbox may send from it."""
    database: Database
    epoch: str
    """Random; renewed when the store is restored or copied. Part of every key that leaves the house."""
    secret: bytes
    """Signs link and hook tokens."""
    timers: Bell
    lanes: Bell
    accounts: Bell
    imports: Bell


class App(Struct, frozen=True, eq=False, kw_only=True):
    """Handed to whoever serves, works or commands; nothing in it changes but what it points to."""

    settings: Settings
    clock: Clock
    chance: Chance
    incarnation: int
    system: Database
    workspaces: dict[str, Workspace]
    watch: Watch
    lock: lock.Lock | None = None

    def workspace(self, name: str) -> Workspace:
        """A workspace by name."""
        if name not in self.workspaces:
            raise NotFound(f"There is no workspace {name!r}.")
        return self.workspaces[name]

    def close(self) -> None:
        """Finish what is being written and let go of the stores."""
        for workspace in self.workspaces.values():
            leave(self, workspace)
            workspace.database.close()
        self.system.close()
        if self.lock is not None:
            self.lock.release()


Opener = Callable[[str], Database]
"""Opens a store by its name: `tidings`, or `ws_` and the name of a workspace."""


def sqlite_file(folder: Path, store: str) -> Path:
    """Where a store's file is."""
    return folder / "tidings.db" if store == SYSTEM else folder / "workspaces" / f"{store.removeprefix('ws_')}.db"


def _open_file(folder: Path, store: str) -> Database:
    file = sqlite_file(folder, store)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return Sqlite(file)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreUnavailable(f"{file} cannot be opened: {reason}. Choose another folder with --data.") from error


@contextlib.contextmanager
def _alone_on_postgres(url: str) -> Iterator[Callable[[str], None]]:
    """Hold back other processes that start at the same moment; gives a function that makes a schema."""
    import psycopg  # optional at start: SQLite needs none of it
    from psycopg import sql as names

    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise StoreUnavailable(
            f"Postgres cannot be reached: {str(error).strip()} Check --database-url (TIDINGS_DATABASE_URL)."
        ) from error
    with connection:
        connection.execute("select pg_advisory_lock(hashtext('tidings-start'))")
        create = names.SQL("create schema if not exists {}")

        def make(schema: str) -> None:
            connection.execute(create.format(names.Identifier(schema)))

        yield make


@contextlib.contextmanager
def _opener(settings: Settings, chance: Chance) -> Iterator[Opener]:
    if not settings.database_url:
        folder = Path(settings.data)
        yield lambda store: _open_file(folder, store)
        return
    from tidings.runtime.postgres import Postgres

    url = settings.database_url
    with _alone_on_postgres(url) as make_schema:

        def open_schema(store: str) -> Database:
            make_schema(store)
            return Postgres(url, store, chance=chance)

        yield open_schema


def _hold(settings: Settings) -> lock.Lock | None:
    if settings.database_url:
        return None
    folder = Path(settings.data)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreUnavailable(
            f"{folder} cannot be made: {error.strerror}. Choose another folder with --data."
        ) from error
    return lock.hold(folder)


def beat(tx: Tx, number: int, now: int, *, silence: float) -> list[int]:
    """This process lives; the processes that do, by the database's clock, since theirs may differ. One without a beat for
    `silence` seconds counts as gone; if it was not, its late answers still settle, and it is registered again."""
    if not tx.run(queries.beat, incarnation=number):
        tx.run(queries.add_process, incarnation=number, now=now, host=platform.node())
    alive: list[int] = tx.values(queries.living_processes, silence=int(silence * 1_000))
    return alive


def _secret(tx: Tx, name: str, chance: Chance) -> bytes:
    tx.run(queries.keep_secret, name=name, value=chance.token(32).hex())
    return bytes.fromhex(tx.value(queries.find_secret, name=name))


def _epoch(tx: Tx, chance: Chance, now: int) -> str:
    value = msgspec.json.encode(opaque(chance, 8)).decode()
    tx.run(queries.keep_setting, name="epoch", value=value, now=now)
    return msgspec.json.decode(tx.value(queries.find_setting, name="epoch"), type=str)


class _SettingRow(Struct, frozen=True, array_like=True):
    name: str
    value: str


def read_settings(tx: Tx) -> dict[str, object]:
    """What was set in a workspace, by name."""
    return {row.name: msgspec.json.decode(row.value) for row in tx.rows(queries.list_settings, _SettingRow)}


def write_setting(tx: Tx, name: str, value: object, now: int) -> None:
    """Set something in a workspace."""
    tx.run(queries.change_setting, name=name, value=msgspec.json.encode(value).decode(), now=now)


def _register(tx: Tx, number: int, now: int) -> None:
    if tx.dialect.name == "sqlite":
        tx.run(queries.forget_processes)
    tx.run(queries.add_process, incarnation=number, now=now, host=platform.node())


class WorkspaceRow(Struct, frozen=True, array_like=True):
    """A workspace as it is listed."""

    name: str
    title: str
    is_demo: int


def workspaces(tx: Tx) -> list[WorkspaceRow]:
    """Every workspace, open or not."""
    return tx.rows(queries.list_workspaces, WorkspaceRow)


def add_workspace(tx: Tx, row: WorkspaceRow, now: int) -> None:
    """A workspace is listed from now on; once."""
    tx.run(queries.add_workspace, name=row.name, title=row.title, is_demo=row.is_demo, now=now)


def workspace_in(app: App, row: WorkspaceRow, database: Database) -> Workspace:
    """A store as a workspace: brought up to date, with its secret and its epoch, and this process registered in it."""
    now = app.clock.now()
    migrate.apply(database, "workspace", now)
    secret = app.system.write_now(lambda tx: _secret(tx, f"workspace:{row.name}", app.chance))
    epoch = database.write_now(lambda tx: _epoch(tx, app.chance, now))
    database.write_now(lambda tx: _register(tx, app.incarnation, now))
    return Workspace(
        name=row.name,
        title=row.title,
        is_demo=bool(row.is_demo),
        database=database,
        epoch=epoch,
        secret=secret,
        timers=Bell(),
        lanes=Bell(),
        accounts=Bell(),
        imports=Bell(),
    )


def leave(app: App, workspace: Workspace) -> None:
    """This process holds nothing in the workspace any more."""
    with contextlib.suppress(StoreUnavailable):
        workspace.database.write_now(lambda tx: tx.run(queries.end_process, incarnation=app.incarnation))


def _open_workspace(app: App, row: WorkspaceRow, open_store: Opener) -> Workspace:
    database = open_store(f"ws_{row.name}")
    try:
        return workspace_in(app, row, database)
    except BaseException:
        database.close()
        raise


def open_workspace(app: App, name: str) -> Workspace:
    """One that is listed; the app does not have it yet."""
    row = next((row for row in app.system.read_now(workspaces) if row.name == name), None)
    if row is None:
        raise NotFound(f"There is no workspace {name!r}.")
    with _opener(app.settings, app.chance) as open_store:
        return _open_workspace(app, row, open_store)


def _open_stores(app: App, open_store: Opener, also: str) -> None:
    now = app.clock.now()
    migrate.apply(app.system, "system", now)
    main = WorkspaceRow("main", "Main", 0)
    app.system.write_now(lambda tx: add_workspace(tx, main, now))
    for row in app.system.read_now(workspaces):
        if not row.is_demo or row.name == also:
            app.workspaces[row.name] = _open_workspace(app, row, open_store)


def open_app(settings: Settings, clock: Clock, chance: Chance, *, also: str = "") -> App:
    """Open both stores, bring them up to date and register this process; one sentence says why it cannot. A demo stays closed
    unless it is named in `also`."""
    held = _hold(settings)
    with contextlib.ExitStack() as undo:
        if held is not None:
            undo.callback(held.release)
        with _opener(settings, chance) as open_store:
            system = open_store(SYSTEM)
            app = App(
                settings=settings,
                clock=clock,
                chance=chance,
                incarnation=incarnation(chance),
                system=system,
                workspaces={},
                watch=Watch(clock),
                lock=held,
            )
            undo.pop_all()
            undo.callback(app.close)
            _open_stores(app, open_store, also)
        undo.pop_all()
    return app
