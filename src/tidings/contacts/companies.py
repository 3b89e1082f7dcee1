"""Companies: what is known of them, and who belongs to them; a key of the workspace's own recognises each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import attributes as facts
from tidings.contacts.rows import queries
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.sql import containing

AMONG = 100_000
"""A text is looked for among so many of the newest companies; no index covers what is known of them."""
_object = msgspec.json.Decoder(dict[str, Any])


class Company(Struct, frozen=True, array_like=True):
    """A company; `attributes` is JSON text, `count` how many people belong to it."""

    id: int
    key: str
    attributes: str
    created_at: int
    changed_at: int
    count: int


class Membership(Struct, frozen=True, array_like=True):
    """Somebody belongs to a company; `attributes` are the company's, as JSON text."""

    contact_id: int
    key: str
    attributes: str
    at: int


class _Found(Struct, frozen=True, array_like=True):
    id: int
    attributes: str


def find_companies(tx: Tx, text: str, *, before: int, limit: int) -> list[Company]:
    """Companies whose key or attributes hold a text, newest first."""
    first = int(tx.value(queries.newest_company)) - AMONG if text else 0
    pattern = containing(text)
    return tx.rows(queries.page_companies, Company, before=before, from_id=first, pattern=pattern, limit=limit)


def get_company(tx: Tx, company_id: int) -> Company:
    """One company."""
    found = tx.row(queries.company_by_id, Company, id=company_id)
    if found is None:
        raise NotFound(f"There is no company {company_id}.")
    return found


def company_named(tx: Tx, key: str) -> int:
    """The number of a company that is there."""
    found = tx.row(queries.find_company, _Found, key=key)
    if found is None:
        raise NotFound(f"There is no company {key!r}.")
    return found.id


def save_company(tx: Tx, key: str, traits: dict[str, Any], now: int) -> int:
    """A company is known by a key; its attributes are merged. Its number."""
    found = tx.row(queries.find_company, _Found, key=key)
    new = facts.merged(_object.decode(found.attributes) if found else {}, traits)
    tx.run(queries.upsert_company, key=key, attributes=new, now=now)
    company = tx.row(queries.find_company, _Found, key=key)
    assert company is not None, "just written"
    return company.id


def members_of(tx: Tx, company_id: int, *, most: int) -> list[int]:
    """Who belongs to a company, ascending, at most so many."""
    return tx.values(queries.members_of_company, id=company_id, most=most)


def is_otherwise(tx: Tx, key: str, traits: dict[str, Any]) -> bool:
    """Whether these would change what is known of a company."""
    found = tx.row(queries.find_company, _Found, key=key)
    old = _object.decode(found.attributes) if found else {}
    return bool(facts.differences(old, facts.merged(old, traits)))


def join_company(tx: Tx, contact_id: int, key: str, traits: dict[str, Any], now: int) -> None:
    """Somebody belongs to a company; its attributes are merged."""
    company_id = save_company(tx, key, traits, now)
    tx.run(queries.insert_member, company_id=company_id, contact_id=contact_id, now=now)


def leave_company(tx: Tx, contact_id: int, company_id: int) -> bool:
    """Somebody does not belong to a company any more; False when they did not before."""
    return tx.run(queries.delete_member, company_id=company_id, contact_id=contact_id) > 0


def companies_of(tx: Tx, ids: Iterable[int]) -> list[Membership]:
    """To which companies people belong."""
    return tx.rows(queries.companies_of, Membership, ids=sorted(ids))
