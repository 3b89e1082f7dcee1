"""Postmark's webhooks: https://postmarkapp.com/developer/webhooks/webhooks-overview — told apart by basic authentication."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

from tidings.channels import BadSignature, Inbound, Report
from tidings.channels.mail import WHY, Class, classify

from .shapes import Told, body_of, moment

_KINDS: dict[str, Class] = {
    "HardBounce": "hard",
    "BadEmailAddress": "hard",
    "SoftBounce": "soft",
    "Transient": "soft",
    "DnsError": "soft",
    "AddressChange": "soft",
    "SpamNotification": "block",
    "Blocked": "block",
    "DMARCPolicy": "block",
    "VirusNotification": "block",
}
"""What counts where the words of the server say nothing."""


def headers(key: str) -> dict[str, str]:
    """What makes Postmark say our key, and keep our Message-ID."""
    return {"X-PM-Metadata-tidings": key, "X-PM-KeepID": "true"}


def received(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> list[Inbound]:
    """One event. `secret`: user:password, as they stand in the address that Postmark was given."""
    expected = f"Basic {base64.b64encode(secret.encode()).decode()}"
    if not secret or not hmac.compare_digest(expected.encode(), headers.get("authorization", "").encode()):
        raise BadSignature
    told = body_of(body)
    key = told.inner("Metadata").text("tidings")
    return [one for one in [_report(told, key, now)] if one is not None] if key else []


def _report(told: Told, key: str, now: int) -> Report | None:
    name, number = told.text("RecordType"), told.text("ID") or told.text("MessageID")
    common: dict[str, Any] = {"message_key": key, "dedup": f"postmark:{name}:{number}"}
    if name == "Delivery":
        return Report(status="delivered", at=moment(told.text("DeliveredAt"), now), **common)
    if name == "SpamComplaint" or told.text("Type") == "SpamComplaint":
        return Report(status="complained", at=moment(told.text("BouncedAt"), now), **common)
    if name == "SubscriptionChange" and told.flag("SuppressSending"):
        is_spam = told.text("SuppressionReason") == "SpamComplaint"
        if told.text("SuppressionReason") == "HardBounce":
            return None  # the bounce itself is told as well
        at = moment(told.text("ChangedAt"), now)
        return Report(status="complained" if is_spam else "unsubscribed", at=at, **common)
    if name != "Bounce":
        return None
    words = " ".join(filter(None, (told.text("Description"), told.text("Details"))))
    verdict, kind = classify(told.text("Details")), told.text("Type")
    if kind in ("Unsubscribe", "ManuallyDeactivated"):
        return Report(status="unsubscribed", at=moment(told.text("BouncedAt"), now), detail=words, **common)
    if kind in ("AutoResponder", "ChallengeVerification", "Subscribe", "OpenRelayTest"):
        return None
    meant = verdict.kind if verdict.kind != "none" else _KINDS.get(kind, "none")
    at = moment(told.text("BouncedAt"), now)
    return Report(status="bounced", at=at, why=WHY[meant], code=verdict.status, detail=words, **common)
