"""Pictures are kept once, found by what they are called or show, and go when nothing live shows them."""

from __future__ import annotations

import pytest

from tests.support.drawn import png
from tests.support.emptied import Both
from tests.support.stores import KINDS
from tidings.media import service as media
from tidings.media.pictures import looked_at
from tidings.runtime.database import Database, Tx
from tidings.runtime.errors import NotFound

NOW = 1_767_600_000_000


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, both: Both) -> Database:
    return both.scene(request.param).database


def kept(store: Database, data: bytes, title: str) -> media.Picture:
    return store.write_now(lambda tx: media.keep(tx, data, looked_at(data), title, NOW, actor="ada"))


def test_the_same_picture_is_kept_once_and_comes_back_as_it_was(store: Database) -> None:
    tea = kept(store, png(600, 400), "tea.png")

    again = kept(store, png(600, 400), "other.png")

    assert again == tea
    assert (tea.title, tea.type, tea.width, tea.height, tea.actor) == ("tea.png", "image/png", 600, 400, "ada")
    assert store.read_now(lambda tx: media.content(tx, tea.name)) == media.Content("image/png", png(600, 400))


def test_pictures_are_found_by_name_and_by_what_they_show_the_newest_first(store: Database) -> None:
    first, second = kept(store, png(shade=1), "Tea_100%.png"), kept(store, png(shade=2), "pot.png")
    store.write_now(lambda tx: media.tell(tx, second.name, "pot.png", "A pot of Tea"))

    def found(text: str, before: int = 2**62) -> list[str]:
        def look(tx: Tx) -> list[str]:
            return [one.title for one in media.page(tx, text, before=before, limit=10)]

        return store.read_now(look)

    assert found("tea") == ["pot.png", "Tea_100%.png"]
    assert found("100%") == ["Tea_100%.png"]
    assert found("", before=second.id) == [first.title]


def test_a_picture_that_went_is_nowhere(store: Database) -> None:
    tea = kept(store, png(), "tea.png")

    store.write_now(lambda tx: media.forget(tx, tea.name))

    for ask in (media.get, media.content, media.forget):
        with pytest.raises(NotFound):
            store.write_now(lambda tx, ask=ask: ask(tx, tea.name))
    for name in ("../../tidings.db", "a\0b", ""):
        with pytest.raises(NotFound):
            store.read_now(lambda tx, name=name: media.content(tx, name))
