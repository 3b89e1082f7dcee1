"""Webhooks to other systems, signed as Standard Webhooks says, sent again until somebody answers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from tidings.channels import (
    Address,
    Capabilities,
    Channel,
    Envelope,
    Failed,
    HttpNoAnswer,
    HttpNotSent,
    HttpResponse,
    Mark,
    Outbound,
    PluginMeta,
    Rendered,
    Result,
    Sent,
    Why,
    secret,
)

ANSWER = 4_000
"""Characters of an answer that are kept, so that a journey can branch on it."""


class WebhookConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """How calls are signed, and how long an answer may take."""

    secret: Annotated[
        str, secret("Signing secret", "whsec_ and base64, as in Standard Webhooks; empty: not signed.")
    ] = ""
    timeout: Annotated[float, Meta(title="Seconds to wait for an answer", gt=0, le=60)] = 15.0

    def key(self) -> bytes:
        return base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)

    def __post_init__(self) -> None:
        try:
            self.key()
        except binascii.Error as error:
            raise ValueError("Expected whsec_ and base64") from error


class Webhook(Channel[WebhookConfig]):
    """POSTs JSON; the receiver drops doubles by `webhook-id`, so doubt is resolved by sending again."""

    meta = PluginMeta(
        id="webhook", name="Webhook", summary="JSON to another system", version="1.0.0", channel="webhook"
    )
    Config = WebhookConfig
    address_kind = "url"

    @classmethod
    def capabilities(cls, config: WebhookConfig) -> Capabilities:
        return Capabilities(formats=("json",), connections=8, always_resend=True, quiet_hours=False, policy=False)

    @classmethod
    def parse_address(cls, raw: str) -> Address:
        parts = urlsplit(raw.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or not raw.isprintable():
            raise ValueError("an address begins with https:// or http:// and a host")
        return Address(kind="url", value=raw.strip(), domain=parts.hostname)

    def render(self, envelope: Envelope) -> Rendered:
        payload = {"type": envelope.topic or "journey.webhook", "timestamp": envelope.at, "data": envelope.content.data}
        return Rendered(body=msgspec.json.encode(payload))

    async def send(self, batch: Sequence[Outbound], mark: Mark) -> list[Result]:
        results = list[Result]()
        for message in batch:
            allowed = await mark(results=results, next=[message.id])
            results = [await self._post(message)] if message.id in allowed else []
        return results

    async def _post(self, message: Outbound) -> Result:
        body, at = message.rendered.body, str(self.context.now() // 1_000)
        headers = {"content-type": "application/json", "webhook-id": message.key, "webhook-timestamp": at}
        if self.config.secret:
            signed = f"{message.key}.{at}.".encode() + body
            digest = hmac.new(self.config.key(), signed, hashlib.sha256).digest()
            headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
        try:
            answer = await self.context.http.request(
                "POST", message.to.value, headers=headers, body=body, timeout=self.config.timeout
            )
        except HttpNotSent as error:
            return Failed(id=message.id, why=Why.PROVIDER_DOWN, detail=str(error))
        except HttpNoAnswer as error:
            return Failed(id=message.id, why=Why.UNKNOWN, detail=str(error))
        return _result(message.id, answer)


def _result(message_id: int, answer: HttpResponse) -> Result:
    text = answer.body.decode("utf-8", "replace").replace("\0", "")[:ANSWER]
    if 200 <= answer.status < 300:
        return Sent(id=message_id, detail=text)
    code = str(answer.status)
    if answer.status == 429:
        return Failed(id=message_id, why=Why.RATE_LIMITED, code=code, detail=text, retry_after=_seconds(answer))
    # One receiver that is down must not stop the others: the delay is this message's own.
    why = Why.RECIPIENT_TEMPORARY if answer.status >= 500 or answer.status == 408 else Why.CONTENT_REFUSED
    return Failed(id=message_id, why=why, code=code, detail=text)


def _seconds(answer: HttpResponse) -> float:
    after = answer.headers.get("retry-after", "")
    return float(after) if after.isdigit() else 60.0


CHANNEL = Webhook
