"""Lists: people put together by hand, by a file or by a form; nobody is on one because of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts.rows import queries
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_PLAIN = re.compile(r"[^a-z0-9_]+")


class List(Struct, frozen=True, array_like=True):
    """A list and how it is called."""

    id: int
    name: str
    title: str
    description: str
    created_at: int
    changed_at: int


class Counted(Struct, frozen=True, array_like=True):
    """A list with how many are on it."""

    id: int
    name: str
    title: str
    description: str
    created_at: int
    changed_at: int
    count: int


class _Member(Struct, frozen=True, array_like=True):
    contact_id: int
    name: str


def list_named(title: str) -> str:
    """ "Spring fair 2026" -> spring-fair-2026: the name of a list in rules and files."""
    return _PLAIN.sub("-", title.strip().lower()).strip("-_")[:63]


def all_lists(tx: Tx) -> list[Counted]:
    """Every list, by name."""
    return tx.rows(queries.list_lists, Counted)


def find_list(tx: Tx, name: str) -> List:
    """A list by its name."""
    found = tx.row(queries.find_list, List, name=name)
    if found is None:
        raise NotFound(f"There is no list {name!r}.")
    return found


def save_list(tx: Tx, name: str, now: int, *, title: str = "", description: str = "") -> List:
    """Make a list, or call it otherwise."""
    if not _NAME.match(name):
        raise Invalid.at("name", f"{name!r} is not a name.", "It has small letters, digits, - and _.")
    tx.run(queries.save_list, name=name, title=title or name, description=description, now=now)
    return find_list(tx, name)


def list_titled(tx: Tx, title: str, now: int) -> str:
    """The name of the list that a file or a form calls so; made where there is none."""
    name = list_named(title)
    found = tx.row(queries.find_list, List, name=name)
    return found.name if found else save_list(tx, name, now, title=title).name


def delete_list(tx: Tx, name: str, *, is_sure: bool = False) -> None:
    """Take a list away; with people on it only when `is_sure`. They stay, the list goes."""
    found = find_list(tx, name)
    count = next(one.count for one in all_lists(tx) if one.id == found.id)
    if count and not is_sure:
        raise Conflict(f"{count:,} people are on the list {name!r}. Say so to take it away all the same.")
    tx.run(queries.empty_list, id=found.id)
    tx.run(queries.delete_list, id=found.id)


def join(tx: Tx, name: str, ids: Iterable[int], *, source: str, now: int, change_set: int | None = None) -> list[int]:
    """People join a list; those who were not on it."""
    found, wanted = find_list(tx, name), sorted(set(ids))
    there = set(tx.values(queries.members_among, id=found.id, ids=wanted)) if wanted else set[int]()
    new = [contact_id for contact_id in wanted if contact_id not in there]
    if new:
        tx.run(queries.insert_members, id=found.id, ids=new, source=source, now=now)
        _told(tx, name, new, None, True, source, now, change_set)
    return new


def leave(tx: Tx, name: str, ids: Iterable[int], *, source: str, now: int, change_set: int | None = None) -> list[int]:
    """People leave a list; those who were on it."""
    found, wanted = find_list(tx, name), sorted(set(ids))
    there: Sequence[int] = tx.values(queries.members_among, id=found.id, ids=wanted) if wanted else []
    if there:
        tx.run(queries.delete_members, id=found.id, ids=list(there))
        _told(tx, name, there, True, None, source, now, change_set)
    return list(there)


def lists_of(tx: Tx, ids: Iterable[int]) -> dict[int, list[str]]:
    """Contact -> the names of the lists that they are on."""
    found: dict[int, list[str]] = {}
    for row in tx.rows(queries.lists_of, _Member, ids=sorted(ids)):
        found.setdefault(row.contact_id, []).append(row.name)
    return found


def _told(
    tx: Tx, name: str, ids: Sequence[int], old: Any, new: Any, cause: str, now: int, change_set: int | None
) -> None:
    def text(value: Any) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    lines = [{"contact_id": i, "path": f"list:{name}", "old": text(old), "new": text(new)} for i in ids]
    tx.run(queries.insert_changes, changes=lines, now=now, cause=cause, change_set=change_set)
