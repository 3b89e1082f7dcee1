"""A segment as it is written: a named rule, perhaps a definition with an owner and a day on which somebody looks at it again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.rules.tree import Condition, Kinds, parse, told_plainly
from tidings.runtime.errors import Invalid, Problem

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_WHERE = re.compile(r" - at `\$(.*)`$")


class Segment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document: `{segment: at-risk, where: {all: […]}}`."""

    segment: Annotated[str, Meta(title="Name", description="Small letters, digits, - and _.", examples=["at-risk"])]
    title: Annotated[
        str, Meta(title="Title", description="How people call it.", examples=["At risk"], max_length=100)
    ] = ""
    description: Annotated[
        str, Meta(title="Description", description="What it is for, in a sentence.", max_length=1_000)
    ] = ""
    definition: Annotated[
        bool, Meta(title="Definition", description="A word of the house: everybody uses it by this name.")
    ] = False
    owner: Annotated[str, Meta(title="Owner", description="Who answers for it.", examples=["ann@example.com"])] = ""
    review: Annotated[
        str, Meta(title="Next look", description="On this day somebody looks at it again.", examples=["2027-02-01"])
    ] = ""
    where: Annotated[Any, Meta(title="Rule", description="Who is in it.")]


class Checked(Struct, frozen=True, kw_only=True):
    """A checked segment: the document, and its rule."""

    document: Segment
    rule: Condition


def check(data: Any, kinds: Kinds) -> Checked:
    """A document as a checked segment; `Invalid` names every place that is wrong."""
    try:
        document = msgspec.convert(data, Segment)
    except msgspec.ValidationError as error:
        text = str(error)
        where = _WHERE.search(text)
        path = (where[1] if where else "").lstrip(".")
        raise Invalid(Problem(path, told_plainly(_WHERE.sub("", text)) + ".")) from error
    problems = list[Problem]()
    if not _NAME.match(document.segment):
        problems.append(Problem("segment", "needs a name of small letters, digits, - and _."))
    if document.review and not _is_day(document.review):
        problems.append(Problem("review", f"{document.review!r} is not a day.", "Write it as 2027-02-01."))
    if document.definition and not (document.owner and document.review):
        told = "is a definition without an owner and a day for the next look."
        problems.append(Problem("definition", told, "Say `owner` and `review`."))
    rule: Condition | None = None
    try:
        rule = parse(document.where, kinds, "where")
    except Invalid as error:
        problems += error.problems
    if problems or rule is None:
        raise Invalid(*problems)
    return Checked(document=document, rule=rule)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
