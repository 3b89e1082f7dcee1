"""Companies and lists over HTTP: kept, joined, left, and asked for in the same way wherever many people are named."""

from __future__ import annotations

from tests.http.test_pages import here, known
from tests.support.house import House

__all__ = ["here"]


def test_companies_are_kept_joined_and_left_over_http(here: House) -> None:
    ada = known(here, "ada@example.com")
    made = here.ask("PUT", "/api/v1/companies", {"key": "acme", "attributes": {"name": "Acme", "staff": 80}})
    here.ask("PUT", "/api/v1/companies", {"key": " acme ", "attributes": {"staff": None, "city": "Bonn"}})
    place = f"/api/v1/companies/{made['id']}/people/{ada}"

    joined = here.client.put(place)

    (one,) = here.ask("GET", "/api/v1/companies?q=bonn")["items"]
    assert joined.status_code == 204 and (one["attributes"], one["count"]) == ({"name": "Acme", "city": "Bonn"}, 1)
    assert [row["id"] for row in here.ask("GET", "/api/v1/contacts?company=acme")["items"]] == [ada]
    assert here.ask("GET", f"/api/v1/contacts/{ada}")["companies"][0]["key"] == "acme"
    assert here.client.delete(place).status_code == 204
    assert here.ask("GET", f"/api/v1/companies/{made['id']}")["count"] == 0
    assert here.client.get("/api/v1/companies/99").status_code == 404
    assert here.client.put("/api/v1/companies", json={"key": "  "}).status_code == 400


def test_lists_filter_people_their_files_and_what_is_done_to_many_alike(here: House) -> None:
    ada = known(here, "ada@example.com")
    known(here, "bob@example.com")
    here.ask("PUT", "/api/v1/lists/spring", {"title": "Spring"})
    here.ask("POST", "/api/v1/lists/spring/join", {"contact_ids": [ada]})

    shown = here.ask("GET", "/api/v1/contacts?list=spring")
    csv = here.client.get("/api/v1/contacts/export.csv?list=spring&columns=email").text
    lines = here.client.get("/api/v1/contacts/export.ndjson?list=spring").text
    meant = here.ask(
        "POST", "/api/v1/bulk/look", {"deed": {"add_tags": ["x"]}, "whom": {"everybody": True, "list": "spring"}}
    )

    assert [one["id"] for one in shown["items"]] == [ada] and shown["total"] == 1
    assert csv.split() == ["email", "ada@example.com"] and lines.count("\n") == 1
    assert meant == {"total": 1, "is_exact": True}
    assert here.ask("GET", f"/api/v1/contacts/{ada}")["lists"] == ["spring"]
