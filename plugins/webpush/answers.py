"""What push services answer, and what it means (RFC 8030, section 5; their own documents for the rest)."""

from __future__ import annotations

from tidings.channels import Failed, HttpResponse, Result, Sent, Why

_MEANS = {
    401: Why.ACCOUNT_PROBLEM,  # our signature is not taken: every message would fail
    403: Why.ADDRESS_INVALID,  # the subscription was made with other keys
    404: Why.ADDRESS_INVALID,  # it has ended
    410: Why.ADDRESS_INVALID,
    413: Why.CONTENT_REFUSED,
    429: Why.RATE_LIMITED,
}


def result(message_id: int, answer: HttpResponse) -> Result:
    """201 with a Location is a message that was taken; 404 and 410 end a subscription."""
    if answer.status in (200, 201, 202):
        return Sent(id=message_id, provider_id=answer.headers.get("location", "")[:500])
    why = _MEANS.get(answer.status, Why.PROVIDER_DOWN if answer.status >= 500 else Why.CONTENT_REFUSED)
    wait = answer.headers.get("retry-after", "")
    return Failed(
        id=message_id,
        why=why,
        code=str(answer.status),
        detail=" ".join(answer.body.decode("utf-8", "replace").split())[:500],
        retry_after=float(wait) if wait.isdecimal() and len(wait) < 7 else None,
    )
