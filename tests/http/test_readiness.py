"""Readiness over HTTP: it moves as things come to be there, and the public address is looked at, not trusted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.http.test_pages import LETTER, TOPICS, here, known
from tests.support.house import House
from tidings.channels.egress import GuardedHttp
from tidings.channels.world import HttpNotSent, HttpResponse

__all__ = ["here"]


def states(here: House) -> dict[str, str]:
    return {one["name"]: one["state"] for one in here.ask("GET", "/api/v1/readiness")["items"]}


def test_a_workspace_becomes_ready_step_by_step(here: House) -> None:
    before = here.ask("GET", "/api/v1/readiness")

    known(here, "ada@example.com", "news")
    here.ask("PUT", "/api/v1/settings", {"brand": {"address": "1 Road"}})
    here.ask("POST", "/api/v1/templates/test-send", {"name": "letter", "to": "me@example.com"})
    here.settle()

    assert not before["is_ready"] and {TOPICS[0]["topic"], LETTER["template"]} == {"news", "letter"}
    found = states(here)
    assert [name for name, state in found.items() if state != "ready"] == ["public_address"]
    assert here.ask("GET", "/api/v1/readiness")["missing"] == 1


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (HttpResponse(status=200, body=b"ok\n"), "ready", "answers."),
        (HttpResponse(status=200, body=b"<h1>parked</h1>"), "attention", "something else answers there."),
        (HttpNotSent("news.example.com: Name or service not known"), "attention", "Name or service not known."),
    ],
)
def test_the_public_address_is_fetched_once_a_minute(
    here: House, monkeypatch: pytest.MonkeyPatch, answer: Any, state: str, says: str
) -> None:
    asked = list[str]()

    async def request(_: GuardedHttp, method: str, url: str, **__: Any) -> HttpResponse:
        asked.append(f"{method} {url}")
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr(GuardedHttp, "request", request)
    public = SimpleNamespace(address="https://news.example.com")
    monkeypatch.setattr("tidings.http.readiness.setting", lambda _: public)

    parts = [here.ask("GET", "/api/v1/readiness")["items"][0] for _ in range(3)]

    assert asked == ["GET https://news.example.com/healthz"]
    assert {one["state"] for one in parts} == {state} and says in parts[0]["told"]
