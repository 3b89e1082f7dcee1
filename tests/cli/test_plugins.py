"""The how-to for authors, followed to the letter: a toy channel is made, held to the contract, and sends."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.http.test_server import eventually
from tests.support.running import Running
from tidings.cli import main


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.fixture
def service() -> Iterator[tuple[str, list[Any]]]:
    """The service that the toy speaks to, and what it has got."""
    got = list[Any]()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            got.append((body, self.headers["authorization"], self.headers["idempotency-key"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/messages", got
        server.shutdown()
        thread.join()


def test_a_toy_channel_is_made_checked_and_sends(tmp_path: Path, service: tuple[str, list[Any]]) -> None:
    folder, (url, got) = tmp_path / "my-channels", service
    assert run("plugins", "new", "toy", "--folder", str(folder)).exit_code == 0
    checked = run("plugins", "check", str(folder / "toy"))
    assert (checked.exit_code, "broken:" in checked.output) == (0, False), checked.output
    assert "toy: toy 0.1.0 (toy)" in run("plugins", "list", "--folder", str(folder)).output

    server = Running(tmp_path / "data", plugins=str(folder), allow_hosts="127.0.0.1")
    server.sign_in()
    account = {"plugin": "toy", "config": {"url": url, "token": "hush"}, "is_default": True}
    assert server.ask("PUT", "/api/v1/accounts/toy", account)[0] == 200
    template = {"template": "hi", "channel": "toy", "class": "service", "subject": "", "text": "Hi {{ contact.name }}"}
    steps = {"hi": {"send": {"channel": "toy", "template": "hi"}, "next": "end"}}
    for document in (template, {"journey": "hi", "triggers": [{"api": True}], "steps": steps}):
        assert server.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    ada = server.ask("POST", "/api/v1/contacts", {"user_id": "ada", "attributes": {"name": "Ada"}})[1]["id"]
    assert server.ask("PUT", f"/api/v1/contacts/{ada}/addresses/toy", {"value": "ada"})[1]["addresses"] == {
        "toy": "ada"
    }
    server.ask("POST", "/api/v1/journeys/hi/enrol", {"contact_ids": [ada]})

    assert eventually(lambda: got, 10)
    body, authorization, key = got[0]
    assert (body, authorization) == ({"to": "ada", "text": "Hi Ada"}, "Bearer hush")
    assert key == server.ask("GET", f"/api/v1/messages?contact_id={ada}")[1]["items"][0]["key"]
    assert server.ask("PUT", f"/api/v1/contacts/{ada}/addresses/email", {"value": "a@example.com"})[0] == 400
    assert server.stop() == 0


def test_a_channel_that_does_not_ask_before_it_sends_is_found_out(tmp_path: Path) -> None:
    run("plugins", "new", "toy", "--folder", str(tmp_path))
    file = tmp_path / "toy" / "plugin.py"
    file.write_text(file.read_text().replace("if message.id in allowed else []", ""))

    checked = run("plugins", "check", str(tmp_path / "toy"))

    assert checked.exit_code == 1
    assert "broken: what is withheld does not go out" in checked.output
    assert "promises are broken" in checked.output
    assert "Traceback" not in checked.output


@pytest.mark.parametrize(
    ("text", "told"),
    [("1 +", "SyntaxError"), ("import nowhere", "nowhere"), ("x = 1", "CHANNEL"), (None, "has no plugin.py")],
)
def test_a_plugin_that_cannot_be_loaded_is_said_so(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "plugin.py").write_text(text)

    checked = run("plugins", "check", str(tmp_path))

    assert checked.exit_code == 1
    assert told in checked.output
    assert "Traceback" not in checked.output


def test_nothing_is_overwritten_and_a_name_is_a_name(tmp_path: Path) -> None:
    run("plugins", "new", "toy", "--folder", str(tmp_path))

    assert "is there already" in run("plugins", "new", "toy", "--folder", str(tmp_path)).output
    assert run("plugins", "new", "../toy", "--folder", str(tmp_path)).exit_code == 1
