"""Documents as files: YAML or JSON in, canonical YAML out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from tidings.runtime.errors import Invalid


class _Written(SafeConstructor):
    """Dates stay as they are written: JSON has none, and a document is the same in both."""


_Written.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def parse(text: str) -> Any:
    """YAML or JSON as data."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Written
    return yaml.load(text)


def read(file: Path) -> Any:
    """A document from a YAML or JSON file; `Invalid` names the file and the line."""
    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid.at(str(file), f"cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark is not None else str(file)
        raise Invalid.at(place, f"is not YAML: {getattr(error, 'problem', None) or error}.") from error


def write(file: Path, document: dict[str, Any]) -> None:
    """The same content gives the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML()
    yaml.default_flow_style, yaml.width, yaml.allow_unicode = False, 120, True
    with file.open("w", encoding="utf-8") as target:
        yaml.dump(document, target)
