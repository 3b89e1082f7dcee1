"""Segments over HTTP: written, published, looked at, explained, frozen, enrolled from, taken down."""

from __future__ import annotations

from typing import Any

from tests.http.test_pages import here, known
from tests.http.test_server import eventually
from tests.support.house import House
from tidings import flow
from tidings.runtime.clock import DAY

__all__ = ["here"]

PROS = {"segment": "pros", "title": "On the plan pro", "where": {"attribute": "plan", "eq": "pro"}}
WELCOME = {
    "journey": "welcome",
    "triggers": [{"segment": "pros", "on": "entered"}],
    "steps": {"mark": {"update": {"add_tags": ["welcomed"]}, "next": "end"}},
}


def person(house: House, name: str, **attributes: Any) -> int:
    contact_id = known(house, f"{name}@example.com")
    house.ask("PATCH", f"/api/v1/contacts/{contact_id}", {"attributes": attributes})
    return contact_id


def publish(house: House, document: dict[str, Any]) -> None:
    assert house.ask("POST", "/api/v1/documents/publish", document)["published"] is True


def test_a_segment_is_published_listed_and_shown_with_its_people(here: House) -> None:
    ada, _ = person(here, "ada", plan="pro"), person(here, "bob", plan="free")
    here.ask("PUT", "/api/v1/documents/segment/idea/draft", {"segment": "idea", "title": "An idea"})

    publish(here, PROS)

    idea, pros = here.ask("GET", "/api/v1/segments")["items"]
    assert (idea["name"], idea["state"], idea["count"], idea["title"]) == ("idea", "draft", None, "An idea")
    assert (pros["state"], pros["count"], pros["progress"], pros["has_draft"]) == ("ready", 1, 1.0, False)
    assert "plan" in pros["sentence"]
    (row,) = here.ask("GET", "/api/v1/segments/pros/people")["items"]
    assert (row["id"], row["email"], row["cause"], row["next_change_at"]) == (ada, "ada@example.com", "published", None)
    page = here.ask("GET", "/api/v1/segments/pros")
    assert page["where"] == PROS["where"] and [part["count"] for part in page["parts"]] == [1]
    assert [one["id"] for one in here.ask("GET", '/api/v1/contacts?where={"segment":"pros"}')["items"]] == [ada]
    assert here.client.get("/api/v1/segments/nobody").status_code == 404


def test_people_are_paged_in_both_orders(here: House) -> None:
    people = [person(here, f"p{n}", plan="pro") for n in range(5)]
    publish(here, PROS)

    for order in ("newest", "entered"):
        found, cursor = list[int](), ""
        while cursor is not None:
            page = here.ask("GET", f"/api/v1/segments/pros/people?limit=2&order={order}&cursor={cursor}")
            found += [row["id"] for row in page["items"]]
            cursor = page["next"]
        assert found == people[::-1]


def test_growth_tells_days_in_the_zone_of_the_workspace(here: House) -> None:
    publish(here, PROS)
    ada = person(here, "ada", plan="pro")
    here.clock.advance(DAY)
    person(here, "bob", plan="pro")
    here.ask("PATCH", f"/api/v1/contacts/{ada}", {"attributes": {"plan": "free"}})

    days = here.ask("GET", "/api/v1/segments/pros/growth?days=3")["days"]

    assert [(day["entered"], day["left"], day["count"]) for day in days] == [(0, 0, 0), (1, 0, 1), (1, 1, 1)]


def test_an_explanation_tells_each_condition_since_when_and_what_was_before(here: House) -> None:
    publish(here, PROS | {"where": {"all": [PROS["where"], {"tag": "vip"}]}})
    ada = person(here, "ada", plan="pro")
    here.ask("PATCH", f"/api/v1/contacts/{ada}", {"add_tags": ["vip"]})
    here.ask("PATCH", f"/api/v1/contacts/{ada}", {"attributes": {"plan": "free"}})

    told = here.ask("GET", "/api/v1/segments/pros/explain?contact=ada@example.com")

    assert (told["contact_id"], told["is_member"], told["next_change_at"]) == (ada, False, None)
    assert [part["answer"] for part in told["parts"]] == [False, False, True]
    assert here.ask("GET", f"/api/v1/contacts/{ada}")["segments"] == []
    (stay,) = told["stays"]
    assert (stay["entered_cause"], stay["left_cause"]) == ("tag:vip", "plan")
    assert here.client.get("/api/v1/segments/pros/explain?contact=nobody").status_code == 404


def test_a_rule_is_looked_at_while_it_is_written(here: House) -> None:
    ada, bob = person(here, "ada", plan="pro", country="NL"), person(here, "bob", plan="pro", country="DE")
    publish(here, PROS)
    where = {"all": [{"attribute": "plan", "eq": "pro"}, {"attribute": "country", "eq": "NL"}]}

    look = here.ask("POST", "/api/v1/rules/preview", {"where": where, "segment": "pros"})

    assert (look["count"], look["is_exact"], look["changes"]) == (1, True, {"enter": 0, "leave": 1})
    assert [one["id"] for one in look["samples"]] == [ada]
    (near,) = look["near"]
    assert (near["id"], near["failed"], near["seen"]) == (bob, "country is NL", "DE")
    assert [(part["path"], part["count"]) for part in look["parts"]] == [("", 1), ("all[0]", 2), ("all[1]", 1)]
    wrong = here.client.post("/api/v1/rules/preview", json={"where": {"all": [{"atribute": "x"}]}})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (400, "where.all[0]")
    later = here.client.post("/api/v1/rules/preview", json={"where": {"score": "fit", "gte": 10}})
    assert "no score in this version" in later.json()["errors"][0]["message"]


def test_two_segments_are_compared(here: House) -> None:
    for name, plan, country in (("ada", "pro", "NL"), ("bob", "pro", "DE"), ("eve", "free", "NL")):
        person(here, name, plan=plan, country=country)
    publish(here, PROS)
    publish(here, {"segment": "dutch", "where": {"attribute": "country", "eq": "NL"}})

    beside = here.ask("GET", "/api/v1/segments/pros/compare?with=dutch")

    assert beside == {"a": 2, "b": 2, "both": 1, "only_a": 1, "only_b": 1}


def test_a_segment_is_frozen_to_a_list(here: House) -> None:
    ada = person(here, "ada", plan="pro")
    publish(here, PROS)

    frozen = here.ask("POST", "/api/v1/segments/pros/freeze", {"list": "pros-today", "title": "Pros today"})
    eventually(lambda: here.ask("GET", f"/api/v1/bulk/{frozen['bulk']}")["state"] == "done")

    assert [one["id"] for one in here.ask("GET", f"/api/v1/contacts?list={frozen['list']}")["items"]] == [ada]


def test_publishing_starts_nothing_and_people_are_enrolled_when_somebody_says_so(here: House) -> None:
    ada = person(here, "ada", plan="pro")
    publish(here, WELCOME)
    publish(here, PROS)
    here.settle()
    assert here.ask("GET", f"/api/v1/contacts/{ada}")["tags"] == []
    assert here.ask("GET", "/api/v1/segments/pros")["starts"] == ["welcome"]

    assert here.ask("POST", "/api/v1/segments/pros/enrol", {"journey": "welcome"}) == {"people": 1}
    here.settle()

    assert here.ask("GET", f"/api/v1/contacts/{ada}")["tags"] == ["welcomed"]


def test_what_is_in_use_is_not_taken_down(here: House) -> None:
    publish(here, PROS)
    publish(here, WELCOME)

    refused = here.client.delete("/api/v1/documents/segment/pros")

    assert refused.status_code == 409 and "journey welcome" in refused.json()["detail"]
    here.ask("POST", "/api/v1/journeys/welcome/archive")
    assert here.client.delete("/api/v1/documents/segment/pros").status_code == 204
    assert here.ask("GET", "/api/v1/segments")["items"] == []


def test_a_circle_is_an_error_of_the_draft(here: House) -> None:
    publish(here, PROS)
    publish(here, {"segment": "b", "where": {"segment": "pros"}})

    draft = here.ask("PUT", "/api/v1/documents/segment/pros/draft", PROS | {"where": {"not": {"segment": "b"}}})

    (problem,) = draft["problems"]
    assert problem["level"] == "error" and "pros → b → pros" in problem["message"]


def test_the_plan_says_who_would_come_in_and_that_no_journey_starts_by_it(here: House) -> None:
    person(here, "ada", plan="pro")
    publish(here, WELCOME)

    plan = here.ask("POST", "/api/v1/documents/plan", PROS)

    (told,) = plan["warnings"]
    assert told["message"] == "1 person comes in." and "welcome" in told["hint"]


def test_home_counts_overdue_reviews(here: House) -> None:
    publish(here, PROS | {"definition": True, "owner": "ada@example.com", "review": "2020-01-01"})

    assert here.ask("GET", "/api/v1/home")["needs"]["overdue_reviews"] == 1
    wrong = here.client.post("/api/v1/documents/validate", json=PROS | {"definition": True, "review": "soon"})
    assert {one["path"] for one in wrong.json()["errors"]} == {"definition", "review"}


def test_an_editor_learns_what_can_be_asked(here: House) -> None:
    told = here.ask("GET", "/api/v1/rules/forms")

    assert {one["kind"] for one in told["conditions"]} == set(flow.KINDS)
    assert {one["group"] for one in told["conditions"]} == {group["name"] for group in told["groups"]}
    assert all(one["sentence"] and one["title"] and one["example"] for one in told["conditions"])
    assert len(told["templates"]) >= 10 and {one["key"] for one in told["operators"]} > {"eq", "in_last", "matches"}
