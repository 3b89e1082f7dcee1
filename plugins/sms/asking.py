"""A request to a provider, and what every provider's answers have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import HttpResponse

WORDS = 500
"""Characters of a provider's answer that are kept."""


class Request(Struct, frozen=True, kw_only=True):
    """What is sent to a provider."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


def decoded(body: bytes) -> Any:
    """JSON as it is; None when it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def at_path(value: Any, path: str) -> str:
    """What stands at a dotted path (`messages.0.id`), as text; empty when nothing that can be an id stands there."""
    for part in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return ""
    return str(value) if path and isinstance(value, str | int) and not isinstance(value, bool) else ""


def words(answer: HttpResponse) -> str:
    """The provider's own words, short."""
    return answer.body.decode("utf-8", "replace").replace("\0", "").strip()[:WORDS] or f"HTTP {answer.status}"


def seconds(answer: HttpResponse, otherwise: float) -> float:
    """How long it asks us to wait."""
    after = answer.headers.get("retry-after", "")
    return float(after) if after.isascii() and after.isdigit() else otherwise
