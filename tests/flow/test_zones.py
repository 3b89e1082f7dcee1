"""Where somebody is: said outright, else guessed from their device, whatever it reports; a guess overwrites nothing."""

from __future__ import annotations

import pytest

from tests.makers import Scene, call
from tests.support.emptied import Both
from tests.support.stores import KINDS


@pytest.fixture(params=KINDS)
def scene(both: Both, request: pytest.FixtureRequest) -> Scene:
    return both.scene(request.param)


def zones(scene: Scene) -> list[str | None]:
    return scene.all("select zone from contact order by id")


@pytest.mark.parametrize("kind", ["track", "page", "screen", "identify"])
def test_any_call_of_a_device_tells_where_it_is(scene: Scene, kind: str) -> None:
    scene.ingest(call(kind, "Seen", user="ada", context={"timezone": "Asia/Tokyo"}))

    assert zones(scene) == ["Asia/Tokyo"]
    assert scene.all("select new from contact_change where path = 'timezone'") == ['"Asia/Tokyo"']


def test_a_guess_gives_way_and_never_overwrites(scene: Scene) -> None:
    scene.ingest(call("track", "Seen", user="ada", context={"timezone": "Asia/Tokyo"}))
    scene.ingest(call("track", "Seen", user="ada", context={"timezone": "Europe/Paris"}))
    assert zones(scene) == ["Asia/Tokyo"]

    scene.ingest(call("identify", user="ada", traits={"timezone": "Europe/Berlin"}, context={"timezone": "Asia/Tokyo"}))
    scene.ingest(call("track", "Seen", user="ada", context={"timezone": "Asia/Tokyo"}))

    assert zones(scene) == ["Europe/Berlin"]


@pytest.mark.parametrize("wrong", ["Mars/Phobos", 7, None, ["Asia/Tokyo"], "../../etc/passwd", ""])
def test_what_is_no_zone_is_not_kept(scene: Scene, wrong: object) -> None:
    scene.ingest(call("track", "Seen", user="ada", context={"timezone": wrong}))

    assert zones(scene) == [None]
    assert scene.all("select path from contact_change") == []
