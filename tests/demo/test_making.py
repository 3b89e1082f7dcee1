"""The demo is made by the engine: what it holds explains itself, and the same dice make the same shop."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support import stores
from tidings import flow
from tidings.channels import loader, service as channels
from tidings.channels.context import PluginContext
from tidings.demo import making
from tidings.demo.history import Stopped
from tidings.flow import segment_pages
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.app import App, Workspace, leave, open_app, workspaces
from tidings.runtime.chance import SeededChance
from tidings.runtime.clock import DAY, HOUR, VirtualClock
from tidings.runtime.errors import Forbidden, Invalid
from tidings.runtime.settings import Settings
from tidings.runtime.sql import Statement

NOW = 1_795_600_000_000
SIZE = making.Size(people=70, days=75)
_numbers = itertools.count()
TABLES = """contact identifier address tag contact_change event event_count consent_record consent_state suppression message
attempt report engagement decision alert setting template_version account plugin_record token run"""


class House:
    """An open app with the demo beside it."""

    def __init__(self, app: App, clock: VirtualClock) -> None:
        self.app, self.clock = app, clock

    def make(self, size: making.Size = SIZE) -> Workspace:
        making.make(self.app, threading.Event(), size)
        self.app.workspaces["demo"] = making.opened(self.app)
        return self.app.workspaces["demo"]


def _open(kind: str, folder: Path, dsn: str) -> tuple[House, str]:
    url = dsn if kind == "postgres" else ""
    clock = VirtualClock(NOW)
    return House(open_app(Settings(data=str(folder), database_url=url), clock, SeededChance(3)), clock), url


def _close(house: House, url: str) -> None:
    house.app.close()
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            for schema in ("ws_demo", "ws_demo_making", "ws_main", "tidings"):
                connection.execute(f"drop schema if exists {schema} cascade")


@pytest.fixture(params=stores.KINDS, scope="module")
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str
) -> Iterator[House]:
    house, url = _open(request.param, tmp_path_factory.mktemp("demo"), postgres_dsn)
    house.make()
    yield house
    _close(house, url)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    house, url = _open("sqlite", tmp_path, "")
    yield house
    _close(house, url)


def _all(workspace: Workspace, text: str) -> list[Any]:
    return workspace.database.read_now(lambda tx: tx.values(Statement("look", text)))


def _count(workspace: Workspace, text: str) -> int:
    return int(_all(workspace, f"select count(*) from {text}")[0])


def test_there_are_ten_segments_and_more_with_people_who_came_and_went(demo: House) -> None:
    rows = demo.app.workspace("demo").database.read_now(lambda tx: segment_pages.index(tx, {}, NOW))

    assert len(rows) >= 10 and all(row.state == "ready" for row in rows)
    assert sum(bool(row.count) for row in rows) >= 8 and any(row.left_30d for row in rows)
    assert {row.name for row in rows if row.is_definition} == {"qualified-lead", "lapsed"}
    assert next(row for row in rows if row.name == "vips").used == 1


def test_there_is_a_history_with_journeys_in_flight(demo: House) -> None:
    shop = demo.app.workspace("demo")

    assert _count(shop, "contact") == SIZE.people
    assert set(_all(shop, "select distinct name from event")) == {
        "Page Viewed", "Added to Cart", "Order Completed", "Signed Up",
    }  # fmt: skip
    inside = shop.database.read_now(
        lambda tx: {row.name: journeys.people(tx, row.name) for row in journeys.journeys(tx)}
    )
    assert set(inside) == {"welcome", "abandoned-cart", "win-back", "very-good-customers"}
    assert _count(shop, "token t join run r on r.id = t.run_id where r.state = 'active'") > 5
    assert min(_all(shop, "select at from event")) >= NOW - SIZE.days * DAY
    assert max(_all(shop, "select at from event")) <= NOW
    assert max(_all(shop, "select sent_at from message where sent_at is not null")) > NOW - 2 * DAY
    verdicts = set(_all(shop, "select distinct verdict from engagement"))
    assert {"human", "proxy"} <= verdicts


def test_its_troubles_are_there_to_look_at(demo: House) -> None:
    shop = demo.app.workspace("demo")

    states = set(_all(shop, "select distinct state from message"))
    assert {"delivered", "failed", "uncertain", "skipped"} <= states
    assert not states & {"sending", "committing"}
    reasons = " ".join(_all(shop, "select distinct reason from message"))
    assert "550 5.1.1" in reasons and "the process ended while it was being handed over" in reasons
    assert _count(shop, "attempt where result = 'recipient_temporary'") > 1
    assert _count(shop, "suppression where reason = 'hard_bounce'") > 0


def test_every_state_agrees_with_attempts_and_decisions(demo: House) -> None:
    shop = demo.app.workspace("demo")

    without = "not exists (select 1 from attempt a where a.message_id = m.id"
    assert (
        _count(
            shop, f"message m where m.state in ('sent', 'delivered', 'complained') and {without} and a.result = 'sent')"
        )
        == 0
    )
    assert _count(shop, f"message m where m.state = 'uncertain' and {without} and a.result = 'unknown')") == 0
    assert _count(shop, f"message m where m.state = 'failed' and {without} and a.result <> 'sent')") == 0
    decided = "not exists (select 1 from decision d where d.kind = 'message' and d.subject_id = m.id and d.outcome ="
    assert _count(shop, f"message m where m.state = 'skipped' and {decided} 'skip')") == 0
    assert _count(shop, f"message m where m.state = 'delivered' and {decided} 'send')") == 0
    assert _count(shop, "message m where m.attempts <> (select count(*) from attempt a where a.message_id = m.id)") == 0
    assert (
        _count(
            shop,
            "message m where m.state = 'delivered' and not exists (select 1 from report r where r.message_id = m.id)",
        )
        == 0
    )
    assert _count(shop, "message m where m.sent_at < m.asked_at or m.opened_at < m.sent_at") == 0


def test_whoever_asks_why_gets_an_answer(demo: House) -> None:
    shop, cache = demo.app.workspace("demo"), journeys.Cache(flow.KINDS)
    wanted = "('failed', 'uncertain', 'deferred', 'skipped', 'queued')"
    people = _all(shop, f"select distinct contact_id from message where state in {wanted}")

    told = [
        one
        for contact_id in people
        for one in shop.database.read_now(lambda tx, i=contact_id: flow.explained(tx, i, cache, NOW)).messages
    ]

    assert len({one.message.state for one in told}) >= 4
    for one in told:
        if one.message.state in ("failed", "uncertain", "deferred", "skipped"):
            assert one.message.reason and one.decisions, one


def test_only_the_sandbox_may_be_here(demo: House) -> None:
    shop, plugins = demo.app.workspace("demo"), loader.load().found
    email = {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "a@example.org"}

    with pytest.raises(Invalid, match="nothing leaves the demo"):
        shop.database.write_now(lambda tx: channels.save(tx, plugins["email"], "real", email, NOW))
    with pytest.raises(Invalid, match="nothing leaves the demo"):
        shop.database.write_now(lambda tx: channels.save(tx, plugins["webhook"], "crm", {}, NOW))
    assert {one.plugin for one in shop.database.read_now(channels.accounts)} == {"sandbox"}


def test_an_account_that_got_in_all_the_same_stays_closed(demo: House) -> None:
    shop = demo.app.workspace("demo")
    real = channels.Account(9, "real", "email", "email", "{}", "active", "", 1, None)

    with pytest.raises(Forbidden, match="nothing leaves the demo"):
        PluginContext(demo.app, shop, real, lambda: "")
    PluginContext(demo.app, demo.app.workspace("main"), real, lambda: "")


def test_a_person_is_reached_at_made_up_places_only(demo: House) -> None:
    values = _all(demo.app.workspace("demo"), "select kind || ' ' || value from address")

    emails = [value for value in values if value.startswith("email ")]
    assert emails and all(value.endswith(("@example.com", "@example.org")) for value in emails)
    reserved = ("+447700900", "+1212555010", "+4917139200", "+3363998")
    assert all(value.removeprefix("phone ").startswith(reserved) for value in values if value.startswith("phone "))


def _dump(workspace: Workspace) -> dict[str, list[str]]:
    def rows(table: str) -> list[str]:
        columns = _all(workspace, f"select name from pragma_table_info('{table}') order by cid")
        pairs = ", ".join(f"'{name}', {name}" for name in columns)
        return sorted(_all(workspace, f"select json_object({pairs}) from {table}"))

    return {table: rows(table) for table in TABLES.split()}


def test_the_same_dice_make_the_same_shop(tmp_path: Path) -> None:
    small, dumps = making.Size(people=40, days=20), list[dict[str, list[str]]]()
    for name in ("one", "two", "three"):
        house, url = _open("sqlite", tmp_path / name, "")
        seed = 2 if name == "three" else 1
        dumps.append(_dump(house.make(making.Size(people=small.people, days=small.days, seed=seed))))
        _close(house, url)

    for table, rows in dumps[0].items():
        assert rows == dumps[1][table], table
    assert dumps[0]["event"] != dumps[2]["event"]


def test_what_is_half_made_is_nowhere_to_be_seen(empty: House, tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()

    with pytest.raises(Stopped):
        making.make(empty.app, stopping, SIZE)

    assert [file.name for file in (tmp_path / "workspaces").iterdir() if "demo" in file.name] == []
    assert "demo" not in {row.name for row in empty.app.system.read_now(workspaces)}


def test_a_demo_stays_closed_unless_it_is_named(empty: House, tmp_path: Path) -> None:
    empty.make(making.Size(people=10, days=5))
    empty.app.close()

    plain = open_app(Settings(data=str(tmp_path)), VirtualClock(NOW), SeededChance(4))
    names = set(plain.workspaces)
    plain.close()
    asked = open_app(Settings(data=str(tmp_path)), VirtualClock(NOW), SeededChance(5), also="demo")
    found = {name: one.is_demo for name, one in asked.workspaces.items()}
    asked.close()

    assert names == {"main"}
    assert found == {"main": False, "demo": True}


def test_the_days_in_which_nobody_ran_it_are_lived_through(empty: House) -> None:
    workspace = empty.make(making.Size(people=40, days=10))
    before = _count(workspace, "event")
    leave(empty.app, empty.app.workspaces.pop("demo"))
    workspace.database.close()
    empty.clock.set(NOW + 3 * DAY)

    making.catch_up(empty.app, loader.load().found, threading.Event())
    later = empty.app.workspaces["demo"] = making.opened(empty.app)

    assert _count(later, "event") > before
    newest = max(_all(later, "select at from event"))
    assert NOW + DAY < newest <= NOW + 3 * DAY
    assert json.loads(_all(later, "select value from setting where name = 'lived_until'")[0]) == NOW + 3 * DAY
    overdue = later.database.read_now(journeys.next_due)
    assert overdue is None or overdue > NOW + 3 * DAY - HOUR
    assert later.database.read_now(lambda tx: messages.oldest_due(tx, NOW + 3 * DAY)) is None
