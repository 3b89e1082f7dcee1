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
    if not re.fullmatch(r"\+[1-9]\d{6,14}", text, re.ASCII):
        return None
    return _without_trunk_zero(text) if "0" in text[2:5] else text


def _without_trunk_zero(text: str) -> str:
    """`+44 (0)20 …` without the zero that is dialled inside the country only; `+39 06…` keeps its own.

    A provider names the number without it, and by that name STOP has to find everybody who is reached there.
    """
    import phonenumbers  # 80 ms, and a table for each country: only when there may be such a zero

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
