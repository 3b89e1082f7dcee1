"""A base for the bench of segments: people with attributes, a year of events, messages with opens; made by the database itself."""

from __future__ import annotations

from tidings.bench import floors
from tidings.contacts import service as contacts
from tidings.runtime.clock import DAY
from tidings.runtime.database import Database, Queue
from tidings.runtime.sql import Statement

NOW = 1_767_600_000_000
SPAN = 365 * DAY
"""Events are spread over so long a time."""
MAILED = 60 * DAY
"""Messages are."""
SLICE = 250_000
PATHS = ("country", "plan", "score")
"""Attributes whose values are kept."""

_DICE = (
    "with recursive n(i) as (select cast(:first as integer) union all select i + 1 from n where i < cast(:last as integer)), "
    "h as (select i, ((i * 48271 % 2147483647) * (i * 48271 % 2147483647)) % 2147483647 as a from n), "
    "g as (select i, a, (a * 69621 + 7) % 2147483647 as b from h) "
)
"""Numbers that look like chance and are the same on both databases."""
PEOPLE = Statement(
    "people",
    "insert into contact (id, share, attributes, created_at, changed_at, merged_into_id) "
    + _DICE
    + "select i, a, cast("
    '\'{"email": "u\' || cast(i as text) || \'@example.com", "first_name": "Ada", "country": "\' || '
    "substr('NLDEFRUSGBESITPLSEDK', cast(1 + 2 * (a / 7 % 10) as int), 2) || '\", \"plan\": \"' || "
    "case when a % 100 < 50 then 'free' when a % 100 < 70 then 'basic' when a % 100 < 90 then 'pro' when a % 100 < 97 then 'team' "
    "else 'enterprise' end || '\", \"score\": ' || cast(a / 1000 % 1000 as text) || ', \"city\": \"city ' || cast(a / 3 % 500 as text) "
    "|| '\"}' as json), :now - 400 * cast(86400000 as integer), :now - (a % 31536000) * 1000, "
    "case when i % 200 = 199 then i - 1 end from g where 1 = 1",
)
"""One of two hundred has become part of their neighbour."""
ALIASES = Statement(
    "aliases",
    "update contact set alias_count = 1 where id in (select w.merged_into_id from contact w where w.merged_into_id is not null)",
)
IDENTIFIERS = Statement(
    "identifiers",
    "insert into identifier (kind, value, contact_id, created_at) "
    + _DICE
    + "select 'user_id', 'u' || cast(i as text), i, 0 from g where i % 200 <> 199 order by 2",
)
EVENTS = Statement(
    "events",
    "insert into event (contact_id, name, at, received_at, kind, properties) "
    + _DICE
    + "select case when b % 2 = 0 then 1 + a % cast(:people as integer) else 1 + (a % (cast(:people as integer) / 10)) * 10 end, "
    "case when b / 16 % 100 < 20 then 'Order Completed' when b / 16 % 100 < 35 then 'Cart Updated' "
    "when b / 16 % 100 < 70 then 'App Opened' else 'Product Viewed' end, "
    ":now - :span + i * :step, :now - :span + i * :step, 'track', "
    "cast('{\"total\": ' || cast(b / 128 % 200 as text) || '.5, ' || "
    "'\"category\": \"c' || cast(a % 20 as text) || '\"}' as json) "
    "from g where 1 = 1",
)
"""A tenth of the people do half of everything."""
ROLL_UP = Statement(
    "roll_up",
    "insert into event_count (contact_id, name, event_count, first_at, last_at) "
    "select coalesce(c.merged_into_id, e.contact_id), e.name, count(*), min(e.at), max(e.at) "
    "from event e join contact c on c.id = e.contact_id group by coalesce(c.merged_into_id, e.contact_id), e.name",
)
MESSAGES = Statement(
    "messages",
    "insert into message (contact_id, source, source_id, step, visit, state, class, class_rank, channel, account_id, key, "
    "asked_at, due_at, intended_at, sent_at, ended_at, opened_at) "
    + _DICE
    + ", m as (select i, b, :now - a % (:mailed - 3600000) - 3600000 as at from g) "
    "select 1 + i * cast(:people as integer) / (cast(:messages as integer) + 1), "
    "'campaign', 1, '', i, 'delivered', 'promotional', 3, 'email', 1, "
    "'m' || cast(1000000000 + i as text), at, at, at, at, at, case when b % 5 = 0 then at + 3600000 end from m where 1 = 1",
)
"""Everybody was written to; every fifth message was opened within the hour."""
OPENS = Statement(
    "opens",
    "insert into engagement (message_id, contact_id, kind, at, verdict) "
    "select id, contact_id, 'opened', opened_at, 'human' from message where opened_at is not null order by contact_id, opened_at",
)
DROP = Statement("drop", "drop index event_by_contact")
CREATE = Statement("create", "create index event_by_contact on event (contact_id, name, at)")


def names(text: str) -> dict[str, int]:
    """The parameters that a statement by hand asks for."""
    known = {"now": NOW, "d14": 14 * DAY, "d30": 30 * DAY, "d90": 90 * DAY}
    return {name: value for name, value in known.items() if f":{name}" in text}


def fill(database: Database, people: int, events: int, messages: int) -> None:
    """Everything, and statistics for the planner."""
    _slices(database, PEOPLE, people, now=NOW)
    database.write_now(lambda tx: tx.run(ALIASES))
    _slices(database, IDENTIFIERS, people)
    if database.dialect.name == "postgres":
        for table in ("contact", "message"):
            fix = f"select setval(pg_get_serial_sequence('{table}', 'id'), {max(people, messages)})"
            database.write_now(lambda tx, fix=fix: tx.value(Statement("fix", fix)))  # type: ignore[misc]
    database.write_now(lambda tx: tx.run(DROP))
    _slices(database, EVENTS, events, people=people, now=NOW, span=SPAN, step=SPAN // events)
    database.write_now(lambda tx: tx.run(CREATE))
    database.write_now(lambda tx: tx.run(ROLL_UP))
    _slices(database, MESSAGES, messages, people=people, messages=messages, now=NOW, mailed=MAILED)
    database.write_now(lambda tx: tx.run(OPENS))
    floors.settle(database)
    keep_values(database)
    floors.settle(database)


def keep_values(database: Database) -> None:
    """As rules that are live would have it."""
    database.write_now(lambda tx: contacts.values.want(tx, PATHS, NOW))
    while database.write_now(contacts.values.advance, Queue.BULK):
        pass


def _slices(database: Database, statement: Statement, count: int, **names: int) -> None:
    for first in range(1, count + 1, SLICE):
        last = min(first + SLICE - 1, count)
        database.write_now(lambda tx, first=first, last=last: tx.run(statement, first=first, last=last, **names))  # type: ignore[misc]
