"""Migrations: numbered SQL files, forward only, each in one transaction, the same text for both databases.

`0001_name.sql` serves both; a twin `0001_name.postgres.sql` or `.sqlite.sql` replaces it where the databases really differ.
"""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import StoreUnavailable
from tidings.runtime.sql import Statement

Store = Literal["system", "workspace"]
_FILE = re.compile(r"^(\d{4})_(\w+?)(?:\.(sqlite|postgres))?\.sql$")


class Migration(Struct, frozen=True):
    """One step of the schema."""

    number: int
    name: str
    text: str


def folder(store: Store) -> Traversable:
    """Where a store's migrations are: in the wheel, or beside `src` in a checkout."""
    shipped = resources.files("tidings") / "migrations" / store
    if shipped.is_dir():
        return shipped
    return Path(__file__).resolve().parents[3] / "migrations" / store


def available(store: Store, dialect: str) -> list[Migration]:
    """Every migration for one dialect, in order."""
    found: dict[int, Migration] = {}
    for file in sorted(folder(store).iterdir(), key=lambda file: file.name):
        match = _FILE.match(file.name)
        if match is None or match[3] not in (None, dialect):
            continue
        number = int(match[1])
        if number in found and match[3] is None:
            continue
        found[number] = Migration(number, match[2], file.read_text(encoding="utf-8"))
    return [found[number] for number in sorted(found)]


_CREATE = Statement(
    "create_migration",
    "create table if not exists migration (number integer primary key, name text not null, applied_at integer not null) strict",
)
_APPLIED = Statement("applied_migrations", "select number from migration order by number")
_RECORD = Statement(
    "record_migration", "insert into migration (number, name, applied_at) values (:number, :name, :now)"
)


def _lock(tx: Tx, store: Store) -> None:
    if tx.dialect.name == "postgres":
        tx.value(Statement("lock_migrations", f"select pg_advisory_xact_lock(hashtext('tidings-migrate-{store}'))"))


def statements(text: str) -> list[str]:
    """The single statements of a migration; `;` at the end of a line ends one."""
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in re.split(r";[ \t]*(?:\n|$)", plain) if part.strip()]


def pending(database: Database, store: Store) -> list[Migration]:
    """What `apply` would do."""

    def unit(tx: Tx) -> list[int]:
        tx.run(_CREATE)
        return tx.values(_APPLIED)

    applied = set(database.write_now(unit))
    known = available(store, database.dialect.name)
    if applied and max(applied) > max((migration.number for migration in known), default=0):
        raise StoreUnavailable(
            f"This {store} store was made by a newer Tidings (migration {max(applied)}). Start that version, or restore a backup."
        )
    return [migration for migration in known if migration.number not in applied]


def is_current(tx: Tx, store: Store) -> bool:
    """Whether a store has every migration of this version, and no other; for whoever may not write."""
    known = {migration.number for migration in available(store, tx.dialect.name)}
    return set(tx.values(_APPLIED)) == known


def apply(database: Database, store: Store, now: int) -> list[Migration]:
    """Bring a store up to date; returns what was done. Safe to call from several processes at once."""
    done = list[Migration]()
    for migration in pending(database, store):

        def unit(tx: Tx, migration: Migration = migration) -> bool:
            _lock(tx, store)
            if migration.number in tx.values(_APPLIED):
                return False
            for text in statements(migration.text):
                tx.run(Statement(f"{migration.number:04}_{migration.name}", text))
            tx.run(_RECORD, number=migration.number, name=migration.name, now=now)
            return True

        if database.write_now(unit):
            done.append(migration)
    return done
