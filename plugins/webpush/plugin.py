"""Web push: notifications in the browser, encrypted for one subscription, signed with keys of our own (RFC 8030, 8188, 8291, 8292)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from tidings.channels import (
    Address,
    BadSignature,
    Capabilities,
    Channel,
    Check,
    Context,
    Envelope,
    Failed,
    HookReply,
    HookRequest,
    HttpNoAnswer,
    HttpNotSent,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Why,
)

from . import letters, pages, vapid
from .answers import result
from .config import WebPushConfig
from .subscriptions import left, parsed, subscribed

SUBSCRIBE, LEAVE, SCRIPT, WORKER = "subscribe", "leave", "script", "worker"
MOST = 3_993
"""Bytes of a notification before it is encrypted; a push service takes 4,096 after it."""


class WebPush(Channel[WebPushConfig]):
    """One site's notifications. A subscription is learnt when a visitor allows them on a page that carries our script."""

    meta = PluginMeta(
        id="webpush",
        name="Web push",
        summary="Notifications in the browser",
        version="1.0.0",
        channel="push",
        docs_url="https://developer.mozilla.org/docs/Web/API/Push_API",
    )
    Config = WebPushConfig
    address_kind = "push"
    hooks = (SUBSCRIBE, LEAVE, SCRIPT, WORKER)

    def __init__(self, config: WebPushConfig, context: Context) -> None:
        super().__init__(config, context)
        self._signer: vapid.Signer | None = None

    @classmethod
    def completed(cls, config: WebPushConfig, before: WebPushConfig | None) -> WebPushConfig:
        """An account without keys gets its own; they stay, because every subscription is bound to them."""
        if config.private_key:
            return config
        known = before.private_key if before is not None else ""
        return msgspec.structs.replace(config, private_key=known or vapid.new_key())

    @classmethod
    def capabilities(cls, config: WebPushConfig) -> Capabilities:
        return Capabilities(
            formats=("text",),
            batch_max=10,
            connections=8,
            per_domain_second=100,
            inbound=frozenset({"opt_out", "linked"}),
        )

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        found = parsed(raw)
        return Address(kind="push", value=found.canonical(), domain=urlsplit(found.endpoint).hostname or "")

    def render(self, envelope: Envelope) -> Rendered:
        body = letters.notification(envelope, icon=self.config.icon)
        wrong = f"It has {len(body)} bytes; a notification has at most {MOST}." if len(body) > MOST else ""
        topic = hashlib.blake2b(envelope.key.encode(), digest_size=16).hexdigest()
        facts = {"topic": topic} | ({"wrong": wrong} if wrong else {})
        return Rendered(body=body, facts=facts, warnings=(wrong,) if wrong else ())

    async def check(self) -> Check:
        if not self.config.private_key:
            return Check(ok=True, detail="Keys are made when this is saved.")
        try:
            public = self._signing().public_key
        except ValueError as error:
            return Check(ok=False, detail=f"The private key cannot be used: {error}")
        facts = {"public key": public, "script": self.context.hook_url(SCRIPT), "worker": self.context.hook_url(WORKER)}
        if not facts["script"].startswith("https://") and not facts["script"].startswith("http://127.0.0.1"):
            return Check(
                ok=False, detail="Browsers take notifications only from https; set the public address.", facts=facts
            )
        return Check(ok=True, detail="The keys are good. The page of the script is below.", facts=facts)

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        refused = [
            Failed(id=one.id, why=Why.CONTENT_REFUSED, detail=one.rendered.facts["wrong"])
            for one in batch
            if "wrong" in one.rendered.facts
        ]
        ready = [one for one in batch if "wrong" not in one.rendered.facts]
        await asyncio.to_thread(vapid.library)  # 0.5 s, once, in which others go on
        allowed = await mark(results=refused, next=[one.id for one in ready])
        return list(await asyncio.gather(*(self._send(one) for one in ready if one.id in allowed)))

    async def _send(self, message: Outbound) -> Result:
        try:
            subscription = parsed(message.to.value)
            headers, body = self._signing().request(subscription, message.rendered.body, self.context.now())
        except ValueError as error:
            return Failed(id=message.id, why=Why.ADDRESS_INVALID, detail=str(error))
        ttl, urgency = str(self.config.days * 86_400), self.config.urgency
        headers |= {"ttl": ttl, "urgency": urgency, "topic": message.rendered.facts["topic"]}
        try:
            answer = await self.context.http.request("POST", subscription.endpoint, headers=headers, body=body)
        except HttpNotSent as error:
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=str(error))
        except HttpNoAnswer as error:
            return Failed(id=message.id, why=Why.UNKNOWN, detail=str(error))
        return result(message.id, answer)

    async def receive(self, kind: str, request: HookRequest) -> HookReply:
        """A page subscribes with the link token of its visitor; a browser that leaves proves it by its subscription."""
        if kind == SCRIPT and request.method == "GET":
            return pages.script(self._signing().public_key, self.context.hook_url(""), self.config.worker_path)
        if kind == WORKER and request.method == "GET":
            return pages.worker(self.context.hook_url(LEAVE))
        if kind == SUBSCRIBE and request.method == "POST":
            return subscribed(request.body, self.context.now())
        if kind == LEAVE and request.method == "POST":
            return left(request.body, self.context.now())
        raise BadSignature

    def _signing(self) -> vapid.Signer:
        if self._signer is None:
            self._signer = vapid.Signer(self.config.private_key, self.config.contact)
        return self._signer


CHANNEL = WebPush
