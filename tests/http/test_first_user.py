"""The first start: a link that works once makes the first user."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest


def test_the_printed_link_makes_the_first_user_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as out:
        command = [
            sys.executable,
            "-m",
            "tidings",
            "serve",
            "--data",
            str(tmp_path / "data"),
            "--port",
            "0",
        ]
        process = subprocess.Popen(command, stderr=out, stdout=out, cwd=tmp_path)
    try:
        for _ in range(500):
            if found := re.search(r"serves on (http://\S+)", log.read_text()):
                break
            time.sleep(0.02)
        assert found is not None, log.read_text()
        path = re.search(r"(/first/\S+)", log.read_text())
        assert path is not None
        url, form = found[1] + path[1], {"email": "me@example.com", "password": "correct-horse-battery"}
        assert "owns the installation" in urllib.request.urlopen(url, timeout=5).read().decode()
        with pytest.raises(urllib.error.HTTPError) as short:
            urllib.request.urlopen(url, urllib.parse.urlencode(form | {"password": "short"}).encode(), timeout=5)
        short.value.close()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(url, urllib.parse.urlencode(form).encode(), timeout=5).read().decode()
        assert "me@example.com" in page
        with pytest.raises(urllib.error.HTTPError) as used:
            urllib.request.urlopen(url, timeout=5)
        used.value.close()
        assert used.value.code == 404
    finally:
        process.terminate()
        assert process.wait(15) == 0
