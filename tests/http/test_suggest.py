"""Values that are in use are suggested, from people, companies and events."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.http.test_pages import here
from tests.support.house import House

__all__ = ["here"]


def values(home: House, **query: str) -> tuple[str, list[tuple[object, int]]]:
    found = home.ask("GET", f"/api/v1/suggest/values?{urlencode(query)}")
    return found["type"], [(one["value"], one["count"]) for one in found["items"]]


def test_values_of_people_companies_and_events_are_suggested(here: House) -> None:
    for n, country in enumerate(("NL", "NL", "DE")):
        body = {"user_id": f"u{n}", "attributes": {"country": country, "size": {"shoe": 40 + n}}}
        here.ask("POST", "/api/v1/contacts", body)
        track = {"userId": f"u{n}", "event": "Order Completed" if n else "Cart Updated", "properties": {"total": 10}}
        assert here.client.post("/v1/track", json=track, headers=here.basic()).status_code == 200
    here.ask("PUT", "/api/v1/companies", {"key": "acme", "attributes": {"city": "Bonn"}})

    assert values(here, of="attribute", path="country") == ("text", [("NL", 2), ("DE", 1)])
    assert values(here, of="attribute", path="size.shoe", q="41") == ("number", [(41, 1)])
    assert values(here, of="property", path="total") == ("number", [(10, 3)])
    assert values(here, of="property", path="total", event="Order Completed") == ("number", [(10, 2)])
    assert values(here, of="company_attribute", path="city") == ("text", [("Bonn", 1)])
    assert values(here, of="attribute", path="nothing") == ("", [])
    assert here.client.get("/api/v1/suggest/values?of=secrets&path=x").status_code == 400


def test_names_of_attributes_come_with_the_types_that_were_learnt(here: House) -> None:
    here.ask("POST", "/api/v1/contacts", {"user_id": "ada", "attributes": {"country": "NL", "born": "1990-02-01"}})

    found = here.ask("GET", "/api/v1/suggest?what=attributes")

    assert found["types"]["country"] == "text" and found["types"]["born"] == "date"
    assert here.ask("GET", "/api/v1/suggest?what=tags")["types"] == {}


def test_names_that_rules_are_about_are_suggested(here: House) -> None:
    here.ask("POST", "/api/v1/contacts", {"user_id": "ada"})
    here.ask("PUT", "/api/v1/companies", {"key": "acme", "attributes": {"size": {"staff": 3}}})
    here.ask("PUT", "/api/v1/lists/spring", {"title": "Spring"})
    for event, properties in (("Order Completed", {"total": 3, "cart": {"id": 1}}), ("Cart Updated", {"items": 1})):
        track = {"userId": "ada", "event": event, "properties": properties}
        assert here.client.post("/v1/track", json=track, headers=here.basic()).status_code == 200
    campaign = {"campaign": "spring-news", "template": "hello", "audience": {"tag": "x"}}
    here.ask(
        "POST", "/api/v1/documents/publish", {"template": "hello", "class": "service", "subject": "H", "text": "H"}
    )
    here.ask("POST", "/api/v1/documents/publish", campaign)

    def names(what: str, event: str = "") -> list[str]:
        query = urlencode({"what": what, "event": event})
        return list(here.ask("GET", f"/api/v1/suggest?{query}")["items"])

    assert names("properties") == ["cart.id", "items", "total"]
    assert names("properties", "Order Completed") == ["cart.id", "total"]
    assert names("company_attributes") == ["size.staff"]
    assert (names("lists"), names("companies"), names("campaigns")) == (["spring"], ["acme"], ["spring-news"])
