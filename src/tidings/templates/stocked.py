"""Letters to begin with: a welcome, a basket that was left, thanks for an order, a newsletter."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML


@cache
def stock() -> dict[str, dict[str, Any]]:
    """The documents that come along, by name; each is a copy to be changed."""
    folder = resources.files("tidings.templates") / "stock"
    yaml = YAML(typ="safe", pure=True)
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): yaml.load(file.read_text(encoding="utf-8")) for file in files}
