"""What a step sees, and what it may answer. The engine alone acts on it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct


class Moment(Struct, frozen=True, kw_only=True):
    """One person at one step."""

    at: int
    """When the token logically arrived here (a timer's own instant, not when somebody looked)."""
    now: int
    zone: str
    started_at: int
    previous_send_at: int | None
    properties: dict[str, Any]
    """Of the event that started the run."""
    attributes: dict[str, Any]
    answers: tuple[bool | None, ...] = ()
    """What the step's rules say, in the order of `questions`."""


class Go(Struct, frozen=True):
    """On through an exit, at once."""

    exit: str = "next"
    at: int | None = None
    """When its time was, where that is already past; what follows counts from there."""


class WaitUntil(Struct, frozen=True):
    """On through `next` at an instant."""

    at: int
    anchor_at: int | None = None
    """The date that it lies before, if it does: what is sent then is of no use after it."""


class Listen(Struct, frozen=True, kw_only=True):
    """Until one of these events, or a time-out."""

    events: tuple[str, ...]
    timeout_at: int | None = None


class Send(Struct, frozen=True, kw_only=True):
    """Ask for a message and wait for its outcome."""

    channel: str
    template: str = ""
    account: str = ""
    address: str = ""
    message_class: str = ""
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    max_late: int | None = None
    mode: Literal["draft", "review", "live"] = "live"
    if_capped: Literal["defer", "skip"] = "defer"
    if_outranked: Literal["defer", "skip"] = "defer"


class Change(Struct, frozen=True, kw_only=True):
    """Write to the contact, then on through `next`."""

    attributes: dict[str, Any] = msgspec.field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


class End(Struct, frozen=True):
    """The run is over."""

    reason: str = ""


Outcome = Go | WaitUntil | Listen | Send | Change | End
