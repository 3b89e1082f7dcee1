"""The data audit over HTTP."""

from __future__ import annotations

from tests.http.test_pages import here
from tests.support.house import House

__all__ = ["here"]


def test_an_audit_over_http_names_people_and_its_fix_is_what_bulk_takes(here: House) -> None:
    for name in ("ada", "bob"):
        here.ask("POST", "/api/v1/contacts", {"user_id": name, "attributes": {"email": f"{name}@gmial.com"}})

    found = here.ask("GET", "/api/v1/audit")
    some = here.ask("GET", "/api/v1/audit?people=1")
    typo = next(one for one in found["items"] if one["kind"] == "mistyped_address")
    begun = here.ask(
        "POST",
        "/api/v1/bulk",
        {"deed": typo["fix"]["deed"], "whom": {"everybody": True, "where": typo["fix"]["where"]}},
    )

    assert (found["looked_at"], found["of"], some["looked_at"], some["of"]) == (2, 2, 1, 2)
    assert (typo["count"], typo["people"][0]["label"]) == (2, "bob@gmial.com")
    assert typo["people"][0]["value"] == "bob@gmial.com → bob@gmail.com"
    assert begun["deed"] == {"mend": {"kind": "mistyped_address"}}
