"""Start: first answer of the server, against a bare Litestar process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tidings.bench import floors

BARE = """
import asyncio, socket, sys, uvicorn
from litestar import Litestar, get
@get("/healthz")
async def alive() -> str:
    return "ok"
bound = socket.create_server(("127.0.0.1", int(sys.argv[1])))
server = uvicorn.Server(uvicorn.Config(Litestar([alive]), http="httptools", log_config=None, access_log=False))
asyncio.run(server.serve(sockets=[bound]))
"""


def first_answer(command: list[str], port: int) -> tuple[float, float]:
    """(seconds until /healthz answers, resident megabytes then)."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    )
    try:
        while time.perf_counter() - begun < 30:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).read()
                status = Path(f"/proc/{process.pid}/status").read_text()
                resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
                return time.perf_counter() - begun, int(resident.split()[1]) / 1_000
            except OSError:
                time.sleep(0.003)
        raise RuntimeError(f"{command} did not answer within 30 seconds")
    finally:
        process.terminate()
        process.wait(15)


def main(arguments: list[str]) -> None:
    """`tidings bench start [--runs N] [--port N] [--json]`."""
    given = floors.options(arguments, runs=7, port=18_181)
    on = floors.ground("", f"a server that has run once, {given.runs:,} starts", is_storing=False)
    pairs, sizes = list[tuple[float, float]](), list[tuple[float, float]]()
    with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
        serve = [sys.executable, "-m", "tidings", "serve", "--data", folder, "--port", str(given.port)]
        bare = [sys.executable, "-c", BARE, str(given.port)]
        first_answer(serve, given.port)  # makes the stores and the bytecode
        for _ in range(given.runs):
            floor, product = first_answer(bare, given.port), first_answer(serve, given.port)
            pairs.append((floor[0], product[0]))
            sizes.append((floor[1], product[1]))
    middle = sorted(pairs)[len(pairs) // 2]
    ratios = {"start_to_litestar": 1 / floors.median_ratio(pairs), "memory_to_litestar": 1 / floors.median_ratio(sizes)}
    figures = {"first_answer_seconds": middle[1], "bare_litestar_seconds": middle[0], "resident_megabytes": sizes[0][1]}
    floors.report("start", on, figures, ratios, as_json=given.json)
