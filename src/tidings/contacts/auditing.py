"""People are looked through one by one, and what is wrong with what is known of them is counted, with some of them to look at. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts import mending
from tidings.contacts.addresses import email, phone
from tidings.contacts.attributes import flat, type_of

SAMPLES = 8
USUAL = 3
"""A spelling that so many have is the one that others are held against."""
PATHS = 200
"""So many attributes are looked at; whoever sends more has numbers in their names."""
SPELLINGS = 50
"""An attribute with more values than this is no choice of a few."""


class Sample(Struct, frozen=True, kw_only=True):
    """Somebody of whom it is so, and what stands there; `other` where it is about two."""

    contact_id: int
    value: str
    other: int | None = None


class Seen:
    """What was found of one kind."""

    def __init__(self) -> None:
        self.count, self.samples = 0, list[Sample]()

    def add(self, contact_id: int, value: str, other: int | None = None) -> None:
        self.count += 1
        if len(self.samples) < SAMPLES:
            self.samples.append(Sample(contact_id=contact_id, value=value[:200], other=other))


class Tally:
    """Everything that was found among those who were looked at so far."""

    def __init__(self, needed: Iterable[str] = ()) -> None:
        self.people = 0
        self.missing = {path: Seen() for path in needed}
        """Attributes that letters need: who has none."""
        self.kinds = {
            name: Seen()
            for name in (
                *("mistyped_address", "invalid_address", "role_address", "same_box", "same_phone", "same_name"),
                *("no_zone", "no_locale", "no_consent", "no_address"),
            )
        }
        self.types: dict[str, dict[str, Seen]] = {}
        self.numbers: dict[str, int] = {}
        self.dates: dict[str, int] = {}
        self.values: dict[str, Counter[str]] = {}
        self._firsts: dict[tuple[str, str], int] = {}

    def look(self, contact_id: int, attributes: Mapping[str, Any], zone: str | None, *, has_agreed: bool) -> None:
        """One more person."""
        self.people += 1
        self._address(contact_id, attributes.get("email"), has_agreed=has_agreed)
        number = phone(attributes.get("phone"))
        if number:
            self._twice("same_phone", number, contact_id, number)
        name = _name(attributes)
        if name:
            self._twice("same_name", name.casefold(), contact_id, name)
        if zone is None:
            self.kinds["no_zone"].add(contact_id, "")
        if not isinstance(attributes.get("locale"), str):
            self.kinds["no_locale"].add(contact_id, "")
        for path, seen in self.missing.items():
            if mending.at(attributes, path) in (None, ""):
                seen.add(contact_id, "")
        for path, value in flat(dict(attributes)).items():
            if value is not None and path != "email":
                self._value(contact_id, path, value)

    def _address(self, contact_id: int, value: Any, *, has_agreed: bool) -> None:
        if value is None or value == "":
            self.kinds["no_address"].add(contact_id, "")
            return
        address = email(value)
        if address is None:
            self.kinds["invalid_address"].add(contact_id, str(value))
            return
        if right := mending.meant(address):
            self.kinds["mistyped_address"].add(contact_id, f"{address} → {right}")
        if mending.is_role(address):
            self.kinds["role_address"].add(contact_id, address)
        if not has_agreed:
            self.kinds["no_consent"].add(contact_id, address)
        self._twice("same_box", mending.plain(address), contact_id, address)

    def _twice(self, kind: str, key: str, contact_id: int, value: str) -> None:
        first = self._firsts.setdefault((kind, key), contact_id)
        if first != contact_id:
            self.kinds[kind].add(contact_id, value, first)

    def _value(self, contact_id: int, path: str, value: Any) -> None:
        if path not in self.types and len(self.types) >= PATHS:
            return
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        self.types.setdefault(path, {}).setdefault(type_of(value), Seen()).add(contact_id, text)
        if mending.number(value) is not None:
            self.numbers[path] = self.numbers.get(path, 0) + 1
        elif mending.date(value) is not None:
            self.dates[path] = self.dates.get(path, 0) + 1
        if isinstance(value, str) and len(value) <= 60:
            known = self.values.setdefault(path, Counter())
            if value in known or len(known) <= SPELLINGS:
                known[value] += 1

    def mixed(self) -> dict[str, dict[str, Seen]]:
        """Attributes with values of several types; a date beside a text is told as a text."""
        return {path: kinds for path, kinds in sorted(self.types.items()) if len(kinds) > 1}

    def spellings(self) -> dict[str, list[list[tuple[str, int]]]]:
        """Attribute -> groups of values that differ by case and spaces alone, the most frequent first."""
        found: dict[str, list[list[tuple[str, int]]]] = {}
        for path, values in sorted(self.values.items()):
            if len(values) > SPELLINGS:
                continue
            groups: dict[str, list[tuple[str, int]]] = {}
            for value, count in values.most_common():
                groups.setdefault("".join(value.split()).casefold(), []).append((value, count))
            if several := [group for group in groups.values() if len(group) > 1 and group[0][1] >= USUAL]:
                found[path] = several
        return found


def _name(attributes: Mapping[str, Any]) -> str:
    """First and last name together; one of them alone says too little."""
    first, last = attributes.get("first_name"), attributes.get("last_name")
    if isinstance(first, str) and isinstance(last, str) and first.strip() and last.strip():
        return f"{first.strip()} {last.strip()}"
    return ""
