"""What goes to a plugin and comes back: plain structs that survive encoding. Names and shapes are a promise to authors."""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec
from msgspec import Struct

API = (1, 0)
"""Contract version: the first number breaks, the second adds."""


class Why(enum.StrEnum):
    """Why a message was not handed over; each kind has exactly one behaviour of the core."""

    RECIPIENT_TEMPORARY = "recipient_temporary"  # this mailbox, later: back-off, the lane goes on
    ADDRESS_INVALID = "address_invalid"  # will never work: suppress the address
    OPTED_OUT = "opted_out"  # the provider knows of a withdrawal: consent is withdrawn
    CONTENT_REFUSED = "content_refused"  # this message, never: failed, shown to its author
    RATE_LIMITED = "rate_limited"  # slow down: wait `retry_after`, does not count as an attempt
    PROVIDER_DOWN = "provider_down"  # connection, time-out before the point of no return, 5xx: retry, breaker counts
    ACCOUNT_PROBLEM = "account_problem"  # credentials, billing, blocked sender: the lane pauses, somebody is told
    UNKNOWN = "unknown"  # it may have been delivered: uncertain
    BUG = "bug"  # the plugin's own fault: failed and shown


class PluginMeta(Struct, frozen=True, kw_only=True):
    """Who a plugin is."""

    id: str
    name: str
    summary: str
    version: str
    channel: str
    """The kind of channel that it serves, as written in documents: email, sms, push, telegram, webhook, …"""
    api: tuple[int, int] = API
    license: str = ""
    docs_url: str = ""
    network: Literal["given", "own"] = "given"
    """`own` when a provider library opens its own connections instead of using `Context`."""


class Capabilities(Struct, frozen=True, kw_only=True):
    """What an account of this channel can do, given its configuration."""

    formats: tuple[Literal["text", "html", "json"], ...] = ("text",)
    batch_max: int = 1
    """Most messages in one call of `send`."""
    connections: int = 4
    """How many calls of `send` may be under way at once."""
    per_second: float | None = None
    """The fastest pace of the whole account; None: as fast as it goes."""
    per_domain_second: float | None = None
    """The fastest pace to one recipient domain; a domain that is at its pace delays no other."""
    idempotent: bool = False
    """The provider drops a second message with the same key, so a doubtful one may be sent again."""
    always_resend: bool = False
    """The receiver de-duplicates by contract (webhooks): a doubtful message is sent again."""
    receipts: frozenset[str] = frozenset()
    inbound: frozenset[str] = frozenset()
    quiet_hours: bool = True
    """Whether the channel disturbs people at night when nothing else is said (email does not)."""
    policy: bool = True
    """False for machines (webhooks): no consent, suppression or quiet hours are asked."""


class Address(Struct, frozen=True):
    """Where a channel reaches somebody, in its canonical form."""

    kind: str
    value: str
    domain: str = ""
    """What pace is counted by: the domain of an email address, the host of a URL."""


class Content(Struct, frozen=True, kw_only=True):
    """What a person is to read, before the channel gives it its shape."""

    text: str = ""
    subject: str = ""
    html: str = ""
    data: dict[str, Any] = msgspec.field(default_factory=dict)
    """Structured payload for channels that send JSON."""


class Links(Struct, frozen=True, kw_only=True):
    """Signed addresses that belong to this recipient; empty when the class of the message has none."""

    unsubscribe: str = ""
    preferences: str = ""


class Envelope(Struct, frozen=True, kw_only=True):
    """One message to one address, as the core asks for it. `render` turns it into `Rendered`."""

    id: int
    key: str
    """Stable over retries and restores: Message-ID, VERP token, idempotency key."""
    to: Address
    to_name: str = ""
    content: Content
    links: Links = Links()
    message_class: str = "promotional"
    topic: str = ""
    at: int
    """Unix milliseconds UTC that the message carries as its date."""
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Rendered(Struct, frozen=True, kw_only=True):
    """The bytes that leave, and what a person may want to know about them."""

    body: bytes
    facts: dict[str, str] = msgspec.field(default_factory=dict)
    """What `send` needs beside the body: envelope sender, content type, …"""
    units: int = 1
    warnings: tuple[str, ...] = ()


class Outbound(Struct, frozen=True, kw_only=True):
    """A rendered message, ready to go."""

    id: int
    key: str
    to: Address
    rendered: Rendered
    attempt: int = 1


class Sent(Struct, frozen=True, kw_only=True, tag="sent"):
    """The provider took the message."""

    id: int
    provider_id: str = ""
    detail: str = ""


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """The message did not leave, or nobody knows whether it did (`Why.UNKNOWN`)."""

    id: int
    why: Why
    code: str = ""
    detail: str = ""
    """The provider's own words, without secrets."""
    retry_after: float | None = None
    """Seconds; for RATE_LIMITED and PROVIDER_DOWN."""


Result = Sent | Failed


ReportStatus = Literal[
    "queued",
    "sent",
    "delivered",
    "deferred",
    "bounced",
    "rejected",
    "failed",
    "complained",
    "unsubscribed",
    "opened",
    "clicked",
]


class Report(Struct, frozen=True, kw_only=True, tag="report"):
    """What a provider says afterwards about one message."""

    dedup: str
    """Deterministic: the same callback twice is one report."""
    status: ReportStatus
    at: int
    message_key: str = ""
    provider_id: str = ""
    address: str = ""
    why: Why | None = None
    code: str = ""
    detail: str = ""


class Reply(Struct, frozen=True, kw_only=True, tag="reply"):
    """A person answered."""

    dedup: str
    sender: Address
    text: str
    at: int
    in_reply_to: str = ""


class OptOut(Struct, frozen=True, kw_only=True, tag="opt_out"):
    """A person withdrew (or gave back, `granted`) their consent on the channel itself."""

    dedup: str
    address: Address
    granted: bool
    at: int
    evidence: str = ""


class Linked(Struct, frozen=True, kw_only=True, tag="linked"):
    """An address was bound to a contact by a link token that we issued."""

    dedup: str
    token: str
    address: Address
    at: int


Inbound = Report | Reply | OptOut | Linked


class HookRequest(Struct, frozen=True, kw_only=True):
    """A callback as it arrived, untouched; header names are lower case."""

    method: str
    url: str
    headers: dict[str, str]
    query: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


class HookReply(Struct, frozen=True, kw_only=True):
    """What the callback means, and what to answer."""

    inbound: tuple[Inbound, ...] = ()
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class Check(Struct, frozen=True, kw_only=True):
    """The answer to "Test connection": one sentence, and facts worth showing."""

    ok: bool
    detail: str
    facts: dict[str, str] = msgspec.field(default_factory=dict)


class Sending(Struct, frozen=True, kw_only=True):
    """How an account sends, as far as receivers look at it."""

    domain: str
    """Of the From address."""
    host: str = ""
    """The server that mail is handed to."""
    return_domain: str = ""
    """Of the return path; empty: that of From."""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str = ""
    """The public key, base64 DER; empty: we do not sign."""
    dkim_type: str = "rsa"


class BadSignature(Exception):
    """A callback that is not from the provider; answered with 401, nothing is stored."""
