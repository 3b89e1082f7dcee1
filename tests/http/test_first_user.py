"""The first start: a link that works once makes the first user and sets the workspace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import PASSWORD, Running


class Started(Running):
    """A server that nobody can sign in to yet, and the link that it printed."""

    def __init__(self, folder: Path) -> None:
        log = folder / "log"
        command = [sys.executable, "-m", "tidings", "serve", "--data", str(folder / "data"), "--port", "0"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_ADMIN")}
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, stderr=out, stdout=out, cwd=folder, env=clean)
        for _ in range(500):
            if found := re.search(r"serves on (http://\S+)", log.read_text()):
                break
            time.sleep(0.02)
        assert found is not None, log.read_text()
        link = re.search(r"/first/(\S+)", log.read_text())
        assert link is not None
        self.url, self.token, self._cookie = found[1], link[1], ""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Started]:
    running = Started(tmp_path)
    yield running
    assert running.stop() == 0


def test_the_printed_link_makes_the_first_user_once(server: Started) -> None:
    who = {"token": server.token, "email": "a@example.com", "password": PASSWORD}
    assert server.ask("GET", "/api/v1/first")[1]["needs_first_user"] is True
    assert server.ask("GET", f"/api/v1/first/{server.token}")[1] == {"is_good": True}

    status, short = server.ask("POST", "/api/v1/first", who | {"password": "short"})
    assert status == 400, short
    settings = {"zone": "Europe/Berlin", "public_url": "https://news.example.com"}
    assert server.ask("POST", "/api/v1/first", who | {"settings": settings})[0] == 200

    server.sign_in()
    assert server.ask("GET", "/api/v1/settings")[1]["zone"] == "Europe/Berlin"
    assert server.ask("GET", "/api/v1/settings")[1]["public_url"] == "https://news.example.com"
    assert server.ask("GET", f"/api/v1/first/{server.token}")[1] == {"is_good": False}
    assert server.ask("GET", "/api/v1/first")[1]["needs_first_user"] is False
    assert server.ask("POST", "/api/v1/first", who)[0] == 403


def test_a_setting_that_is_wrong_makes_nobody(server: Started) -> None:
    who = {"token": server.token, "email": "a@example.com", "password": PASSWORD, "settings": {"zone": "Mars/Base"}}

    status, told = server.ask("POST", "/api/v1/first", who)

    assert (status, told["errors"][0]["path"]) == (400, "settings.zone")
    assert server.ask("GET", "/api/v1/first")[1]["needs_first_user"] is True


def test_another_link_makes_nobody(server: Started) -> None:
    who = {"token": "guessed", "email": "a@example.com", "password": PASSWORD}

    assert server.ask("POST", "/api/v1/first", who)[0] == 403
    assert server.ask("GET", "/api/v1/first/guessed")[1] == {"is_good": False}
