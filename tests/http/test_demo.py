"""The demo on a running server: it is ready at once, it lives, and visitors may do everything there and nothing elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.demo import made_in
from tests.support.running import Running

EMAIL = {"plugin": "email", "config": {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "a@example.org"}}


def until(what: Callable[[], Any], seconds: float = 20.0) -> Any:
    """The first answer that is true."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a small demo that was made before it started."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    made_in(folder)
    running = Running(folder, "--demo")
    until(lambda: running.ask("GET", "/api/v1/first")[1]["demo"])
    yield running
    assert running.stop() == 0


@pytest.fixture
def visitor(server: Running) -> Running:
    """A browser that has entered the demo."""
    return enter(server)


def enter(server: Running) -> Running:
    browser = server.visitor()
    browser.enter_demo()
    return browser


def test_a_visitor_is_told_where_they_are(visitor: Running) -> None:
    status, me = visitor.ask("GET", "/api/v1/me")

    assert status == 200
    assert (me["role"], me["workspace"]) == ("visitor", "demo")
    assert me["workspaces"] == [{"name": "demo", "title": "Fern & Field", "is_demo": True}]
    assert me["version"]


def test_a_person_may_enter_both(server: Running) -> None:
    person = server.visitor()
    person.sign_in()

    me = person.ask("GET", "/api/v1/me")[1]
    assert me["role"] == "owner"
    assert [(one["name"], one["is_demo"]) for one in me["workspaces"]] == [("main", False), ("demo", True)]
    assert person.ask("GET", "/api/v1/contacts?limit=1")[1]["items"] == []
    assert person.ask("GET", "/api/v1/contacts?limit=1", tidings_workspace="demo")[1]["items"]
    assert person.ask("GET", "/api/v1/contacts?limit=1&workspace=demo")[1]["items"]


def test_the_demo_moves_by_itself(server: Running, visitor: Running) -> None:
    def newest() -> int:
        return int(visitor.ask("GET", "/api/v1/events?limit=1")[1]["items"][0]["id"])

    before = newest()

    assert until(lambda: newest() > before, 30)


def test_a_visitor_may_change_what_is_in_the_demo(visitor: Running) -> None:
    template = {"template": "mine", "subject": "Hello", "text": "Hello."}
    status, told = visitor.ask("POST", "/api/v1/documents/publish", template)
    assert status < 300, told
    assert visitor.ask("PUT", "/api/v1/settings", {"zone": "Europe/Rome"})[0] == 200
    assert visitor.ask("PUT", "/api/v1/accounts/another", {"plugin": "sandbox"})[0] == 200
    assert visitor.ask("POST", "/api/v1/accounts/old-gateway/resume")[0] == 200


def test_a_visitor_cannot_touch_main(server: Running, visitor: Running) -> None:
    for method, path in (
        ("GET", "/contacts"),
        ("GET", "/me"),
        ("GET", "/keys"),
        ("POST", "/keys"),
        ("PUT", "/settings"),
    ):
        body = {} if method != "GET" else None
        assert visitor.ask(method, f"/api/v1{path}", body, tidings_workspace="main")[0] == 403, path
        assert visitor.ask(method, f"/api/v1{path}?workspace=main", body)[0] == 403, path


def test_a_visitor_sees_and_makes_no_people(visitor: Running) -> None:
    new = {"email": "b@example.com", "password": "correct-horse-battery", "role": "owner"}

    assert visitor.ask("GET", "/api/v1/people")[0] == 403
    assert visitor.ask("POST", "/api/v1/people", new)[0] == 403


@pytest.mark.parametrize("scope", ["api", "admin"])
def test_a_key_that_a_visitor_made_opens_no_more_than_they_may(server: Running, visitor: Running, scope: str) -> None:
    key = {"authorization": f"Bearer {visitor.key(scope)}"}
    program = server.visitor()

    assert program.ask("GET", "/api/v1/contacts?limit=1", **key)[1]["items"]
    assert program.ask("GET", "/api/v1/contacts", tidings_workspace="main", **key)[1]["items"], "it stays in the demo"
    assert program.ask("GET", "/api/v1/people", **key)[0] == 403
    new = {"email": "b@example.com", "password": "correct-horse-battery", "role": "owner"}
    assert program.ask("POST", "/api/v1/people", new, **key)[0] == 403
    assert [one["name"] for one in program.ask("GET", "/api/v1/me", **key)[1]["workspaces"]] == ["demo"]


def test_visitors_do_not_see_each_other(server: Running) -> None:
    one, other = enter(server), enter(server)

    mine = one.ask("GET", "/api/v1/sessions")[1]["items"]
    assert [session["is_this"] for session in mine] == [True]
    assert other.ask("DELETE", f"/api/v1/sessions/{mine[0]['id']}")[0] == 404
    assert one.ask("GET", "/api/v1/me")[0] == 200


def test_the_visitor_is_nobody_who_can_sign_in(server: Running, visitor: Running) -> None:
    person = server.visitor()
    person.sign_in()

    assert [one["email"] for one in person.ask("GET", "/api/v1/people")[1]["items"]] == ["a@example.com"]
    for password in ("", "correct-horse-battery"):
        assert server.visitor().ask("POST", "/api/v1/login", {"email": "visitor", "password": password})[0] == 403


def test_no_real_account_comes_into_the_demo(server: Running, visitor: Running) -> None:
    person = server.visitor()
    person.sign_in()

    for browser in (visitor, person):
        status, told = browser.ask("PUT", "/api/v1/accounts/real", EMAIL, tidings_workspace="demo")
        assert status == 400 and "nothing leaves the demo" in str(told), told
        status, told = browser.ask("POST", "/api/v1/accounts/check", EMAIL, tidings_workspace="demo")
        assert status == 403 and "nothing leaves the demo" in str(told), told
    assert person.ask("PUT", "/api/v1/accounts/real", EMAIL)[0] == 200, "main is free"


def test_commands_work_beside_the_server(server: Running, visitor: Running) -> None:
    failed = visitor.ask("GET", "/api/v1/messages?state=uncertain&limit=1")[1]["items"][0]
    command = [sys.executable, "-m", "tidings", "explain", str(failed["contact_id"]), "--workspace", "demo"]
    done = subprocess.run([*command, "--data", str(server.folder)], capture_output=True, text=True, timeout=30)

    assert done.returncode == 0, done.stderr
    assert "uncertain" in done.stdout


def test_the_server_is_ready_before_its_demo_is_made_and_stops_in_between(tmp_path: Path) -> None:
    running = Running(tmp_path / "data", "--demo")

    status, told = running.ask("GET", "/api/v1/first")
    entered = running.visitor().ask("POST", "/api/v1/demo/enter")[0]

    assert status == 200
    assert told == {"needs_first_user": False, "demo": False, "is_demo_coming": True}
    assert entered == 404
    assert running.stop() == 0
    assert not (tmp_path / "data" / "workspaces" / "demo.db").exists()


def test_without_the_flag_there_is_no_way_in(server: Running, tmp_path: Path) -> None:
    running = Running(tmp_path / "data")

    assert running.ask("GET", "/api/v1/first")[1] == {"needs_first_user": False, "demo": False, "is_demo_coming": False}
    assert running.ask("POST", "/api/v1/demo/enter")[0] == 404
    assert running.stop() == 0
