"""What the pages about people are made of: lists, the story of a message, letters, the inbox, saved views."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.http.test_server import eventually
from tests.support.house import house
from tests.support.running import Running
from tidings.runtime.sql import Statement

HTML = '<p>Hello {{ contact.first_name }}, <a href="https://shop.example/?a=1&b=2">look</a> <script>x()</script></p>'
TEMPLATE = {
    "template": "hello",
    "class": "promotional",
    "topic": "news",
    "subject": "Hi {{ contact.first_name }}",
    "html": HTML,
}
JOURNEY = {
    "journey": "welcome",
    "triggers": [{"event": "Signed Up"}],
    "steps": {
        "hello": {"send": {"channel": "email", "template": "hello"}, "next": "rest"},
        "rest": {"wait_for": {"event": "Order Completed", "timeout": "30d"}},
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("people") / "data")
    running.sign_in()
    for document in (TEMPLATE, JOURNEY):
        assert running.ask("POST", "/api/v1/documents/publish", document)[0] == 200
    yield running
    assert running.stop() == 0


def ask(server: Running, path: str) -> Any:
    status, found = server.ask("GET", f"/api/v1/{path}")
    assert status == 200, found
    return found


def join(server: Running, user: str, event: str = "Signed Up", *, is_subscribed: bool = True, **traits: Any) -> int:
    """Somebody with a consent who does something; the id of the contact."""
    key = {"authorization": f"Bearer {server.key('track')}"}
    known = {"email": f"{user}@example.com", "first_name": user.title()} | traits
    if is_subscribed:
        known["consent"] = {"email": {"news": "subscribed"}}
    server.ask("POST", "/v1/identify", {"userId": user, "traits": known}, **key)
    server.ask("POST", "/v1/track", {"userId": user, "event": event, "properties": {"form": "footer"}}, **key)
    return int(ask(server, f"contacts?q={user}@")["items"][0]["id"])


def message_of(server: Running, contact: int, *states: str) -> dict[str, Any]:
    """Their newest message, as soon as it stands there."""

    def looked() -> Any:
        items = ask(server, f"messages?contact_id={contact}")["items"]
        return items and items[0]["state"] in states and items[0]

    return eventually(looked)  # type: ignore[no-any-return]


def test_a_message_is_told_from_its_event_to_what_came_back(server: Running) -> None:
    contact = join(server, "ann")
    listed = message_of(server, contact, "sent")

    found = ask(server, f"messages/{listed['id']}")

    assert (listed["contact"], listed["journey"], listed["template"]) == ("Ann", "welcome", "hello")
    assert (listed["subject"], listed["what"]) == ("Hi Ann", "The provider took it.")
    assert (found["trigger"]["name"], found["trigger"]["properties"]) == ("Signed Up", {"form": "footer"})
    assert (found["run"]["journey"], found["step"], found["account"]) == ("welcome", "hello", "sandbox")
    (decision,) = found["decisions"]
    assert [gate["verdict"] for gate in decision["gates"]] == ["passed"] * 8
    assert "subscribed for news by email" in [gate["saw"] for gate in decision["gates"]]
    assert found["consent"]["topic"] == "news"
    (attempt,) = found["attempts_made"]
    assert (attempt["result"], attempt["what"]) == ("sent", "The provider took it.")


def test_why_a_message_was_not_sent_is_told_gate_by_gate(server: Running) -> None:
    contact = join(server, "nono", is_subscribed=False)
    message = message_of(server, contact, "skipped")

    found = ask(server, f"messages/{message['id']}")

    (decision,) = found["decisions"]
    verdicts = {gate["gate"]: gate["verdict"] for gate in decision["gates"]}
    assert verdicts == {
        "time": "passed",
        "address": "passed",
        "consent": "stopped",
        "suppression": "not_asked",
        "hold": "not_asked",
        "frequency_cap": "not_asked",
        "quiet_hours": "not_asked",
        "arbitration": "not_asked",
    }
    assert found["what"] == "They have not consented to this channel and topic."
    assert ask(server, f"contacts/{contact}/read")["items"] == []


def test_letters_look_as_they_did_and_looking_counts_as_nothing(server: Running) -> None:
    contact = join(server, "bob")
    message = message_of(server, contact, "sent")
    server.ask("PATCH", f"/api/v1/contacts/{contact}", {"attributes": {"first_name": "Robert"}})

    (letter,) = ask(server, f"contacts/{contact}/read")["items"]

    assert letter == ask(server, f"messages/{message['id']}/content")
    assert letter["subject"] == "Hi Bob", "as it was sent, not as it would be now"
    assert letter["is_rendered_again"] is False
    assert 'href="https://shop.example/?a=1&amp;b=2"' in letter["html"]
    assert "/o/" not in letter["html"] and "/c/" not in letter["html"]
    assert "(https://shop.example/?a=1&b=2)" in letter["text"]


def test_opens_are_told_with_their_verdict_and_why(server: Running) -> None:
    contact = join(server, "olga")
    message = message_of(server, contact, "sent")
    kept = next(one for one in ask(server, "inbox")["items"] if one["message_id"] == message["id"])["body"]
    pixel = re.search(r"/o/[\w-]+", kept["html"])
    assert pixel, "what is kept has its pixel; what is shown has not"

    server.ask("GET", pixel[0], user_agent="GoogleImageProxy")

    (visit,) = ask(server, f"messages/{message['id']}")["visits"]
    assert (visit["kind"], visit["verdict"], visit["because"]) == ("opened", "proxy", "image proxy")


def test_a_letter_as_a_page_runs_nothing(server: Running) -> None:
    contact = join(server, "pia")
    message = message_of(server, contact, "sent")
    request = urllib.request.Request(f"{server.url}/api/v1/messages/{message['id']}/content.html")
    request.add_header("authorization", f"Bearer {server.key('api')}")

    with urllib.request.urlopen(request, timeout=10) as answer:
        policy, page = answer.headers["content-security-policy"], answer.read().decode()

    assert "<p>Hello Pia" in page
    assert policy.startswith("sandbox; default-src 'none'; ") and "script-src" not in policy


def test_a_letter_that_nobody_kept_is_made_again_and_says_so(server: Running) -> None:
    contact = join(server, "cleo", event="Other")
    server.ask("POST", "/api/v1/accounts/sandbox/pause", {})
    server.ask(
        "POST",
        "/v1/track",
        {"userId": "cleo", "event": "Signed Up"},
        authorization=f"Bearer {server.key('track')}",
    )
    message = message_of(server, contact, "queued")

    letter = ask(server, f"messages/{message['id']}/content")
    told = ask(server, f"contacts/{contact}/reach")
    server.ask("POST", "/api/v1/accounts/sandbox/resume", {})

    assert (letter["is_rendered_again"], letter["subject"]) == (True, "Hi Cleo")
    assert (message["template"], message["subject"]) == ("hello", None)
    email = next(one for one in told["channels"] if one["channel"] == "email")
    assert (email["can"], email["account_state"]) == ("some_topics", "paused")
    assert [(one["kind"], one["message_id"]) for one in told["next"]] == [("message", message["id"])]
    message_of(server, contact, "sent")


def test_messages_are_found_by_what_they_are(server: Running) -> None:
    contact = join(server, "dora")
    message = message_of(server, contact, "sent")

    def ids(query: str) -> list[int]:
        return [row["id"] for row in ask(server, f"messages?{query}")["items"]]

    for query in ("state=sent&state=delivered", "channel=email", "journey=welcome", "template=hello", "q=DORA@"):
        assert message["id"] in ids(query), query
    for query in ("state=failed", "channel=sms", "template=none", "q=zz", "until=2020-01-01T00:00:00Z"):
        assert message["id"] not in ids(query), query
    assert message["id"] in ids(f"since={message['asked_at']}&contact_id={contact}&template=hello&state=sent")
    assert ids(f"contact_id={contact}&state=failed") == []
    assert server.ask("GET", "/api/v1/messages?journey=none")[0] == 404
    assert server.ask("GET", "/api/v1/messages?state=lost")[0] == 400
    counts = ask(server, "messages/counts")
    assert counts["total"] == sum(counts["counts"].values()) >= 1
    assert ask(server, "messages/counts?since=2100-01-01T00:00:00Z")["total"] == 0


def test_the_timeline_has_decisions_and_shows_only_what_is_asked_for(server: Running) -> None:
    contact = join(server, "emil")
    message_of(server, contact, "sent")

    every = ask(server, f"contacts/{contact}/timeline")["items"]
    assert {line["type"] for line in every} == {"change", "event", "message", "decision"}
    assert next(line for line in every if line["type"] == "message")["journey"] == "welcome"

    some = ask(server, f"contacts/{contact}/timeline?what=event&what=decision")["items"]
    assert {line["type"] for line in some} == {"event", "decision"}
    pages, cursor = list[Any](), ""
    while cursor is not None:
        found = ask(server, f"contacts/{contact}/timeline?limit=2&cursor={cursor}")
        pages, cursor = [*pages, *found["items"]], found["next"]
    assert pages == every


def test_events_are_found_by_name_and_person(server: Running) -> None:
    contact = join(server, "fred", event="Danced")

    (event,) = ask(server, "events?name=Danced")["items"]
    assert (event["contact"], event["contact_id"]) == ("Fred", contact)
    assert ask(server, f"events?name=Danced&contact_id={contact}")["items"] == [event]
    assert ask(server, f"events?contact_id={contact}&name=Signed+Up")["items"] == []
    assert ask(server, "events?since=2100-01-01T00:00:00Z")["items"] == []
    names = {row["name"]: row["event_count"] for row in ask(server, "events/names")["items"]}
    assert names["Danced"] == 1


def test_a_wrong_call_is_kept_as_it_came_with_what_to_do(server: Running) -> None:
    key = {"authorization": f"Bearer {server.key('track')}"}
    server.ask("POST", "/v1/batch", {"batch": [{"type": "dance", "userId": "x"}]}, **key)

    wrong = ask(server, "events/rejected")["items"][0]

    assert wrong["reason"] == "'dance' is not a kind of call. Use one of identify, track, page, screen, group, alias."
    assert '"dance"' in wrong["body"]


def test_the_inbox_names_whom_each_letter_is_for(server: Running) -> None:
    contact = join(server, "gina")
    message = message_of(server, contact, "sent")

    item = next(one for one in ask(server, "inbox")["items"] if one["message_id"] == message["id"])

    assert (item["what"], item["contact"], item["to"]) == ("sandbox", "Gina", "gina@example.com")
    assert (item["journey"], item["template"], item["channel"]) == ("welcome", "hello", "email")
    assert "/o/" not in item["html"]
    assert ask(server, "inbox?what=replies")["items"] == []
    assert server.ask("GET", "/api/v1/inbox?what=elsewhere")[0] == 400


def test_a_try_that_ended_in_doubt_is_told_in_plain_words(server: Running) -> None:
    config = {"fail_for": "doubt", "fail_why": "unknown"}
    body = {"plugin": "sandbox", "config": config, "is_default": True, "channel": "email"}
    assert server.ask("PUT", "/api/v1/accounts/flaky", body)[0] == 200
    contact = join(server, "doubt")

    # The sandbox drops doubles, so what is in doubt goes back to the queue by itself.
    def tried() -> Any:
        items = ask(server, f"messages?contact_id={contact}")["items"]
        return items and items[0]["attempts"] and items[0]["state"] == "queued" and items[0]

    found = eventually(tried)

    assert found["what"].startswith("Nobody knows whether it arrived.")
    told = ask(server, f"messages/{found['id']}")
    assert told["attempts_made"][0]["what"] == "Nobody knows whether it arrived."
    server.ask("PUT", "/api/v1/accounts/flaky", body | {"config": {}})


def test_failed_runs_say_who_where_and_why_and_are_mended(tmp_path: Path) -> None:
    with house(tmp_path / "data", 1_767_600_000_000) as here:
        steps = {"pause": {"wait": {"for": "1h"}, "next": "mark"}, "mark": {"update": {"add_tags": ["through"]}}}
        journey = {"journey": "slow", "triggers": [{"event": "Began"}], "steps": steps}
        here.ask("POST", "/api/v1/documents/publish", journey)
        call = {"userId": "jo", "event": "Began"}
        assert here.client.post("/v1/track", json=call, headers=here.basic()).status_code == 200
        poison = Statement("poison", "update token set visits = '[]'")
        here.settle()
        here.database.write_now(lambda tx: tx.run(poison))
        here.until(here.clock.now() + 3_600_000)

        (failed,) = here.ask("GET", "/api/v1/runs/failed")["items"]

        assert (failed["contact"], failed["journey"], failed["step"]) == ("jo", "slow", "pause")
        assert "ValidationError" in failed["error"]
        (way,) = here.ask("GET", f"/api/v1/contacts/{failed['contact_id']}/journeys")["items"]
        assert (way["state"], way["waits_for"]) == ("failed", "a person")
        (coming,) = here.ask("GET", f"/api/v1/contacts/{failed['contact_id']}/reach")["next"]
        assert (coming["kind"], coming["due_at"]) == ("failed", None)
        here.database.write_now(lambda tx: tx.run(Statement("mend", "update token set visits = '{}'")))
        assert here.ask("POST", f"/api/v1/runs/{failed['id']}/skip")["journey"] == "slow"
        here.settle()
        assert here.ask("GET", f"/api/v1/contacts/{failed['contact_id']}")["tags"] == ["through"]


def test_a_run_that_waits_says_for_what(server: Running) -> None:
    contact = join(server, "ivy")
    message_of(server, contact, "sent")

    def waits() -> Any:
        (way,) = ask(server, f"contacts/{contact}/journeys")["items"]
        return way["waits_for"] == "event" and way

    way = eventually(waits)

    assert (way["step"], way["events"]) == ("rest", ["Order Completed"])
    assert way["why"] == "It waits for Order Completed, at most until then."


def test_views_are_kept_by_name(server: Running) -> None:
    query = {"tag": "vip", "cols": ["email", "tags"]}

    assert server.ask("PUT", "/api/v1/views/contacts/vips", {"query": query})[0] == 200
    assert server.ask("PUT", "/api/v1/views/contacts/vips", {"query": {"tag": "b"}})[1]["query"] == {"tag": "b"}
    assert server.ask("PUT", "/api/v1/views/contacts/%20", {"query": {}})[0] == 400
    assert [(one["name"], one["query"]) for one in ask(server, "views/contacts")["items"]] == [("vips", {"tag": "b"})]
    assert ask(server, "views/messages")["items"] == []
    assert server.ask("DELETE", "/api/v1/views/contacts/vips")[0] == 204
    assert server.ask("DELETE", "/api/v1/views/contacts/vips")[0] == 404


def test_contacts_are_counted_on_the_first_page_only(server: Running) -> None:
    for number in range(3):
        server.ask("POST", "/api/v1/contacts", {"user_id": f"count-{number}", "tags": ["counted"]})

    first = ask(server, "contacts?tag=counted&limit=2")
    second = ask(server, f"contacts?tag=counted&limit=2&cursor={first['next']}")

    assert (first["total"], first["is_exact"], len(first["items"])) == (3, True, 2)
    assert (second["total"], len(second["items"])) == (None, 1)
    assert server.ask("GET", "/api/v1/contacts?where=%7B")[1]["errors"][0]["path"] == "where"


def test_one_change_for_everybody_whom_a_filter_finds_is_counted_done_and_undone(server: Running) -> None:
    for name in ("gus", "guy", "gwen"):
        join(server, name, plan="bulk")
    where = '{"attribute": "plan", "eq": "bulk"}'
    body = {"deed": {"add_tags": ["fair"]}, "whom": {"everybody": True, "where": where}}

    assert server.ask("POST", "/api/v1/bulk/look", body) == (200, {"total": 3, "is_exact": True})
    status, job = server.ask("POST", "/api/v1/bulk", body)

    assert (status, job["state"], job["total"]) == (201, "running", 3)
    eventually(lambda: ask(server, f"bulk/{job['id']}")["state"] == "done")
    assert ask(server, "contacts?tag=fair")["total"] == ask(server, f"bulk/{job['id']}")["changed_count"] == 3
    assert server.ask("POST", f"/api/v1/bulk/{job['id']}/undo")[0] == 200
    eventually(lambda: ask(server, f"bulk/{job['id']}")["state"] == "undone")
    assert ask(server, "contacts?tag=fair")["total"] == 0
    assert ask(server, "bulk")["items"][0]["id"] == job["id"]


def test_nobody_is_never_taken_for_everybody(server: Running) -> None:
    deed = {"add_tags": ["oops"]}

    for whom in ({}, {"tag": "vip"}, {"contact_ids": [1], "everybody": True}):
        status, told = server.ask("POST", "/api/v1/bulk", {"deed": deed, "whom": whom})
        assert status == 422 or status == 400, told
        assert "whom" in str(told)


def test_a_list_leaves_as_it_is_shown_and_no_cell_is_a_formula(server: Running) -> None:
    join(server, "hal", plan="export", note='=HYPERLINK("http://x")', size=-3)
    where = urllib.parse.quote('{"attribute": "plan", "eq": "export"}')

    status, text = server.ask(
        "GET", f"/api/v1/contacts/export.csv?where={where}&columns=email,attributes.note,attributes.size"
    )
    lines = server.ask("GET", f"/api/v1/contacts/export.ndjson?where={where}")[1]

    assert status == 200
    assert text.splitlines() == [
        "email,attributes.note,attributes.size",
        'hal@example.com,"\'=HYPERLINK(""http://x"")",-3',
    ]
    one = lines if isinstance(lines, dict) else json.loads(lines)
    assert (one["email"], one["attributes"]["note"]) == ("hal@example.com", '=HYPERLINK("http://x")')
    assert server.ask("GET", "/api/v1/contacts/export.csv?columns=secret")[0] == 400
    assert server.ask("GET", "/api/v1/contacts/export.csv?where=nonsense")[0] == 400


def test_everything_that_is_held_about_somebody_is_one_file(server: Running) -> None:
    ida = join(server, "ida")
    eventually(lambda: ask(server, f"contacts/{ida}/export")["messages"][0]["sent_at"])

    held = ask(server, f"contacts/{ida}/export")

    assert held["contact"]["attributes"]["first_name"] == "Ida"
    assert {one["kind"] for one in held["identifiers"]} == {"user_id", "email"}
    assert [one["state"] for one in held["consent_records"]] == ["subscribed"]
    assert "Signed Up" in {one["name"] for one in held["events"]}
    assert held["messages"][0]["tries"] and held["runs"] and held["decisions"] and held["changes"]
    assert server.ask("GET", "/api/v1/contacts/99999999/export")[0] == 404
