"""A value inside JSON as SQL sees it: its kind, and its text or number where it is of that kind."""

from __future__ import annotations

import string
from typing import Any

import msgspec

from tidings.rules.tree import Scope

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fold(text: str) -> str:
    """The folding that both databases share: ASCII letters in lower case."""
    return text.translate(_LOWER)


class Stored:
    """What stands at some keys of a JSON column."""

    def __init__(self, scope: Scope, column: str, keys: list[str]) -> None:
        self.scope, self.column = scope, column
        self.path = scope.bind(scope.dialect.json_path(keys))
        self.kind = scope.dialect.json_type(column, self.path)
        self.as_text = scope.dialect.json_text(column, self.path)

    @property
    def is_there(self) -> str:
        return f"coalesce({self.kind}, 'null') <> 'null'"

    @property
    def number(self) -> str:
        return self.scope.dialect.json_as(self.column, self.path, "number")

    @property
    def text(self) -> str:
        return self.scope.dialect.json_as(self.column, self.path, "text")

    @property
    def folded(self) -> str:
        return f"lower({self.text})"

    @property
    def boolean(self) -> str:
        return self.scope.dialect.json_as(self.column, self.path, "boolean")

    def typed(self, value: Any) -> tuple[str, str]:
        """(the stored value in the type of a written one, the written one bound)."""
        if isinstance(value, bool):
            return self.boolean, self.scope.bind("true" if value else "false")
        if isinstance(value, int | float):
            return self.number, f"cast({self.scope.bind(float(value))} as real)"
        return self.folded, f"cast({self.scope.bind(fold(value))} as text)"

    def has(self, value: Any) -> str:
        """Whether the list holds a scalar, or is it."""
        return self.scope.dialect.json_has(self.column, self.path, self.scope.bind(msgspec.json.encode(value).decode()))

    @property
    def is_empty(self) -> str:
        nothing = f"case {self.kind} when 'text' then '' when 'array' then '[]' when 'object' then '{{}}' end"
        return f"(coalesce({self.kind}, 'null') = 'null' or coalesce({self.as_text} = {nothing}, (1 = 0)))"

    @property
    def length(self) -> str:
        """How many a list holds; null where it is none."""
        return f"(case when {self.kind} = 'array' then {self.scope.dialect.json_length(self.column, self.path)} end)"

    @property
    def shown(self) -> str:
        return f"case when {self.is_there} then {self.as_text} end"
