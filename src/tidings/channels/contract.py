"""What a channel plugin gives and gets: plain structs that survive encoding, and one class with few methods.

A plugin imports only `tidings.channels`. Everything that touches the world (network, storage, time) is handed in through
`Context`; nothing of the server is reachable, so a plugin can move into a child process without change. This module is
public: names and shapes here are a promise to plugin authors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from tidings.channels.structs import (
    Address,
    BadSignature,
    Capabilities,
    Check,
    Envelope,
    HookReply,
    HookRequest,
    Inbound,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sending,
)
from tidings.channels.world import Context, Mark

C = TypeVar("C", bound=Struct)


class Channel(Generic[C]):
    """One account of a channel. Subclass it, fill the class variables, implement `parse_address`, `render`, `send`."""

    meta: ClassVar[PluginMeta]
    Config: ClassVar[type[Struct]]
    address_kind: ClassVar[str]
    hooks: ClassVar[tuple[str, ...]] = ()

    def __init__(self, config: C, context: Context) -> None:
        self.config = config
        self.context = context

    @classmethod
    def capabilities(cls, config: C) -> Capabilities:
        """What an account with this configuration can do."""
        return Capabilities()

    @classmethod
    def completed(cls, config: C, before: C | None) -> C:
        """Called when an account is saved: fill in what nobody should have to write, such as keys. `before` is the
        configuration until now, None for a new account."""
        return config

    @classmethod
    def sending(cls, config: C) -> Sending | None:
        """For channels of email: what receivers look at, so that "Check domain" can say what DNS must say."""
        return None

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        """The canonical address; parsing its value again gives the same. ValueError says what is wrong."""
        raise NotImplementedError

    def render(self, envelope: Envelope) -> Rendered:
        """Pure: no network, no clock, no dice. The same envelope gives the same bytes."""
        raise NotImplementedError

    async def check(self) -> Check:
        """Test the connection without sending anything."""
        return Check(ok=True, detail="Nothing to check.")

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        """Hand the batch over. One result per message that `mark` let go (or that failed before), none raised.

        Results already given to `mark` are left out. Whatever happened before `mark` returned an id is a failure that
        surely did not leave; whatever happens after it and stays unanswered is `Why.UNKNOWN`.
        """
        raise NotImplementedError

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        """A provider's callback; verify its signature first, raise `BadSignature` when it is wrong."""
        raise BadSignature

    async def poll(self, cursor: str) -> tuple[list[Inbound], str]:
        """Fetch what the provider keeps for us since `cursor`."""
        return [], cursor

    async def start(self) -> None:
        """Called once before the first `send`."""

    async def stop(self) -> None:
        """Called once; close connections politely."""
