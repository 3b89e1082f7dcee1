"""Documents on the shelf: what is live, what was, and what is the same again."""

import pytest

from tests.support import stores
from tests.support.emptied import Both
from tidings.runtime import shelf
from tidings.runtime.errors import NotFound


@pytest.mark.parametrize("kind", stores.KINDS)
def test_the_same_content_makes_no_new_version_and_old_ones_stay(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    news, better = {"topic": "news", "title": "News"}, {"topic": "news", "title": "Our news"}

    done = [
        scene.write(lambda tx, body=body: shelf.publish(tx, "topic", "news", body, scene.now, actor="ada"))
        for body in (news, dict(reversed(news.items())), better)
    ]

    assert done == [True, False, True]
    kept = scene.read(lambda tx: shelf.get(tx, "topic", "news"))
    assert (kept.number, kept.data) == (2, better)
    assert [one.number for one in scene.read(lambda tx: shelf.editions(tx, "topic", "news"))] == [2, 1]
    assert scene.read(lambda tx: shelf.numbered(tx, "topic", "news", 1)) == news


@pytest.mark.parametrize("kind", stores.KINDS)
def test_what_is_taken_down_is_gone_from_the_list_and_can_come_back(both: Both, kind: str) -> None:
    scene = both.scene(kind)
    body = {"topic": "news", "title": "News"}
    scene.write(lambda tx: shelf.publish(tx, "topic", "news", body, scene.now))
    scene.write(lambda tx: shelf.publish(tx, "block", "news", body, scene.now))
    before = scene.read(lambda tx: shelf.get(tx, "topic", "news"))

    scene.write(lambda tx: shelf.take_down(tx, "topic", "news", scene.now))

    assert scene.read(lambda tx: shelf.live(tx, "topic")) == []
    assert [one.name for one in scene.read(lambda tx: shelf.live(tx, "block"))] == ["news"]
    with pytest.raises(NotFound, match="There is no topic 'news'"):
        scene.read(lambda tx: shelf.get(tx, "topic", "news"))
    assert scene.read(lambda tx: shelf.by_id(tx, before.id)).data == body
    assert scene.write(lambda tx: shelf.publish(tx, "topic", "news", body, scene.now)) is True
    assert scene.read(lambda tx: shelf.get(tx, "topic", "news")).id == before.id
