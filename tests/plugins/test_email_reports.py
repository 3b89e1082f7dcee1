"""Providers call back: their signature first, then each of their words has one meaning, and our own key is in it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.plugins.test_email import EMAIL, envelope
from tidings.channels import BadSignature, HookReply, HookRequest, HttpResponse, Report, Why

NOW = 1_767_600_000_000
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem"
EC, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


class Amazon:
    """Amazon's web server: a certificate, and who has confirmed."""

    def __init__(self) -> None:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
        begins = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA.public_key())
        made = made.serial_number(1).not_valid_before(begins).not_valid_after(begins + dt.timedelta(days=3650))
        self.pem, self.asked = made.sign(RSA, hashes.SHA256()).public_bytes(Encoding.PEM), list[str]()

    async def request(self, method: str, url: str, **_: Any) -> HttpResponse:
        self.asked.append(url)
        return HttpResponse(status=200, body=self.pem if url.endswith(".pem") else b"ok")


class Here:
    """What the plugin is handed."""

    def __init__(self) -> None:
        self.http, self.now = Amazon(), lambda: NOW


def account(provider: str, secret: str) -> Any:
    config = {
        "host": "smtp.example.org",
        "sender": "news@example.org",
        "reports": {"provider": provider, "secret": secret},
    }
    return EMAIL(msgspec.convert(config, EMAIL.Config), Here())  # type: ignore[arg-type]


async def told(channel: Any, body: bytes, **headers: str) -> list[Report]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    reply: HookReply = await channel.receive("reports", HookRequest(method="POST", url="", headers=names, body=body))
    return list(reply.inbound)  # type: ignore[arg-type]


def meant(reports: list[Report]) -> list[tuple[str, Why | None]]:
    return [(one.status, one.why) for one in reports]


def mailgun(event: dict[str, Any], key: str = "sign-here", at: int = NOW // 1_000) -> bytes:
    mac = hmac.new(key.encode(), f"{at}tok".encode(), hashlib.sha256).hexdigest()
    whole = {"id": "x1", "timestamp": at, "recipient": "Ada@example.com", "user-variables": {"tidings": "e-1"}} | event
    signature = {"timestamp": str(at), "token": "tok", "signature": mac}
    return json.dumps({"signature": signature, "event-data": whole}).encode()


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "delivered"}, [("delivered", None)]),
        ({"event": "complained"}, [("complained", None)]),
        ({"event": "unsubscribed"}, [("unsubscribed", None)]),
        (
            {"event": "failed", "severity": "temporary", "delivery-status": {"message": "try later"}},
            [("deferred", None)],
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {"code": 550, "message": "5.1.1 user unknown"},
            },
            [("bounced", Why.ADDRESS_INVALID)],
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {"message": "5.7.1 blocked using spamhaus"},
            },
            [("bounced", Why.CONTENT_REFUSED)],
        ),
        ({"event": "failed", "severity": "permanent", "reason": "suppress-bounce"}, [("bounced", Why.ADDRESS_INVALID)]),
        ({"event": "failed", "severity": "permanent", "reason": "suppress-complaint"}, [("complained", None)]),
        ({"event": "opened"}, []),
        ({"event": "delivered", "user-variables": {}}, []),
    ],
)
async def test_mailgun(event: dict[str, Any], expected: list[Any]) -> None:
    found = await told(account("mailgun", "sign-here"), mailgun(event))

    assert meant(found) == expected
    assert all(one.message_key == "e-1" and one.dedup == "mailgun:x1" for one in found)


async def test_mailgun_is_believed_only_with_its_key_and_soon() -> None:
    channel = account("mailgun", "sign-here")
    for body in (
        mailgun({"event": "complained"}, key="other"),
        mailgun({}, at=NOW // 1_000 - 90_000),
        b"{}",
        b"[]",
        b"{",
    ):
        with pytest.raises(BadSignature):
            await told(channel, body)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"RecordType": "Delivery", "DeliveredAt": "2026-01-05T08:00:00Z"}, [("delivered", None)]),
        ({"RecordType": "SpamComplaint"}, [("complained", None)]),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "Details": "smtp;550 5.1.1 user unknown"},
            [("bounced", Why.ADDRESS_INVALID)],
        ),
        ({"RecordType": "Bounce", "Type": "HardBounce", "Details": ""}, [("bounced", Why.ADDRESS_INVALID)]),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "Details": "550 5.7.1 blocked using spamhaus"},
            [("bounced", Why.CONTENT_REFUSED)],
        ),
        (
            {"RecordType": "Bounce", "Type": "SoftBounce", "Details": "mailbox full"},
            [("bounced", Why.RECIPIENT_TEMPORARY)],
        ),
        ({"RecordType": "Bounce", "Type": "AutoResponder"}, []),
        (
            {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "ManualSuppression"},
            [("unsubscribed", None)],
        ),
        ({"RecordType": "SubscriptionChange", "SuppressSending": False}, []),
        ({"RecordType": "Open"}, []),
    ],
)
async def test_postmark(event: dict[str, Any], expected: list[Any]) -> None:
    basic = "Basic " + base64.b64encode(b"tidings:hush").decode()
    body = json.dumps({"ID": 7, "MessageID": "m", "Metadata": {"tidings": "e-1"}} | event).encode()

    assert meant(await told(account("postmark", "tidings:hush"), body, authorization=basic)) == expected
    with pytest.raises(BadSignature):
        await told(
            account("postmark", "tidings:hush"), body, authorization="Basic " + base64.b64encode(b"a:b").decode()
        )


async def test_sendgrid_batches_are_signed_as_a_whole() -> None:
    secret = base64.b64encode(EC.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    common = {"email": "ada@example.com", "timestamp": NOW // 1_000, "tidings": "e-1"}
    said = [
        {"event": "processed"},
        {"event": "delivered"},
        {"event": "deferred", "response": "400 try again later"},
        {"event": "bounce", "type": "bounce", "reason": "550 5.1.1 no such user", "status": "5.1.1"},
        {"event": "bounce", "type": "blocked", "reason": "rejected", "status": ""},
        {"event": "dropped", "reason": "Bounced Address"},
        {"event": "dropped", "reason": "Spam Reporting Address"},
        {"event": "spamreport"},
        {"event": "group_unsubscribe"},
        {"event": "open"},
        "nonsense",
    ]
    body = json.dumps(
        [common | {"sg_event_id": f"s{n}"} | one if isinstance(one, dict) else one for n, one in enumerate(said)]
    ).encode()
    stamp = str(NOW // 1_000)
    signature = base64.b64encode(EC.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    signed = {"x_twilio_email_event_webhook_signature": signature, "x_twilio_email_event_webhook_timestamp": stamp}

    assert meant(await told(account("sendgrid", secret), body, **signed)) == [
        ("delivered", None),
        ("deferred", None),
        ("bounced", Why.ADDRESS_INVALID),
        ("bounced", Why.CONTENT_REFUSED),
        ("rejected", Why.ADDRESS_INVALID),
        ("complained", None),
        ("complained", None),
        ("unsubscribed", None),
    ]
    for wrong in (body + b" ", b"[]"):
        with pytest.raises(BadSignature):
            await told(account("sendgrid", secret), wrong, **signed)


def sns(message: Any, kind: str = "Notification", topic: str = TOPIC, version: str = "2", **more: str) -> bytes:
    told = {"Type": kind, "MessageId": "n1", "TopicArn": topic, "Timestamp": "2026-01-05T08:00:00.000Z"}
    told |= {"Message": message if isinstance(message, str) else json.dumps(message), **more}
    names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    signed = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = base64.b64encode(RSA.sign(signed.encode(), padding.PKCS1v15(), algorithm)).decode()
    return json.dumps(
        {"SigningCertURL": CERTIFICATE} | told | {"SignatureVersion": version, "Signature": signature}
    ).encode()


def bounce(kind: str, words: str, detail: str = "General") -> dict[str, Any]:
    who = [{"emailAddress": "ada@example.com", "diagnosticCode": words}]
    what = {
        "bounceType": kind,
        "bounceSubType": detail,
        "bouncedRecipients": who,
        "feedbackId": "f",
        "timestamp": "2026-01-05T08:00:00Z",
    }
    return {"eventType": "Bounce", "mail": {"messageId": "0102-a"}, "bounce": what}


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ({"notificationType": "Delivery", "mail": {"messageId": "0102-a"}, "delivery": {}}, [("delivered", None)]),
        (
            {"eventType": "Complaint", "mail": {"messageId": "0102-a"}, "complaint": {"feedbackId": "f"}},
            [("complained", None)],
        ),
        (bounce("Permanent", "smtp; 550 5.1.1 user unknown"), [("bounced", Why.ADDRESS_INVALID)]),
        (bounce("Permanent", ""), [("bounced", Why.ADDRESS_INVALID)]),
        (bounce("Permanent", "smtp; 554 5.7.1 blocked using spamhaus"), [("bounced", Why.CONTENT_REFUSED)]),
        (bounce("Permanent", "", "OnAccountSuppressionList"), [("bounced", Why.ADDRESS_INVALID)]),
        (bounce("Transient", "", "MailboxFull"), [("bounced", Why.RECIPIENT_TEMPORARY)]),
        (bounce("Transient", "smtp; 450 4.1.1 user unknown"), [("bounced", Why.RECIPIENT_TEMPORARY)]),
        ({"eventType": "Open", "mail": {"messageId": "0102-a"}}, []),
    ],
)
@pytest.mark.parametrize("version", ["1", "2"])
async def test_ses_through_sns(notice: Any, expected: list[Any], version: str) -> None:
    found = await told(account("ses", TOPIC), sns(notice, version=version))

    assert meant(found) == expected
    assert all(one.provider_id == "0102-a" for one in found)


async def test_sns_is_confirmed_once_it_is_surely_the_topic() -> None:
    channel = account("ses", TOPIC)
    where = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"

    assert await told(channel, sns("hello", "SubscriptionConfirmation", SubscribeURL=where, Token="t")) == []

    assert channel.context.http.asked[-1] == where


@pytest.mark.parametrize("what", ["topic", "certificate", "body", "confirm elsewhere"])
async def test_whoever_plays_amazon_is_found_out(what: str) -> None:
    notice, channel = bounce("Permanent", ""), account("ses", TOPIC)
    body = {
        "topic": sns(notice, topic=TOPIC + "2"),
        "certificate": sns(notice).replace(
            b"sns.eu-west-1.amazonaws.com/Simple", b"sns.eu-west-1.amazonaws.com.evil.example/Simple"
        ),
        "body": sns(notice).replace(b"ada@example.com", b"bob@example.com"),
        "confirm elsewhere": sns("x", "SubscriptionConfirmation", SubscribeURL="https://evil.example/", Token="t"),
    }[what]

    with pytest.raises(BadSignature):
        await told(channel, body)

    assert not any("evil" in url for url in channel.context.http.asked)


@pytest.mark.parametrize(
    ("provider", "header"),
    [
        ("mailgun", b'X-Mailgun-Variables: {"tidings":"e-1"}'),
        ("postmark", b"X-PM-Metadata-tidings: e-1"),
        ("sendgrid", b'X-SMTPAPI: {"unique_args": {"tidings": "e-1"}}'),
    ],
)
def test_what_is_sent_tells_the_provider_our_key(provider: str, header: bytes) -> None:
    assert header in account(provider, "s").render(envelope()).body


async def test_without_a_provider_nobody_is_believed() -> None:
    channel = EMAIL(EMAIL.Config(host="h", sender="a@example.org"), Here())  # type: ignore[arg-type]

    with pytest.raises(BadSignature):
        await told(channel, b"{}")
