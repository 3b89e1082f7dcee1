"""What is known of a person: how new facts meet old ones, and what has changed. Pure."""

from __future__ import annotations

import re
from typing import Any

ALIASES = {"firstName": "first_name", "lastName": "last_name", "createdAt": "created_at", "timeZone": "timezone"}
"""Segment's names for what we have a name for."""
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
MAX_DEPTH = 8


def normal(traits: dict[str, Any]) -> dict[str, Any]:
    """Traits under our names."""
    return {ALIASES.get(name, name): value for name, value in traits.items()}


def merged(old: dict[str, Any], new: dict[str, Any], *, may_overwrite: bool = True) -> dict[str, Any]:
    """The attributes after a write: objects are merged, None takes away, everything else replaces (or only fills)."""
    result = dict(old)
    for name, value in new.items():
        before = result.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            result[name] = merged(before, value, may_overwrite=may_overwrite)
        elif name in result and not may_overwrite:
            continue
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = merged({}, value) if isinstance(value, dict) else value
    return result


def flat(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Dotted paths of the leaves; lists are leaves."""
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict) and inner and depth < MAX_DEPTH:
            found |= flat(inner, f"{prefix}{name}.", depth + 1)
        else:
            found[prefix + name] = inner
    return found


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(path, old, new) of every leaf that differs; None is absent."""
    before, after = flat(old), flat(new)
    paths = [*before, *(path for path in after if path not in before)]
    return [
        (path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path) or type(before.get(path)) is not type(after.get(path))
    ]


def type_of(value: Any) -> str:
    """The type that is learnt: text, number, boolean, date, date-time, list or object."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "object"
    text = str(value)
    if _DATE.match(text):
        return "date"
    return "date-time" if _TIME.match(text) else "text"
