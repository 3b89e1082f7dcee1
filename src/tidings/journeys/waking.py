"""Tokens wake: what they wait for has happened, or the message that they asked for has come to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.journeys.live import Live, queries
from tidings.journeys.steps.wait_for import WaitFor
from tidings.messages.models import Ended
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Group
from tidings.runtime.database import Tx


class _Listener(Struct, frozen=True, array_like=True):
    key: int
    token_id: int
    run_id: int
    contact_id: int
    version_id: int
    step: str


class _Answering(Struct, frozen=True, array_like=True):
    id: int
    properties: str


def wake(tx: Tx, happened: Sequence[Happened], now: int, live: Live) -> None:
    """Tokens that wait for these events go on, if the event is the one that they mean."""
    named = [h for h in happened if live.mentions(h.name)]
    if not named:
        return
    rows = [{"key": h.key, "contact_id": h.contact_id, "name": h.name} for h in named]
    events = {h.key: h for h in named}
    groups: dict[tuple[int, str], list[_Listener]] = {}
    for row in tx.rows(queries.listeners, _Listener, happened=rows):
        groups.setdefault((row.version_id, row.step), []).append(row)
    woken = list[int]()
    for (version_id, name), listeners in groups.items():
        step = live.versions[version_id].steps[name]
        assert isinstance(step, WaitFor), "only wait_for listens"
        condition = Group("all", step.wait_for.where) if step.wait_for.where else None
        asked = [
            Asked(
                key=index,
                contact_id=row.contact_id,
                run_id=row.run_id,
                properties=msgspec.Raw(events[row.key].properties.encode()),
            )
            for index, row in enumerate(listeners)
        ]
        answers = evaluate(tx, condition, asked, now)
        woken += [row.token_id for index, row in enumerate(listeners) if answers[index]]
    if woken:
        tx.run(queries.wake_tokens, ids=sorted(set(woken)), now=now)
        tx.run(queries.delete_waits, ids=sorted(set(woken)))


def resume(tx: Tx, ended: Sequence[Ended], now: int) -> None:
    """Tokens that wait for the outcome of their message go on; waits after it count from its departure."""
    told = [one for one in ended if one.token_id is not None]
    if not told:
        return
    rows = [
        {
            "token_id": one.token_id,
            "message_id": one.message_id,
            "outcome": one.outcome,
            "departed_at": one.at if one.outcome in ("sent", "uncertain") else None,
        }
        for one in told
    ]
    tx.run(queries.resume_tokens, ended=rows, now=now)
    for answered in told:
        if answered.answer:
            _keep_answer(tx, answered)


def _keep_answer(tx: Tx, end: Ended) -> None:
    """What a webhook answered is at hand as property `answer`."""
    try:
        answer: Any = msgspec.json.decode(end.answer)
    except msgspec.DecodeError:
        answer = {"text": end.answer}
    for run in tx.rows(queries.answer_runs, _Answering, ids=[end.token_id]):
        properties = msgspec.json.decode(run.properties) | {"answer": answer}
        tx.run(queries.save_answers, runs=[{"id": run.id, "properties": properties}])
