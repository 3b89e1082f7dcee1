"""How a plugin's Config becomes a form, and which of its fields are never shown again."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct


def secret(title: str, description: str = "") -> Meta:
    """Metadata of a write-only field: `Annotated[str, secret("Password")]`."""
    return Meta(title=title, description=description, extra_json_schema={"format": "password", "writeOnly": True})


def form_schema(config: type[Struct]) -> dict[str, Any]:
    """The JSON Schema that draws the form of a Config, its fields in declared order (`x-order`)."""
    (root,), definitions = msgspec.json.schema_components([config], ref_template="#/$defs/{name}")
    name = root["$ref"].rsplit("/", 1)[1]
    schema: dict[str, Any] = dict(definitions.pop(name))
    if definitions:
        schema["$defs"] = definitions
    schema["x-order"] = [field.encode_name for field in msgspec.structs.fields(config)]
    return schema


def secret_fields(config: type[Struct]) -> frozenset[str]:
    """The names of the fields that are never shown again."""
    properties = form_schema(config).get("properties", {})
    return frozenset(name for name, field in properties.items() if field.get("writeOnly"))


Secret = Annotated[str, secret("Secret")]
