"""Messages with where they come from: the journey and step that asked for them, the template that they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.journeys.live import queries
from tidings.messages.models import Message
from tidings.runtime.database import Tx

LAST = 2**62


class Filter(Struct, frozen=True, kw_only=True):
    """Which messages; empty fields ask nothing."""

    states: tuple[str, ...] = ()
    reason: str = ""
    channel: str = ""
    journey_id: int = 0
    template: str = ""
    address: str = ""
    """How the address begins."""
    since: int = 0
    until: int = LAST


class Listed(Message, frozen=True, array_like=True):
    """A message as a list shows it; `asked` is the JSON text that it is still to be rendered from."""

    journey_id: int | None
    journey: str | None
    template_name: str | None
    template_number: int | None
    asked: str

    @property
    def template(self) -> str | None:
        """Its template, also before it has left."""
        if self.template_name is not None or not self.asked:
            return self.template_name
        name = msgspec.json.decode(self.asked).get("template")
        return str(name) if name else None


def page(tx: Tx, wanted: Filter, *, before: int, limit: int, people: Sequence[int] | None = None) -> list[Listed]:
    """Messages, newest first, behind an id; of some people only where they are given."""
    folded, name = (
        wanted.address.strip().lower(),
        wanted.template.replace("!", "!!").replace("_", "!_").replace("%", "!%"),
    )
    names: dict[str, Any] = {
        "before": before,
        "limit": limit,
        "states": list(wanted.states),
        "any_state": int(not wanted.states),
        "reason": wanted.reason,
        "channel": wanted.channel,
        "journey_id": wanted.journey_id,
        "template": wanted.template,
        "tight": f'%"template":"{name}"%',
        "loose": f'%"template": "{name}"%',
        "address": folded,
        "address_end": folded + "\U0010ffff",
        "since": wanted.since,
        "until": wanted.until,
    }
    if people is None:
        return tx.rows(queries.list_messages, Listed, **names)
    return tx.rows(queries.list_messages_of, Listed, ids=sorted(people), **names)


def one(tx: Tx, message_id: int) -> Listed | None:
    """One message with where it comes from."""
    return tx.row(queries.listed_message, Listed, id=message_id)


def some(tx: Tx, ids: Sequence[int]) -> dict[int, Listed]:
    """The same of several."""
    return {row.id: row for row in tx.rows(queries.listed_messages, Listed, ids=list(ids))}
