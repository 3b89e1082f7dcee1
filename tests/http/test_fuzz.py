"""Whatever is sent to the API by its own description, it never answers with a fault of ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.running import Running

EXAMPLES = 200
"""Of each operation; 60 missed bugs that 200 found."""


def test_no_input_makes_the_server_fail(tmp_path: Path) -> None:
    server = Running(tmp_path / "data")
    server.sign_in()
    key = server.key("admin")
    options = [
        "--checks",
        "not_a_server_error,response_schema_conformance",
        "--phases",
        "coverage,fuzzing",
        "--max-examples",
        str(EXAMPLES),
    ]
    options += ["--exclude-path", "/api/v1/login", "--exclude-path-regex", "/api/v1/keys/.*", "--no-color"]

    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/api/openapi.json"]
    command += ["-H", f"Authorization: Bearer {key}", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=900, check=False)

    assert done.returncode == 0, done.stdout[-8_000:]
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
    assert server.stop() == 0
