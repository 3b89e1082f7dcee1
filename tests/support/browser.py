"""A real Chromium: the machine's, else the one that the npm package @sparticuz/chromium carries."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support import node

HERE = Path(__file__).parent / "chromium"
UNPACKED = HERE / "node_modules" / ".unpacked"
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find() -> tuple[str, dict[str, str]]:
    """(path, what its environment needs)."""
    names = ("chromium", "chromium-browser", "google-chrome")
    for found in (os.environ.get("TIDINGS_TEST_CHROMIUM"), *map(shutil.which, names)):
        if found:
            return found, {}
    _unpack()
    libraries = UNPACKED / "al2023" / "lib"
    fonts = UNPACKED / "fonts.conf"
    return str(UNPACKED / "chromium"), {
        "LD_LIBRARY_PATH": str(libraries),
        "FONTCONFIG_FILE": str(fonts),
        "LANG": "en_US.UTF-8",
    }


def _unpack() -> None:
    """The package unpacks its libraries only where it believes that it runs in a Lambda."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = UNPACKED / "done"
    if mark.is_file() and mark.read_text() == wanted:
        return
    environment = node.environment() | {"CI": "1"}
    subprocess.run([*node.npm(), "ci", "--loglevel", "error"], cwd=HERE, env=environment, check=True)
    UNPACKED.mkdir(exist_ok=True)
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath())"
    lambda_like = {"TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
    subprocess.run([str(node.node()), "-e", script], cwd=HERE, env=environment | lambda_like, check=True)
    folders = f"<dir>{UNPACKED / 'fonts'}</dir><cachedir>{UNPACKED / 'cache'}</cachedir>"
    (UNPACKED / "fonts.conf").write_text(f"<fontconfig>{folders}</fontconfig>")
    mark.write_text(wanted)


@contextmanager
def opened() -> Iterator[Browser]:
    """A running Chromium."""
    path, environment = find()
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node.node())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS, env={**os.environ, **environment}, timeout=60_000
        )
        yield browser
        browser.close()
