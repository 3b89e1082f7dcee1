"""Answers made of several rows: structs inside structs, shown with times as ISO 8601 and JSON as JSON, and their types."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any

import msgspec
from litestar.openapi import ResponseSpec
from msgspec import Struct

from tidings.http.served import is_json, is_time
from tidings.http.shapes import gives, shape
from tidings.runtime.ids import iso


@cache
def deep(kind: type[Struct], name: str = "") -> type[Struct]:
    """The struct as `told` shows it, with everything inside."""
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = [(field, _kind(field, hints[field])) for field in kind.__struct_fields__]
    if all(hints[field] == is_now or is_time(field) or is_json(field) for field, is_now in fields):
        return shape(kind, name)
    return msgspec.defstruct(name or kind.__name__, fields, kw_only=True)


def _kind(field: str, kind: Any) -> Any:
    if is_time(field):
        return str | None if type(None) in typing.get_args(kind) else str
    return Any if is_json(field) and kind in (str, str | None) else _inside(kind)


def _inside(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Struct):
        return deep(kind)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return list[_inside(parts[0])]  # type: ignore[misc]
    if origin in (typing.Union, types.UnionType):
        found = _inside(parts[0])
        for part in parts[1:]:
            found = found | _inside(part)
        return found
    return kind


def told(value: Any) -> Any:
    """A struct as people expect it, with everything inside."""
    if isinstance(value, Struct):
        return {field: _field(field, getattr(value, field)) for field in value.__struct_fields__}
    return [told(one) for one in value] if isinstance(value, list) else value


def _field(field: str, value: Any) -> Any:
    if is_time(field):
        return iso(value)
    return msgspec.json.decode(value) if is_json(field) and isinstance(value, str) else told(value)


def answers(kind: type[Struct], name: str = "") -> dict[int, ResponseSpec]:
    """`responses=` of a handler that answers one of these."""
    return gives(deep(kind, name))


def lists(kind: type[Struct], name: str = "") -> dict[int, ResponseSpec]:
    """`responses=` of a handler that answers all of them, or a page."""
    item = deep(kind, name)
    fields = [("items", list[item]), ("next", str | None)]  # type: ignore[valid-type]
    return gives(msgspec.defstruct(f"{item.__name__}Page", fields, kw_only=True))
