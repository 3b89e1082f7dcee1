"""Messages as they are asked for, as they end, and what their states are called."""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.messages.limits import DEFAULT_CAPS, Cap, Quiet


class State(enum.StrEnum):
    """Where a message stands (CORRECTNESS 22)."""

    QUEUED = "queued"
    HELD = "held"
    DEFERRED = "deferred"
    SENDING = "sending"
    COMMITTING = "committing"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


class MessageClass(enum.StrEnum):
    """What right a message has to be sent (PRODUCT 5)."""

    TRANSACTIONAL = "transactional"
    SERVICE = "service"
    LIFECYCLE = "lifecycle"
    PROMOTIONAL = "promotional"


RANK = {MessageClass.TRANSACTIONAL: 0, MessageClass.SERVICE: 1, MessageClass.LIFECYCLE: 2, MessageClass.PROMOTIONAL: 3}
"""The order in which lanes claim."""


class Asked(Struct, frozen=True, kw_only=True):
    """A message that a journey, a campaign or a person asks for; its key is (contact, source, source id, step, visit)."""

    contact_id: int
    source: str
    source_id: int
    step: str = ""
    visit: int = 1
    message_class: str = MessageClass.PROMOTIONAL
    channel: str
    account: str = ""
    """Name of the account; empty: the default of the channel."""
    topic: str = ""
    template_version_id: int | None = None
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    """What rendering needs beside the contact: {"event": properties of the trigger, "journey": name, "data": webhook payload}."""
    address: str = ""
    """Only for channels whose address is not the contact's: the URL of a webhook."""
    token_id: int | None = None
    """The token that waits for the outcome."""
    due_at: int
    priority: int = 0
    """Of two that may leave at the same time, the higher goes first."""
    mode: Literal["draft", "review", "live"] = "live"
    """A draft is skipped when it is due; what is to be reviewed is held until somebody approves it."""
    if_capped: Literal["defer", "skip"] = "defer"
    """What happens when a frequency cap has no room."""
    if_outranked: Literal["defer", "skip"] = "defer"
    """What happens when another message goes first."""
    max_late: int | None = None
    """Milliseconds after `due_at` past which it expires; None: never."""


TEST = "test"
"""The source of messages that somebody sends to see how they look: they carry their document, count nowhere, and are no
facts."""


class Ended(Struct, frozen=True, kw_only=True):
    """A message came to its end (or to doubt): what its token needs to go on."""

    message_id: int
    contact_id: int
    token_id: int | None
    outcome: str
    """sent, skipped, failed, cancelled, expired or uncertain."""
    at: int
    reason: str = ""
    answer: str = ""
    """What a webhook answered, bounded."""


class Ledger(Struct, frozen=True, kw_only=True):
    """What the ledger must know of its workspace."""

    epoch: str
    zone: str = "UTC"
    quiet_from: int = 9 * 60
    """Minute of the local day from which a disturbing channel may be used."""
    quiet_to: int = 20 * 60
    quiet: dict[str, Quiet | None] = msgspec.field(default_factory=dict)
    """Channel -> its own hours; None: it may be used at any time. Others follow their plugin and the hours above."""
    caps: tuple[Cap, ...] = DEFAULT_CAPS


class Open(Struct, frozen=True, array_like=True):
    """A message that has not left."""

    id: int
    contact_id: int
    token_id: int | None
    state: str
    channel: str


class Held(Struct, frozen=True, array_like=True):
    """A message that waits for somebody to read it."""

    id: int
    contact_id: int
    token_id: int | None
    state: str
    channel: str
    body: str


APPROVED = 2
"""In `message.is_reviewed`; 1 is: somebody has to read it first."""


class Claimed(Struct, frozen=True, array_like=True):
    """A message in our hands."""

    id: int
    contact_id: int
    source: str
    source_id: int
    step: str
    visit: int
    message_class: str
    channel: str
    account_id: int
    topic: str
    template_version_id: int | None
    body: str
    token_id: int | None
    key: str
    address_kind: str
    address: str
    asked_at: int
    due_at: int
    max_late: int | None
    attempts: int
    class_rank: int = 3
    priority: int = 0
    intended_at: int = 0
    """When it was first to leave; `due_at` is when it may leave now."""
    cell_at: int | None = None
    """The minute in which it competes, while it waits for that to end."""
    reviewed: int = 0
    """`APPROVED`: somebody has read it, in the version `template_version_id`."""


class Unsettled(Struct, frozen=True, array_like=True):
    """A message whose result has come."""

    id: int
    contact_id: int
    source: str
    message_class: str
    channel: str
    account_id: int
    topic: str
    token_id: int | None
    address_kind: str
    address: str
    attempts: int
    state: str
    owner: int | None
    must_arrive: int
    withdrawn: str
    """Why it must not be tried again, when it was withdrawn while it was being handed over."""


class Message(Struct, frozen=True, array_like=True):
    """A message as people look at it."""

    id: int
    contact_id: int
    source: str
    source_id: int
    step: str
    state: str
    reason: str
    message_class: str
    channel: str
    account_id: int
    topic: str
    address: str
    asked_at: int
    due_at: int
    sent_at: int | None
    attempts: int
    status: str
    opened_at: int | None
    clicked_at: int | None
    template_version_id: int | None
    provider_id: str
    answer: str
    key: str


class Attempt(Struct, frozen=True, array_like=True):
    """One try."""

    message_id: int
    number: int
    at: int
    result: str
    code: str
    detail: str


class Decision(Struct, frozen=True, array_like=True):
    """What the system chose, and why; `evidence` is JSON text."""

    id: int
    contact_id: int
    at: int
    kind: str
    subject_id: int
    outcome: str
    reason: str
    evidence: str


class ReportRow(Struct, frozen=True, array_like=True):
    """What the provider said of a message; `applied_at` is empty while it waits."""

    id: int
    status: str
    at: int
    why: str
    code: str
    detail: str
    applied_at: int | None


class Alert(Struct, frozen=True, array_like=True):
    """Something that a person must know; `ended_at` is empty while it lasts."""

    id: int
    at: int
    kind: str
    subject: str
    detail: str
    ended_at: int | None


ONCE = 1
"""`must_arrive` of a message that may be sent again once, when it is in doubt; 2 after that."""


class Lane(Struct, frozen=True, kw_only=True):
    """What the ledger must know of the account that sends."""

    account_id: int
    is_quiet: bool = True
    has_policy: bool = True
    may_resend: bool = False
    """The receiver de-duplicates by our key, so doubt is resolved by sending again."""
    has_reports: bool = False
    """The provider speaks of its messages afterwards, perhaps before our own mark lands."""


class Some(Struct, frozen=True, kw_only=True):
    """Which classes are claimed, by their rank."""

    least: int = 0
    most: int = 3


class Room(Struct, frozen=True, kw_only=True):
    """How many messages each recipient domain may still take now."""

    fresh: int
    """For a domain that took none lately."""
    left: dict[str, int]
    full: list[str]
