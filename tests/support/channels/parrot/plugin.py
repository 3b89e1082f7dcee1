"""A channel for tests that says afterwards what it is told to say: by a signed callback, or when it is polled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Struct

from tidings.channels import (
    Address,
    BadSignature,
    Capabilities,
    Channel,
    Check,
    Envelope,
    HookReply,
    HookRequest,
    Inbound,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sent,
    secret,
)


class ParrotConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """`told` is a file with what polling finds, as JSON."""

    password: Annotated[str, secret("Password")] = ""
    told: str = ""


class Parrot(Channel[ParrotConfig]):
    """Takes everything."""

    meta = PluginMeta(id="parrot", name="Parrot", summary="Repeats what it is told", version="1.0.0", channel="parrot")
    Config = ParrotConfig
    address_kind = "parrot"
    hooks = ("told",)

    @classmethod
    def capabilities(cls, config: ParrotConfig) -> Capabilities:
        return Capabilities(receipts=frozenset({"delivered"}), quiet_hours=False)

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        return Address(kind="parrot", value=raw.strip())

    def render(self, envelope: Envelope) -> Rendered:
        return Rendered(body=envelope.content.text.encode())

    async def check(self) -> Check:
        return Check(
            ok=bool(self.config.password), detail="It has a password." if self.config.password else "It has none."
        )

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        allowed = await mark(next=[message.id for message in batch])
        return [Sent(id=message.id, provider_id=f"p-{message.key}") for message in batch if message.id in allowed]

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        if request.headers.get("x-password") != self.config.password:
            raise BadSignature
        return HookReply(inbound=tuple(msgspec.json.decode(request.body, type=list[Inbound])), body=b"thanks")

    async def poll(self, cursor: str) -> tuple[list[Inbound], str]:
        file, seen = Path(self.config.told or "/nowhere"), int(cursor or 0)
        if not file.is_file():
            return [], cursor
        found = msgspec.json.decode(file.read_bytes(), type=list[Inbound])
        return found[seen:], str(len(found))


CHANNEL = Parrot
