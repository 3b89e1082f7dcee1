"""Identifiers and addresses in their canonical form. Pure."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

_EMAIL = re.compile(r"^[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s.]+$")


def email(value: Any) -> str | None:
    """Trimmed and lower-cased; None when it cannot be one."""
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    return text if len(text) <= 254 and _EMAIL.match(text) and text.isprintable() else None


def phone(value: Any) -> str | None:
    """E.164; None when it has no country code or cannot be one."""
    if not isinstance(value, str):
        return None
    text = re.sub(r"[\s().\-/]", "", value)
    text = "+" + text[2:] if text.startswith("00") else text
    return text if re.fullmatch(r"\+[1-9]\d{6,14}", text) else None


def zone(value: Any) -> str | None:
    """An IANA time zone that exists here; None otherwise."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-/]{1,63}", value):
        return None
    try:
        return ZoneInfo(value).key
    except (OSError, ValueError, KeyError):
        return None


def addresses(attributes: dict[str, Any]) -> list[tuple[str, str]]:
    """Where these attributes say that a person is reached."""
    found = (("email", email(attributes.get("email"))), ("phone", phone(attributes.get("phone"))))
    return [(kind, value) for kind, value in found if value is not None]
