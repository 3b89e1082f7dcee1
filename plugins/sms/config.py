"""What an SMS account needs: a provider, what it asks for, and how texts are treated."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from tidings.channels import secret

from . import phone

Status = Literal["queued", "sent", "delivered", "deferred", "bounced", "rejected", "failed"]
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


def _common() -> dict[str, Status]:
    return {
        "queued": "queued",
        "sent": "sent",
        "delivered": "delivered",
        "undelivered": "bounced",
        "expired": "bounced",
        "rejected": "rejected",
        "failed": "failed",
    }


class SmsConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """Twilio, or any gateway that takes a message by HTTP."""

    provider: Annotated[Literal["twilio", "http"], Meta(title="Provider")] = "twilio"
    sender: Annotated[
        str, Meta(title="Sender", description="+ and a number, a short code, or a name of up to 11 letters and digits.")
    ] = ""
    default_region: Annotated[
        str, Meta(title="Country of incoming numbers", description="Two letters, for numbers without a country code.")
    ] = ""

    account_sid: Annotated[str, Meta(title="Twilio: account SID", description="Begins with AC.")] = ""
    auth_token: Annotated[
        str, secret("Twilio: auth token", "Signs in, and verifies callbacks, also when an API key signs in.")
    ] = ""
    key_sid: Annotated[str, Meta(title="Twilio: API key SID", description="Begins with SK; signs in instead.")] = ""
    key_secret: Annotated[str, secret("Twilio: API key secret")] = ""
    messaging_service_sid: Annotated[
        str, Meta(title="Twilio: messaging service SID", description="Begins with MG; it chooses the sender.")
    ] = ""
    api_url: Annotated[
        str, Meta(title="Twilio: address", description="Of another region: https://api.dublin.ie1.twilio.com")
    ] = "https://api.twilio.com"

    method: Annotated[Literal["POST", "PUT", "GET"], Meta(title="Gateway: method")] = "POST"
    url: Annotated[
        str, Meta(title="Gateway: address", description="May hold {to}, {from}, {text}, {key} and {secret}.")
    ] = ""
    headers: Annotated[
        dict[str, str], Meta(title="Gateway: headers", description="May hold {to}, {from}, {key} and {secret}.")
    ] = msgspec.field(default_factory=dict)
    body_format: Annotated[Literal["json", "form"], Meta(title="Gateway: body format")] = "json"
    body: Annotated[
        str,
        Meta(
            title="Gateway: body",
            description="JSON, or a=1&b=2; {to}, {from}, {text}, {key} and {secret} are filled in.",
        ),
    ] = '{"to": "{to}", "from": "{from}", "text": "{text}", "reference": "{key}"}'
    gateway_secret: Annotated[str, secret("Gateway: secret", "What {secret} stands for.")] = ""
    taken: Annotated[
        tuple[int, ...], Meta(title="Gateway: status codes that mean taken", description="Usually 200, 201, 202.")
    ] = (200, 201, 202)
    id_path: Annotated[
        str, Meta(title="Gateway: where the answer has its id", description="As in messages.0.id; empty: nowhere.")
    ] = ""
    is_idempotent: Annotated[
        bool,
        Meta(title="Gateway: drops doubles", description="It drops a second message with the same {key}."),
    ] = False
    check_url: Annotated[
        str, Meta(title="Gateway: address to test", description="Fetched, with the headers, by “Test connection”.")
    ] = ""
    callback_secret: Annotated[
        str, secret("Gateway: callback secret", "Reports carry it as ?secret= or in the header below.")
    ] = ""
    callback_header: Annotated[str, Meta(title="Gateway: header of the callback secret")] = "x-callback-secret"
    report_id_path: Annotated[
        str, Meta(title="Gateway: where a report has the id", description="The id of the answer; else our {key}.")
    ] = "id"
    report_status_path: Annotated[str, Meta(title="Gateway: where a report has the status")] = "status"
    report_statuses: Annotated[
        dict[str, Status], Meta(title="Gateway: status words", description="What each word of the gateway means.")
    ] = msgspec.field(default_factory=_common)
    inbound_from_path: Annotated[
        str, Meta(title="Gateway: where an incoming message has its sender", description="Empty: it sends none.")
    ] = ""
    inbound_text_path: Annotated[str, Meta(title="Gateway: where an incoming message has its text")] = ""

    is_plain: Annotated[
        bool,
        Meta(title="Plain quotes and dashes", description="Typographic ones are replaced where that saves segments."),
    ] = False
    warn_above: Annotated[int, Meta(title="Warn above so many segments", ge=1, le=20)] = 3
    opt_out_text: Annotated[
        str,
        Meta(
            title="Opt-out line",
            description="Appended to lifecycle and promotional messages, such as: Reply STOP to opt out",
            max_length=160,
        ),
    ] = ""
    stop_words: Annotated[
        tuple[str, ...],
        Meta(title="More words for STOP", description="Beside STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, …"),
    ] = ()
    connections: Annotated[int, Meta(title="Connections at once", ge=1, le=50)] = 4
    per_second: Annotated[Annotated[float, Meta(gt=0)] | None, Meta(title="Messages a second at most")] = None
    timeout: Annotated[float, Meta(title="Seconds to wait for an answer", gt=0, le=60)] = 20.0

    def __post_init__(self) -> None:
        if self.default_region and not phone.is_region(self.default_region):
            raise ValueError("Expected a country of two capital letters, such as DE")
        problem = _wrong_at_twilio(self) if self.provider == "twilio" else _wrong_at_gateway(self)
        if problem:
            raise ValueError(problem)


def _wrong_at_twilio(config: SmsConfig) -> str:
    if not _ACCOUNT.fullmatch(config.account_sid):
        return "Expected an account SID: AC and 32 digits or letters a to f"
    if not config.auth_token and not (config.key_sid and config.key_secret):
        return "Expected an auth token, or an API key with its secret"
    if not config.sender and not config.messaging_service_sid:
        return "Expected a sender or a messaging service"
    if config.sender and not _SENDER.fullmatch(config.sender):
        return "Expected a sender such as +15005550006, 72345 or Acme"
    if config.messaging_service_sid and not _SERVICE.fullmatch(config.messaging_service_sid):
        return "Expected a messaging service SID: MG and 32 digits or letters a to f"
    return "" if _is_web(config.api_url) else "Expected Twilio's address to begin with https://"


def _wrong_at_gateway(config: SmsConfig) -> str:
    if not _is_web(config.url):
        return "Expected the gateway's address to begin with https:// or http://"
    if any("{text}" in value or not value.isprintable() for value in config.headers.values()):
        return "Expected headers without {text} and line breaks"
    if config.method != "GET" and config.body_format == "json":
        try:
            msgspec.json.decode(config.body)
        except msgspec.DecodeError as error:
            return f"Expected the body to be JSON: {error}"
    if bool(config.inbound_from_path) != bool(config.inbound_text_path):
        return "Expected both the sender and the text of incoming messages, or neither"
    return "" if config.taken else "Expected a status code that means taken"


def _is_web(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
