"""Pictures over HTTP: uploaded by whoever writes, shown to whoever reads, kept while something live shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.drawn import GIF, png
from tests.support.house import House, house

NOW = 1_767_600_000_000


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, NOW) as found:
        yield found


def upload(home: House, data: bytes, name: str = "tea.png") -> Any:
    answer = home.client.post("/api/v1/media", params={"name": name}, content=data)
    assert answer.status_code == 201, answer.text
    return answer.json()


def letter(path: str) -> dict[str, Any]:
    return {
        "template": "news",
        "class": "transactional",
        "subject": "Tea",
        "blocks": [{"image": {"src": path, "alt": "Tea", "width": 200}}],
    }


def test_a_picture_is_for_everybody_never_changes_and_is_nothing_else(home: House) -> None:
    tea = upload(home, png(600, 400))

    answer = httpx.get(tea["url"])

    assert answer.content == png(600, 400) and tea["url"] == home.url + tea["path"]
    assert (tea["width"], tea["height"], tea["title"]) == (600, 400, "tea.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert httpx.get(tea["url"], headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert httpx.head(tea["url"]).status_code == 200
    for wrong in ("/media/main/%00", "/media/main/..%2f..%2ftidings.db", "/media/nowhere/" + tea["name"]):
        assert httpx.get(home.url + wrong).status_code == 404


def test_what_a_file_calls_itself_is_not_believed(home: House) -> None:
    gif = upload(home, GIF, "photo.png")

    refused = home.client.post("/api/v1/media", params={"name": "logo.png"}, content=b"<svg onload='alert(1)'/>")
    large = home.client.post("/api/v1/media", params={"name": "big.png"}, content=png() + b"\0" * 6_000_000)

    assert gif["type"] == "image/gif" and gif["name"].endswith(".gif")
    assert refused.status_code == large.status_code == 400
    assert refused.json()["detail"] == (
        "logo.png: is an SVG or a web page: most mail programs show neither. Save the picture as PNG."
    )
    assert "at most 5" in large.json()["detail"]
    assert httpx.post(home.url + "/api/v1/media?name=x.png", content=png()).status_code == 401


def test_a_picture_stays_while_something_live_shows_it(home: House) -> None:
    tea, pot = upload(home, png(shade=1)), upload(home, png(shade=2), "pot.png")
    home.ask("POST", "/api/v1/documents/publish", letter(tea["path"]))
    home.ask("PUT", "/api/v1/settings", {"brand": {"name": "Tea", "logo": pot["path"]}})
    idea = letter(pot["path"]) | {"template": "idea"}
    home.ask("PUT", "/api/v1/documents/template/idea/draft", idea)

    shown = home.ask("GET", f"/api/v1/media/{tea['name']}")
    also = home.ask("GET", f"/api/v1/media/{pot['name']}")
    refused = [home.client.delete(f"/api/v1/media/{one['name']}") for one in (tea, pot)]

    assert shown["used_in"] == [{"kind": "template", "name": "news", "is_live": True}]
    assert also["used_in"] == [{"kind": "template", "name": "idea", "is_live": False}] and also["is_in_brand"]
    assert [one.status_code for one in refused] == [409, 409]
    assert "template news" in refused[0].json()["detail"] and "the brand" in refused[1].json()["detail"]
    home.ask("PUT", "/api/v1/settings", {"brand": {"name": "Tea"}})
    assert home.client.delete(f"/api/v1/media/{pot['name']}").status_code == 204
    assert httpx.get(pot["url"]).status_code == 404


def test_a_letter_names_its_pictures_by_the_public_address(home: House) -> None:
    tea = upload(home, png())
    home.ask("PUT", "/api/v1/settings", {"brand": {"name": "Tea", "logo": tea["path"]}})
    body = {"document": letter(tea["path"]), "to": "ada@example.org"}

    home.ask("POST", "/api/v1/templates/test-send", body)
    home.settle()

    (mail,) = home.mail
    assert mail.message.get_body(("html",)).get_content().count(f'src="{tea["url"]}"') == 2  # type: ignore[union-attr]


def test_the_list_is_read_by_pages_and_told_what_its_pictures_show(home: House) -> None:
    names = [upload(home, png(shade=n), f"{n}.png")["name"] for n in range(3)]
    home.ask("PUT", f"/api/v1/media/{names[0]}", {"title": "Tea", "alt": "A cup of tea"})

    first = home.ask("GET", "/api/v1/media?limit=2")
    rest = home.ask("GET", f"/api/v1/media?limit=2&cursor={first['next']}")

    assert [one["name"] for one in first["items"] + rest["items"]] == names[::-1] and rest["next"] is None
    assert [one["alt"] for one in home.ask("GET", "/api/v1/media?q=cup")["items"]] == ["A cup of tea"]
