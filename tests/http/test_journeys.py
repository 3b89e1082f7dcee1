"""Journeys over HTTP: numbers, drafts, differences, forms, and who stands where."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.house import House, house
from tidings.rules.forms import OPERATORS
from tidings.rules.values import Comparison

NOW = 1_767_600_000_000
HELLO = {"template": "hello", "class": "service", "subject": "Hello", "text": "Hello {{ contact.first_name }}"}
WELCOME: dict[str, Any] = {
    "journey": "welcome",
    "description": "Who signs up is greeted",
    "owner": "ada",
    "triggers": [{"event": "Signed Up"}],
    "goal": {"event": "Order Completed"},
    "steps": {
        "greet": {"send": {"channel": "email", "template": "hello"}, "next": "pause"},
        "pause": {"wait": {"for": "2d"}, "next": "case"},
        "case": {"wait_for": {"event": "Pricing Viewed", "timeout": "5d"}, "next": "mark"},
        "mark": {"update": {"add_tags": ["through"]}},
    },
}
BROKEN = {
    "journey": "broken",
    "triggers": [{"api": True}],
    "steps": {"ask": {"send": {"channel": "email", "template": "gone"}}},
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, NOW) as found:
        for document in (HELLO, WELCOME):
            found.ask("POST", "/api/v1/documents/publish", document)
        yield found


def enter(home: House, *names: str) -> list[int]:
    """People who sign up; their contacts."""
    found = list[int]()
    for name in names:
        body = {"user_id": name, "email": f"{name}@example.org", "attributes": {"first_name": name}}
        found.append(home.ask("POST", "/api/v1/contacts", body)["id"])
        track = {"userId": name, "event": "Signed Up"}
        assert home.client.post("/v1/track", json=track, headers=home.basic()).status_code == 200
    home.settle()
    return found


def changed(**steps: Any) -> dict[str, Any]:
    document = copy.deepcopy(WELCOME)
    document["steps"] |= steps
    return document


def refused(home: House, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = home.client.request(method, path, json=body)
    return answer.status_code, answer.json()


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_the_list_says_how_each_journey_does(home: House) -> None:
    enter(home, "ada", "bob", "cyd")
    home.client.post("/v1/track", json={"userId": "cyd", "event": "Order Completed"}, headers=home.basic())
    home.until(NOW + 60_000)

    (line,) = home.ask("GET", "/api/v1/journeys")["items"]

    told = (
        "name",
        "state",
        "description",
        "owner",
        "version",
        "people",
        "failed",
        "entered_30d",
        "sent_30d",
        "goal_reached",
    )
    assert [line[name] for name in told] == [
        "welcome", "active", "Who signs up is greeted", "ada", 1, 2, 0, 3, 3, 1,
    ]  # fmt: skip
    assert line["published_at"] == "2026-01-05T08:00:00.000Z"
    assert (line["completed"], line["has_draft"]) == (0, False)


def test_what_lies_more_than_thirty_days_back_is_not_counted_as_of_late(home: House) -> None:
    enter(home, "ada")
    home.until(NOW + 20 * 86_400_000)
    enter(home, "bob")
    home.until(NOW + 40 * 86_400_000)

    (line,) = home.ask("GET", "/api/v1/journeys")["items"]

    assert (line["entered_30d"], line["sent_30d"], line["completed"], line["people"]) == (1, 1, 2, 0)


def test_each_step_says_who_is_there_who_passed_and_what_became_of_its_messages(home: House) -> None:
    (ada, _) = enter(home, "ada", "bob")
    home.ask("PATCH", f"/api/v1/contacts/{ada}", {"attributes": {"plan": "pro"}})

    detail = home.ask("GET", "/api/v1/journeys/welcome")

    assert detail["document"]["steps"] == WELCOME["steps"]
    assert detail["steps"]["pause"]["people"] == 2
    assert detail["steps"]["greet"] == {
        "people": 0,
        "passed": {"next": 2},
        "messages": {"sent": 2},
        "failed": 0,
        "failure": None,
    }
    assert [one["number"] for one in detail["versions"]] == [1]
    assert detail["draft"] is None


def test_people_at_a_step_are_named_with_what_they_wait_for(home: House) -> None:
    ada, bob = enter(home, "ada", "bob")

    first = home.ask("GET", "/api/v1/journeys/welcome/steps/pause/people?limit=1")
    second = home.ask("GET", f"/api/v1/journeys/welcome/steps/pause/people?limit=1&cursor={first['next']}")
    home.until(NOW + 2 * 86_400_000 + 1_000)
    listening = home.ask("GET", "/api/v1/journeys/welcome/steps/case/people")["items"]

    assert [one["contact_id"] for page in (first, second) for one in page["items"]] == [bob, ada]
    (one,) = first["items"]
    assert (one["label"], one["state"], one["until"]) == ("bob@example.org", "waiting", "2026-01-07T08:00:00.000Z")
    assert {(one["state"], one["event"]) for one in listening} == {("listening", "Pricing Viewed")}


def test_a_failed_run_is_told_at_its_step_with_the_reason(home: House) -> None:
    home.ask("POST", "/api/v1/documents/publish", BROKEN)
    (ada,) = enter(home, "ada")
    home.ask("POST", "/api/v1/journeys/broken/enrol", {"contact_ids": [ada]})
    home.settle()

    step = home.ask("GET", "/api/v1/journeys/broken")["steps"]["ask"]
    (failed,) = home.ask("GET", "/api/v1/journeys/broken/steps/ask/people?state=failed")["items"]
    lines = {line["name"]: line["failed"] for line in home.ask("GET", "/api/v1/journeys")["items"]}

    assert (step["failed"], step["failure"]["words"]) == (1, "There is no template 'gone'.")
    assert (failed["run_id"], failed["error"]) == (step["failure"]["run_id"], step["failure"]["words"])
    assert lines == {"welcome": 0, "broken": 1}


def test_a_message_that_was_refused_is_told_at_its_step_in_the_providers_words(home: House) -> None:
    (eve,) = enter(home, "eve")
    lost = {"template": "lost", "class": "service", "subject": "x", "text": "{{ contact.nothing }}"}
    home.ask("POST", "/api/v1/documents/publish", lost)
    home.ask(
        "POST",
        "/api/v1/documents/publish",
        {
            "journey": "losing",
            "triggers": [{"api": True}],
            "steps": {"say": {"send": {"channel": "email", "template": "lost"}}},
        },
    )
    home.ask("POST", "/api/v1/journeys/losing/enrol", {"contact_ids": [eve]})
    home.settle()

    step = home.ask("GET", "/api/v1/journeys/losing")["steps"]["say"]

    assert step["messages"] == {"failed": 1}
    assert "nothing" in step["failure"]["words"] and step["failure"]["message_id"]


# --- drafts and versions ----------------------------------------------------------------------------------------------


def test_a_draft_is_kept_beside_the_live_one_and_says_what_is_wrong_with_it(home: House) -> None:
    path = "/api/v1/documents/journey/welcome/draft"
    draft = changed(greet={"send": {"channel": "email"}, "next": "pause"}, pause={"wait": {"for": "soon"}})

    saved = home.ask("PUT", path, draft)

    assert saved["document"] == draft and list(saved["document"]["steps"]) == list(WELCOME["steps"])
    assert {(one["level"], one["path"]) for one in saved["problems"]} == {
        ("error", "steps.greet.send"),
        ("error", "steps.pause.wait"),
    }
    assert saved["based_on"] == 1
    assert home.ask("GET", "/api/v1/journeys/welcome")["document"]["steps"] == WELCOME["steps"], "what is live stays"
    assert home.ask("GET", "/api/v1/journeys")["items"][0]["has_draft"] is True
    assert home.ask("GET", path) == saved


def test_publishing_takes_the_draft_away_and_keeps_every_version(home: House) -> None:
    draft = changed(pause={"wait": {"for": "3d"}, "next": "case"})
    home.ask("PUT", "/api/v1/documents/journey/welcome/draft", draft)

    home.ask("POST", "/api/v1/documents/publish", draft)
    detail = home.ask("GET", "/api/v1/journeys/welcome")
    first = home.ask("GET", "/api/v1/documents/journey/welcome/versions/1")

    assert (detail["draft"], detail["version"]) == (None, 2)
    assert [one["number"] for one in detail["versions"]] == [2, 1]
    assert first["document"]["steps"]["pause"] == {"wait": {"for": "2d"}, "next": "case"}
    assert refused(home, "GET", "/api/v1/documents/journey/welcome/versions/3")[0] == 404


def test_a_journey_may_begin_as_a_draft(home: House) -> None:
    document = {"journey": "idea", "triggers": [], "steps": {}, "description": "One day"}

    saved = home.ask("PUT", "/api/v1/documents/journey/idea/draft", document)
    line = home.ask("GET", "/api/v1/journeys")["items"][0]
    detail = home.ask("GET", "/api/v1/journeys/idea")

    assert {one["path"] for one in saved["problems"]} == {"triggers", "steps"}
    assert (line["name"], line["state"], line["version"], line["description"]) == ("idea", "draft", None, "One day")
    assert (detail["document"], detail["draft"]["document"]) == (None, document)
    home.client.delete("/api/v1/documents/journey/idea/draft").raise_for_status()
    assert refused(home, "GET", "/api/v1/journeys/idea")[0] == 404
    assert refused(home, "DELETE", "/api/v1/documents/journey/idea/draft")[0] == 404


def test_a_draft_keeps_the_name_of_its_document(home: House) -> None:
    status, problem = refused(home, "PUT", "/api/v1/documents/journey/welcome/draft", {"journey": "other"})

    assert (status, problem["errors"][0]["path"]) == (400, "journey")
    assert refused(home, "PUT", "/api/v1/documents/list/x/draft", {"list": "x"})[0] == 404


def test_what_will_go_wrong_is_a_warning_at_its_step(home: House) -> None:
    draft = changed(greet={"send": {"channel": "sms", "template": "hello"}, "next": "pause"})
    draft["steps"]["mark"] = {"send": {"channel": "email", "template": "gone"}}

    problems = home.ask("PUT", "/api/v1/documents/journey/welcome/draft", draft)["problems"]

    assert {(one["level"], one["path"]) for one in problems} == {
        ("warning", "steps.greet.send.template"),
        ("warning", "steps.mark.send.template"),
    }
    home.ask("POST", "/api/v1/documents/publish", draft)


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({"journey": "kinds", "triggers": [{"api": True}], "steps": {"a": {"exit": {}}}}, {"journey"}),
        ({"journey": "x", "triggers": [{"api": True}], "steps": {"a": 7}}, {"steps.a"}),
        ({"journey": "x", "triggers": 1, "steps": {"a": {"wait": {}}}}, {"triggers", "steps.a.wait"}),
        (
            {"journey": "x", "triggers": [{"api": True}], "steps": {"a": {"exit": {}, "next": "b"}, "b": {"nope": 1}}},
            {"steps.a", "steps.b"},
        ),
        (
            {
                "journey": "x",
                "triggers": [{"api": True}],
                "steps": {"a": {"branch": [{"when": {"attribute": "a"}, "next": "end"}]}},
            },
            {"steps.a.branch[0].when"},
        ),
        (
            {
                "journey": "x",
                "triggers": [{"api": True}],
                "goal": {"event": "Won"},
                "steps": {
                    "a": {"send": {"channel": "email", "template": ""}, "next": "b"},
                    "b": {"branch": [{"when": {"attribute": "", "eq": 1}, "next": "end"}], "else": "c"},
                    "c": {"wait_for": {"event": ""}},
                },
            },
            {"steps.a.send.template", "steps.b.branch[0].when.attribute", "steps.c.wait_for.event"},
        ),
    ],
)
def test_problems_name_the_step(home: House, document: Any, paths: set[str]) -> None:
    status, problem = refused(home, "POST", "/api/v1/documents/validate", document)

    assert (status, {one["path"] for one in problem["errors"]}) == (400, paths)


def test_the_difference_is_told_place_by_place_with_the_people_inside(home: House) -> None:
    enter(home, "ada", "bob")
    document = changed(pause={"wait": {"for": "3d"}, "next": "thanks"}, thanks={"exit": {"reason": "enough"}})
    del document["steps"]["case"], document["steps"]["mark"]
    document["goal"] = {"event": "Order Completed", "within": "30d"}

    plan = home.ask("POST", "/api/v1/documents/plan", document)

    steps = {one["step"]: one for one in plan["steps"]}
    assert {name: one["how"] for name, one in steps.items()} == {
        "thanks": "added",
        "pause": "changed",
        "case": "removed",
        "mark": "removed",
    }
    assert steps["pause"]["people"] == 2 and plan["inside"] == {"pause": 2}
    assert steps["pause"]["changes"] == [
        {"path": "wait.for", "before": "2d", "after": "3d"},
        {"path": "next", "before": "case", "after": "thanks"},
    ]
    assert [one["path"] for one in plan["fields"]] == ["goal"]
    assert (plan["is_new"], plan["is_changed"], plan["warnings"]) == (False, True, [])


# --- forms and names --------------------------------------------------------------------------------------------------


def test_every_field_of_every_kind_of_step_is_told_in_words(home: House) -> None:
    forms = home.ask("GET", "/api/v1/journeys/kinds")

    kinds = {one["kind"]: one for one in forms["steps"]}
    assert set(kinds) == {"send", "wait", "wait_for", "branch", "update", "webhook", "exit"}
    mute = [
        f"{place}.{name}"
        for place, schema in [
            *((kind, one["schema"]) for kind, one in kinds.items()),
            *((kind, one["options"]) for kind, one in kinds.items()),
            *((name, forms[name]) for name in ("trigger", "goal", "reentry")),
            *((one["kind"], one["schema"]) for one in forms["conditions"]),
        ]
        for name, field in schema.get("properties", {}).items()
        if not (field.get("title") and field.get("description")) and "$ref" not in field
    ]
    assert mute == []
    assert [way["key"] for way in kinds["send"]["exits"]] == ["next", "on_skipped", "on_failed"]
    assert kinds["send"]["schema"]["properties"]["template"]["x-suggest"] == "templates"
    assert list(kinds["send"]["options"]["properties"]) == ["max_late", "mode", "if_capped", "if_outranked"]
    assert {one["kind"] for one in forms["conditions"] if one["compares"]} == {
        "attribute",
        "company_attribute",
        "property",
    }


def test_operators_are_those_of_the_rules() -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(Comparison)} - {"missing", "zone"}
    assert {operator.key for operator in OPERATORS} == fields


def test_names_that_are_in_use_are_suggested(home: House) -> None:
    enter(home, "ada")
    home.ask("POST", "/api/v1/contacts", {"user_id": "bob", "attributes": {"plan": "pro"}, "tags": ["vip"]})

    def names(what: str, q: str = "") -> list[str]:
        return list(home.ask("GET", f"/api/v1/suggest?what={what}&q={q}")["items"])

    assert names("events", "sign") == ["Signed Up"]
    assert "plan" in names("attributes") and names("attributes", "first") == ["first_name"]
    assert names("attributes", "%") == []
    assert names("templates", "HEL") == ["hello"]
    assert (names("tags"), names("journeys"), names("channels")) == (["vip"], ["welcome"], ["email"])
    assert refused(home, "GET", "/api/v1/suggest?what=secrets")[0] == 400
