"""Whatever is sent to the API by its own description, it never answers with a fault of ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support.running import Running

EXAMPLES = 200
"""Of each operation; 60 missed bugs that 200 found."""


LEFT_OUT = 2
"""Signing in, which is slow on purpose, and revoking the key that asks."""
HALVES = ("^/api/v1/[a-i]", "^/api/(?!v1/[a-i])")
"""Operations by the beginning of their address; the halves run side by side."""


def test_no_input_makes_the_server_fail(tmp_path: Path) -> None:
    server = Running(tmp_path / "data")
    server.sign_in()
    key = server.key("admin")
    options = ["--checks", "not_a_server_error,response_schema_conformance", "--phases", "coverage,fuzzing"]
    options += ["--max-examples", str(EXAMPLES), "--no-color", "-H", f"Authorization: Bearer {key}"]
    options += ["--exclude-path", "/api/v1/login", "--exclude-path-regex", "/api/v1/keys/.*"]
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/api/openapi.json", *options]
    told = list[Path]()
    running = list[subprocess.Popen[bytes]]()
    for number, half in enumerate(HALVES):
        told.append(tmp_path / f"half-{number}")
        with told[-1].open("wb") as out:
            arguments = [*command, "--include-path-regex", half]
            running.append(subprocess.Popen(arguments, stdout=out, stderr=out, cwd=tmp_path))

    codes = [process.wait(timeout=900) for process in running]
    for number, file in enumerate(told):
        # The example generator itself sometimes runs past the end of its own list (an IndexError in its optimiser).
        if codes[number] and "Runtime Error: 1" in file.read_text() and "Failures:" not in file.read_text():
            arguments = [*command, "--include-path-regex", HALVES[number]]
            with file.open("wb") as out:
                codes[number] = subprocess.run(arguments, stdout=out, stderr=out, cwd=tmp_path, timeout=900).returncode

    assert codes == [0, 0], "\n".join(file.read_text()[-6_000:] for file in told)
    chosen = [re.findall(r"(\d+) selected / (\d+) total", file.read_text())[0] for file in told]
    assert sum(int(selected) for selected, _ in chosen) >= int(chosen[0][1]) - LEFT_OUT, (
        "no operation is in neither half"
    )
    assert "Traceback" not in (tmp_path / "serve.log").read_text()
    assert server.stop() == 0
