"""What recognises somebody is given and taken away by hand; nobody is taken over, and nobody is forgotten."""

from __future__ import annotations

import pytest

from tests.makers import Scene
from tests.support import stores
from tests.support.emptied import Both
from tidings.contacts import service as contacts
from tidings.runtime.errors import Conflict, Invalid, NotFound


def known(scene: Scene, contact_id: int) -> list[tuple[str, str]]:
    found = scene.read(lambda tx: contacts.identifiers_of(tx, [contact_id]))
    return sorted((one.kind, one.value) for one in found)


@pytest.mark.parametrize("kind", stores.KINDS)
def test_an_identifier_is_given_and_taken_away_with_history(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada = scene.identify("ada")
    key = contacts.canonical("email", " Ada@Example.com ")

    for _ in range(2):
        scene.write(lambda tx: contacts.identify(tx, ada, key, scene.now, "by eve"))
    assert known(scene, ada) == [("email", "ada@example.com"), ("user_id", "ada")]
    scene.write(lambda tx: contacts.unidentify(tx, ada, ("user_id", "ada"), scene.now, "by eve"))

    assert known(scene, ada) == [("email", "ada@example.com")]
    lines = scene.read(lambda tx: contacts.changes_of(tx, [ada], before=2**62, before_id=2**62, limit=9))
    assert [(one.path, one.old, one.new, one.cause) for one in lines] == [
        ("identifier:user_id", '"ada"', None, "by eve"),
        ("identifier:email", None, '"ada@example.com"', "by eve"),
    ]


@pytest.mark.parametrize("kind", stores.KINDS)
def test_nobody_is_taken_over_and_the_last_one_stays(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    ada, bob = scene.identify("ada"), scene.identify("bob")

    for key, told in ((("user_id", "eve"), "Take it away first"), (("crm_id", "bob-7"), "recognises another contact")):
        scene.write(lambda tx: contacts.identify(tx, bob, ("crm_id", "bob-7"), scene.now, "x"))
        with pytest.raises(Conflict, match=told):
            scene.write(lambda tx, k=key: contacts.identify(tx, ada, k, scene.now, "x"))
    with pytest.raises(Conflict, match="the last one"):
        scene.write(lambda tx: contacts.unidentify(tx, ada, ("user_id", "ada"), scene.now, "x"))
    with pytest.raises(NotFound):
        scene.write(lambda tx: contacts.unidentify(tx, ada, ("crm_id", "bob-7"), scene.now, "x"))
    assert known(scene, ada) == [("user_id", "ada")]


@pytest.mark.parametrize(
    ("kind", "value"), [("Email", "a@b.de"), ("email", "nobody"), ("crm_id", " "), ("crm_id", "a\nb")]
)
def test_what_is_no_identifier_is_refused(kind: str, value: str) -> None:
    with pytest.raises(Invalid):
        contacts.canonical(kind, value)
