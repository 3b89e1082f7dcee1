"""Journeys: real steps in sets, against a set update that writes the same token, message and count rows and decides nothing."""

from __future__ import annotations

import functools
import random
import statistics
from typing import Any

from tidings import flow
from tidings.bench import floors
from tidings.journeys import service as journeys
from tidings.journeys.documents import check
from tidings.journeys.live import queries as journey_queries
from tidings.messages.models import Ledger
from tidings.messages.service import queries as message_queries
from tidings.runtime.database import Database, Tx
from tidings.runtime.sql import Statement
from tidings.templates import service as templates

START = 1_767_600_000_000
TEMPLATE = {"template": "hello", "class": "lifecycle", "subject": "Hi", "text": "Hi"}
JOURNEY = {
    "journey": "bench",
    "triggers": [{"api": True}],
    "reentry": {"by": "n"},
    "steps": {
        "first": {"wait": {"for": "1d"}, "next": "rich"},
        "rich": {"branch": [{"when": {"attribute": "plan", "eq": "pro"}, "next": "hello"}], "else": "second"},
        "hello": {"send": {"channel": "email", "template": "hello"}, "next": "end"},
        "second": {"wait": {"for": "30d"}, "next": "end"},
    },
}
PLANS = Statement(
    "plans",
    "update contact set attributes = {{json pro}} where id % 2 = 0",
)
INSIDE = Statement(
    "inside",
    "insert into run (id, contact_id, journey_id, version_id, entry_key, state, started_at, trigger_at, properties) "
    "select value, value, 1, 1, '1', 'active', 0, 0, '{}' from {{ids ids}} r",
)
STANDING = Statement(
    "standing",
    "insert into token (id, run_id, contact_id, journey_id, step, visit, state, due_at, entered_at) "
    "select value, value, value, 1, 'first', 1, 'waiting', :due, 0 from {{ids ids}} r",
)
ACCOUNT = Statement(
    "account",
    "insert into account (name, plugin, channel, config, created_at, changed_at) values ('s', 'sandbox', '*', {{json config}}, 0, 0)",
)


def fill(database: Database, people: int) -> None:
    """Everybody stands at a wait that ends, in an order that is not that of their rows."""
    floors.people(database, people)
    database.write_now(lambda tx: tx.run(PLANS, pro={"plan": "pro"}))
    database.write_now(lambda tx: tx.run(ACCOUNT, config={}))
    database.write_now(lambda tx: templates.publish(tx, templates.check(TEMPLATE), START))
    database.write_now(lambda tx: journeys.publish(tx, check(JOURNEY, flow.KINDS), START))
    ids = list(range(1, people + 1))
    random.Random(3).shuffle(ids)
    for first in range(0, people, 500):
        some, due = ids[first : first + 500], START + first

        def unit(tx: Tx, some: list[int] = some, due: int = due) -> None:
            tx.run(INSIDE, ids=some)
            tx.run(STANDING, ids=some, due=due)

        database.write_now(unit)


def rows(ids: list[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a walk of these people writes: tokens and messages."""
    token: dict[str, Any] = {
        "visit": 1,
        "state": "waiting",
        "departed_at": None,
        "message_id": None,
        "error": "",
        "visits": {"rich": 1},
    }
    tokens = [
        token | {"id": i, "step": "hello" if i % 2 == 0 else "second", "due_at": None if i % 2 == 0 else START * 2}
        for i in ids
    ]
    message = {
        "source": "journey",
        "step": "hello",
        "visit": 1,
        "state": "queued",
        "class": "lifecycle",
        "class_rank": 2,
        "channel": "email",
    }
    message |= {
        "account_id": 1,
        "topic": "",
        "template_version_id": None,
        "address_kind": "email",
        "address": "",
        "domain": "",
    }
    message |= {
        "due_at": START,
        "max_late": 86_400_000,
        "reason": "",
        "body": {"template": "hello", "journey": "bench", "event": {}},
    }
    messages = [
        message | {"id": i, "contact_id": i, "source_id": i, "token_id": i, "key": f"b-{i}"} for i in ids if i % 2 == 0
    ]
    return tokens, messages


def floor(tx: Tx, tokens: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
    """The same rows, with nothing looked up and nothing decided."""
    tx.run(journey_queries.save_tokens, tokens=tokens, now=START)
    tx.run(message_queries.insert_messages, messages=messages, now=START)


def main(arguments: list[str]) -> None:
    """`tidings bench journeys [--people N] [--batch N] [--database-url URL] [--json]`."""
    given = floors.options(arguments, people=20_000, batch=500)
    on = floors.ground(given.database_url, f"{given.people:,} people inside a journey, batches of {given.batch:,}")
    with floors.store(given.database_url, "journeys") as database, floors.store(given.database_url, "floor") as raw:
        for each in (database, raw):
            fill(each, given.people)
            floors.settle(each)
        setting = flow.Setting(ledger=Ledger(epoch="b"), live=journeys.Cache(flow.KINDS))
        ids = list(range(1, given.people + 1))
        random.Random(3).shuffle(ids)
        pairs = list[tuple[float, float]]()
        with floors.busy_thread():
            for first in range(0, given.people, given.batch):
                tokens, messages = rows(sorted(ids[first : first + given.batch]))
                base = floors.seconds(
                    functools.partial(raw.write_now, functools.partial(floor, tokens=tokens, messages=messages))
                )
                unit = functools.partial(
                    flow.walk, setting=setting, now=START * 2 - START + 40_000_000, limit=given.batch
                )
                pairs.append((base, floors.seconds(functools.partial(database.write_now, unit))))
    steady = pairs[2:]
    product = statistics.median(pair[1] for pair in steady)
    figures = {"tokens_per_second": given.batch / product, "us_per_token": product / given.batch * 1e6}
    figures["floor_us_per_token"] = statistics.median(pair[0] for pair in steady) / given.batch * 1e6
    floors.report("journeys", on, figures, {"journeys_to_set_update": floors.median_ratio(steady)}, as_json=given.json)
