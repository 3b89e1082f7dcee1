"""The reference pages that are made from the code: settings and commands."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any, get_args, get_type_hints

import click
import msgspec
from litestar import Litestar

from tidings import flow
from tidings.channels import Why
from tidings.cli.main import main
from tidings.journeys import documents as journeys, entrance
from tidings.journeys.steps import KINDS as STEPS
from tidings.runtime.settings import SECRETS, Settings


def settings_page() -> str:
    """Every setting, with its default and what it does."""
    lines = ["# Settings", "", "From defaults, `tidings.toml`, environment variables and flags, in rising order.", ""]
    lines += ["| setting | variable | default | what it does |", "| --- | --- | --- | --- |"]
    hints = get_type_hints(Settings, include_extras=True)
    for field in msgspec.structs.fields(Settings):
        description = next(meta.description for meta in get_args(hints[field.name])[1:] if meta.description)
        secret = " Secret." if field.name in SECRETS else ""
        lines.append(f"| {field.name} | `TIDINGS_{field.name.upper()}` | `{field.default!r}` | {description}{secret} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its help."""
    lines = ["# Commands", ""]
    for name, command in _walk("tidings", main):
        lines += [f"## `{name}`", "", command.get_short_help_str(200), ""]
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.help:
                lines.append(f"- `{', '.join(parameter.opts)}`: {parameter.help}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _walk(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    return [pair for inner, found in sorted(command.commands.items()) for pair in _walk(f"{name} {inner}", found)]


def _told(kind: type) -> str:
    """A docstring as one paragraph."""
    return " ".join((inspect.getdoc(kind) or "").split())


def documents_page() -> str:
    """What a journey may be made of: its parts, its steps, its conditions."""
    lines = ["# Journeys as documents", "", _told(journeys.Journey), "", "## Parts", ""]
    for kind in (entrance.Trigger, entrance.Goal, entrance.Reentry):
        lines.append(f"- {kind.__name__.lower()}: {_told(kind)}")
    lines += ["", "## Steps", ""]
    for name, step in STEPS.items():
        lines += [f"- **{name}**: {_told(step)}", *_parts(step)]
    lines += ["", "## Conditions", "", "`all`, `any` and `not` join them; each answers yes, no or unknown.", ""]
    lines += [f"- **{name}**: {_told(kind)}" for name, kind in flow.KINDS.items()]
    lines += [
        "",
        "An operator is one of "
        + _operators()
        + "; `missing: yes | no | unknown` says what is answered without a value.",
    ]
    return "\n".join(lines) + "\n"


def _parts(step: type) -> list[str]:
    found = [
        hint for hint in get_type_hints(step).values() if isinstance(hint, type) and issubclass(hint, msgspec.Struct)
    ]
    return [f"  - {_told(kind)}" for kind in found]


def _operators() -> str:
    kind = flow.KINDS["attribute"]
    hidden = {"attribute", "missing", "of"}
    names = (field.encode_name for field in msgspec.structs.fields(kind) if field.encode_name not in hidden)
    return ", ".join(f"`{name}`" for name in names)


def described() -> dict[str, Any]:
    """The API as it describes itself."""
    from tidings.http.routes import api, plain
    from tidings.server import OPENAPI

    found = Litestar(route_handlers=[api(), *plain()], openapi_config=OPENAPI).openapi_schema.to_schema()
    return {**found, "paths": {path: found["paths"][path] for path in sorted(found["paths"])}}


def openapi() -> str:
    """The description as text, for whoever generates a client."""
    return json.dumps(described(), indent=1)


def http_page() -> str:
    """Every operation of the API with what it does."""
    schema = described()
    lines = ["# HTTP API", ""]
    lines.append(
        "JSON, with a key (`Authorization: Bearer tk_…`) or a session; described at `/api/openapi.json`. Errors are"
    )
    lines.append(
        'problem details (RFC 9457). Lists are pages: `?limit=&cursor=` gives `{"items": [], "next": null}`. A POST with an'
    )
    lines.append(
        "`Idempotency-Key` has its effect once within a day; the second gets the first answer. Times are ISO 8601 UTC."
    )
    lines += ["", "| operation | what it does |", "| --- | --- |"]
    for path, methods in sorted((schema.get("paths") or {}).items()):
        for method, operation in methods.items():
            if isinstance(operation, dict):
                told = " ".join(str(operation.get("description") or "").split()).replace("|", "\\|")
                lines.append(f"| `{method.upper()} {path}` | {told} |")
    lines += [
        "",
        "Events come in through Segment's tracking API at `/v1/…`, callbacks of channels at `/hooks/channels/{account}/{kind}`.",
    ]
    return "\n".join(lines) + "\n"


def failures_page() -> str:
    """The kinds of failure that a channel may report, each with its one behaviour."""
    lines = ["# Failures of a channel", "", "| why | what happens |", "| --- | --- |"]
    told = dict(re.findall(r'= "(\w+)"  # (.+)', inspect.getsource(Why)))
    lines += [f"| `{why}` | {told[why]} |" for why in Why]
    return "\n".join(lines) + "\n"


PAGES = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "journeys.md": documents_page,
    "http.md": http_page,
    "failures.md": failures_page,
}
