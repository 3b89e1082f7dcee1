"""What a person is called, and how they are found by the beginning of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tidings.contacts.models import Identifier
from tidings.contacts.rows import addresses_of, identifiers_of, load
from tidings.rules.tree import Depends, Scope, depends_on
from tidings.rules.values import fold
from tidings.runtime.database import Tx

NAMES_AMONG = 20_000
"""Names are in the attributes, which no index covers: they are looked for among so many of the newest contacts."""
_STRENGTH = ("user_id", "email")


def label(contact_id: int, attributes: Mapping[str, Any], identifiers: Iterable[Identifier], address: str = "") -> str:
    """Their name, else the best identifier, else an address, else their number. Pure."""
    first, last = attributes.get("first_name"), attributes.get("last_name")
    both = " ".join(part.strip() for part in (first, last) if isinstance(part, str) and part.strip())
    name = attributes.get("name")
    if both or (isinstance(name, str) and name.strip()):
        return both or str(name).strip()
    if isinstance(attributes.get("email"), str) and attributes["email"].strip():
        return str(attributes["email"]).strip()
    known = sorted(
        identifiers, key=lambda one: (_STRENGTH.index(one.kind) if one.kind in _STRENGTH else 9, one.kind, one.value)
    )
    return known[0].value if known else address or f"Contact {contact_id}"


def labels(tx: Tx, ids: Iterable[int]) -> dict[int, str]:
    """Contact -> what they are called; those that do not exist are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    people, known = load(tx, wanted), dict[int, list[Identifier]]()
    for one in identifiers_of(tx, wanted):
        known.setdefault(one.contact_id, []).append(one)
    reached = addresses_of(tx, wanted)
    return {
        i: label(
            i,
            msgspec.json.decode(person.attributes),
            known.get(i, ()),
            next(iter(reached.get(i, {}).values()), ""),
        )
        for i, person in people.items()
    }


class Begins(Struct, frozen=True):
    """Whoever has an identifier, an address or a name that begins with a text.

    Identifiers and addresses go by their index, kind after kind; names among the newest `NAMES_AMONG` contacts.
    """

    text: str

    def sql(self, scope: Scope) -> str:
        text, folded = self.text.strip(), self.text.strip().lower()
        ways = [(scope.bind(start), scope.bind(start + "\U0010ffff")) for start in dict.fromkeys((text, folded))]
        parts = [_indexed(table, low, high) for table in ("identifier", "address") for low, high in ways]
        return "(" + " or ".join([*parts, self._named(scope, fold(text))]) + ")"

    def _named(self, scope: Scope, text: str) -> str:
        pattern = scope.bind(text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")
        first, last, name = (
            f"coalesce({scope.dialect.json_text('n.attributes', scope.bind(scope.dialect.json_path([field])))}, '')"
            for field in ("first_name", "last_name", "name")
        )
        tests = (f"{first} || ' ' || {last}", last, name)
        likes = " or ".join(f"lower({test}) like cast({pattern} as text) escape '!'" for test in tests)
        newest = f"n.id > (select coalesce(max(id), 0) - {NAMES_AMONG} from contact)"
        return f"c.id in (select n.id from contact n where {newest} and ({likes}))"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on("email", "phone", "first_name", "last_name", "name")

    def sentence(self) -> str:
        return f"begins with {self.text}"


def _indexed(table: str, low: str, high: str) -> str:
    """Contacts with a value between two, by the index on (kind, value): from one kind to the next, then inside it."""
    kinds = (
        f"with recursive kinds(kind) as (select min(kind) from {table} union all "
        f"select (select min(t.kind) from {table} t where t.kind > kinds.kind) from kinds where kinds.kind is not null)"
    )
    among = f"from kinds join {table} i on i.kind = kinds.kind and i.value >= {low} and i.value < {high}"
    return f"c.id in ({kinds} select i.contact_id {among})"
