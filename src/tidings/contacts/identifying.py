"""What recognises a person is given and taken away by hand, with history; what belongs to somebody else is a merge."""

from __future__ import annotations

import re

from tidings.contacts.addresses import email
from tidings.contacts.models import Key
from tidings.contacts.rows import identifiers_of, queries
from tidings.contacts.updates import history, stored
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid, NotFound

_KIND = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
LONGEST = 500


def canonical(kind: str, value: str) -> Key:
    """An identifier as it is kept; `Invalid` says what is wrong with it."""
    if not _KIND.match(kind):
        raise Invalid.at("kind", f"{kind!r} is no kind.", "Use user_id, email, or a word of your own such as crm_id.")
    if kind == "email":
        found = email(value)
        if found is None:
            raise Invalid.at("value", f"{value!r} is not an email address.")
        return kind, found
    text = value.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        raise Invalid.at("value", "is not an identifier.", f"It has between 1 and {LONGEST} printable characters.")
    return kind, text


def identify(tx: Tx, contact_id: int, key: Key, now: int, cause: str) -> None:
    """They are recognised by this from now on. `Conflict` where somebody else is, or where it is a second user id."""
    kind, value = key
    mine = [one for one in identifiers_of(tx, [contact_id]) if one.kind == kind]
    if any(one.value == value for one in mine):
        return
    if kind == "user_id" and mine:
        raise Conflict(f"They have the user id {mine[0].value!r}. Take it away first, or join the two contacts.")
    row = {"kind": kind, "value": value, "contact_id": contact_id, "is_verified": 1}
    if not tx.run(queries.insert_identifiers, identifiers=[row], now=now):
        raise Conflict(f"{value!r} recognises another contact already. Join the two if they are one person.")
    _told(tx, contact_id, kind, None, value, now, cause)


def unidentify(tx: Tx, contact_id: int, key: Key, now: int, cause: str) -> None:
    """They are not recognised by this any more; the last one stays, since nobody would know them again."""
    kind, value = key
    mine = identifiers_of(tx, [contact_id])
    if not any((one.kind, one.value) == key for one in mine):
        raise NotFound(f"They are not recognised by the {kind} {value!r}.")
    if len(mine) == 1:
        raise Conflict("It is the last one that recognises them. Add another one first.")
    tx.run(queries.delete_identifier, contact_id=contact_id, kind=kind, value=value)
    _told(tx, contact_id, kind, value, None, now, cause)


def _told(tx: Tx, contact_id: int, kind: str, old: str | None, new: str | None, now: int, cause: str) -> None:
    line = stored(history(contact_id, f"identifier:{kind}", old, new))
    tx.run(queries.insert_changes, changes=[line], now=now, cause=cause, change_set=None)
