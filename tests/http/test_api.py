"""The API's own promises: repeated requests, bulk at a pace, who may do what, settings that every process follows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.test_server import eventually
from tests.support.running import PASSWORD, Running

JOURNEY = {
    "journey": "club",
    "triggers": [{"api": True}],
    "audience": {"attribute": "plan", "eq": "pro"},
    "steps": {"in": {"update": {"add_tags": ["member"]}, "next": "rest"}, "rest": {"wait": {"for": "30d"}}},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("api") / "data")
    running.sign_in()
    assert running.ask("POST", "/api/v1/documents/publish", JOURNEY)[0] == 200
    yield running
    assert running.stop() == 0


def people(server: Running, count: int, prefix: str, plan: str = "pro") -> list[int]:
    found = list[int]()
    for number in range(count):
        body = {"user_id": f"{prefix}{number}", "attributes": {"plan": plan}}
        found.append(server.ask("POST", "/api/v1/contacts", body)[1]["id"])
    return found


# --- Idempotency-Key --------------------------------------------------------------------------------------------------


def test_a_repeated_request_has_its_effect_once_and_the_first_answer(server: Running) -> None:
    body = {"user_id": "idem-1", "tags": ["a"]}

    first = server.ask("POST", "/api/v1/contacts", body, idempotency_key="k-1")
    server.ask("PATCH", f"/api/v1/contacts/{first[1]['id']}", {"remove_tags": ["a"]})
    second = server.ask("POST", "/api/v1/contacts", body, idempotency_key="k-1")

    assert second == first, "the first answer, although the tag is gone since"
    assert server.ask("GET", f"/api/v1/contacts/{first[1]['id']}")[1]["tags"] == []


def test_a_key_that_was_used_for_another_request_is_refused(server: Running) -> None:
    server.ask("POST", "/api/v1/contacts", {"user_id": "idem-2"}, idempotency_key="k-2")

    status, problem = server.ask("POST", "/api/v1/contacts", {"user_id": "idem-3"}, idempotency_key="k-2")

    assert (status, "another request" in problem["detail"]) == (409, True)
    assert server.ask("GET", "/api/v1/contacts?q=idem-3")[1]["items"] == []


def test_many_at_once_with_one_key_do_it_once(server: Running) -> None:
    (contact,) = people(server, 1, "race")
    answers = list[Any]()

    def enrol() -> None:
        body = {"contact_ids": [contact]}
        answers.append(server.ask("POST", "/api/v1/journeys/club/enrol", body, idempotency_key="k-race"))

    threads = [threading.Thread(target=enrol) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [(200, {"entered": 1, "refused": 0, "enrolment": None})] * 8


def test_a_request_that_failed_may_be_sent_again_with_its_key(server: Running) -> None:
    assert server.ask("POST", "/api/v1/journeys/none/enrol", {"contact_ids": [1]}, idempotency_key="k-4")[0] == 404
    assert server.ask("POST", "/api/v1/journeys/none/enrol", {"contact_ids": [1]}, idempotency_key="k-4")[0] == 404


def test_a_new_key_is_shown_once_also_when_it_is_asked_for_again(server: Running) -> None:
    body = {"scope": "api", "name": "once"}
    status, made = server.ask("POST", "/api/v1/keys", body, idempotency_key="k-5")
    again = server.ask("POST", "/api/v1/keys", body, idempotency_key="k-5")

    assert (status, made["key"][:7]) == (201, "tk_api_")
    assert (again[0], "shown once" in again[1]["detail"]) == (409, True)
    names = [key["name"] for key in server.ask("GET", "/api/v1/keys")[1]["items"]]
    assert names.count("once") == 1


# --- bulk enrolment ---------------------------------------------------------------------------------------------------


def test_people_enter_at_a_pace_and_everybody_is_counted(server: Running) -> None:
    those, others = people(server, 6, "pace"), people(server, 2, "free", plan="free")
    body = {"contact_ids": [*those, *others], "per_minute": 600}

    begun = server.ask("POST", "/api/v1/journeys/club/enrol", body)[1]["enrolment"]
    assert (begun["total"], begun["entered_count"]) == (8, 0)

    def is_through() -> Any:
        newest = server.ask("GET", "/api/v1/journeys/club/enrolments")[1]["items"][0]
        return newest["ended_at"] and newest

    done = eventually(is_through, 20)
    assert (done["id"], done["entered_count"], done["refused_count"]) == (begun["id"], 6, 2)

    def tags() -> list[Any]:
        return [server.ask("GET", f"/api/v1/contacts/{contact}")[1]["tags"] for contact in those]

    assert eventually(lambda: tags() == [["member"]] * 6)


def test_a_cancelled_enrolment_lets_nobody_else_in(server: Running) -> None:
    those = people(server, 5, "slow")
    body = {"contact_ids": those, "per_minute": 1}
    begun = server.ask("POST", "/api/v1/journeys/club/enrol", body)[1]["enrolment"]
    path = f"/api/v1/journeys/club/enrolments/{begun['id']}/cancel"

    status, ended = server.ask("POST", path)

    assert (status, ended["due_at"], ended["entered_count"] <= 1) == (200, None, True)
    assert server.ask("POST", path)[0] == 409
    assert server.ask("POST", "/api/v1/journeys/club/enrol", {"contact_ids": []})[0] == 400


# --- merging by hand --------------------------------------------------------------------------------------------------


def test_a_merge_is_shown_before_it_is_done_and_reads_through_the_winner_after(server: Running) -> None:
    key = {"authorization": f"Bearer {server.key('track')}"}
    for user, plan, state in (("twin-a", "pro", "subscribed"), ("twin-b", "free", "unsubscribed")):
        traits = {"plan": plan, user: True, "email": f"{user}@example.com", "consent": {"email": {"news": state}}}
        server.ask("POST", "/v1/identify", {"userId": user, "traits": traits}, **key)
        server.ask("POST", "/v1/track", {"userId": user, "event": f"Bought by {user}"}, **key)
    one, other = (
        server.ask("GET", f"/api/v1/contacts?q={user}@")[1]["items"][0]["id"] for user in ("twin-a", "twin-b")
    )
    path = f"/api/v1/contacts/{one}/merge"

    preview = server.ask("POST", path, {"contact_id": other, "preview": True})[1]
    untouched = server.ask("GET", f"/api/v1/contacts/{other}")[1]
    done = server.ask("POST", path, {"contact_id": other})[1]

    assert untouched["id"] == other
    assert preview["merged"]["attributes"] == done["merged"]["attributes"]
    assert done["merged"]["attributes"]["plan"] == "pro"
    assert {"twin-a", "twin-b"} <= set(done["merged"]["attributes"])
    assert ("news", "unsubscribed") in {(row["topic"], row["state"]) for row in done["merged"]["consent"]}
    timeline = server.ask("GET", f"/api/v1/contacts/{one}/timeline")[1]["items"]
    assert {"Bought by twin-a", "Bought by twin-b"} <= {row.get("name") for row in timeline}
    assert server.ask("GET", f"/api/v1/contacts/{other}")[1]["id"] == one
    assert server.ask("POST", path, {"contact_id": other})[0] == 400
    assert server.ask("POST", path, {"contact_id": 999_999})[0] == 404


# --- who may do what --------------------------------------------------------------------------------------------------


def test_a_marketer_works_and_does_not_administer(server: Running) -> None:
    body = {"email": "m@example.com", "password": PASSWORD, "role": "marketer"}
    assert server.ask("POST", "/api/v1/people", body)[0] == 201
    marketer = server.visitor()
    marketer.sign_in("m@example.com")

    assert marketer.ask("GET", "/api/v1/me")[1]["role"] == "marketer"
    assert marketer.ask("POST", "/api/v1/contacts", {"user_id": "by-marketer"})[0] == 201
    for path, more in (("keys", {"scope": "api"}), ("people", body)):
        assert marketer.ask("POST", f"/api/v1/{path}", more)[0] == 403
    assert marketer.ask("PUT", "/api/v1/settings", {"zone": "UTC"})[0] == 403
    assert marketer.ask("PUT", "/api/v1/accounts/x", {"plugin": "sandbox"})[0] == 403


def test_a_session_is_listed_and_can_be_ended_from_elsewhere(server: Running) -> None:
    other = server.visitor()
    other.sign_in()
    sessions = server.ask("GET", "/api/v1/sessions")[1]["items"]
    assert [one["is_this"] for one in sessions].count(True) == 1
    mine = next(one for one in other.ask("GET", "/api/v1/sessions")[1]["items"] if one["is_this"])

    assert server.ask("DELETE", f"/api/v1/sessions/{mine['id']}")[0] == 204

    assert other.ask("GET", "/api/v1/me")[0] == 401
    assert server.ask("DELETE", f"/api/v1/sessions/{mine['id']}")[0] == 404


def test_a_revoked_key_opens_nothing_at_once(server: Running) -> None:
    key = server.key("api")
    assert server.ask("GET", "/api/v1/me", cookie="", authorization=f"Bearer {key}")[1]["role"] == "api"
    listed = server.ask("GET", "/api/v1/keys")[1]["items"]

    assert server.ask("DELETE", f"/api/v1/keys/{max(one['id'] for one in listed)}")[0] == 204

    assert server.ask("GET", "/api/v1/me", cookie="", authorization=f"Bearer {key}")[0] == 401


def test_guesses_are_slowed_down_for_the_account_and_its_network(server: Running) -> None:
    wrong = {"email": "nobody@example.com", "password": "wrong-wrong-wrong"}
    answers = [server.ask("POST", "/api/v1/login", wrong)[0] for _ in range(8)]

    assert answers[0] == 403
    assert answers[-1] == 429


# --- settings ---------------------------------------------------------------------------------------------------------


def test_what_is_left_out_of_settings_stays_and_links_follow_the_public_address(server: Running) -> None:
    server.ask("PUT", "/api/v1/settings", {"zone": "Asia/Tokyo", "quiet_from": 600})

    status, found = server.ask("PUT", "/api/v1/settings", {"public_url": "https://news.example.com/"})

    assert status == 200
    assert (found["zone"], found["quiet_from"], found["quiet_to"]) == ("Asia/Tokyo", 600, 1200)
    assert found["public_url"] == "https://news.example.com"
    for wrong in ({"public_url": "news.example.com"}, {"quiet_to": 1441}, {"colour": "red"}):
        assert server.ask("PUT", "/api/v1/settings", wrong)[0] == 400
    assert server.ask("GET", "/api/v1/settings")[1] == found


# --- paging -----------------------------------------------------------------------------------------------------------


def test_pages_follow_each_other_without_gaps_or_doubles(server: Running) -> None:
    made = people(server, 7, "page")
    seen, cursor = list[int](), ""
    while cursor is not None:
        found = server.ask("GET", f"/api/v1/contacts?limit=3&cursor={cursor}")[1]
        seen += [row["id"] for row in found["items"]]
        cursor = found["next"]

    assert seen == sorted(set(seen), reverse=True)
    assert set(made) <= set(seen)
    assert server.ask("GET", "/api/v1/contacts?cursor=nonsense")[0] == 400


def test_a_timeline_pages_without_gaps_when_all_happened_at_one_instant(server: Running) -> None:
    key = {"authorization": f"Bearer {server.key('track')}"}
    at = "2026-01-05T10:00:00.000Z"
    batch = [{"type": "track", "userId": "tl", "event": f"E{n}", "timestamp": at, "sentAt": at} for n in range(9)]
    server.ask("POST", "/v1/batch", {"batch": batch}, **key)
    (contact,) = (row["id"] for row in server.ask("GET", "/api/v1/contacts?q=tl")[1]["items"])
    for number in range(4):
        server.ask("PATCH", f"/api/v1/contacts/{contact}", {"attributes": {"n": number, "m": number}})
    path = f"/api/v1/contacts/{contact}/timeline"
    whole = [(row["type"], row["id"]) for row in server.ask("GET", f"{path}?limit=200")[1]["items"]]

    seen, cursor = list[Any](), ""
    while cursor is not None:
        found = server.ask("GET", f"{path}?limit=2&cursor={cursor}")[1]
        seen += [(row["type"], row["id"]) for row in found["items"]]
        cursor = found["next"]

    assert seen == whole
    assert {kind for kind, _ in whole} == {"event", "change"}
    assert len(whole) == 9 + 8


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "place"),
    [
        ("POST", "/api/v1/contacts", {"user_id": "x\0"}, 400, "user_id"),
        ("POST", "/api/v1/contacts", {"user_id": "x", "attributes": {"a": [{"b\0": 1}]}}, 400, "attributes.a[0]"),
        ("POST", "/api/v1/contacts", {"user_id": "x", "attributes": {"n": 2**64}}, 400, "attributes.n"),
        ("POST", "/api/v1/journeys/club/enrol", {"contact_ids": [2**70]}, 400, "contact_ids[0]"),
        ("GET", "/api/v1/journeys/a%00b", None, 400, "name"),
        ("GET", "/api/v1/contacts?q=%00", None, 400, "q"),
        ("GET", f"/api/v1/messages/{2**70}", None, 400, "message_id"),
        ("GET", f"/api/v1/messages?contact_id={2**70}", None, 400, "contact_id"),
        ("GET", "/api/v1/suppressions?limit=0", None, 200, ""),
        ("POST", "/api/v1/contacts", {"user_id": "x", "colour": "red"}, 400, ""),
    ],
)
def test_what_no_database_keeps_is_refused_with_its_place(
    server: Running, method: str, path: str, body: Any, status: int, place: str
) -> None:
    answered, problem = server.ask(method, path, body)

    assert answered == status, problem
    if place:
        assert problem["errors"][0]["path"] == place


def test_consent_may_expire_at_a_time_that_people_can_read(server: Running) -> None:
    (contact,) = people(server, 1, "casl")
    path = f"/api/v1/contacts/{contact}/consent"
    given = {"channel": "email", "state": "subscribed", "expires_at": "2030-01-01T00:00:00Z"}

    assert server.ask("PUT", path, given)[1]["states"][0]["expires_at"] == "2030-01-01T00:00:00.000Z"
    assert server.ask("PUT", path, given | {"expires_at": "soon"})[0] == 400
