"""The interface as it is served: one page for every screen, under a policy without inline script."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from email.message import Message

import pytest

from tests.support.running import PASSWORD, Running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("web") / "data")
    running.sign_in()
    yield running
    assert running.stop() == 0


def fetched(server: Running, path: str) -> tuple[Message, str]:
    with urllib.request.urlopen(server.url + path, timeout=5) as answer:
        return answer.headers, answer.read().decode()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/w/main", "/w/main/", "/w/main/contacts/1", "/first/x"])
def test_every_screen_is_one_page_without_inline_script(server: Running, path: str) -> None:
    headers, page = fetched(server, path)

    policy = str(headers["content-security-policy"])
    assert "script-src 'self';" in policy and "unsafe" not in policy and "default-src 'none'" in policy
    nonce = re.search(r'name="nonce" content="([^"]+)"', page)
    assert nonce and f"'nonce-{nonce[1]}'" in policy and nonce[1] != "__NONCE__"
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert headers["cache-control"] == "no-store"


def test_each_answer_has_a_nonce_of_its_own(server: Running) -> None:
    assert fetched(server, "/")[0]["content-security-policy"] != fetched(server, "/")[0]["content-security-policy"]


def test_parts_are_kept_for_ever_and_nothing_else_is_served(server: Running) -> None:
    page = fetched(server, "/")[1]
    part = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert part

    headers, _ = fetched(server, part[1])

    assert "immutable" in str(headers["cache-control"])
    assert str(headers["content-type"]).startswith("text/javascript")
    assert server.ask("GET", "/assets/..%2f..%2f__init__.py")[0] == 404
    assert server.ask("GET", "/assets/.sources")[0] == 404


def test_signing_out_ends_the_session_and_forgets_the_cookie(server: Running) -> None:
    other = server.visitor()
    other.sign_in()
    assert other.ask("GET", "/api/v1/me")[0] == 200

    assert other.ask("POST", "/api/v1/logout")[0] == 200

    assert other.ask("GET", "/api/v1/me")[0] == 401


def test_the_stream_tells_what_changed_and_stops_with_the_server(server: Running) -> None:
    request = urllib.request.Request(server.url + "/api/v1/live?workspace=main")
    request.add_header("cookie", server._cookie)
    with urllib.request.urlopen(request, timeout=10) as stream:
        first = pulse(stream)
        assert server.ask("POST", "/api/v1/contacts", {"user_id": "u1", "attributes": {"a": 1}})[0] == 201
        second = pulse(stream)

    assert first["contacts"] != second["contacts"]
    assert first["messages"] == second["messages"]


def pulse(stream: object) -> dict[str, str]:
    for line in stream:  # type: ignore[attr-defined]
        if line.startswith(b"data:"):
            return dict(json.loads(line[5:]))
    raise AssertionError("the stream ended")


def test_home_counts_what_needs_somebody(server: Running) -> None:
    failing = {"plugin": "sandbox", "config": {"fail_for": "refused"}, "is_default": True, "channel": "email"}
    assert server.ask("PUT", "/api/v1/accounts/mail", failing)[0] == 200
    server.ask("POST", "/api/v1/accounts/mail/pause", {})

    home = server.ask("GET", "/api/v1/home")[1]

    assert home["needs"]["resting_accounts"] == 1
    assert {one["name"]: one["state"] for one in home["senders"]}["mail"] == "paused"
    assert home["contacts"] >= 1 and len(home["hours"]) == 48


def test_a_wrong_password_is_refused_and_guessing_is_slowed(server: Running) -> None:
    stranger = server.visitor()
    wrong = {"email": "guess@example.com", "password": PASSWORD + "x"}

    answers = [stranger.ask("POST", "/api/v1/login", wrong) for _ in range(12)]

    assert answers[0][0] == 403 and answers[0][1]["detail"] == "Email or password is wrong."
    assert answers[-1][0] == 429
