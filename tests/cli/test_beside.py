"""Commands beside a running server: what changes something goes through its socket, what reads opens the file (CORRECTNESS 31)."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_commands import JOURNEY, TEMPLATE
from tests.support.running import PASSWORD, Running
from tidings.cli import main


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("beside") / "data")
    running.sign_in()
    yield running
    assert running.stop() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hello.yaml").write_text(TEMPLATE)
    (tmp_path / "welcome.yaml").write_text(JOURNEY)
    return tmp_path


def run(server: Running, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(server.folder)])


def test_a_document_is_published_through_the_running_server(server: Running, folder: Path) -> None:
    done = run(server, "publish", str(folder / "welcome.yaml"), str(folder / "hello.yaml"))

    assert (done.exit_code, done.output) == (0, "template hello is live.\njourney welcome is live.\n")
    assert server.ask("GET", "/api/v1/journeys/welcome")[1]["state"] == "active"
    assert "does not change" in run(server, "plan", str(folder / "welcome.yaml")).output
    assert run(server, "pull", str(folder / "out")).output == "journeys/welcome.yaml\ntemplates/hello.yaml\n"


def test_a_key_made_beside_the_server_opens_its_doors(server: Running) -> None:
    made = json.loads(run(server, "key", "create", "--scope", "api", "--json").output)["key"]

    assert server.ask("GET", "/api/v1/contacts", cookie="", authorization=f"Bearer {made}")[0] == 200


def test_a_person_made_beside_the_server_can_sign_in(server: Running) -> None:
    assert (
        run(server, "user", "create", "b@example.com", "--password", PASSWORD).output == "b@example.com can sign in.\n"
    )

    assert server.ask("POST", "/api/v1/login", {"email": "b@example.com", "password": PASSWORD})[0] == 200
    again = run(server, "user", "create", "b@example.com", "--password", PASSWORD)
    assert (again.exit_code, "can sign in already" in again.output) == (1, True)


def test_what_is_wrong_is_said_as_without_a_server(server: Running) -> None:
    scope = run(server, "key", "create", "--scope", "everything")
    missing = run(server, "contact", "show", "7")

    assert (scope.exit_code, scope.output) == (
        1,
        "scope: 'everything' is not a scope. Use one of browser, track, api, admin.\n",
    )
    assert (missing.exit_code, missing.output) == (1, "There is no contact 7.\n")
    assert run(server, "key", "create", "--scope", "api", "--workspace", "other").exit_code == 1
    assert run(server, "plan", "nowhere.yaml").exit_code == 1


def test_people_are_looked_at_while_the_server_runs(server: Running) -> None:
    _, eve = server.ask("POST", "/api/v1/contacts", {"user_id": "eve", "email": "eve@example.com"})

    assert "eve@example.com" in run(server, "contact", "show", str(eve["id"])).output
    assert run(server, "explain", str(eve["id"])).output == "Nothing was ever asked for.\n"
    assert "server: is running" in run(server, "doctor").output


def test_serve_and_migrate_are_turned_away_and_init_has_nothing_to_do(server: Running) -> None:
    assert run(server, "migrate").exit_code == 75
    assert run(server, "serve").exit_code == 75
    assert run(server, "init").exit_code == 0


def test_only_the_owner_of_the_folder_may_use_the_socket_and_it_goes_with_the_server(tmp_path: Path) -> None:
    running = Running(tmp_path / "data")
    socket = Path((running.folder / "tidings.lock").read_text().splitlines()[0])
    mode = stat.S_IMODE(socket.stat().st_mode)

    running.kill()
    made = run(running, "key", "create", "--scope", "api")

    assert mode == 0o600
    assert made.exit_code == 0, "a socket that was left by a kill is no server"
    running.start()
    assert running.stop() == 0
    assert not socket.exists()


def test_a_folder_that_was_never_used_is_said_so(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path / "none")])

    assert told.exit_code == 1
    assert "tidings init" in told.output
    assert not (tmp_path / "none").exists()
