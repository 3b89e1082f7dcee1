"""Finding plugins: the built-in folder, a folder of one's own, and installed packages. One that breaks stops no other."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from msgspec import Struct

from tidings.channels.contract import Channel
from tidings.channels.structs import API

GROUP = "tidings.channels"


class Plugins(Struct, frozen=True):
    """What was found, by plugin id; and what could not be loaded, by where it is, with the reason."""

    found: dict[str, type[Channel[Any]]]
    problems: dict[str, str]


def built_in() -> Path:
    """The folder of our own plugins: in the wheel, or beside `src` in a checkout."""
    shipped = Path(str(resources.files("tidings") / "plugins"))
    return shipped if shipped.is_dir() else Path(__file__).resolve().parents[3] / "plugins"


def load(folders: Iterable[Path] = ()) -> Plugins:
    """Load every plugin that can be loaded; later folders replace earlier plugins of the same id."""
    plugins = Plugins({}, {})
    for folder in (built_in(), *folders):
        for file in sorted(folder.glob("*/plugin.py")):
            _load(plugins, str(file.parent), lambda file=file: _from_file(file))
    for entry in metadata.entry_points(group=GROUP):
        _load(plugins, entry.value, entry.load)
    return plugins


def _load(plugins: Plugins, where: str, load: Any) -> None:
    try:
        channel = load()
        meta = channel.meta
        if meta.api[0] != API[0] or meta.api > API:
            raise ValueError(f"it was made for contract {meta.api}, this is {API}")
        plugins.found[meta.id] = channel
    except Exception as error:  # a plugin is somebody else's code: every fault of it stays in it
        plugins.problems[where] = f"{type(error).__name__}: {error}"


def from_folder(folder: Path) -> type[Channel[Any]]:
    """The channel of one plugin's folder; whatever it raises is its own."""
    return _from_file(folder.resolve() / "plugin.py")


def _from_file(file: Path) -> type[Channel[Any]]:
    """The folder as a package of its own, so that files beside `plugin.py` are imported relatively."""
    package = f"tidings_plugin_{file.parent.name.replace('-', '_')}"
    name = f"{package}.plugin"
    if name in sys.modules and sys.modules[name].__file__ == str(file):
        return sys.modules[name].CHANNEL  # type: ignore[no-any-return]
    parent = importlib.util.spec_from_loader(package, None, is_package=True)
    assert parent is not None, "a namespace always has a spec"
    parent.submodule_search_locations = [str(file.parent)]
    sys.modules[package] = importlib.util.module_from_spec(parent)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None, "the file exists"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module.CHANNEL  # type: ignore[no-any-return]
