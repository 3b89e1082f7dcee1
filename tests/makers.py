"""Scenes in one line: a workspace with journeys and templates, calls, people."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
from ruamel.yaml import YAML

from tidings import flow
from tidings.consent.models import Grant
from tidings.events.calls import Call
from tidings.journeys import service as journeys
from tidings.journeys.documents import check
from tidings.messages.models import Ledger
from tidings.runtime.clock import DAY, HOUR, MINUTE, SECOND, VirtualClock
from tidings.runtime.database import Database
from tidings.runtime.sql import Statement
from tidings.templates import service as templates

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "Scene", "call"]

_numbers = itertools.count(1)
ACCOUNT = Statement(
    "account",
    "insert into account (name, plugin, channel, config, is_default, created_at, changed_at) "
    "values (:name, :plugin, :channel, {{json config}}, 1, 0, 0)",
)


def call(kind: str = "track", name: str = "", *, user: str = "", at: int = 0, **more: Any) -> Call:
    """A call as the door makes it; objects are given as dicts."""
    for field in ("properties", "traits", "context"):
        if field in more:
            more[field] = msgspec.json.encode(more[field]).decode()
    given = {"message_id": f"m{next(_numbers)}", "at": at, "received_at": at, "user_id": user} | more
    return Call(kind=kind, name=name, **given)  # type: ignore[arg-type]


class Scene:
    """A workspace with a clock that stands still until it is moved."""

    def __init__(self, database: Database, now: int = 1_767_600_000_000) -> None:
        self.database, self.clock = database, VirtualClock(now)
        self.setting = flow.Setting(ledger=Ledger(epoch="e"), live=journeys.Cache(flow.KINDS))
        for name, channel in (("mail", "email"), ("hooks", "webhook")):
            self.write(lambda tx, n=name, c=channel: tx.run(ACCOUNT, name=n, plugin="sandbox", channel=c, config={}))

    @property
    def now(self) -> int:
        return self.clock.now()

    def write(self, unit: Any) -> Any:
        return self.database.write_now(unit)

    def read(self, unit: Any) -> Any:
        return self.database.read_now(unit)

    def one(self, text: str, **parameters: Any) -> Any:
        """The first column of the first row."""
        return self.read(lambda tx: tx.value(Statement("look", text), **parameters))

    def all(self, text: str, **parameters: Any) -> list[Any]:
        """The only column of every row."""
        return self.read(lambda tx: tx.values(Statement("look", text), **parameters))

    def publish(self, text: str) -> None:
        """Make a journey or a template live, from YAML."""
        data = YAML(typ="safe", pure=True).load(text)
        if "template" in data:
            self.write(lambda tx: templates.publish(tx, templates.check(data), self.now))
        else:
            self.write(lambda tx: journeys.publish(tx, check(data, flow.KINDS), self.now))

    def ingest(self, *calls: Call) -> flow.Ingested:
        done: flow.Ingested = self.write(lambda tx: flow.ingest(tx, calls, [], self.setting, self.now))
        return done

    def track(self, user: str, name: str, at: int | None = None, **properties: Any) -> None:
        when = self.now if at is None else at
        self.ingest(call("track", name, user=user, at=when, properties=properties))

    def identify(self, user: str, **traits: Any) -> int:
        """The id of the contact."""
        self.ingest(call("identify", user=user, at=self.now, traits=traits))
        return int(self.one("select contact_id from identifier where kind = 'user_id' and value = :user", user=user))

    def consent(self, contact_id: int, topic: str = "", state: str = "subscribed", channel: str = "email") -> None:
        grant = Grant(contact_id=contact_id, channel=channel, topic=topic, state=state)  # type: ignore[arg-type]
        self.write(lambda tx: flow.consented(tx, [grant], self.setting, self.now))

    def walk(self, limit: int = 1000) -> int:
        """Everybody who has somewhere to go, goes."""
        total = 0
        while count := self.write(lambda tx: flow.walk(tx, self.setting, self.now, limit=limit)):
            total += count
        return total
