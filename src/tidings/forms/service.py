"""The verbs of forms: find what is live, ask for a confirmation, take the answer."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.forms.models import Form
from tidings.runtime import shelf, sql
from tidings.runtime.clock import DAY, HOUR
from tidings.runtime.database import Tx

queries = sql.load("tidings.forms")
ONCE_IN = HOUR
"""An address is asked at most once in so long, whoever fills in which form."""
GOOD_FOR = 14 * DAY
"""So long the button in the mail works."""


class Confirmation(Struct, frozen=True, array_like=True):
    """What a mail asked; `grants` is JSON text."""

    id: int
    contact_id: int
    address: str
    grants: str
    form: str
    asked_at: int
    answered_at: int | None


def find(tx: Tx, name: str) -> Form:
    """A form by its name, or `NotFound`."""
    return msgspec.convert(shelf.get(tx, "form", name).data, Form)


def may_ask(tx: Tx, address: str, now: int) -> bool:
    """Whether an address was left alone for long enough."""
    return not tx.value(queries.asked_since, address=address, since=now - ONCE_IN)


def ask(tx: Tx, contact_id: int, address: str, grants: list[dict[str, Any]], form: str, now: int) -> int:
    """A mail will ask; the number that its button carries."""
    (number,) = tx.new_ids("confirmation", 1)
    names = {"id": number, "contact_id": contact_id, "address": address, "form": form}
    tx.run(queries.ask, **names, grants=grants, now=now)
    return number


def asked(tx: Tx, number: int, now: int) -> Confirmation | None:
    """What a mail asked, as long as its button works."""
    found = tx.row(queries.find_confirmation, Confirmation, id=number)
    return found if found is not None and now <= found.asked_at + GOOD_FOR else None


def answer(tx: Tx, number: int, now: int) -> bool:
    """The button was pressed; False when it was before."""
    return tx.run(queries.answer, id=number, now=now) > 0
