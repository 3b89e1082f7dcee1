"""How a plugin's Config becomes a form, and which of its fields are never shown again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct


def secret(title: str, description: str = "") -> Meta:
    """Metadata of a write-only field: `Annotated[str, secret("Password")]`."""
    return Meta(title=title, description=description, extra_json_schema={"format": "password", "writeOnly": True})


def hidden() -> Meta:
    """Metadata of a field that a plugin fills by itself (`completed`): kept secret, and left out of the form."""
    return Meta(extra_json_schema={"format": "password", "writeOnly": True, "x-hidden": True})


def form_schema(config: type[Struct]) -> dict[str, Any]:
    """The JSON Schema that draws the form of a Config, its fields in declared order (`x-order`)."""
    (root,), definitions = msgspec.json.schema_components([config], ref_template="#/$defs/{name}")
    name = root["$ref"].rsplit("/", 1)[1]
    schema: dict[str, Any] = dict(definitions.pop(name))
    if definitions:
        schema["$defs"] = definitions
    shown = schema["properties"]
    names = [field.encode_name for field in msgspec.structs.fields(config)]
    schema["x-order"] = [name for name in names if not shown[name].get("x-hidden")]
    return schema


def secret_fields(config: type[Struct]) -> frozenset[str]:
    """The fields that are never shown again; those of a struct inside as `outer.inner`."""
    schema = form_schema(config)
    return frozenset(_secrets(schema, schema.get("$defs", {})))


def _secrets(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        if field.get("writeOnly"):
            yield name
        for option in [field, *field.get("anyOf", [])]:
            if reference := option.get("$ref"):
                inner = definitions.get(reference.rsplit("/", 1)[1], {})
                yield from (f"{name}.{below}" for below in _secrets(inner, definitions))


def replaced(config: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A configuration with another value of one field, which is there."""
    name, _, below = path.partition(".")
    return config | {name: replaced(config[name], below, value) if below else value}


def found(config: dict[str, Any], path: str) -> Any:
    """The value of a field, None where there is none."""
    for name in path.split("."):
        config = config.get(name) if isinstance(config, dict) else None  # type: ignore[assignment]
    return config


Secret = Annotated[str, secret("Secret")]
