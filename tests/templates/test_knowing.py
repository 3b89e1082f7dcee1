"""Variables against what is really known: offered, called unknown, counted where people lack them; on both databases."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.makers import Scene
from tests.support.drawn import png
from tests.support.emptied import Both
from tests.support.stores import KINDS
from tidings.media import service as media
from tidings.media.pictures import looked_at
from tidings.templates import knowing
from tidings.templates.models import Stored


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, both: Both) -> Scene:
    return both.scene(request.param)


def letter(text: str, **more: Any) -> Stored:
    return msgspec.convert({"template": "news", "text": text, **more}, Stored)


def told(scene: Scene, document: Stored) -> list[str]:
    found = scene.read(lambda tx: knowing.unknown(tx, document) + knowing.lacking(tx, document, scene.now))
    return [f"{one.path} {one.message}" for one in found]


def test_what_may_be_named_is_what_is_there(scene: Scene) -> None:
    scene.identify("ada", first_name="Ada", company={"name": "Tea", "size": 3})
    scene.track("ada", "Order Completed", total=12, address={"city": "Ulm"})

    attributes = scene.read(knowing.attributes)
    happened = scene.read(knowing.happenings)

    assert {(one.path, one.type) for one in attributes} >= {("first_name", "text"), ("company.size", "number")}
    (order,) = happened
    assert (order.name, order.properties) == ("Order Completed", ["address.city", "total"])


def test_a_variable_that_nobody_has_is_told_and_one_that_some_lack_is_counted(scene: Scene) -> None:
    scene.identify("ada", first_name="Ada", company={"name": "Tea"})
    scene.identify("bob", first_name="")
    scene.identify("eve", company={"name": "Pot"})

    assert told(scene, letter("{{ contact.frist_name }}")) == ["text names contact.frist_name, which nobody has."]
    assert "everybody reads the other words" in told(scene, letter("{{ contact.x | default('y') }}"))[0]
    assert told(scene, letter("{{ contact.first_name }}")) == [
        "text names contact.first_name, and 2 contacts have none: their message fails."
    ]
    assert (
        "1 contact has none: they are skipped" in told(scene, letter("{{ contact.company.name }}", missing="skip"))[0]
    )
    assert told(scene, letter("{{ contact.first_name | default('you') }} {{ contact.company is defined }}")) == []
    assert told(scene, letter("{{ contact.first_name }}", missing="default")) == []


def test_while_nobody_is_known_nothing_is_called_unknown(scene: Scene) -> None:
    assert told(scene, letter("{{ contact.first_name }}")) == []


def test_a_picture_that_went_is_told_where_it_is_shown(scene: Scene) -> None:
    kept = scene.write(lambda tx: media.keep(tx, png(), looked_at(png()), "tea.png", scene.now))
    lost = "0" * 32 + ".png"
    blocks = [{"image": {"src": f"/media/main/{name}", "alt": "x"}} for name in (kept.name, lost)]
    document = msgspec.convert(
        {"template": "news", "blocks": blocks, "brand": {"logo": f"/media/main/1{lost[1:]}"}}, Stored
    )

    found = scene.read(lambda tx: knowing.gone(tx, document))

    assert [one.path for one in found] == ["blocks.1.image.src", "brand.logo"]
