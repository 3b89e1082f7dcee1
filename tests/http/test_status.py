"""The status page behind login: what is due, what failed and why, the inbox, and mending."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest

from tests.http.test_server import eventually
from tests.support.running import PASSWORD, Running

HOSTILE = '"><script>alert(1)</script>'


class Browser:
    """Keeps cookies and follows redirects, as a person's browser does."""

    def __init__(self, server: Running) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.url, self._opener = server.url, urllib.request.build_opener(jar)

    def get(self, path: str = "/") -> str:
        with self._opener.open(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **form: str) -> str:
        request = urllib.request.Request(self.url + path, urllib.parse.urlencode(form).encode())
        request.add_header("origin", self.url)
        with self._opener.open(request, timeout=10) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("status") / "data")
    running.sign_in()
    failing = {"plugin": "sandbox", "config": {"fail_for": "refused"}, "is_default": True, "channel": "email"}
    assert running.ask("PUT", "/api/v1/accounts/mail", failing)[0] == 200
    template = {"template": "hi", "class": "transactional", "subject": f"Hi {HOSTILE}", "text": "{{ contact.name }}"}
    steps = {"hi": {"send": {"channel": "email", "template": "hi"}, "next": "end"}}
    journey = {"journey": "hi", "triggers": [{"api": True}], "steps": steps}
    for document in (template, journey):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    yield running
    assert running.stop() == 0


@pytest.fixture
def browser(server: Running) -> Browser:
    found = Browser(server)
    found.post("/login", email="a@example.com", password=PASSWORD)
    return found


def enrol(server: Running, name: str, address: str) -> None:
    body = {"user_id": name, "email": address, "attributes": {"name": HOSTILE}}
    contact = server.ask("POST", "/api/v1/contacts", body)[1]["id"]
    assert server.ask("POST", "/api/v1/journeys/hi/enrol", {"contact_ids": [contact]})[1]["entered"] == 1


def test_a_stranger_sees_the_way_in_and_a_wrong_password_says_so(server: Running) -> None:
    stranger = Browser(server)

    assert "Sign in" in stranger.get()
    with pytest.raises(urllib.error.HTTPError) as refused:
        stranger.post("/login", email="a@example.com", password="wrong-wrong-wrong")
    assert refused.value.code == 403
    assert "Email or password is wrong." in refused.value.read().decode()
    refused.value.close()
    with pytest.raises(urllib.error.HTTPError) as closed:
        stranger.post("/messages/1/again")
    closed.value.close()
    assert closed.value.code == 401


def test_what_people_wrote_never_becomes_part_of_the_page(server: Running, browser: Browser) -> None:
    enrol(server, "eve", "eve@example.com")

    page = eventually(lambda: "eve@example.com" in (text := browser.get()) and text)

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_failed_message_is_shown_with_its_reason_and_sent_again(server: Running, browser: Browser) -> None:
    enrol(server, "fay", "fay@refused.example")
    page = eventually(lambda: "Failed messages" in (text := browser.get()) and text)
    assert "is set to fail" in page
    (message,) = server.ask("GET", "/api/v1/messages?state=failed")[1]["items"]

    mended = {"plugin": "sandbox", "config": {}, "is_default": True, "channel": "email"}
    server.ask("PUT", "/api/v1/accounts/mail", mended)
    browser.post(f"/messages/{message['id']}/again")

    assert eventually(lambda: "fay@refused.example" in browser.get().partition("Sandbox inbox")[2])


def test_an_account_that_rests_is_named(server: Running, browser: Browser) -> None:
    server.ask("POST", "/api/v1/accounts/mail/pause", {})

    assert "Accounts that rest" in browser.get()

    (resting,) = (one for one in server.ask("GET", "/api/v1/accounts")[1]["items"] if one["state"] == "paused")
    browser.post(f"/accounts/{resting['id']}/resume")
    assert "Accounts that rest" not in browser.get()


def test_signing_out_ends_the_session(server: Running, browser: Browser) -> None:
    assert "Sign out" in browser.get()

    browser.post("/logout")

    assert "Sign out" not in browser.get()
