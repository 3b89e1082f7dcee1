"""Companies: known by a key, with what is known of them, and asked for by rules; on both databases."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.contacts import service as contacts
from tidings.flow import people
from tidings.rules import finding
from tidings.runtime.errors import NotFound

LAST = 2**62


def meant(scene: Scene, **wanted: str) -> list[int]:
    def unit(tx: object) -> list[int]:
        rule = people.rule_of(tx, people.Wanted(**wanted))  # type: ignore[arg-type]
        hits = finding.page(tx, rule, scene.now, order="newest", before=(LAST, LAST), limit=50)  # type: ignore[arg-type]
        return sorted(hit.id for hit in hits)

    found: list[int] = scene.read(unit)
    return found


@pytest.mark.parametrize("kind", stores.KINDS)
def test_people_are_found_by_their_company_and_by_what_is_known_of_it(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, bob, eve = (scene.identify(name) for name in ("ada", "bob", "eve"))
    scene.write(
        lambda tx: contacts.join_company(tx, ada, "acme", {"industry": "retail", "size": {"staff": 80}}, scene.now)
    )
    scene.write(lambda tx: contacts.join_company(tx, bob, "tea", {"industry": "food"}, scene.now))
    scene.write(lambda tx: contacts.join_company(tx, ada, "tea", {"founded": 1999}, scene.now))

    assert meant(scene, company="tea") == [ada, bob]
    assert meant(scene, where=json.dumps({"company": "acme"})) == [ada]
    assert meant(scene, where=json.dumps({"company_attribute": "size.staff", "gte": 50})) == [ada]
    assert meant(scene, where=json.dumps({"company_attribute": "industry", "in": ["food", "retail"]})) == [ada, bob]
    assert meant(scene, where=json.dumps({"not": {"company_attribute": "industry", "eq": "food"}})) == [eve]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_companies_are_listed_newest_first_and_found_by_what_is_known_of_them(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada = scene.identify("ada")
    for number in range(5):
        scene.write(lambda tx, n=number: contacts.save_company(tx, f"c{n}", {"name": f"Company {n}%"}, scene.now))
    scene.write(lambda tx: contacts.join_company(tx, ada, "c3", {"name": "Tea & Co"}, scene.now))

    first = scene.read(lambda tx: contacts.find_companies(tx, "", before=LAST, limit=3))
    rest = scene.read(lambda tx: contacts.find_companies(tx, "", before=first[-1].id, limit=3))

    assert [one.key for one in [*first, *rest]] == ["c4", "c3", "c2", "c1", "c0"]
    assert [one.count for one in first] == [0, 1, 0]
    for text, keys in (("tea &", ["c3"]), ("C2", ["c2"]), ("0%", ["c0"]), ("nothing", [])):
        found = scene.read(lambda tx, t=text: contacts.find_companies(tx, t, before=LAST, limit=9))
        assert [one.key for one in found] == keys, text


@pytest.mark.parametrize("kind", stores.KINDS)
def test_whoever_leaves_a_company_leaves_the_journey_that_asks_for_it(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    scene.publish("""
        journey: office
        triggers: [{event: Signed Up}]
        exit: [{not: {company: acme}}]
        steps: {rest: {wait: {for: 10d}}}
    """)
    ada = scene.identify("ada")
    company = scene.write(lambda tx: contacts.save_company(tx, "acme", {}, scene.now))
    scene.write(lambda tx: flow.employed(tx, company, ada, scene.setting, scene.now, is_joining=True))
    scene.track("ada", "Signed Up")
    before = scene.all("select state from run")

    scene.write(lambda tx: flow.employed(tx, company, ada, scene.setting, scene.now, is_joining=False))

    assert (before, scene.all("select state from run")) == (["active"], ["exited"])
    assert msgspec.json.decode(scene.read(lambda tx: contacts.get_company(tx, company)).attributes) == {}
    with pytest.raises(NotFound):
        scene.write(lambda tx: flow.employed(tx, 99, ada, scene.setting, scene.now, is_joining=True))
