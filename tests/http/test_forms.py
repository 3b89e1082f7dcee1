"""Forms from the inside and the outside: who filled them in, how they look before they are live, puzzles, and links that are over."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.http.test_pages import FORM, fill, here, known, mails, token, visitor
from tests.makers import HOUR, SECOND
from tests.support.house import House
from tidings.forms import puzzles

__all__ = ["here"]
HARD = FORM | {"form": "hard", "proof_of_work": True}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puzzles are solved in a moment; that they are as hard as they say is shown elsewhere."""
    monkeypatch.setattr(puzzles, "BITS", 8)
    monkeypatch.setattr(puzzles, "is_solved", _easy)


_whole = puzzles.is_solved


def _easy(puzzle: str, answer: str, bits: int = 8) -> bool:
    return _whole(puzzle, answer, bits)


def opened(here: House, client: httpx.Client) -> dict[str, str]:
    """The hidden fields of a form that asks for a puzzle, some seconds later, with the puzzle solved."""
    page = client.get("/f/main/hard").text
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("_seen", "_puzzle")}  # type: ignore[index]
    here.clock.advance(5 * SECOND)
    return found | {"_answer": puzzles.solve(found["_puzzle"], 8)}


def send(client: httpx.Client, **values: str) -> httpx.Response:
    return client.post("/f/main/hard", data=values)


def test_a_form_tells_how_often_it_was_filled_in_by_whom_and_with_what(here: House) -> None:
    with visitor(here) as client:
        fill(here, client, email="ada@example.com", first_name="Ada")
        here.clock.advance(HOUR)
        fill(here, client, email="bob@example.com", size="L")

    (line,) = here.ask("GET", "/api/v1/forms")
    first = here.ask("GET", "/api/v1/forms/signup/submissions?limit=1")
    second = here.ask("GET", f"/api/v1/forms/signup/submissions?limit=1&cursor={first['next']}")
    assert (line["submitted"], line["submitted_30d"], line["state"], line["topic"]) == (2, 2, "live", "news")
    assert line["url"].endswith("/f/main/signup") and line["last_at"] == first["items"][0]["at"]
    assert first["items"][0]["label"] == "bob@example.com" and first["items"][0]["fields"]["size"] == "L"
    assert second["items"][0]["fields"]["first_name"] == "Ada"
    assert here.client.get("/api/v1/forms/nothing/submissions").status_code == 404


def test_a_form_is_looked_at_before_it_is_live_in_the_language_of_visitors(here: House) -> None:
    draft = FORM | {"form": "new", "title": "Ours & <yours>"}
    here.ask("PUT", "/api/v1/documents/form/new/draft", draft)

    german = here.ask("POST", "/api/v1/forms/preview", {"document": draft, "language": "de"})
    wrong = here.client.post("/api/v1/forms/preview", json={"document": draft | {"fields": []}})
    strange = here.client.post("/api/v1/forms/preview", json={"document": draft, "language": "xx"})

    assert (
        'lang="de"' in german["html"] and "Ours &amp; &lt;yours&gt;" in german["html"] and "ar" in german["languages"]
    )
    assert [wrong.status_code, strange.status_code] == [400, 400]
    lines: list[Any] = here.ask("GET", "/api/v1/forms")
    assert [(one["name"], one["state"], one["submitted"]) for one in lines] == [
        ("new", "draft", 0),
        ("signup", "live", 0),
    ]


def test_a_form_with_a_puzzle_says_so_without_a_script_and_runs_one_file_with_one(here: House) -> None:
    here.ask("POST", "/api/v1/documents/publish", HARD)

    with visitor(here) as client:
        page, script = client.get("/f/main/hard"), client.get("/f/puzzle.js")

    nonce = re.search(r"script-src 'nonce-([^']+)'", page.headers["content-security-policy"])
    assert nonce is not None and f'src="/f/puzzle.js" nonce="{nonce[1]}"' in page.text
    assert "This form needs JavaScript" in page.text and 'data-bits="8"' in page.text
    assert script.headers["content-type"].startswith("text/javascript") and b"SHA-256" in script.content


def test_a_puzzle_counts_once_is_checked_and_ends(here: House) -> None:
    here.ask("POST", "/api/v1/documents/publish", HARD)

    with visitor(here) as client:
        solved = opened(here, client)
        wrong = next(str(n) for n in range(9) if not puzzles.is_solved(solved["_puzzle"], str(n), 8))
        guessed = send(client, email="a@example.com", **solved | {"_answer": wrong})
        forged = send(client, email="b@example.com", **solved | {"_puzzle": "x" + solved["_puzzle"]})
        without = send(client, email="c@example.com", _seen=solved["_seen"])
        good = send(client, email="d@example.com", **solved)
        again = [send(client, email=f"e{n}@example.com", **solved) for n in range(5)]
        late = opened(here, client)
        here.clock.advance(2 * HOUR)
        over = send(client, email="f@example.com", **late)

    for answer in (guessed, forged, without, *again, over):
        assert "has not finished its puzzle" in answer.text and "@example.com" in answer.text
    assert "Look into your mailbox" in good.text
    assert len(mails(here, "d@example.com")) == 1 and here.rows("select count(*) from contact") == [1]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_over_answers_a_page_that_says_what_to_do(here: House, method: str) -> None:
    here.ask("PUT", "/api/v1/settings", {"brand": {"name": "Fern & Field", "address": "1 Road"}})
    ada = known(here, "ada@example.com", "news")
    foreign = token(here, "click", ada)
    places = [f"/{where}/{one}" for where in ("u", "preferences", "confirm") for one in ("nonsense", foreign)]
    places += [f"/u/{token(here, 'unsubscribe', 999)}", f"/preferences/{token(here, 'preferences', 999)}"]
    places += ["/f/main/nothing", "/f/nowhere/signup"] + (["/view/nonsense"] if method == "GET" else [])

    with visitor(here, "de") as client:
        answers = {place: client.request(method, place) for place in places}

    for place, answer in answers.items():
        assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html"), place
        assert "Fern &amp; Field" in answer.text and 'lang="de"' in answer.text and "1 Road" in answer.text, place
        told = "Hier ist kein Formular" if place.startswith("/f/") else "Dieser Link funktioniert nicht"
        assert told in answer.text and "script-src" not in answer.headers["content-security-policy"], place
    assert here.rows("select count(*) from consent_record") == [1]


def test_a_form_that_was_taken_down_is_told_in_its_frame_and_a_fault_of_ours_is_a_page_too(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.client.delete("/api/v1/documents/form/signup").status_code == 204
    monkeypatch.setattr("tidings.http.pages.named", lambda *_: 1 / 0)

    with visitor(here) as client:
        gone, fault = client.get("/f/main/signup"), client.post("/u/anything")

    assert gone.status_code == 404 and "frame-ancestors *" in gone.headers["content-security-policy"]
    assert fault.status_code == 500 and "Something went wrong here" in fault.text and "ZeroDivision" not in fault.text
