"""Build hook: migrations and plugins live beside `src` and go into the wheel as parts of the package."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BESIDE_SRC = ("migrations", "plugins")


class TidingsBuildHook(BuildHookInterface[Any]):
    """Not a force-include in pyproject.toml: an editable install would copy the folders, and the copies grow stale."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"] |= {folder: f"tidings/{folder}" for folder in BESIDE_SRC}
