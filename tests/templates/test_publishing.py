"""Templates in their store: versions, what they take over, what follows when it changes; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.makers import Scene
from tests.support.emptied import Both
from tests.support.stores import KINDS
from tidings import documents
from tidings.runtime.app import write_setting
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict
from tidings.templates import service as templates

NEWS: dict[str, Any] = {"template": "news", "subject": "News", "blocks": [{"heading": {"text": "Tea"}}]}
SHARING: dict[str, Any] = {"template": "sharing", "subject": "Hi", "blocks": [{"saved": {"block": "greeting"}}]}


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


def publish(scene: Scene, document: dict[str, Any]) -> bool:
    checked = documents.check(document)
    return bool(scene.write(lambda tx: documents.publish(tx, checked, scene.now, actor="ada"))["published"])


def greeting(text: str) -> dict[str, Any]:
    return {"block": "greeting", "blocks": [{"text": {"html": f"<p>{text}</p>"}}]}


def numbers(scene: Scene, name: str) -> list[int]:
    return [one.number for one in scene.read(lambda tx: templates.editions(tx, name))]


def test_the_same_content_is_the_same_version(scene: Scene) -> None:
    assert [publish(scene, NEWS), publish(scene, NEWS), publish(scene, NEWS | {"subject": "Again"})] == [
        True,
        False,
        True,
    ]
    assert numbers(scene, "news") == [2, 1]
    first = scene.read(lambda tx: documents.version(tx, "template", "news", 1))
    assert (first["subject"], first["blocks"]) == ("News", tuple(NEWS["blocks"]))


def test_letters_follow_the_brand_and_only_those_that_show_it(scene: Scene) -> None:
    plain = {"template": "plain", "subject": "Plain", "html": "<p>x</p>"}
    for one in (NEWS, plain):
        publish(scene, one)

    def rebrand(tx: Tx) -> list[str]:
        write_setting(tx, "brand", {"name": "Tea", "accent": "#7a1f5c"}, scene.now)
        return templates.follow(tx, scene.now)

    assert scene.write(rebrand) == ["news"]
    assert (numbers(scene, "news"), numbers(scene, "plain")) == ([2, 1], [1])
    row = scene.read(lambda tx: templates.current(tx, ["news"]))["news"]
    assert templates.document_of(row).brand.accent == "#7a1f5c"


def test_letters_follow_a_saved_block_and_hold_it(scene: Scene) -> None:
    publish(scene, greeting("one"))
    publish(scene, SHARING)

    publish(scene, greeting("two"))

    row = scene.read(lambda tx: templates.current(tx, ["sharing"]))["sharing"]
    assert row.number == 2 and "two" in row.body
    with pytest.raises(Conflict, match=r"used by template sharing\. Change these first\."):
        scene.write(lambda tx: documents.take_down(tx, "block", "greeting", scene.now))


def test_what_names_something_is_found_live_or_as_a_draft(scene: Scene) -> None:
    publish(scene, greeting("/media/main/a.png"))
    draft = NEWS | {"html": "/media/main/a.png"}
    scene.write(lambda tx: documents.save(tx, "template", "news", draft, scene.now, actor="ada"))

    found = scene.read(lambda tx: documents.mentions(tx, "/media/main/a.png"))

    assert [(one.kind, one.name, one.is_live) for one in found] == [
        ("block", "greeting", True),
        ("template", "news", False),
    ]


def test_before_it_is_published_a_template_says_for_how_many_it_fails(scene: Scene) -> None:
    scene.identify("ada", first_name="Ada")
    scene.identify("bob", plan="pro")
    checked = documents.check(NEWS | {"subject": "Hello {{ contact.first_name }}"})

    plan = scene.read(lambda tx: documents.plan(tx, checked, scene.now))

    assert [
        f"{one.path} {one.message}"
        for one in plan.warnings
        if "contacts" in one.message or "contact has" in one.message
    ] == ["subject names contact.first_name, and 1 contact has none: their message fails."]
