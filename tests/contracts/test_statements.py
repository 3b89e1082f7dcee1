"""Every SQL statement is understood by both databases, and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import psycopg
import pytest

from tests.rules.turning import turning
from tests.support import stores
from tidings import flow
from tidings.messages.conditions import DIDS, STANDINGS
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import parse
from tidings.rules.values import Comparison
from tidings.runtime import sql
from tidings.runtime.database import Database
from tidings.runtime.postgres import DIALECT as POSTGRES, Postgres
from tidings.runtime.sqlite import DIALECT as SQLITE, Sqlite

SOURCE = Path(sql.__file__).parents[1]
ROOMS = sorted(file.parent.name for file in SOURCE.glob("*/queries.sql"))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[tuple[Database, Database]]:
    folder = tmp_path_factory.mktemp("both")
    found = stores.open_store("sqlite", folder, postgres_dsn), stores.open_store("postgres", folder, postgres_dsn)
    yield found
    for database in found:
        stores.close(database)


@pytest.mark.parametrize("room", ROOMS)
def test_every_statement_is_prepared_by_both_databases(room: str, tmp_path: Path, postgres_dsn: str) -> None:
    store = "system" if room == "access" else "workspace"
    sqlite = stores.open_store("sqlite", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
    postgres = stores.open_store("postgres", tmp_path, postgres_dsn, store)  # type: ignore[arg-type]
    assert isinstance(sqlite, Sqlite) and isinstance(postgres, Postgres)
    if room == "runtime":
        stores.close(sqlite)
        stores.close(postgres)
        return  # its statements are for either store; opening an app runs them all
    wrong = list[str]()
    with psycopg.connect(postgres_dsn, options=f"-c search_path={postgres.schema}", autocommit=True) as connection:
        for statement in sql.load(f"tidings.{room}"):
            text = sql.translate(statement.text, SQLITE)
            names = dict.fromkeys(re.findall(r"(?<!:):([a-z_]\w*)", text), "[]")
            try:
                sqlite._connection.execute("explain " + text, names)
            except Exception as error:
                wrong.append(f"sqlite {room}.{statement.name}: {error}")
            text = sql.translate(statement.text, POSTGRES)
            order = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
            for number, name in enumerate(order, 1):
                text = text.replace(f"%({name})s", f"${number}")
            try:
                connection.execute(f"prepare p_{statement.name} as {text.replace('%%', '%')}")  # type: ignore[call-overload]
            except psycopg.Error as error:
                wrong.append(f"postgres {room}.{statement.name}: {error}")
    stores.close(sqlite)
    stores.close(postgres)
    assert wrong == []


def test_every_statement_is_used() -> None:
    code = "\n".join(file.read_text() for file in SOURCE.rglob("*.py"))
    unused = [
        f"{room}.{statement.name}"
        for room in ROOMS
        for statement in sql.load(f"tidings.{room}")
        if f"queries.{statement.name}" not in code
    ]
    assert unused == []


OPERATORS: list[dict[str, object]] = [
    {"eq": "x"},
    {"ne": 2},
    {"in": ["a", 1, True]},
    {"not_in": ["a"]},
    {"contains": "a"},
    {"not_contains": "a"},
    {"starts_with": "a"},
    {"ends_with": "a"},
    {"matches": "^(a|b)+[0-9]{2,}$"},
    {"gt": 1},
    {"gte": 1.5},
    {"lt": "2026-01-01"},
    {"lte": 2},
    {"between": [1, 2]},
    {"has": "a"},
    {"eq": {"attribute": "b"}},
    {"ne": {"attribute": "b", "times": 2, "plus": 1}},
    {"lte": {"attribute": "b", "times": 0.8}},
    {"has_any": ["a", 1]},
    {"has_all": ["a", True]},
    {"has_none": []},
    {"length": {"at_least": 2}},
    {"before": "2026-01-31"},
    {"after": "2026-01-31T10:00:00+02:00"},
    {"on": "2026-01-31"},
    {"between": ["2026-01-01", "2026-01-31T10:00:00Z"]},
    {"in_last": "30d"},
    {"in_next": "7d"},
    {"more_than_ago": "2w", "zone": "contact"},
    {"more_than_ahead": "12h"},
    {"anniversary": "today"},
    {"anniversary": "3d", "zone": "contact"},
    {"month": 2},
    {"month": "this"},
    {"empty": True},
    {"eq": "x", "missing": "unknown"},
]
RULES: list[object] = [
    *({kind: "a.b", **operator} for kind in ("attribute", "property") for operator in OPERATORS),
    *({"event": "A", "where": [{"property": "p", **operator}], "within": "30d"} for operator in OPERATORS),
    *({"event": "A", "count": {how: 2}} for how in ("at_least", "at_most", "exactly")),
    {"event": "A", "never": True},
    *({"event": "A", how: {"property": "n", "gte": 2}, "within": "3d"} for how in ("sum", "min", "max", "avg")),
    {"event": "A", "sum": {"property": "n", "between": [1, 2]}, "from": "2026-01-01", "to": "2026-01-31"},
    {"event": "A", "first": {"property": "p", "eq": "x"}, "since": "entry"},
    {"event": "A", "last": {"in_last": "3d", "missing": "yes"}},
    {"sequence": {"first": {"event": "A"}, "then": {"event": "B", "where": [{"property": "p", "gt": 3}]}}},
    {"sequence": {"first": {"event": "A"}, "without": {"event": "B"}, "within": "2d"}, "within": "9d"},
    {
        "sequence": {
            "first": {"event": "A", "where": [{"property": "p", "between": [1, 2]}]},
            "without": {"event": "B", "where": [{"property": "p", "has_all": ["a", 1]}]},
            "within": "2d",
        },
        "since": "entry",
    },
    {"event": "A", "last": {"property": "p", "in_next": "3d", "zone": "contact"}, "since": "entry"},
    {"share": 0.1, "salt": "spring"},
    {"share": {"salt": "spring", "from": 0.5, "to": 1}},
    *({"journey": "welcome", "is": how, "within": "9d"} for how in ("in", "ever", "completed", "goal", "exited")),
    *({"message": {}, "did": did} for did in DIDS),
    *({"message": {}, "did": did, "within": "9d", "count": {"exactly": 2}} for did in DIDS),
    *({"message": {"template": "a", "campaign": "b", "topic": "d", "channel": "e"}, "did": did} for did in DIDS),
    {"message": {"journey": "welcome", "link": "/x%"}, "did": "clicked", "machines": True, "never": True},
    {"consent": {"channel": "email", "state": "none"}},
    {"consent": {"channel": "email", "state": "unsubscribed", "method": "form", "within": "3d"}},
    {"consent": {"channel": "email", "since": "2026-01-31"}},
    {"tag": "vip"},
    {"list": "members"},
    {"segment": "customers"},
    {"company": "acme"},
    *({"company_attribute": "a.b", **operator} for operator in OPERATORS),
    *({"campaign": "news", "did": did} for did in get_args(get_type_hints(flow.KINDS["campaign"])["did"])),
    *({"message": "hello", "did": did} for did in get_args(get_type_hints(flow.KINDS["message"])["did"])),
    {"consent": {"channel": "email", "topic": "news"}},
    *({"reach": {"channel": "email", "topic": "news", "standing": standing}} for standing in STANDINGS),
    {"reach": {"channel": "sms", "class": "service"}},
    {"all": []},
    {"any": [{"tag": "a"}, {"not": {"tag": "b"}}]},
]


def test_every_kind_of_condition_is_among_the_rules() -> None:
    assert {key for rule in RULES if isinstance(rule, dict) for key in rule} >= set(flow.KINDS)
    written = {name for operator in OPERATORS for name in operator} - {"missing", "zone"}
    assert written == {field.encode_name for field in msgspec.structs.fields(Comparison)} - {"missing", "zone"}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_every_compiled_rule_is_prepared_by_both_databases(rule: object, both: tuple[Database, Database]) -> None:
    condition = parse(rule, flow.KINDS, "rule")
    asked = [Asked(key=1, contact_id=1)]

    for database in both:
        assert database.read_now(lambda tx: evaluate(tx, condition, asked, 0)) == {1: False}, "there is nobody"
        assert database.read_now(lambda tx: turning(tx, condition, asked, 0)) == {1: None}, "there is nobody"
