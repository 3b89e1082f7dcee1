"""Who starts: triggers, audience, re-entry; once per journey, contact and entry key (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.journeys.entrance import Reentry
from tidings.journeys.live import Live, LiveJourney, queries
from tidings.rules.durations import milliseconds
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Condition
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])


Entry = tuple[LiveJourney, Happened]
"""Somebody at the door of a journey, with what brought them."""


class _Newest(Struct, frozen=True, array_like=True):
    contact_id: int
    journey_id: int
    count: int
    started_at: int
    ended_at: int
    active_count: int


class Refusal(Struct, frozen=True, array_like=True):
    """Trigger and filter had matched, and somebody was not let in all the same; how often, first and last."""

    journey_id: int
    contact_id: int
    reason: str
    refusal_count: int
    first_at: int
    last_at: int


def refusals_of(tx: Tx, contact_ids: Sequence[int]) -> list[Refusal]:
    """Refusals of some contacts, newest first."""
    return tx.rows(queries.refusals_of, Refusal, ids=sorted(contact_ids))


def enrol(tx: Tx, happened: Sequence[Happened], now: int, live: Live) -> list[Happened]:
    """People whose event starts a journey enter it, at most once. The facts are `journey.entered`."""
    wanted: dict[int, list[tuple[Entry, Condition | None]]] = {}
    for candidate in happened:
        for journey, condition in live.triggers.get(candidate.name, ()) if candidate.is_live else ():
            if journey.state == "active":
                wanted.setdefault(journey.id, []).append(((journey, candidate), condition))
    asked = [one for pairs in wanted.values() for one in pairs]
    answers = _answers(tx, [(candidate, condition) for (_, candidate), condition in asked], now)
    matched = {(entry[0].id, entry[1].key): entry for (entry, _), answer in zip(asked, answers, strict=True) if answer}
    return enter(tx, list(matched.values()), now)


def _answers(tx: Tx, asked: Sequence[tuple[Happened, Condition | None]], now: int) -> list[bool]:
    """Whether each condition is true of who comes with it; one question for each condition, whatever the journey."""
    batches: dict[Condition | None, list[Asked]] = {}
    for key, (candidate, condition) in enumerate(asked):
        properties = msgspec.Raw(candidate.properties.encode())
        one = Asked(key=key, contact_id=candidate.contact_id, properties=properties, since=candidate.at)
        batches.setdefault(condition, []).append(one)
    found: dict[int, bool | None] = {}
    for condition, batch in batches.items():
        found |= evaluate(tx, condition, batch, now)
    return [found[key] is True for key in range(len(asked))]


def enter(tx: Tx, candidates: Sequence[Entry], now: int) -> list[Happened]:
    """Audience and re-entry, then runs and tokens. Refusals are counted with their reason."""
    if not candidates:
        return []
    answers = _answers(tx, [(candidate, journey.definition.audience) for journey, candidate in candidates], now)
    inside = [entry for entry, answer in zip(candidates, answers, strict=True) if answer]
    outside = [entry for entry, answer in zip(candidates, answers, strict=True) if not answer]
    refused = [_refusal(*entry, "audience") for entry in outside]
    _wait_for_consent(tx, outside)
    rows, again = _keyed(tx, inside, now)
    entered = _write(tx, rows, now)
    refused += again
    refused += [_refusal(row.journey, row.candidate, "reentry") for row in rows if row.id not in entered]
    _refuse(tx, refused, now)
    return [
        Happened(
            key=key,
            contact_id=row.candidate.contact_id,
            name="journey.entered",
            at=now,
            properties=_fact(row.journey),
            depth=row.candidate.depth,
        )
        for key, row in enumerate(rows)
        if row.id in entered
    ]


WAITS_FOR_CONSENT = 7 * DAY
"""So long somebody whose consent is pending may confirm it and enter after all (PRODUCT 4)."""


class _Waiting(Struct, frozen=True, array_like=True):
    journey_id: int
    contact_id: int
    trigger_name: str
    at: int
    properties: str


def _wait_for_consent(tx: Tx, outside: Sequence[Entry]) -> None:
    """Who was asked for a confirmation and has not answered waits at the door; whether that was all is asked again then."""
    if not outside:
        return
    pending = set(tx.values(queries.pending_among, ids=sorted({one.contact_id for _, one in outside})))
    entries = {
        (journey.id, one.contact_id): {
            "journey_id": journey.id,
            "contact_id": one.contact_id,
            "trigger_name": one.name,
            "at": one.at,
            "properties": msgspec.Raw(one.properties.encode()),
            "until_at": one.at + WAITS_FOR_CONSENT,
        }
        for journey, one in outside
        if one.contact_id in pending
    }
    if entries:
        tx.run(queries.wait_for_consent, entries=list(entries.values()))


def release(tx: Tx, contact_ids: Sequence[int], now: int, live: Live) -> list[Happened]:
    """Whoever waited for their own yes enters now, if the audience is true of them. The facts are `journey.entered`."""
    ids = sorted(set(contact_ids))
    waiting = tx.rows(queries.waiting_for_consent, _Waiting, ids=ids, now=now)
    tx.run(queries.end_waiting, ids=ids)
    candidates = [
        (
            live.journeys[one.journey_id],
            Happened(key=key, contact_id=one.contact_id, name=one.trigger_name, at=one.at, properties=one.properties),
        )
        for key, one in enumerate(waiting)
        if one.journey_id in live.journeys and live.journeys[one.journey_id].state == "active"
    ]
    return enter(tx, candidates, now)


def _fact(journey: LiveJourney) -> str:
    return msgspec.json.encode({"journey": journey.name}).decode()


class _Row(Struct, frozen=True):
    """Somebody who may enter, if nobody has this key yet."""

    id: int
    journey: LiveJourney
    candidate: Happened
    entry_key: str


def _keyed(tx: Tx, candidates: Sequence[Entry], now: int) -> tuple[list[_Row], list[dict[str, Any]]]:
    """A row with its entry key for each who may enter, and who may not (again)."""
    newest = _newest(tx, candidates)
    keyed, refused, seen = list[tuple[Entry, str]](), list[dict[str, Any]](), set[tuple[int, int, str]]()
    for journey, candidate in candidates:
        place = (journey.id, candidate.contact_id)
        key = _entry_key(journey.definition.document.reentry, candidate, newest.get(place), now)
        if key is None or (*place, key) in seen:
            refused.append(_refusal(journey, candidate, "reentry"))
            continue
        seen.add((*place, key))
        keyed.append(((journey, candidate), key))
    ids = tx.new_ids("run", len(keyed))
    return [_Row(run_id, *entry, key) for run_id, (entry, key) in zip(ids, keyed, strict=True)], refused


def _newest(tx: Tx, candidates: Sequence[Entry]) -> dict[tuple[int, int], _Newest]:
    """(journey, contact) -> what re-entry after a while looks at."""
    pairs = {
        (journey.id, candidate.contact_id)
        for journey, candidate in candidates
        if isinstance(journey.definition.document.reentry, Reentry) and journey.definition.document.reentry.by is None
    }
    asked = [{"journey_id": journey_id, "contact_id": contact_id} for journey_id, contact_id in sorted(pairs)]
    found = tx.rows(queries.newest_runs, _Newest, pairs=asked) if asked else []
    return {(row.journey_id, row.contact_id): row for row in found}


def _entry_key(reentry: str | Reentry, candidate: Happened, newest: _Newest | None, now: int) -> str | None:
    """The key under which somebody enters; None when it is too early."""
    if not isinstance(reentry, Reentry):
        return ""
    if reentry.by is not None:
        value: Any = _object.decode(candidate.properties)
        for part in reentry.by.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return None if value is None else str(value)[:200]
    if newest is None:
        return "1"
    if reentry.after is not None and now < newest.started_at + milliseconds(reentry.after):
        return None
    if reentry.after_exit is not None and (
        newest.active_count or now < newest.ended_at + milliseconds(reentry.after_exit)
    ):
        return None
    return str(newest.count + 1)


def _write(tx: Tx, rows: Sequence[_Row], now: int) -> set[int]:
    """Runs and their first tokens; the ids that were really written."""
    if not rows:
        return set()
    runs = [
        {
            "id": row.id,
            "contact_id": row.candidate.contact_id,
            "journey_id": row.journey.id,
            "version_id": row.journey.version_id,
            "entry_key": row.entry_key,
            "trigger_name": row.candidate.name,
            "trigger_at": row.candidate.at,
            "properties": msgspec.Raw(row.candidate.properties.encode()),
            "depth": row.candidate.depth,
        }
        for row in rows
    ]
    ids = [row.id for row in rows]
    entered = set(ids)
    if tx.run(queries.insert_runs, runs=runs, now=now) < len(rows):
        entered = set(tx.values(queries.which_runs, ids=ids))
    if entered:
        tx.run(queries.insert_tokens, runs=[_token(row) for row in rows if row.id in entered], now=now)
    return entered


def _token(row: _Row) -> dict[str, Any]:
    start = row.journey.definition.start
    return {
        "run_id": row.id,
        "contact_id": row.candidate.contact_id,
        "journey_id": row.journey.id,
        "step": start,
        "visits": {start: 1},
    }


def _refusal(journey: LiveJourney, candidate: Happened, reason: str) -> dict[str, Any]:
    return {"journey_id": journey.id, "contact_id": candidate.contact_id, "reason": reason}


def _refuse(tx: Tx, refused: list[dict[str, Any]], now: int) -> None:
    once = {tuple(row.values()): row for row in refused}
    if once:
        tx.run(queries.count_refusals, refusals=list(once.values()), now=now)
