"""The reference pages that are made from the code: settings and commands."""

from __future__ import annotations

from typing import get_args, get_type_hints

import click
import msgspec

from tidings.cli.main import main
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


PAGES = {"settings.md": settings_page, "commands.md": commands_page}
