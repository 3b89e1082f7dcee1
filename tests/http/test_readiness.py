"""Readiness over HTTP: it moves as things come to be there, and the public address is looked at, not trusted."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from tests.http.test_pages import LETTER, TOPICS, here, known
from tests.support.house import House
from tidings.http import checks

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
    assert [name for name, state in found.items() if state != "ready"] == ["public_address", "domain:example.org"]
    assert here.ask("GET", "/api/v1/readiness")["missing"] == 1


@pytest.mark.parametrize(
    ("leads_here", "told", "state"),
    [(True, "It leads here.", "ready"), (False, "It cannot be reached from here: no such host.", "attention")],
)
def test_the_world_outside_is_asked_once_a_minute(
    here: House, monkeypatch: pytest.MonkeyPatch, leads_here: bool, told: str, state: str
) -> None:
    asked = list[str]()

    async def looked_up(_: object) -> checks.AddressChecked:
        asked.append("address")
        return checks.AddressChecked(ok=leads_here, address="https://news.example.com", told=told)

    async def examined(domain: str, *_: object) -> list[checks.DomainChecked]:
        asked.append(domain)
        part = checks.DomainFinding(name="DMARC", verdict="missing", told="", record=None, found=[])
        return [checks.DomainChecked(domain=domain, account="mail", host="", is_ready=False, findings=[part])]

    monkeypatch.setattr(checks, "looked_up", looked_up)
    monkeypatch.setattr(checks, "examined", examined)
    monkeypatch.setattr("tidings.http.readiness.setting", lambda _: SimpleNamespace(address="https://news.example.com"))

    found = [{one["name"]: one for one in here.ask("GET", "/api/v1/readiness")["items"]} for _ in range(3)][-1]

    assert asked == ["address", "example.org"]
    assert (found["public_address"]["state"], found["domain:example.org"]["state"]) == (state, "attention")
    assert told in found["public_address"]["told"] or leads_here
    assert found["domain:example.org"]["told"] == "To be mended: DMARC."


def test_a_world_that_does_not_answer_is_not_waited_for(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def examined(*_: object) -> list[checks.DomainChecked]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(checks, "examined", examined)
    monkeypatch.setattr("tidings.http.readiness.PATIENCE", 0.01)

    found = {one["name"]: one for one in here.ask("GET", "/api/v1/readiness")["items"]}

    assert "no answer within" in found["domain:example.org"]["told"]
