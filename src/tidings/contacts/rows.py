"""Contacts as they stand in the store: held, loaded, with their identifiers, addresses and tags."""

from __future__ import annotations

from collections.abc import Iterable

from tidings.contacts.models import Contact, ContactAddress, Identifier, Tagged
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.contacts")


def lock(tx: Tx, ids: Iterable[int]) -> None:
    """Hold contacts until the commit, ascending by id (CORRECTNESS 5)."""
    if tx.dialect.name != "sqlite":
        tx.value(queries.lock_contacts, ids=sorted(ids))


def newest_id(tx: Tx) -> int:
    """The highest number that a contact has; 0 without any."""
    return int(tx.value(queries.newest_id))


def sharing(tx: Tx, ids: Iterable[int]) -> list[int]:
    """Others who are reached at an address of these people."""
    return tx.values(queries.sharing, ids=sorted(set(ids)))


def load(tx: Tx, ids: Iterable[int]) -> dict[int, Contact]:
    """Contacts by id; those that do not exist are left out."""
    return {contact.id: contact for contact in tx.rows(queries.load_contacts, Contact, ids=sorted(ids))}


def addresses_of(tx: Tx, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Contact -> kind -> address."""
    found: dict[int, dict[str, str]] = {}
    for row in tx.rows(queries.addresses_of, ContactAddress, ids=sorted(ids)):
        found.setdefault(row.contact_id, {})[row.kind] = row.value
    return found


def tags_of(tx: Tx, ids: Iterable[int]) -> dict[int, list[str]]:
    """Contact -> tags, sorted."""
    found: dict[int, list[str]] = {}
    for tag in tx.rows(queries.tags_of, Tagged, ids=sorted(ids)):
        found.setdefault(tag.contact_id, []).append(tag.name)
    return found


def identifiers_of(tx: Tx, ids: Iterable[int]) -> list[Identifier]:
    """Every identifier of some contacts."""
    return tx.rows(queries.find_identifiers_of, Identifier, ids=sorted(ids))


def anybody(tx: Tx) -> int | None:
    """Somebody, for questions that are about nobody in particular; None where there is nobody."""
    found: int | None = tx.value(queries.anybody)
    return found
