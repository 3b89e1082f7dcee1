"""Any gateway that takes a message by HTTP: a request filled from templates, an answer read as the Config says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from tidings.channels import (
    BadSignature,
    Failed,
    HookReply,
    HookRequest,
    HttpResponse,
    Inbound,
    Outbound,
    Report,
    Result,
    Sent,
    Why,
)

from . import phone
from .asking import Request, at_path, decoded, seconds, words
from .config import SmsConfig
from .words import meaning, said

_PLACE = re.compile(r"\{(to|from|text|key|secret)\}")


def request(config: SmsConfig, message: Outbound) -> Request:
    """The request of one message; what is filled in can break neither JSON, nor a form, nor an address."""
    values = {
        "to": message.to.value,
        "from": config.sender,
        "text": message.rendered.body.decode(),
        "key": message.key,
        "secret": config.gateway_secret,
    }
    url = _filled(config.url, values, lambda value: quote(value, safe=""))
    headers = _headers(config, values)
    if config.method == "GET":
        return Request(method="GET", url=url, headers=headers)
    is_json = config.body_format == "json"
    kind = "application/json" if is_json else "application/x-www-form-urlencoded"
    body = _json(config.body, values) if is_json else _form(config.body, values)
    return Request(method=config.method, url=url, headers={"content-type": kind} | headers, body=body)


def _filled(template: str, values: Mapping[str, str], written: Callable[[str], str] = str) -> str:
    return _PLACE.sub(lambda found: written(values[found[1]]), template)


def _headers(config: SmsConfig, values: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): _filled(value, values) for name, value in config.headers.items()}


def _json(template: str, values: Mapping[str, str]) -> bytes:
    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: fill(one) for name, one in value.items()}
        if isinstance(value, list):
            return [fill(one) for one in value]
        return _filled(value, values) if isinstance(value, str) else value

    return msgspec.json.encode(fill(msgspec.json.decode(template)))


def _form(template: str, values: Mapping[str, str]) -> bytes:
    fields = parse_qsl(template, keep_blank_values=True)
    return urlencode([(name, _filled(value, values)) for name, value in fields]).encode()


def result(config: SmsConfig, message_id: int, answer: HttpResponse) -> Result:
    """What an answer means when nothing but its status is known; doubt stays doubt unless the gateway drops doubles."""
    status = answer.status
    if status in config.taken:
        provider_id = at_path(decoded(answer.body), config.id_path)
        if provider_id or not config.id_path:
            return Sent(id=message_id, provider_id=provider_id)
        detail = f"the answer has no id at {config.id_path}: {words(answer)}"
        return Failed(id=message_id, why=Why.UNKNOWN, code=str(status), detail=detail)
    why = _meaning(status)
    after = seconds(answer, 60.0) if why is Why.RATE_LIMITED else None
    return Failed(id=message_id, why=why, code=str(status), detail=words(answer), retry_after=after)


def _meaning(status: int) -> Why:
    if status in (401, 402, 403, 407):
        return Why.ACCOUNT_PROBLEM
    if status in (404, 405, 410) or 300 <= status < 400:
        return Why.ACCOUNT_PROBLEM  # the address of the gateway is not (or no more) this one
    if status == 429:
        return Why.RATE_LIMITED
    if status in (408, 503):
        return Why.PROVIDER_DOWN  # it says that it did not take the request
    return Why.CONTENT_REFUSED if 400 <= status < 500 else Why.UNKNOWN


def checks(config: SmsConfig) -> list[Request]:
    """What is asked to test the connection; nothing when the gateway names no address for that."""
    values = {"to": "", "from": config.sender, "text": "", "key": "", "secret": config.gateway_secret}
    if not config.check_url:
        return []
    url = _filled(config.check_url, values, lambda value: quote(value, safe=""))
    return [Request(method="GET", url=url, headers=_headers(config, values))]


def wrong(answer: HttpResponse) -> str:
    """What an answer to a check says is wrong, in one sentence; empty when nothing is."""
    if answer.status in (401, 403):
        return f"The gateway does not let us in ({answer.status}); look at the secret and the headers."
    if 200 <= answer.status < 300:
        return ""
    return f"The gateway answered {answer.status} to the address to test: {words(answer)}"


def receive(config: SmsConfig, hook: HookRequest, now: int) -> HookReply:
    """Reports, or what people answer: one object or a list of them, as JSON, form or query."""
    given = hook.headers.get(config.callback_header.lower()) or hook.query.get("secret", "")
    if not config.callback_secret or not hmac.compare_digest(given.encode(), config.callback_secret.encode()):
        raise BadSignature
    told = _told(hook)
    if told is None:
        return HookReply(status=400, body=b"Expected JSON or a form")
    items = told if isinstance(told, list) else [told]
    return HookReply(inbound=tuple(one for item in items for one in _one(config, item, now)))


def _told(hook: HookRequest) -> Any:
    text = hook.body.strip()
    if not text:
        return hook.query
    if text[:1] in (b"{", b"["):
        return decoded(text)
    try:
        return hook.query | dict(parse_qsl(text.decode(), max_num_fields=500))
    except ValueError:
        return None


def _one(config: SmsConfig, item: Any, now: int) -> tuple[Inbound, ...]:
    its_id = at_path(item, config.report_id_path)
    sender = at_path(item, config.inbound_from_path)
    text = at_path(item, config.inbound_text_path)
    if sender and text:
        return _inbound(config, its_id, sender, text, now)
    word = at_path(item, config.report_status_path)
    status = next((one for name, one in config.report_statuses.items() if name.lower() == word.lower()), None)
    if not its_id or status is None:
        return ()
    # Without a place for the gateway's id in its answer, the only id that we both know is our own key.
    theirs, ours = (its_id, "") if config.id_path else ("", its_id)
    dedup = _short(f"{its_id}:{word}")
    return (Report(dedup=dedup, status=status, at=now, detail=word, provider_id=theirs, message_key=ours),)


def _inbound(config: SmsConfig, its_id: str, sender: str, text: str, now: int) -> tuple[Inbound, ...]:
    try:
        address = phone.parse(
            sender if sender.startswith(("+", "0")) or config.default_region else f"+{sender}", config.default_region
        )
    except ValueError:
        return ()
    # Without an id a second STOP looks like the first: rather twice than never.
    return said(meaning(text, config.stop_words), _short(its_id or f"{sender}:{text}:{now}"), address, text, now)


def _short(name: str) -> str:
    """A name of bounded length that stays the same."""
    return name if len(name) <= 100 else base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
