"""Ten thousand people come from another shop's files, with their orders, while a journey on orders is live: nobody is surprised."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.running import Running
from tidings.cli import main

PEOPLE = 10_000
WIN_BACK = {
    "journey": "thank-you",
    "triggers": [{"event": "Order Completed", "where": [{"property": "total", "gte": 10}]}],
    "reentry": "never",
    "steps": {"tag": {"update": {"add_tags": ["thanked"]}, "next": "end"}},
}


@pytest.fixture
def server(tmp_path: Path) -> Any:
    found = Running(tmp_path / "data")
    found.sign_in()
    yield found
    found.stop()


def ask(server: Running, method: str, path: str, body: Any = None) -> Any:
    status, answer = server.ask(method, f"/api/v1/{path}", body)
    assert status < 300, answer
    return answer


def upload(server: Running, name: str, data: bytes, kind: str) -> dict[str, Any]:
    key = server.key("admin")
    request = urllib.request.Request(f"{server.url}/api/v1/imports?name={name}&kind={kind}", data=data, method="POST")
    request.add_header("authorization", f"Bearer {key}")
    request.add_header("content-type", "text/csv")
    with urllib.request.urlopen(request, timeout=60) as answer:
        (job,) = json.load(answer)
    return dict(job)


def wait(server: Running, job_id: int, state: str) -> dict[str, Any]:
    ends = time.monotonic() + 90
    while (job := ask(server, "GET", f"imports/{job_id}")["job"])["state"] != state:
        assert time.monotonic() < ends, job
        time.sleep(0.1)
    return dict(job)


def people(server: Running, **query: str) -> int:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return int(ask(server, "GET", f"contacts?limit=1&{words}")["total"])


def test_ten_thousand_people_and_their_orders_surprise_nobody(server: Running) -> None:
    ask(server, "POST", "documents/publish", WIN_BACK)
    ask(server, "POST", "contacts", {"email": "p1@example.com", "attributes": {"city": "Rome"}})
    contacts = "Email Address,First Name,OPTIN_TIME,LEID,EUID,city\n" + "".join(
        f"p{n}@example.com,P{n},2024-01-02 03:04:05,{n},e{n},Paris\n" for n in range(PEOPLE)
    )
    orders = "email,event,timestamp,order_id,total\n" + "".join(
        f"p{n}@example.com,Order Completed,2025-11-02T10:00:00Z,o{n},{20 if n % 10 else 5}\n" for n in range(PEOPLE)
    )

    job = upload(server, "subscribed.csv", contacts.encode(), "contacts")
    looked = ask(server, "POST", f"imports/{job['id']}/look")
    ask(server, "POST", f"imports/{job['id']}/start")
    done = wait(server, job["id"], "done")
    history = upload(server, "orders.csv", orders.encode(), "events")
    warned = ask(server, "POST", f"imports/{history['id']}/look")
    ask(server, "POST", f"imports/{history['id']}/start")
    wait(server, history["id"], "done")

    assert (job["preset"], looked["made"], looked["changed"], looked["agreed"]) == ("mailchimp", PEOPLE - 1, 1, PEOPLE)
    assert (done["made_count"], done["changed_count"], done["refused_count"]) == (PEOPLE - 1, 1, 0)
    assert warned["entering"] == {"thank-you": PEOPLE * 9 // 10}
    assert people(server, in_journey="thank-you") == 0 == people(server, tag="thanked")
    assert people(server, subscribed="email") == PEOPLE

    key = server.key("track")
    live = {"userId": "u7", "traits": {"email": "p7@example.com"}}
    order = {"type": "track", "userId": "u7", "event": "Order Completed", "properties": {"total": 30}}
    status, _ = server.ask("POST", "/v1/batch", {"writeKey": key, "batch": [{"type": "identify", **live}, order]})
    assert status == 200
    ends = time.monotonic() + 20
    while people(server, tag="thanked") != 1:
        assert time.monotonic() < ends
        time.sleep(0.1)

    for one in (history, job):
        ask(server, "POST", f"imports/{one['id']}/roll-back")
        wait(server, one["id"], "rolled_back")

    kept = ask(server, "GET", "contacts?limit=10")["items"]
    assert sorted(row["email"] for row in kept) == ["p1@example.com", "p7@example.com"]
    first = next(row for row in kept if row["email"] == "p1@example.com")
    assert first["attributes"] == {"email": "p1@example.com", "city": "Rome"}
    assert people(server, tag="thanked") == 1
    assert people(server, subscribed="email") == 0


def test_the_command_line_does_the_same_beside_a_server_and_alone(tmp_path: Path, server: Running) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Mail,Name,optin_time\nada@example.com,Ada,2024-01-02\nbroken,Bob,\n")
    meant = ("--map", "Mail=identifier:email", "--tag", "fair", "--list", "Spring fair")
    alone = ("--data", str(tmp_path / "alone"))

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
        return result.output

    for place in (("--data", str(tmp_path / "data")), alone):
        run("init", *place)
        dry = run("import", "contacts", str(file), *meant, "--dry-run", *place)
        done = run("import", "contacts", str(file), *meant, *place)
        assert "people.csv: 1 new, 0 changed, 0 as they are, 1 rows refused; 1 agreed, 0 left." in dry
        assert "row 2: Mail: 'broken' is not an email address." in dry
        assert "of people.csv: 1 new, 0 changed, 0 as they were, 1 rows refused." in done

    assert [one["title"] for one in ask(server, "GET", "lists")["items"]] == ["Spring fair"]
    wrong = CliRunner().invoke(main, ("import", "contacts", str(file), "--map", "Nothing=ignore", *alone))
    assert wrong.exit_code == 1 and "is no column" in wrong.output
