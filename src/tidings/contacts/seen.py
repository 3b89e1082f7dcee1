"""Which values are really in the data, and how often: suggested to whoever writes a rule. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts.attributes import flat, type_of

MOST_LENGTH = 200
"""A longer text is nothing that anybody compares with."""
_object = msgspec.json.Decoder(dict[str, Any])
_SCALAR = (str, int, float, bool)


class SeenValue(Struct, frozen=True):
    """A value, and how many of those that were looked at have it."""

    value: str | float | bool
    count: int


class Seen(Struct, frozen=True, kw_only=True):
    """Values of one path, the most frequent first; `type` is that of most of them, empty when there are none."""

    items: list[SeenValue]
    type: str


def seen(documents: Iterable[str], path: str, text: str, limit: int) -> Seen:
    """What stands at a dotted path of JSON texts and holds a text; the members of lists are counted one by one."""
    keys, folded = path.split("."), text.casefold()
    found, types = Counter[tuple[bool, str | float | bool]](), Counter[str]()
    for document in documents:
        value = _at(_object.decode(document), keys)
        if value is None or value == "":
            continue
        types[type_of(value)] += 1
        # True and 1 are one key to Python and two values to a rule.
        found.update({(isinstance(one, bool), one): 1 for one in _members(value)})
    held = [(value, n) for (_, value), n in found.items() if folded in _told(value).casefold()]
    held.sort(key=lambda one: (-one[1], _told(one[0])))
    kinds = types.most_common(1)
    return Seen(items=[SeenValue(value, n) for value, n in held[:limit]], type=kinds[0][0] if kinds else "")


def seen_paths(documents: Iterable[str]) -> list[str]:
    """The dotted paths at which something stands in JSON texts, the most frequent first."""
    found = Counter[str]()
    for document in documents:
        found.update(flat(_object.decode(document)).keys())
    return sorted(found, key=lambda path: (-found[path], path))


def _at(value: Any, keys: list[str]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _members(value: Any) -> list[str | float | bool]:
    members = value if isinstance(value, list) else [value]
    return [one for one in members if isinstance(one, _SCALAR) and len(str(one)) <= MOST_LENGTH]


def _told(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
