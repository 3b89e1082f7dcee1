"""Amazon SES through SNS: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html — signed with Amazon's certificate.

A notification is taken only from the topic that was configured; its certificate comes from an address of Amazon's and nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

from tidings.channels import BadSignature, HttpNoAnswer, HttpNotSent, Inbound, Report
from tidings.channels.mail import WHY, Class, classify

from .shapes import Told, body_of, moment

_AMAZON = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
_NAMED = re.compile(r"\bOk (?P<id>[0-9a-z-]{20,100})\b", re.IGNORECASE)
_NOTICE = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_HANDSHAKE = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_GONE = ("Suppressed", "OnAccountSuppressionList", "NoEmail")


def headers(_: str) -> dict[str, str]:
    """SES names the message in its answer, and by that name in its notices."""
    return {}


def named(answer: str) -> str:
    """SES's own name of a message, from its answer to the final dot."""
    found = _NAMED.search(answer)
    return found["id"] if found else ""


async def received(secret: str, body: bytes, now: int, http: Any, certificates: dict[str, bytes]) -> list[Inbound]:
    """A notification, or the handshake, which is answered. `secret`: the ARN of the topic."""
    told = body_of(body)
    if not secret or told.text("TopicArn") != secret:
        raise BadSignature
    await _verify(told, http, certificates)
    if told.text("Type") == "SubscriptionConfirmation":
        await _confirm(told.text("SubscribeURL"), http)
        return []
    return _reports(body_of(told.text("Message").encode()), now) if told.text("Type") == "Notification" else []


def _is_amazon(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(_AMAZON.fullmatch(parts.netloc))


async def _confirm(url: str, http: Any) -> None:
    if not _is_amazon(url):
        raise BadSignature
    await _fetched(url, http)


async def _fetched(url: str, http: Any) -> bytes:
    try:
        answer = await http.request("GET", url, timeout=10.0)
    except (HttpNotSent, HttpNoAnswer):
        raise BadSignature from None
    if answer.status != 200:
        raise BadSignature
    return bytes(answer.body)


async def _verify(told: Told, http: Any, certificates: dict[str, bytes]) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.x509 import load_pem_x509_certificate

    url = told.text("SigningCertURL")
    if not _is_amazon(url) or not urlsplit(url).path.endswith(".pem"):
        raise BadSignature
    if url not in certificates:
        certificates[url] = await _fetched(url, http)
    names = _NOTICE if told.text("Type") == "Notification" else _HANDSHAKE
    signed = "".join(f"{name}\n{told.text(name)}\n" for name in names if told.has(name))
    algorithm = hashes.SHA256() if told.text("SignatureVersion") == "2" else hashes.SHA1()
    try:
        key = load_pem_x509_certificate(certificates[url]).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise BadSignature
        key.verify(base64.b64decode(told.text("Signature")), signed.encode(), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, binascii.Error):
        certificates.pop(url, None)
        raise BadSignature from None


def _reports(told: Told, now: int) -> list[Inbound]:
    """With event publishing the field is `eventType`, without it `notificationType`."""
    name, named_as = told.text("eventType") or told.text("notificationType"), told.inner("mail").text("messageId")
    if not named_as:
        return []
    what = told.inner(name.lower())
    common: dict[str, Any] = {"provider_id": named_as}
    at = moment(what.text("timestamp"), now)
    dedup = f"ses:{named_as}:{name}:{what.text('feedbackId')}"
    if name == "Delivery":
        return [Report(status="delivered", at=at, dedup=dedup, **common)]
    if name == "Complaint":
        kind = what.text("complaintFeedbackType")
        return [] if kind == "not-spam" else [Report(status="complained", at=at, dedup=dedup, detail=kind, **common)]
    if name == "DeliveryDelay":
        return [Report(status="deferred", at=at, dedup=f"{dedup}:{at}", **common)]
    if name == "Reject":
        return [Report(status="rejected", at=at, dedup=dedup, why=WHY["block"], detail=what.text("reason"), **common)]
    return (
        [_bounce(what, one, at, dedup, named_as) for one in what.many("bouncedRecipients")] if name == "Bounce" else []
    )


def _bounce(what: Told, recipient: Told, at: int, dedup: str, named_as: str) -> Report:
    words = recipient.text("diagnosticCode")
    verdict, kind, detail = (
        classify(words, status=recipient.text("status")),
        what.text("bounceType"),
        what.text("bounceSubType"),
    )
    meant: Class = verdict.kind
    if kind == "Transient" and meant == "hard":
        meant = "soft"
    elif meant == "none":
        meant = "hard" if kind == "Permanent" else "soft" if kind == "Transient" else "none"
    if kind == "Permanent" and detail in _GONE:
        meant = "hard"
    address = recipient.text("emailAddress").lower()
    return Report(
        dedup=f"{dedup}:{address}",
        status="bounced",
        at=at,
        provider_id=named_as,
        address=address,
        why=WHY[meant],
        code=verdict.status,
        detail=words or detail,
    )
