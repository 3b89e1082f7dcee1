"""For whoever writes a channel: begin one, and hold it to the contract."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import click

from tidings.channels import loader
from tidings.channels.conformance import ChannelContract
from tidings.cli.common import Place, placed
from tidings.runtime.errors import Invalid, TidingsError

_NAME = re.compile(r"^[a-z][a-z0-9_]{1,30}$")
FILES = ("plugin.py", "test_contract.py", "README.md")


@click.command("new")
@click.argument("name")
@click.option("--folder", default=".", show_default=True, help="Where the plugin's own folder is made.")
@placed
def new_plugin(place: Place, name: str, folder: str) -> None:
    """Begin a channel: a folder with a plugin that works, its contract as a test, and a README."""
    if not _NAME.match(name):
        raise Invalid.at("name", f"{name!r} is not a name.", "Use small letters, digits and _, as in my_channel.")
    target = Path(folder) / name
    if target.exists():
        raise Invalid.at(str(target), "is there already.", "Choose another name, or take it away first.")
    skeleton, title = resources.files("tidings.cli") / "skeleton", "".join(map(str.title, name.split("_")))
    names = {"NameChannel": title, "NameConfig": f"{title}Config", "NAME": name}
    target.mkdir(parents=True)
    for file in FILES:
        text = (skeleton / f"{file}.txt").read_text(encoding="utf-8")
        for placeholder, word in names.items():
            text = text.replace(placeholder, word)
        (target / file).write_text(text, encoding="utf-8")
    place.say(
        {"folder": str(target)}, f"{target} is a channel that works. Change it, and run: tidings plugins check {target}"
    )


@click.command("check")
@click.argument("path")
@placed
def check_plugin(place: Place, path: str) -> None:
    """Hold a channel to the contract: it loads, and keeps every promise that its tests name."""
    folder = Path(path)
    if not (folder / "plugin.py").is_file():
        raise Invalid.at(path, "has no plugin.py.", "Name the folder of one plugin.")
    try:
        meta = loader.from_folder(folder).meta
        contracts = list(_contracts(folder))
    except Exception as error:  # a plugin is somebody else's code
        raise TidingsError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    if not contracts:
        raise Invalid.at(path, "has no ChannelContract.", "See test_contract.py of `tidings plugins new`.")
    results = [found for contract in contracts for found in _run(contract)]
    broken = {name: why for name, why in results if why}
    lines = [f"{meta.id} {meta.version} ({meta.channel})"]
    lines += [f"{'broken' if why else 'kept'}: {name}{f': {why}' if why else ''}" for name, why in results]
    place.say({"plugin": meta.id, "kept": len(results) - len(broken), "broken": broken}, "\n".join(lines))
    if broken:
        raise TidingsError(f"{len(broken)} of {len(results)} promises are broken.")


def _contracts(folder: Path) -> Iterator[type[ChannelContract]]:
    for file in sorted(folder.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"tidings_check_{folder.name}_{file.stem}", file)
        assert spec is not None and spec.loader is not None, "the file exists"
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, ChannelContract) and found is not ChannelContract:
                yield found


def _run(contract: type[ChannelContract]) -> Iterator[tuple[str, str]]:
    """(promise in words, what is wrong or nothing) of every promise."""
    for name, _ in inspect.getmembers(contract, inspect.isfunction):
        if name.startswith("test_"):
            yield name.removeprefix("test_").replace("_", " "), _broken(getattr(contract(), name))


def _broken(promise: Any) -> str:
    try:
        found = promise()
        if inspect.iscoroutine(found):
            asyncio.run(found)
    except Exception as error:  # as above; a broken promise is an assertion
        return str(error).partition("\n")[0] or type(error).__name__
    return ""
