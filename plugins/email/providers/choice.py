"""Which provider reports, and what its callbacks mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from tidings.channels import HookReply, HookRequest, secret

from . import mailgun, postmark, sendgrid, ses

if TYPE_CHECKING:
    from tidings.channels import Context

_HEADERS: dict[str, Callable[[str], dict[str, str]]] = {
    "mailgun": mailgun.headers,
    "postmark": postmark.headers,
    "sendgrid": sendgrid.headers,
    "ses": ses.headers,
}
_CERTIFICATES: dict[str, bytes] = {}
"""Amazon's certificates by their address: few, and the same for everybody."""


class Reports(Struct, kw_only=True, forbid_unknown_fields=True):
    """Who tells what became of a message after its server took it."""

    provider: Annotated[Literal["mailgun", "postmark", "sendgrid", "ses"], Meta(title="Provider")]
    secret: Annotated[
        str,
        secret(
            "What proves that it is them",
            "Mailgun: the webhook signing key. Postmark: user:password, as in the address that you give them. SendGrid: the "
            "verification key. Amazon SES: the ARN of the SNS topic.",
        ),
    ]


def headers(reports: Reports | None, key: str) -> dict[str, str]:
    """Headers that make the provider name our message in its reports."""
    if reports is None:
        return {}
    return _HEADERS[reports.provider](key)


def named(reports: Reports | None, answer: str) -> str:
    """The provider's own name of a message, from its answer; "" where it goes by ours."""
    return ses.named(answer) if reports is not None and reports.provider == "ses" else ""


async def received(reports: Reports, request: HookRequest, context: Context) -> HookReply:
    """What a callback means; raises `BadSignature`."""
    now, key = context.now(), reports.secret
    match reports.provider:
        case "mailgun":
            return HookReply(inbound=tuple(mailgun.received(key, request.body, now)))
        case "postmark":
            return HookReply(inbound=tuple(postmark.received(key, request.headers, request.body, now)))
        case "sendgrid":
            return HookReply(inbound=tuple(sendgrid.received(key, request.headers, request.body, now)))
        case "ses":
            return HookReply(inbound=tuple(await ses.received(key, request.body, now, context.http, _CERTIFICATES)))
