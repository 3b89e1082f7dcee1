"""Topics: what people can be written to about, as documents; how each is called, where it is offered, and how consent to it ends."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.runtime import shelf
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, Problem

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic in one language."""

    title: Annotated[str, Meta(title="Title", min_length=1, max_length=100)]
    description: Annotated[str, Meta(title="Description", max_length=500)] = ""


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document as it is written; its first key is the kind, its value the name."""

    topic: Annotated[str, Meta(title="Name", description="By which templates and forms name it.", examples=["news"])]
    title: Annotated[
        str, Meta(title="Title", description="What people read.", examples=["News"], min_length=1, max_length=100)
    ]
    description: Annotated[
        str,
        Meta(
            title="Description",
            description="What they get, and how often.",
            examples=["What is new, about twice a month."],
            max_length=500,
        ),
    ] = ""
    channels: Annotated[
        tuple[str, ...],
        Meta(title="Channels", description="By which it can be had.", examples=[["email"]], min_length=1),
    ] = ("email",)
    public: Annotated[bool, Meta(title="Public", description="Whether it is offered in the preference centre.")] = True
    double_opt_in: Annotated[
        bool, Meta(title="Double opt-in", description="Whether a form asks for a confirmation by mail.")
    ] = True
    expires: Annotated[
        str | None,
        Meta(
            title="Expires",
            description="Consent that is only implied ends after so long, as 26w.",
            examples=["26w"],
        ),
    ] = None
    translations: Annotated[
        dict[str, Words], Meta(title="Translations", description="Language, as de or pt-br, to its words.")
    ] = msgspec.field(default_factory=dict)

    def words(self, language: str) -> Words:
        """Title and description in a language, or the closest one there is."""
        tag = language.lower().replace("_", "-")
        for one in (tag, tag.partition("-")[0]):
            if one in self.translations:
                return self.translations[one]
        return Words(title=self.title, description=self.description)


def check(data: Any) -> Topic:
    """A document; `Invalid` names what is wrong and where."""
    try:
        topic = msgspec.convert(data, Topic)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        raise Invalid.at(where[1] if where else "", _WHERE.sub("", str(error)) + ".") from error
    problems = list[Problem]()
    if not _NAME.match(topic.topic):
        problems.append(Problem("topic", "needs a name of small letters, digits, - and _."))
    if topic.expires is not None:
        try:
            if durations.milliseconds(topic.expires) <= 0:
                problems.append(Problem("expires", "is no time.", "Write it as 26w."))
        except ValueError as error:
            problems.append(Problem("expires", f"{error}."))
    if problems:
        raise Invalid(*problems)
    return topic


def all_topics(tx: Tx) -> list[Topic]:
    """Every topic that is live, by name."""
    return [msgspec.convert(kept.data, Topic) for kept in shelf.live(tx, "topic")]


def find(tx: Tx, name: str) -> Topic | None:
    """A topic by name; None where nobody has described it."""
    kept = shelf.find(tx, "topic", name)
    return msgspec.convert(kept.data, Topic) if kept else None
