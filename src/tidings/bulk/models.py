"""What can be done to many people at once. Pure."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.contacts.mending import Mend
from tidings.runtime.errors import Invalid, Problem

Name = Annotated[str, Meta(min_length=1, max_length=200)]
OWN = ("email", "phone", "user_id")
"""What belongs to one person, and is never made the same for many."""


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel and a topic of it; without a topic the whole channel."""

    channel: Name
    topic: Annotated[str, Meta(max_length=200)] = ""


class Agreement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Consent that was given elsewhere: `statement` says when and how, and is kept as its proof."""

    channel: Name
    topic: Annotated[str, Meta(max_length=200)] = ""
    statement: Annotated[str, Meta(max_length=2_000)] = ""


class Deed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is done to each of them."""

    add_tags: list[Name] = msgspec.field(default_factory=list)
    remove_tags: list[Name] = msgspec.field(default_factory=list)
    join: str = ""
    """The name of a list."""
    leave: str = ""
    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    """Null takes an attribute away."""
    subscribe: Agreement | None = None
    """Whoever has left is never brought back by this."""
    unsubscribe: About | None = None
    mend: Mend | None = None
    """What the audit found is mended where it is so; everybody else is left as they are."""
    suppress: bool = False
    """Their email addresses are never written to with marketing again."""


def check(deed: Deed) -> None:
    """`Invalid` names every part that cannot be done."""
    wrong = list[Problem]()
    if deed == Deed():
        wrong.append(Problem("deed", "does nothing.", "Say what is to be done, such as add_tags."))
    wrong += [
        Problem(f"deed.attributes.{name}", "belongs to one person and cannot be the same for many.")
        for name in OWN
        if deed.attributes.get(name) is not None
    ]
    if deed.mend is not None and deed.mend.kind in ("numbers", "dates") and not deed.mend.path:
        wrong.append(Problem("deed.mend.path", "is missing.", "Name the attribute."))
    if deed.mend is not None and deed != Deed(mend=deed.mend):
        wrong.append(Problem("deed.mend", "stands alone.", "It changes only those of whom something is wrong."))
    if "" in deed.attributes:
        wrong.append(Problem("deed.attributes", "has an attribute without a name."))
    if deed.subscribe is not None and not deed.subscribe.statement.strip():
        words = "Say when and how these people agreed; it is kept as the proof of each of them."
        wrong.append(Problem("deed.subscribe.statement", "is missing.", words))
    if wrong:
        raise Invalid(*wrong)
