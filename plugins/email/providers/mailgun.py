"""Mailgun's events: https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks/ — signed in their body."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from tidings.channels import BadSignature, Inbound, Report
from tidings.channels.mail import WHY, classify

from .shapes import Told, body_of

_SAID: dict[str, Any] = {name: name for name in ("delivered", "complained", "unsubscribed")}
TOLERANCE = 24 * 3_600
"""Seconds that a signature may be old; Mailgun tries again for eight hours."""


def headers(key: str) -> dict[str, str]:
    """What makes Mailgun say our key."""
    return {"X-Mailgun-Variables": f'{{"tidings":"{key}"}}'}


def received(secret: str, body: bytes, now: int) -> list[Inbound]:
    """One event."""
    told = body_of(body)
    signed = told.inner("signature")
    stamp, token = signed.text("timestamp"), signed.text("token")
    mac = hmac.new(secret.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    if not secret or not token or not hmac.compare_digest(mac.encode(), signed.text("signature").encode()):
        raise BadSignature
    if not stamp.isdecimal() or abs(now // 1_000 - int(stamp)) > TOLERANCE:
        raise BadSignature
    return _report(told.inner("event-data"), now)


def _report(event: Told, now: int) -> list[Inbound]:
    key, name = event.inner("user-variables").text("tidings"), event.text("event")
    common: dict[str, Any] = {
        "dedup": f"mailgun:{event.text('id')}",
        "at": int(event.number("timestamp") * 1_000) or now,
        "message_key": key,
        "address": event.text("recipient").lower(),
    }
    if not key or not event.text("id"):
        return []
    if name in _SAID:
        return [Report(status=_SAID[name], **common)]
    if name not in ("failed", "rejected"):
        return []
    status = event.inner("delivery-status")
    words = status.text("message") or status.text("description") or event.inner("reject").text("reason")
    if event.text("severity") == "temporary":
        return [Report(status="deferred", detail=words, **common)]
    if event.text("reason") == "suppress-complaint":
        return [Report(status="complained", detail=words, **common)]
    if event.text("reason") == "suppress-unsubscribe":
        return [Report(status="unsubscribed", detail=words, **common)]
    verdict = classify(words, status=status.text("enhanced-code"), code=int(status.number("code")))
    kind = "hard" if event.text("reason") == "suppress-bounce" else verdict.kind
    return [Report(status="bounced", why=WHY[kind], code=verdict.status, detail=words, **common)]
