"""The verbs of forms: find what is live, keep who filled it in, ask for a confirmation, take the answer."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.forms import puzzles
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


class Counted(Struct, frozen=True, array_like=True):
    """How often a form was filled in, in all and of late, and when last."""

    form: str
    total: int
    lately: int
    last_at: int


class Submission(Struct, frozen=True, array_like=True):
    """Who filled in a form, and when; what they wrote is in the event of that instant."""

    at: int
    contact_id: int


def find(tx: Tx, name: str) -> Form:
    """A form by its name, or `NotFound`."""
    return msgspec.convert(shelf.get(tx, "form", name).data, Form)


def is_known(tx: Tx, name: str) -> bool:
    """Whether there is, or was, a live form of this name."""
    return bool(shelf.editions(tx, "form", name))


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


def submitted(tx: Tx, form: str, contact_id: int, now: int) -> None:
    """Somebody filled it in."""
    tx.run(queries.submitted, form=form, at=now, contact_id=contact_id)


def counts(tx: Tx, since: int) -> dict[str, Counted]:
    """Form -> how often it was filled in; forms that never were are left out."""
    return {one.form: one for one in tx.rows(queries.count_submissions, Counted, since=since)}


def submissions(tx: Tx, form: str, *, before: tuple[int, int], limit: int) -> list[Submission]:
    """Who filled it in, newest first."""
    return tx.rows(queries.submissions_of, Submission, form=form, at=before[0], contact_id=before[1], limit=limit)


def spend(tx: Tx, number: int, now: int) -> bool:
    """A solved puzzle is handed in; False when it was before, so that one solution is good for one submission."""
    tx.run(queries.forget_puzzles, number=puzzles.oldest(now))
    return tx.run(queries.spend_puzzle, number=number) > 0
