"""What Twilio calls back: statuses of what we sent, and what people answer; nothing is read before its signature fits."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from tidings.channels import BadSignature, HookReply, HookRequest, Inbound, Report, Why

from . import phone
from .config import SmsConfig, Status
from .twilio import ERRORS
from .words import Word, meaning, said

_SILENCE = HookReply(body=b"<Response/>", headers={"content-type": "text/xml"})
"""We have nothing to say to whoever wrote; anything but TwiML is an error in Twilio's console (12300)."""

STATUSES: dict[str, Status] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",  # RCS and WhatsApp only
    "undelivered": "bounced",
    "failed": "failed",
    "canceled": "failed",
}
_OPT_OUT_TYPES = {"STOP": Word.STOP, "START": Word.START, "HELP": Word.OTHER}


def signature(token: str, url: str, fields: Sequence[tuple[str, str]]) -> str:
    """https://www.twilio.com/docs/usage/security: the address, then each parameter's name and value, sorted."""
    told = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), hashlib.sha1).digest()).decode()


def verified(config: SmsConfig, request: HookRequest) -> dict[str, str]:
    """The parameters of a callback that Twilio has signed."""
    try:
        fields = parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError:
        raise BadSignature from None
    given = request.headers.get("x-twilio-signature", "").encode()
    if not config.auth_token or not given:
        raise BadSignature
    # Twilio signs with or without the port of the address, depending on its age.
    fits = [
        hmac.compare_digest(signature(config.auth_token, url, fields).encode(), given)
        for url in _spellings(request.url)
    ]
    if not any(fits):
        raise BadSignature
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    return dict(query) | dict(fields)


def _spellings(url: str) -> list[str]:
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition(":")
    if port.isdecimal() and host:
        return [url, urlunsplit(parts._replace(netloc=host))]
    return [url, urlunsplit(parts._replace(netloc=f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"))]


def receive(config: SmsConfig, kind: str, request: HookRequest, now: int) -> HookReply:
    """A callback of the kind `status` or `inbound`."""
    told = verified(config, request)
    if kind == "status":
        return HookReply(inbound=_report(told, now))
    found = _inbound(config, told, now)
    return HookReply(inbound=found, body=_SILENCE.body, headers=_SILENCE.headers)


def _report(told: dict[str, str], now: int) -> tuple[Inbound, ...]:
    sid, word = told.get("MessageSid", ""), told.get("MessageStatus", "").lower()
    status = STATUSES.get(word)
    if not sid or status is None:
        return ()
    code = told.get("ErrorCode", "")
    why = ERRORS.get(int(code), Why.UNKNOWN) if code.isdecimal() and int(code) else None
    detail = told.get("ErrorMessage") or (f"Twilio error {code}" if why else "")
    report = Report(
        dedup=f"{sid}:{word}", status=status, at=now, provider_id=sid, why=why, code=code if why else "", detail=detail
    )
    return (report,)


def _inbound(config: SmsConfig, told: dict[str, str], now: int) -> tuple[Inbound, ...]:
    sid, text = told.get("MessageSid", ""), told.get("Body", "")
    try:
        sender = phone.parse(told.get("From", ""), config.default_region)
    except ValueError:
        return ()  # a short code or a name: nobody whom we write to
    if not sid:
        return ()
    # Twilio names the kind when it has answered the word itself (Advanced Opt-Out); its word comes first.
    word = _OPT_OUT_TYPES.get(told.get("OptOutType", "").upper()) or meaning(text, config.stop_words)
    return said(word, sid, sender, text, now)
