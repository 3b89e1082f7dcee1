"""Twilio's Programmable Messaging: one POST for each message, and what its answers mean."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, urlencode

from tidings.channels import Failed, HttpResponse, Outbound, Result, Sent, Why

from .asking import Request, at_path, decoded, seconds, words
from .config import SmsConfig

ERRORS: dict[int, Why] = {
    # Of the request: https://www.twilio.com/docs/api/errors
    14107: Why.RATE_LIMITED,  # the sender's own pace
    20003: Why.ACCOUNT_PROBLEM,  # credentials; also an account without money
    20008: Why.ACCOUNT_PROBLEM,  # test credentials
    20404: Why.ACCOUNT_PROBLEM,  # no such account at this address
    20429: Why.RATE_LIMITED,
    20503: Why.PROVIDER_DOWN,
    21211: Why.ADDRESS_INVALID,
    21217: Why.ADDRESS_INVALID,
    21265: Why.ADDRESS_INVALID,  # a short code as recipient
    21408: Why.ACCOUNT_PROBLEM,  # the country is not enabled in the console
    21601: Why.ACCOUNT_PROBLEM,  # the sender cannot send SMS
    21602: Why.CONTENT_REFUSED,  # no body
    21603: Why.ACCOUNT_PROBLEM,  # no sender
    21604: Why.ADDRESS_INVALID,
    21606: Why.ACCOUNT_PROBLEM,  # the sender is not a number of this account
    21608: Why.ACCOUNT_PROBLEM,  # a trial account writes to verified numbers only
    21609: Why.ACCOUNT_PROBLEM,  # our callback address is not on the internet
    21610: Why.OPTED_OUT,
    21611: Why.RATE_LIMITED,  # the sender's queue is full
    21612: Why.CONTENT_REFUSED,  # this sender cannot reach that number; other numbers may be fine, and other senders
    21614: Why.ADDRESS_INVALID,  # not a mobile number
    21617: Why.CONTENT_REFUSED,  # more than 1,600 characters
    21619: Why.CONTENT_REFUSED,
    21635: Why.ADDRESS_INVALID,  # a landline
    21659: Why.ACCOUNT_PROBLEM,  # the sender is not a Twilio number
    21660: Why.ACCOUNT_PROBLEM,  # the sender belongs to another account
    21703: Why.ACCOUNT_PROBLEM,  # a messaging service without senders
    21704: Why.ACCOUNT_PROBLEM,
    21705: Why.ACCOUNT_PROBLEM,  # no such messaging service
    21712: Why.ACCOUNT_PROBLEM,  # the sender is not of this messaging service
    # Of the network; they come by the status callback.
    30001: Why.RATE_LIMITED,  # it waited too long in Twilio's queue
    30002: Why.ACCOUNT_PROBLEM,
    30003: Why.RECIPIENT_TEMPORARY,  # switched off or out of reach; the number may well be good
    30004: Why.CONTENT_REFUSED,  # blocked for this recipient, by a register of the country or by themselves
    30005: Why.ADDRESS_INVALID,  # unknown at its carrier
    30006: Why.ADDRESS_INVALID,  # a landline
    30007: Why.CONTENT_REFUSED,  # filtered as spam
    30008: Why.UNKNOWN,  # the carrier gave no reason
    30010: Why.ACCOUNT_PROBLEM,  # dearer than the account allows
    30017: Why.RECIPIENT_TEMPORARY,  # the carrier is congested
    30022: Why.RATE_LIMITED,
    30032: Why.ACCOUNT_PROBLEM,  # the toll-free number is not verified
    30034: Why.ACCOUNT_PROBLEM,  # the number is not registered (A2P 10DLC)
    30410: Why.RECIPIENT_TEMPORARY,
}


def messages_url(config: SmsConfig) -> str:
    return f"{account_url(config)}/Messages.json"


def account_url(config: SmsConfig) -> str:
    return f"{config.api_url.rstrip('/')}/2010-04-01/Accounts/{config.account_sid}"


def signed_in(config: SmsConfig) -> dict[str, str]:
    """Basic authorization, by the API key when there is one."""
    pair = f"{config.key_sid}:{config.key_secret}" if config.key_sid else f"{config.account_sid}:{config.auth_token}"
    return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def request(config: SmsConfig, message: Outbound, status_url: str) -> Request:
    """The POST of one message. Without the auth token a callback could not be verified, so none is asked for."""
    form = {"To": message.to.value, "Body": message.rendered.body.decode()}
    if config.messaging_service_sid:
        form["MessagingServiceSid"] = config.messaging_service_sid
    if config.sender:
        form["From"] = config.sender
    if config.auth_token:
        form["StatusCallback"] = status_url
    headers = signed_in(config) | {"content-type": "application/x-www-form-urlencoded"}
    return Request(method="POST", url=messages_url(config), headers=headers, body=urlencode(form).encode())


def result(message_id: int, answer: HttpResponse) -> Result:
    """What Twilio's answer means. A number of the error says more than the status."""
    told = decoded(answer.body)
    if 200 <= answer.status < 300:
        return Sent(id=message_id, provider_id=at_path(told, "sid"))
    number = int(code) if (code := at_path(told, "code")).isdecimal() else 0
    why = ERRORS.get(number) or _by_status(answer.status)
    detail = at_path(told, "message") or words(answer)
    after = seconds(answer, 5.0) if why is Why.RATE_LIMITED else None
    return Failed(id=message_id, why=why, code=str(number or answer.status), detail=detail, retry_after=after)


def _by_status(status: int) -> Why:
    if status in (401, 402, 403, 404) or 300 <= status < 400:
        return Why.ACCOUNT_PROBLEM
    if status == 429:
        return Why.RATE_LIMITED
    if status == 503:
        return Why.PROVIDER_DOWN
    # Any other 5xx may come after the message was taken, and Twilio has no key of ours to tell a second one by.
    return Why.UNKNOWN if status >= 500 else Why.CONTENT_REFUSED


def checks(config: SmsConfig) -> list[Request]:
    """What is asked to test the connection: the account, then its sender."""
    headers, sender = signed_in(config), quote(config.sender, safe="")
    # A standard API key may not read the account itself, but its messages.
    first = f"{messages_url(config)}?PageSize=1" if config.key_sid else f"{account_url(config)}.json"
    urls = [first]
    if config.messaging_service_sid:
        base = config.api_url.rstrip("/").replace("//api.", "//messaging.", 1)
        urls.append(f"{base}/v1/Services/{config.messaging_service_sid}")
    if config.sender.startswith("+"):
        urls.append(f"{account_url(config)}/IncomingPhoneNumbers.json?PhoneNumber={sender}")
    elif config.sender.isdigit():
        urls.append(f"{account_url(config)}/SMS/ShortCodes.json?ShortCode={sender}")
    return [Request(method="GET", url=url, headers=headers) for url in urls]


def wrong(config: SmsConfig, asked: Request, answer: HttpResponse) -> str:
    """What an answer to a check says is wrong, in one sentence; empty when nothing is."""
    told: Any = decoded(answer.body)
    if answer.status in (401, 403):
        who = "API key and its secret" if config.key_sid else "account SID and auth token"
        return f"Twilio does not accept the {who}: {at_path(told, 'message') or words(answer)}"
    if "/Services/" in asked.url and answer.status == 404:
        return f"This account has no messaging service {config.messaging_service_sid}."
    if answer.status != 200 or not isinstance(told, dict):
        return f"Twilio answered {answer.status}: {at_path(told, 'message') or words(answer)}"
    if told.get("status") in ("suspended", "closed"):
        return f"Twilio says that this account is {told['status']}."
    listed = told.get("incoming_phone_numbers", told.get("short_codes"))
    if listed == []:
        return f"{config.sender} is not a sender of this account."
    if listed and _cannot_text(listed):
        return f"{config.sender} cannot send SMS."
    return ""


def _cannot_text(listed: Any) -> bool:
    can = listed[0].get("capabilities") if isinstance(listed[0], dict) else None
    return isinstance(can, dict) and can.get("sms", can.get("SMS")) is False
