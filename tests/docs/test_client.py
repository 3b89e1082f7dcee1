"""The types of the interface's client are those of the API."""

from __future__ import annotations

import subprocess
from pathlib import Path

import hatch_build

from tests.support import node
from tidings.cli.reference import openapi

WEB = Path(__file__).parents[2] / "web"


def test_the_client_is_what_the_api_says(tmp_path: Path) -> None:
    hatch_build.install()
    (tmp_path / "openapi.json").write_text(openapi())
    made = tmp_path / "schema.d.ts"
    script = WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    command = [
        str(node.node()),
        str(script),
        str(tmp_path / "openapi.json"),
        "--default-non-nullable=false",
        "-o",
        str(made),
    ]

    subprocess.run(command, check=True, capture_output=True)

    assert made.read_text() == (WEB / "src" / "api" / "schema.d.ts").read_text(), "run: make client"
