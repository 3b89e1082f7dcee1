"""Reading what a provider says without trusting its shape: a field is missing, or of another type, and nothing breaks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from tidings.channels import BadSignature


class Told:
    """An object of theirs."""

    def __init__(self, fields: Any) -> None:
        self._fields: dict[str, Any] = fields if isinstance(fields, dict) else {}

    def has(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        return value if isinstance(value, str) else str(value) if isinstance(value, int) and value is not True else ""

    def number(self, name: str) -> float:
        value = self._fields.get(name)
        return float(value) if isinstance(value, (int, float)) else 0.0

    def flag(self, name: str) -> bool:
        return self._fields.get(name) is True

    def inner(self, name: str) -> Told:
        return Told(self._fields.get(name))

    def many(self, name: str) -> list[Told]:
        value = self._fields.get(name)
        return [Told(one) for one in value] if isinstance(value, list) else []


def body_of(body: bytes) -> Told:
    """A JSON object; what is none was not sent by a provider."""
    try:
        return Told(msgspec.json.decode(body))
    except msgspec.DecodeError:
        raise BadSignature from None


def moment(text: str, otherwise: int) -> int:
    """An ISO 8601 instant in Unix milliseconds."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return int((found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp() * 1_000)
