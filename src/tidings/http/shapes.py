"""What handlers answer, said in the API's description, so that clients are generated with types.

Handlers answer dicts made by `served.shown`; a shape is the same in words: `shape(Message)` is the struct with times as
ISO 8601 texts and JSON columns as whatever they hold.
"""

from __future__ import annotations

import typing
from functools import cache
from typing import Any

import msgspec
from litestar.openapi import ResponseSpec
from msgspec import Struct

from tidings.http.served import is_json, is_time


@cache
def shape(row: type[Struct], name: str = "") -> type[Struct]:
    """The struct as `shown` shows it."""
    hints = typing.get_type_hints(row, include_extras=True)
    fields = [(field, _shown(field, hints[field])) for field in row.__struct_fields__]
    return msgspec.defstruct(name or row.__name__, fields, kw_only=True)


def _shown(field: str, kind: Any) -> Any:
    if is_time(field):
        return str | None if _may_be_none(kind) else str
    return Any if is_json(field) else kind


def _may_be_none(kind: Any) -> bool:
    return type(None) in typing.get_args(kind)


def wider(row: type[Struct], name: str, /, **more: Any) -> type[Struct]:
    """A shown row with fields beside its own."""
    base = shape(row, f"{name}Row")
    hints = {field.name: field.type for field in msgspec.structs.fields(base)}
    return msgspec.defstruct(name, list((hints | more).items()), kw_only=True)


def record(name: str, /, **fields: Any) -> type[Struct]:
    """An answer that is no row."""
    return msgspec.defstruct(name, list(fields.items()), kw_only=True)


def pages(item: type[Struct], /, **more: Any) -> dict[int, ResponseSpec]:
    """`responses=` of a handler that answers a page of these."""
    fields = {"items": list[item], "next": str | None} | more  # type: ignore[valid-type]
    return gives(record(f"{item.__name__}Page", **fields))


def gives(kind: Any, status: int = 200) -> dict[int, ResponseSpec]:
    """`responses=` of a handler that answers this."""
    return {status: ResponseSpec(data_container=kind, description="What it answers.", generate_examples=False)}
