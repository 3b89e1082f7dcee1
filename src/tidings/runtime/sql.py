"""One SQL text for two databases: statements with names, `:parameters`, and a few macros that differ by dialect.

A `queries.sql` file holds statements, each below `-- name: what it does in one line`. Types are written in SQLite's
words (`integer`, `real`, `text`, `json`, `blob`) and translated. Macros:

`{{rows p: id integer, name text}}`  a table from the JSON array of objects in parameter `:p`
`{{ids p}}` `{{texts p}}`            a one-column table from a JSON array
`{{json p}}`                         the parameter `:p`, which is JSON text, as a JSON value
`{{lock}}` `{{lock_skip}}`           row locks, where rows can be locked
`{{database_time}}`                  the database's own clock, which all its processes share
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources
from typing import Any, Literal, Protocol

from msgspec import Struct

from tidings.runtime.patterns import Pattern

JsonKind = Literal["text", "number", "boolean"]


class Statement(Struct, frozen=True):
    """One SQL statement, before it is translated for a database."""

    name: str
    text: str
    description: str = ""


class Dialect(Protocol):
    """What differs between the databases; everything else is one text."""

    @property
    def name(self) -> str: ...

    @property
    def types(self) -> dict[str, str]: ...

    def rows(self, parameter: str, columns: list[tuple[str, str]]) -> str: ...

    def elements(self, parameter: str, type: str) -> str: ...

    def json(self, parameter: str) -> str: ...

    def lock(self, *, is_skipping: bool) -> str: ...

    def parameters(self, text: str) -> str:
        """`:named` parameters in the driver's own style."""
        ...

    def json_type(self, column: str, path: str) -> str:
        """The JSON type at a path: null (SQL) when absent, else text, number, boolean, array, object or null."""
        ...

    def json_text(self, column: str, path: str) -> str:
        """The scalar at a path as text, SQL null when absent; `path` is a parameter made by `json_path`."""
        ...

    def json_as(self, column: str, path: str, kind: JsonKind) -> str:
        """The scalar at a path where it is of this kind, else SQL null: numbers as real, booleans as the text true or false."""
        ...

    def json_has(self, column: str, path: str, value: str) -> str:
        """Whether the list at a path holds a scalar (or is it); `value` is a parameter with its JSON text."""
        ...

    def matches(self, text: str, pattern: Pattern, bind: Callable[[Any], str]) -> str:
        """Whether a pattern is found in a folded text; `bind` makes parameters. Null where there is no text."""
        ...

    def json_length(self, column: str, path: str) -> str:
        """How many the list at a path holds; only asked where it is one."""
        ...

    def json_entry(self, parameter: str, key: str) -> str:
        """A whole number in a parameter that is a JSON object, by a key that is an expression; null where there is none."""
        ...

    def json_path(self, keys: list[str]) -> str:
        """The value of a path parameter."""
        ...

    def rounded(self, number: str) -> str:
        """A number of type real (an expression that is read more than once) rounded half away from zero, of type real."""
        ...

    def least(self, parts: list[str]) -> str:
        """The least of some integers, nulls apart; null when all are."""
        ...


class Queries:
    """The statements of one room, by attribute: `queries.find_contact`."""

    def __init__(self, statements: dict[str, Statement]) -> None:
        self._statements = statements

    def __getattr__(self, name: str) -> Statement:
        try:
            return self._statements[name]
        except KeyError:
            raise AttributeError(f"no statement is named {name!r}") from None

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._statements.values())


_HEAD = re.compile(r"^-- (\w+): *(.*)$")
_MACRO = re.compile(r"\{\{ *(\w+) *([^}]*?) *\}\}")
_TYPE = re.compile(r"\b(integer|real|json|blob)\b")
_TAIL = re.compile(r"\) *strict(, *without rowid)?")


def parse(text: str) -> dict[str, Statement]:
    """The statements of a `queries.sql`; a statement without a description is an error."""
    found: dict[str, Statement] = {}
    name, description, lines = "", "", list[str]()

    def close() -> None:
        if name:
            found[name] = Statement(name, "\n".join(lines).strip().rstrip(";"), description)

    for line in text.splitlines():
        if head := _HEAD.match(line):
            close()
            name, description, lines = head[1], head[2], []
            if not description or name in found:
                raise ValueError(f"statement {name} needs a description and a name of its own")
        elif not line.lstrip().startswith("--"):
            lines.append(line)
    close()
    return found


def load(package: str) -> Queries:
    """The statements of a room, from the `queries.sql` in its package."""
    return Queries(parse((resources.files(package) / "queries.sql").read_text(encoding="utf-8")))


def _columns(text: str) -> list[tuple[str, str]]:
    return [(name, type) for name, type in (part.split() for part in text.split(","))]


def translate(text: str, dialect: Dialect) -> str:
    """The statement in a database's own words, its parameters still to be bound."""
    macros: dict[str, Callable[[str], str]] = {
        "rows": lambda rest: dialect.rows(rest.partition(":")[0].strip(), _columns(rest.partition(":")[2])),
        "ids": lambda rest: dialect.elements(rest, "integer"),
        "texts": lambda rest: dialect.elements(rest, "text"),
        "json": dialect.json,
        "lock": lambda _: dialect.lock(is_skipping=False),
        "lock_skip": lambda _: dialect.lock(is_skipping=True),
        "id": lambda _: dialect.types["id"],
        "database_time": lambda _: dialect.types["database_time"],
    }
    expanded = _MACRO.sub(lambda found: macros[found[1]](found[2]), text)
    typed = _TYPE.sub(lambda found: dialect.types[found[1]], expanded)
    tailed = typed if dialect.name == "sqlite" else _TAIL.sub(")", typed)
    return dialect.parameters(tailed)


AMONG = 20_000
"""How many rows are looked through for names that are in use: most are found, and it is always quick."""


def containing(text: str) -> str:
    """A pattern for `lower(x) like :pattern escape '!'`: whatever holds this text."""
    plain = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"
