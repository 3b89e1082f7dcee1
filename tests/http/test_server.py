"""The running server: calls come in as Segment's SDK sends them, people look, and the server stops politely."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.running import Running

TEMPLATE = {
    "template": "hello",
    "class": "promotional",
    "topic": "news",
    "subject": "Hi",
    "html": '<a href="https://x.example/a">x</a>',
}
JOURNEY = {
    "journey": "hello",
    "triggers": [{"event": "Signed Up"}],
    "steps": {"hello": {"send": {"channel": "email", "template": "hello"}, "next": "end"}},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server") / "data"
    running = Running(folder)
    running.sign_in()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def key(server: Running) -> str:
    return server.key("track")


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def eventually(look: Any, seconds: float = 5.0) -> Any:
    """What `look` finds, as soon as it finds something."""
    ends = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < ends:
        time.sleep(0.02)
    return found


def test_a_journey_reaches_the_inbox_and_one_click_unsubscribes(server: Running, key: str) -> None:
    for document in (TEMPLATE, JOURNEY):
        assert server.ask("POST", "/api/v1/documents/publish", document) == (
            200,
            {"kind": next(iter(document)), "name": "hello", "published": True},
        )
    _, bob = server.ask("POST", "/api/v1/contacts", {"user_id": "bob", "email": "bob@example.com"})
    server.ask(
        "PUT", f"/api/v1/contacts/{bob['id']}/consent", {"channel": "email", "topic": "news", "state": "subscribed"}
    )
    status, _ = server.ask("POST", "/v1/track", {"userId": "bob", "event": "Signed Up"}, **basic(key))
    assert status == 200

    mails = eventually(
        lambda: [m for m in server.ask("GET", "/api/v1/inbox")[1]["items"] if m["body"]["to"] == "bob@example.com"]
    )
    link = mails[0]["body"]["unsubscribe"]
    for method in ("GET", "HEAD"):
        assert urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=5).status == 200
    assert server.ask("GET", f"/api/v1/contacts/{bob['id']}/consent")[1]["states"][0]["state"] == "subscribed"
    assert (
        urllib.request.urlopen(
            urllib.request.Request(link, method="POST", data=b"List-Unsubscribe=One-Click"), timeout=5
        ).status
        == 200
    )
    assert server.ask("GET", f"/api/v1/contacts/{bob['id']}/consent")[1]["states"][0]["state"] == "unsubscribed"


def test_a_click_goes_to_the_stored_target_and_a_forged_link_nowhere(server: Running) -> None:
    _, found = server.ask("GET", "/api/v1/inbox")
    html = next(m["body"]["html"] for m in found["items"] if "/c/" in m["body"]["html"])
    path = "/c/" + html.split("/c/")[1].split('"')[0]

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(Stay).open(server.url + path, timeout=5)
    moved.value.close()
    assert (moved.value.code, moved.value.headers["location"]) == (302, "https://x.example/a")
    assert server.ask("GET", path.replace("/c/", "/c/A"))[0] == 404
    assert server.ask("GET", path + "7")[0] == 404


def test_wrong_calls_are_refused_in_words_and_spoil_no_others(server: Running, key: str) -> None:
    good = {"type": "track", "userId": "eve", "event": "Fine"}
    wrong = [{"type": "track", "userId": "eve"}, {"type": "dance", "userId": "eve"}, {"type": "track", "event": "x"}, 7]

    assert server.ask("POST", "/v1/batch", {"batch": [good, *wrong]}, **basic(key))[0] == 200
    assert server.ask("POST", "/v1/track", {"event": "x"}, **basic(key))[0] == 400
    assert server.ask("POST", "/v1/track", good, **basic("tk_track_no"))[0] == 401
    assert server.ask("POST", "/v1/track", good)[0] == 401
    assert server.ask("POST", "/v1/track", good | {"properties": {"x": "y" * 40_000}}, **basic(key))[0] == 413
    assert server.ask("POST", "/v1/track", good | {"properties": {"x": "\u0000"}}, **basic(key))[0] == 400
    _, found = server.ask("GET", "/api/v1/events/rejected")
    assert [row["path"] for row in found["items"][:4]] == [
        "batch[4]",
        "batch[3].userId",
        "batch[2].type",
        "batch[1].event",
    ]


def test_gzip_and_a_key_in_the_body_are_understood(server: Running, key: str) -> None:
    body = gzip.compress(json.dumps({"userId": "zip", "event": "Zipped", "writeKey": key}).encode())
    request = urllib.request.Request(server.url + "/v1/track", body, {"content-encoding": "gzip"})

    assert urllib.request.urlopen(request, timeout=5).read() == b'{"success": true}'


def test_the_same_message_id_is_one_event(server: Running, key: str) -> None:
    call = {"userId": "dup", "event": "Once", "messageId": "m-1"}
    for _ in range(3):
        assert server.ask("POST", "/v1/track", call, **basic(key))[0] == 200

    _, found = server.ask("GET", "/api/v1/events?limit=200")
    assert [row["name"] for row in found["items"]].count("Once") == 1


def test_doors_are_closed_to_strangers_and_other_sites(server: Running, key: str) -> None:
    assert server.ask("GET", "/api/v1/contacts", cookie="")[0] == 401
    assert server.ask("GET", "/api/v1/contacts", cookie="", authorization=f"Bearer {key}")[0] == 403
    assert server.ask("POST", "/api/v1/keys", {"scope": "api"}, sec_fetch_site="cross-site")[0] == 403
    assert server.ask("POST", "/api/v1/keys", {"scope": "api"}, origin="https://evil.example")[0] == 403
    assert server.ask("POST", "/api/v1/login", {"email": "a@example.com", "password": "wrong"})[0] == 403


def test_a_wrong_document_changes_nothing_and_every_place_is_named(server: Running) -> None:
    wrong = JOURNEY | {
        "journey": "bad name",
        "steps": {"a": {"wait": {"for": "2x"}, "next": "b"}, "c": {"fly": {}}},
        "extra": 1,
    }
    status, problem = server.ask("POST", "/api/v1/documents/publish", wrong)
    assert (status, problem["errors"][0]["message"]) == (400, "Object contains unknown field `extra`.")
    del wrong["extra"]
    status, problem = server.ask("POST", "/api/v1/documents/publish", wrong)

    assert status == 400
    assert {error["path"] for error in problem["errors"]} == {"journey", "steps.a.wait", "steps.c"}
    assert server.ask("GET", "/api/v1/journeys/bad%20name")[0] == 404


def test_machines_can_see_how_it_is(server: Running) -> None:
    assert server.ask("GET", "/healthz") == (200, "ok\n")
    assert server.ask("GET", "/readyz")[1]["ready"] is True
    metrics = server.ask("GET", "/metrics")[1]
    assert "tidings_lag_seconds" in metrics
    assert 'tidings_message_lag_seconds{workspace="main"} 0.0' in metrics
    assert server.ask("GET", "/api/openapi.json")[1]["openapi"].startswith("3.1")
    assert server.ask("GET", "/api/schemas/journey.json")[1]["title"] == "journey"


def test_a_second_process_on_the_same_folder_is_turned_away(server: Running) -> None:
    with pytest.raises(RuntimeError, match="Another Tidings process"):
        Running(server.folder)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RuntimeError) as said:
        Running(tmp_path / "file")
    assert "Traceback" not in str(said.value)


def test_a_port_that_is_taken_is_said_in_one_sentence_and_the_folder_is_free_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "tidings", "serve", "--data", str(tmp_path / "data"), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path, check=False)

    assert done.returncode == 1
    assert (
        done.stderr == f"127.0.0.1:{port} cannot be listened on: Address already in use. Choose another with --port.\n"
    )
    assert Running(tmp_path / "data").stop() == 0


def test_a_signal_that_comes_twice_at_once_still_stops_politely(tmp_path: Path) -> None:
    server = Running(tmp_path / "data")

    server.process.terminate()

    assert server.stop() == 0
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


def test_the_workspace_zone_is_set_and_a_wrong_one_is_refused(server: Running) -> None:
    assert server.ask("PUT", "/api/v1/settings", {"zone": "Mars/Olympus"})[0] == 400
    assert server.ask("PUT", "/api/v1/settings", {"zone": "Europe/Berlin"})[1]["zone"] == "Europe/Berlin"
    assert server.ask("GET", "/api/v1/settings")[1]["quiet_from"] == 540
