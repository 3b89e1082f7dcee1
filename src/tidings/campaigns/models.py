"""Campaign documents: how they are written and checked. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.rules.tree import Condition, Group, Kinds, parse
from tidings.runtime.errors import Invalid, Problem

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")


class Variant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to say it: a template, and how many of those who get a variant get this one."""

    template: Annotated[str, Meta(title="Template", min_length=1)]
    weight: Annotated[int, Meta(title="Weight", ge=1, le=100)] = 1


class Trial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An A/B test with a fixed horizon: a part of the audience gets the variants, the rest the one that people clicked most."""

    share: Annotated[int, Meta(title="Share", description="Per cent of the audience.", ge=1, le=99)] = 20
    after: Annotated[str, Meta(title="After", description="How long clicks are counted.", examples=["4h"])] = "4h"


class Campaign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document as it is written; its first key is the kind, its value the name."""

    campaign: Annotated[str, Meta(title="Name", examples=["spring-news"])]
    audience: Annotated[Any, Meta(title="Audience", description="A rule: who gets it.")] = None
    exclude: Annotated[Any, Meta(title="But not", description="A rule: who of these does not.")] = None
    template: Annotated[str, Meta(title="Template", description="What they read.")] = ""
    variants: Annotated[
        dict[str, Variant], Meta(title="Variants", description="Several ways to say it, by a short name.")
    ] = msgspec.field(default_factory=dict)
    trial: Trial | None = None
    account: Annotated[str, Meta(title="Sender", description="The default of the channel when empty.")] = ""
    at: Annotated[
        str | None, Meta(title="At", description="A wall time, as 2026-12-01T09:00; without it, when it is launched.")
    ] = None
    local: Annotated[bool, Meta(title="Local time", description="At that wall time where each person is.")] = False
    per_hour: Annotated[
        Annotated[int, Meta(ge=1, le=10_000_000)] | None,
        Meta(title="At most an hour", description="Spread out evenly."),
    ] = None
    max_late: Annotated[str, Meta(title="At most so late", description="What could not leave by then does not.")] = (
        "24h"
    )
    priority: Annotated[int, Meta(title="Priority", description="Before others that fall due together.")] = 0
    description: str = ""
    owner: str = ""

    def letters(self) -> dict[str, Variant]:
        """Name -> variant; one without a name where there is only a template."""
        return self.variants or {"": Variant(template=self.template)}


class Checked(Struct, frozen=True, kw_only=True):
    """A campaign whose rules are parsed."""

    document: Campaign
    audience: Condition
    """Who gets it: the audience, without those who are left out."""


def check(data: Any, kinds: Kinds) -> Checked:
    """A document as a campaign; `Invalid` names every place that is wrong."""
    try:
        document = msgspec.convert(data, Campaign)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        raise Invalid.at(where[1] if where else "", _WHERE.sub("", str(error)) + ".") from error
    problems = list(_plain(document))
    rules = list[Condition]()
    for path, written in (("audience", document.audience), ("exclude", document.exclude)):
        if written is None:
            continue
        try:
            rule = parse(written, kinds, path)
            rules.append(rule if path == "audience" else Group("not", (rule,)))
        except Invalid as error:
            problems += error.problems
    if document.audience is None:
        problems.append(Problem("audience", "is missing.", "Say who gets it; {all: []} is everybody."))
    if problems:
        raise Invalid(*problems)
    return Checked(document=document, audience=Group("all", tuple(rules)))


def _plain(document: Campaign) -> list[Problem]:
    found = list[Problem]()
    if not _NAME.match(document.campaign):
        found.append(Problem("campaign", "needs a name of small letters, digits, - and _."))
    if bool(document.template) == bool(document.variants):
        found.append(Problem("template", "and `variants`: one of them says what is sent."))
    for name in document.variants:
        if not _NAME.match(name):
            found.append(Problem(f"variants.{name}", "needs a name of small letters, digits, - and _."))
    if document.trial is not None and len(document.variants) < 2:
        found.append(Problem("trial", "compares variants, and there are fewer than two."))
    for path, text in (
        ("max_late", document.max_late),
        ("trial.after", document.trial.after if document.trial else "1h"),
    ):
        try:
            if durations.milliseconds(text) <= 0:
                found.append(Problem(path, f"{text!r} is no time.", "Write it as 24h."))
        except ValueError as error:
            found.append(Problem(path, f"{error}."))
    if document.at is not None and wall(document.at) is None:
        found.append(Problem("at", f"{document.at!r} is not a wall time.", "Write it as 2026-12-01T09:00."))
    if document.local and document.at is None:
        found.append(Problem("local", "needs a time.", "Say `at` which wall time."))
    if document.trial is not None and document.local:
        found.append(Problem("trial", "and `local` together have no common horizon.", "Leave one of them out."))
    return found


def wall(text: str) -> dt.datetime | None:
    """A wall time without a zone; None where it is none."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is None else None


State = Literal["counting", "asking", "testing", "sending", "paused", "done", "cancelled"]
"""counting: the seconds in which it can be called back. asking: messages are being asked for. testing: the horizon is not reached.
sending: everybody has a message, some of which have not left."""


class Run(Struct, frozen=True, array_like=True):
    """A campaign that was launched."""

    id: int
    name: str
    version_id: int
    state: str
    phase: str
    """test, rest or all: of whom messages are being asked for."""
    launched_at: int
    starts_at: int
    horizon_at: int | None
    winner: str
    cursor_id: int
    asked_count: int
    ended_at: int | None
    actor: str
    body: str
    """What it said when it was launched, as JSON text."""

    @property
    def document(self) -> Campaign:
        return msgspec.json.decode(self.body, type=Campaign)
