"""Form documents: how they are written, checked and filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tidings.contacts.addresses import email
from tidings.runtime.errors import Invalid, Problem

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,40}$")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")
RESERVED = frozenset({"website", "consent", "timezone"})
LONGEST = 500


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question; `name` is the attribute that it fills."""

    name: Annotated[str, Meta(title="Name", examples=["first_name"])]
    label: Annotated[str, Meta(title="Label", min_length=1, max_length=200)]
    type: Literal["text", "email", "choice", "checkbox"] = "text"
    required: bool = False
    options: tuple[str, ...] = ()


class Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document as it is written; its first key is the kind, its value the name."""

    form: Annotated[str, Meta(title="Name", examples=["newsletter"])]
    title: Annotated[str, Meta(title="Title", min_length=1, max_length=200)]
    description: Annotated[str, Meta(title="Description", max_length=2_000)] = ""
    fields: Annotated[tuple[Field, ...], Meta(title="Fields", min_length=1, max_length=30)]
    topic: Annotated[str, Meta(title="Topic", description="What they agree to; empty: everything by email.")] = ""
    consent: Annotated[bool, Meta(title="Consent", description="Whether filling it in means to agree to messages.")] = (
        True
    )
    double_opt_in: Annotated[
        bool | None,
        Meta(title="Double opt-in", description="A mail asks for a confirmation; as the topic says when empty."),
    ] = None
    list: Annotated[str, Meta(title="List", description="Whoever fills it in joins.")] = ""
    tags: tuple[str, ...] = ()
    button: Annotated[str, Meta(title="Button", min_length=1, max_length=60)] = "Sign up"
    thanks: Annotated[str, Meta(title="Thanks", max_length=500)] = ""
    proof_of_work: Annotated[
        bool,
        Meta(
            title="Proof of work",
            description="The browser of whoever fills it in solves a puzzle of half a second; it needs a script.",
        ),
    ] = False


def check(data: Any) -> Form:
    """A document; `Invalid` names every place that is wrong."""
    try:
        form = msgspec.convert(data, Form)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        raise Invalid.at(where[1] if where else "", _WHERE.sub("", str(error)) + ".") from error
    problems = list[Problem]()
    if not _NAME.match(form.form):
        problems.append(Problem("form", "needs a name of small letters, digits, - and _."))
    names = [field.name for field in form.fields]
    if "email" not in names:
        problems.append(Problem("fields", "has no field email.", "Without it nobody knows who filled it in."))
    for number, field in enumerate(form.fields):
        path = f"fields[{number}]"
        if not _FIELD.match(field.name) or field.name in RESERVED:
            problems.append(Problem(f"{path}.name", f"{field.name!r} is not a name of a field."))
        if names.index(field.name) != number:
            problems.append(Problem(f"{path}.name", f"{field.name!r} is there twice."))
        if (field.type == "choice") != bool(field.options):
            problems.append(Problem(f"{path}.options", "belong to a choice, which has at least one."))
    if problems:
        raise Invalid(*problems)
    return form


class Filled(Struct, frozen=True, kw_only=True):
    """What somebody wrote: field -> value, and field -> what is wrong with it (`email`, `empty` or `choice`)."""

    values: dict[str, Any]
    wrong: dict[str, Literal["email", "empty", "choice"]]


def filled(form: Form, given: Mapping[str, str]) -> Filled:
    """What a submission says; nothing but the form's own fields is read."""
    values, wrong = dict[str, Any](), dict[str, Literal["email", "empty", "choice"]]()
    for field in form.fields:
        text = " ".join(given.get(field.name, "").replace("\0", "").split())[:LONGEST]
        if field.type == "checkbox":
            values[field.name] = text == "yes"
            if field.required and text != "yes":
                wrong[field.name] = "empty"
            continue
        if not text:
            if field.required or field.name == "email":
                wrong[field.name] = "empty"
            continue
        if field.name == "email" or field.type == "email":
            found = email(text)
            if found is None:
                wrong[field.name] = "email"
            values[field.name] = found or text
            continue
        if field.type == "choice" and text not in field.options:
            wrong[field.name] = "choice"
        values[field.name] = text
    return Filled(values=values, wrong=wrong)
