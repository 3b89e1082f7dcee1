"""The verbs of contacts, as the other rooms may use them: resolve who called, write, merge, read back."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tidings.contacts import values as values
from tidings.contacts.callers import Settled as Settled, owners as owners, resolve as resolve
from tidings.contacts.companies import (
    Company as Company,
    Membership as Membership,
    companies_of as companies_of,
    company_named as company_named,
    find_companies as find_companies,
    get_company as get_company,
    is_otherwise as is_otherwise,
    join_company as join_company,
    leave_company as leave_company,
    members_of as members_of,
    save_company as save_company,
)
from tidings.contacts.identifying import canonical as canonical, identify as identify, unidentify as unidentify
from tidings.contacts.lists import (
    Counted as Counted,
    List as List,
    all_lists as all_lists,
    delete_list as delete_list,
    find_list as find_list,
    join as join,
    leave as leave,
    list_titled as list_titled,
    lists_of as lists_of,
    save_list as save_list,
)
from tidings.contacts.merging import merge as merge
from tidings.contacts.models import Contact
from tidings.contacts.naming import labels as labels
from tidings.contacts.rows import (
    addresses_of as addresses_of,
    anybody as anybody,
    identifiers_of as identifiers_of,
    load as load,
    lock as lock,
    newest_id as newest_id,
    queries,
    sharing as sharing,
    tags_of as tags_of,
)
from tidings.contacts.seen import Seen as Seen, SeenValue as SeenValue, seen as seen, seen_paths as seen_paths
from tidings.contacts.undoing import forget as forget, take_back as take_back, untouched as untouched
from tidings.contacts.updates import reach as reach, update as update
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.sql import AMONG, containing


class Change(Struct, frozen=True, array_like=True):
    """One line of history; `old` and `new` are JSON text or None."""

    id: int
    contact_id: int
    at: int
    path: str
    old: str | None
    new: str | None
    cause: str


def holders(tx: Tx, kind: str, value: str) -> list[int]:
    """Every contact that is reached at an address."""
    return tx.values(queries.holders_of_address, kind=kind, value=value)


def get(tx: Tx, contact_id: int) -> Contact:
    """One contact; whoever was merged answers with whom they were merged into."""
    contact = tx.row(queries.find_contact, Contact, id=contact_id)
    if contact is None:
        raise NotFound(f"There is no contact {contact_id}.")
    return contact


def changes_of(tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int) -> list[Change]:
    """History, newest first, before an instant."""
    return tx.rows(queries.changes_of, Change, ids=sorted(ids), before=before, before_id=before_id, limit=limit)


def attribute_names(tx: Tx, text: str, limit: int) -> list[str]:
    """Attributes whose path holds a text, the last written first."""
    return tx.values(queries.attribute_names, pattern=containing(text), limit=limit)


class _Learnt(Struct, frozen=True, array_like=True):
    path: str
    type: str


def attribute_types(tx: Tx, paths: Iterable[str]) -> dict[str, str]:
    """The learnt types of attributes that somebody has."""
    return {row.path: row.type for row in tx.rows(queries.attribute_types, _Learnt, paths=sorted(paths))}


def newest_attributes(tx: Tx, limit: int) -> list[str]:
    """What is known of the newest people, as JSON texts."""
    return tx.values(queries.newest_attributes, limit=limit)


def newest_company_attributes(tx: Tx, limit: int) -> list[str]:
    """What is known of the newest companies, as JSON texts."""
    return tx.values(queries.newest_company_attributes, limit=limit)


def tag_names(tx: Tx, text: str, limit: int) -> list[str]:
    """Tags whose name holds a text."""
    return tx.values(queries.tag_names, pattern=containing(text), limit=limit, among=AMONG)


TAGS_AMONG = 1_000_000
"""Tags on people are counted up to here."""


class CountedTag(Struct, frozen=True):
    """A tag, and how many people have it."""

    name: str
    count: int


class _CountedTag(Struct, frozen=True, array_like=True):
    name: str
    count: int


def tag_counts(tx: Tx) -> list[CountedTag]:
    """Every tag by name, with how many people have it."""
    rows = tx.rows(queries.count_tags, _CountedTag, among=TAGS_AMONG)
    return [CountedTag(name=row.name, count=row.count) for row in rows]


def with_aliases(tx: Tx, contact_id: int) -> list[int]:
    """A contact and everybody who was merged into it; events and sent messages keep the loser's id."""
    return [contact_id, *tx.values(queries.aliases_of, id=contact_id)]


def survivors(tx: Tx, ids: Iterable[int]) -> dict[int, int]:
    """Who the given contacts are now: themselves, or whom they were merged into."""
    return {row.id: row.now_id for row in tx.rows(queries.survivors, _Survivor, ids=sorted(set(ids)))}


class _Survivor(Struct, frozen=True, array_like=True):
    id: int
    now_id: int


def without_zone(tx: Tx, ids: Iterable[int]) -> list[int]:
    """Of whom of these nobody knows where they are."""
    return tx.values(queries.without_zone, ids=sorted(ids))
