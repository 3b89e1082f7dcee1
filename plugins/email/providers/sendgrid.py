"""SendGrid's event webhook: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event — signed with ECDSA."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels import BadSignature, Inbound, Report
from tidings.channels.mail import WHY, Class, classify

from .shapes import Told

_DROPPED: dict[str, Class] = {"bounced address": "hard", "invalid": "hard"}
_STATUS: dict[str, Any] = {
    "delivered": "delivered",
    "deferred": "deferred",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
}


def headers(key: str) -> dict[str, str]:
    """What makes SendGrid say our key."""
    return {"X-SMTPAPI": f'{{"unique_args": {{"tidings": "{key}"}}}}'}


def received(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> list[Inbound]:
    """A batch of events. `secret`: the verification key that SendGrid shows, base64."""
    _verify(secret, headers, body)
    try:
        events = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise BadSignature from None
    found = (
        [_report(Told(event), now) for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    )
    return [one for one in found if one is not None]


def _verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    stamp = headers.get("x-twilio-email-event-webhook-timestamp", "")
    try:
        key = load_der_public_key(base64.b64decode(secret, validate=True))
        given = base64.b64decode(headers.get("x-twilio-email-event-webhook-signature", ""), validate=True)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise BadSignature
        key.verify(given, stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, binascii.Error):
        raise BadSignature from None


def _report(event: Told, now: int) -> Report | None:
    key, name, words = event.text("tidings"), event.text("event"), event.text("reason") or event.text("response")
    if not key or not event.text("sg_event_id"):
        return None
    common: dict[str, Any] = {
        "dedup": f"sendgrid:{event.text('sg_event_id')}",
        "at": int(event.number("timestamp") * 1_000) or now,
        "message_key": key,
        "address": event.text("email").lower(),
        "detail": words,
    }
    if name in _STATUS:
        return Report(status=_STATUS[name], **common)
    if name == "dropped":
        reason = words.lower()
        if "spam report" in reason:
            return Report(status="complained", **common)
        if "unsubscribe" in reason:
            return Report(status="unsubscribed", **common)
        return Report(status="rejected", why=WHY[_DROPPED.get(reason, "block")], **common)
    if name != "bounce":
        return None
    verdict = classify(words, status=event.text("status"))
    kind = verdict.kind if event.text("type") != "blocked" or verdict.kind != "none" else "block"
    return Report(status="bounced", why=WHY[kind], code=verdict.status, **common)
