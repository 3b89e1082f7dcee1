"""The sandbox: every kind of message lands in an inbox that the UI shows, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tidings.channels import (
    Address,
    Capabilities,
    Channel,
    Envelope,
    Failed,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sent,
    Why,
)


class SandboxConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Nothing to set, unless it should fail on purpose."""

    fail_for: Annotated[str, Meta(title="Fail for addresses with", description="Addresses with this text fail.")] = ""
    fail_why: Annotated[Why, Meta(title="How they fail")] = Why.CONTENT_REFUSED
    fail_words: Annotated[str, Meta(title="What is said then")] = ""
    by_address: Annotated[
        bool,
        Meta(
            title="Act by the address",
            description="+bounces, +full, +refuses and +hangs in an address decide what happens; doubt stays doubt.",
        ),
    ] = False
    quiet_hours: Annotated[bool, Meta(title="Keep quiet hours", description="As a text message would.")] = False


ACTS = {
    "+bounces": (Why.ADDRESS_INVALID, "5.1.1", "550 5.1.1 No such user here"),
    "+full": (Why.RECIPIENT_TEMPORARY, "4.2.2", "452 4.2.2 The mailbox is full"),
    "+refuses": (Why.CONTENT_REFUSED, "5.7.1", "554 5.7.1 Message refused by policy"),
    "+hangs": (Why.UNKNOWN, "", "no answer within 30 seconds after the last byte"),
}
"""What a mail server would do, by a word in the address."""


class Sandbox(Channel[SandboxConfig]):
    """Keeps what it is given, as a person would have read it."""

    meta = PluginMeta(
        id="sandbox", name="Sandbox", summary="An inbox for any kind of message", version="1.0.0", channel="*"
    )
    Config = SandboxConfig
    address_kind = "*"

    @classmethod
    def capabilities(cls, config: SandboxConfig) -> Capabilities:
        return Capabilities(
            formats=("text", "html", "json"),
            batch_max=100,
            connections=2,
            idempotent=not config.by_address,
            quiet_hours=config.quiet_hours,
        )

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        value = raw.strip()
        if not value or not value.isprintable() or len(value) > 500:
            raise ValueError("an address has between 1 and 500 printable characters")
        return Address(kind="*", value=value, domain=value.rpartition("@")[2] if "@" in value else "")

    def render(self, envelope: Envelope) -> Rendered:
        shown = {
            "key": envelope.key,
            "to": envelope.to.value,
            "subject": envelope.content.subject,
            "text": envelope.content.text,
            "html": envelope.content.html,
            "data": envelope.content.data,
            "unsubscribe": envelope.links.unsubscribe,
            "class": envelope.message_class,
            "topic": envelope.topic,
            "at": envelope.at,
        }
        return Rendered(body=msgspec.json.encode(shown))

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        allowed = await mark(next=[message.id for message in batch])
        results = list[Result]()
        for message in batch:
            if message.id not in allowed:
                continue
            if (failed := self._failed(message)) is not None:
                results.append(failed)
                continue
            await self.context.storage.append("inbox", message.key, msgspec.json.decode(message.rendered.body))
            results.append(Sent(id=message.id, provider_id=message.key))
        return results

    def _failed(self, message: Outbound) -> Failed | None:
        config, to = self.config, message.to.value
        if config.fail_for and config.fail_for in to:
            words = config.fail_words or f"{to} is set to fail"
            return Failed(id=message.id, why=config.fail_why, detail=words, retry_after=60)
        for word, (why, code, words) in ACTS.items() if config.by_address else ():
            if word in to:
                return Failed(id=message.id, why=why, code=code, detail=words)
        return None


CHANNEL = Sandbox
