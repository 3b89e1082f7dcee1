"""The data audit finds what is wrong in short reads, and each fix is a bulk action that is undone; on both databases."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.bulk.test_bulk import ended, known, undone
from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings import flow
from tidings.bulk import service as bulk
from tidings.bulk.models import Deed
from tidings.contacts import service as contacts
from tidings.contacts.auditing import Tally
from tidings.flow import auditing, findings
from tidings.flow.people import Wanted
from tidings.runtime.errors import Invalid

LAST = 2**62


def looked(scene: Scene, size: int = 3) -> dict[str, findings.AuditPart]:
    """What an audit says, by kind and path; read three people at a time."""
    letters = scene.read(auditing.needed)
    tally, place = Tally(letters), (LAST, LAST)
    while place is not None:
        place = scene.read(lambda tx, at=place: auditing.look(tx, at, scene.now, most=size)).into(tally)
    lists = scene.read(auditing.empty_lists)
    return {f"{one.kind} {one.path}".strip(): one for one in findings.parts(tally, lists, "Europe/Berlin", letters)}


def mended(scene: Scene, part: findings.AuditPart) -> bulk.Job:
    assert part.fix is not None
    deed, chosen = msgspec.convert(part.fix.deed, Deed), flow.Chosen(filters=Wanted(where=part.fix.where))
    job: bulk.Job = scene.write(lambda tx: flow.begin_bulk(tx, deed, chosen, scene.now, actor="ada"))
    return ended(scene, job)


def crowd(scene: Scene) -> dict[str, int]:
    people: dict[str, dict[str, Any]] = {
        "typo": {"email": "typo@gmial.com", "country": "NL", "age": "41", "since": "1.2.2020"},
        "taken": {"email": "both@gmial.com", "country": "NL", "age": 7, "since": "2020-02-02"},
        "right": {"email": "both@gmail.com", "country": "nl", "age": "01067"},
        "office": {
            "email": "info@shop.example",
            "country": "nl ",
            "age": 8,
            "timezone": "Europe/Paris",
            "locale": "fr",
        },
        "nobody": {"email": "not an address", "country": "NL", "age": 9},
    }
    return {name: scene.identify(name, **traits) for name, traits in people.items()}


@pytest.mark.parametrize("kind", stores.KINDS)
def test_an_audit_names_what_is_wrong_with_whom(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    crowd(scene)
    scene.write(lambda tx: contacts.save_list(tx, "vips", scene.now, title="VIPs"))

    found = looked(scene)

    assert {name: one.count for name, one in found.items()} == {
        "mistyped_address": 2,
        "invalid_address": 1,
        "role_address": 1,
        "mixed_types age": 2,
        "mixed_types since": 1,
        "spelling country": 2,
        "no_consent": 4,
        "no_zone": 4,
        "no_locale": 4,
        "empty_list": 1,
    }
    assert "VIPs" in found["empty_list"].told and "'NL' beside" in found["spelling country"].told


@pytest.mark.parametrize("kind", stores.KINDS)
def test_whoever_lacks_what_a_live_letter_needs_is_counted(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    for name, words in (("bare", "{{ contact.company.city }}"), ("kind", "{{ contact.nick | default('you') }}")):
        scene.publish(f'{{template: {name}, subject: Hi, text: "Hi {words}", topic: news}}')
    scene.identify("ada", company={"city": "Bonn"})
    scene.identify("bob", company={"city": ""})
    scene.identify("eve")

    found = looked(scene)

    part = found["needed company.city"]
    assert (part.count, part.told.partition(" ")[0]) == (2, "bare")
    assert "needed nick" not in found


@pytest.mark.parametrize("kind", stores.KINDS)
def test_each_fix_changes_those_alone_of_whom_it_is_so_and_is_undone(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ids = crowd(scene)
    before = {name: known(scene, i) for name, i in ids.items()}
    found = looked(scene)

    jobs = [
        mended(scene, found[name])
        for name in ("mistyped_address", "invalid_address", "role_address", "mixed_types age", "mixed_types since")
    ]
    jobs += [mended(scene, found["spelling country"]), mended(scene, found["no_zone"])]

    after = {name: known(scene, i) for name, i in ids.items()}
    assert [job.changed_count for job in jobs] == [1, 1, 1, 1, 1, 2, 4]
    assert after["typo"] | {"timezone": ""} == before["typo"] | {
        "email": "typo@gmail.com",
        "age": 41,
        "since": "2020-02-01",
        "timezone": "",
    }
    assert after["taken"]["email"] == "both@gmial.com", "who has the address already is merged, not doubled"
    assert "email" not in after["nobody"] and after["right"]["age"] == "01067"
    assert {one["country"] for one in after.values()} == {"NL"}
    assert scene.read(lambda tx: contacts.tags_of(tx, list(ids.values()))) == {ids["office"]: ["role-address"]}
    assert after["office"]["timezone"] == "Europe/Paris"
    assert scene.read(lambda tx: contacts.addresses_of(tx, [ids["typo"]]))[ids["typo"]]["email"] == "typo@gmail.com"

    for job in reversed(jobs):
        undone(scene, job)
    assert {name: known(scene, i) for name, i in ids.items()} == before


def test_mending_stands_alone_and_names_its_attribute(both: Both) -> None:
    scene = both.scene("sqlite")

    for deed in ({"mend": {"kind": "numbers"}}, {"mend": {"kind": "invalid_address"}, "add_tags": ["x"]}):
        with pytest.raises(Invalid, match=r"deed\.mend"):
            chosen = flow.Chosen(filters=Wanted())
            what = msgspec.convert(deed, Deed)
            scene.write(lambda tx, d=what, c=chosen: flow.begin_bulk(tx, d, c, scene.now, actor="ada"))
