"""Who starts: triggers, audience, re-entry; once per journey, contact and entry key (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.events.models import Happened
from tidings.journeys.documents import Reentry
from tidings.journeys.live import Live, LiveJourney, queries
from tidings.rules.durations import milliseconds
from tidings.rules.evaluate import Asked, evaluate
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])


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
    wanted: dict[int, tuple[LiveJourney, list[tuple[Happened, Any]]]] = {}
    for candidate in happened:
        for journey, condition in live.triggers.get(candidate.name, ()) if candidate.is_live else ():
            if journey.state == "active":
                wanted.setdefault(journey.id, (journey, []))[1].append((candidate, condition))
    facts = list[Happened]()
    for journey, pairs in wanted.values():
        matched = _matching(tx, pairs, now)
        facts += enter(tx, journey, matched, now)
    return facts


def _matching(tx: Tx, pairs: list[tuple[Happened, Any]], now: int) -> list[Happened]:
    """Those whose trigger's own filter is true; one question per filter."""
    by_condition: dict[Any, list[Happened]] = {}
    for candidate, condition in pairs:
        by_condition.setdefault(condition, []).append(candidate)
    matched: dict[int, Happened] = {}
    for condition, candidates in by_condition.items():
        answers = evaluate(tx, condition, [_asked(candidate) for candidate in candidates], now)
        matched |= {candidate.key: candidate for candidate in candidates if answers[candidate.key]}
    return [matched[key] for key in sorted(matched)]


def _asked(candidate: Happened) -> Asked:
    return Asked(
        key=candidate.key, contact_id=candidate.contact_id, properties=msgspec.Raw(candidate.properties.encode())
    )


def enter(tx: Tx, journey: LiveJourney, candidates: Sequence[Happened], now: int) -> list[Happened]:
    """Audience and re-entry, then runs and tokens. Refusals are counted with their reason."""
    if not candidates:
        return []
    answers = evaluate(tx, journey.definition.audience, [_asked(candidate) for candidate in candidates], now)
    refused = [{"contact_id": c.contact_id, "reason": "audience"} for c in candidates if not answers[c.key]]
    inside = [candidate for candidate in candidates if answers[candidate.key]]
    rows, again = _keyed(tx, journey, inside, now)
    refused += again
    entered = _write(tx, journey, rows, now)
    refused += [{"contact_id": row["contact_id"], "reason": "reentry"} for row in rows if row["id"] not in entered]
    _refuse(tx, journey, refused, now)
    return [
        Happened(
            key=key,
            contact_id=row["contact_id"],
            name="journey.entered",
            at=now,
            properties=_fact(journey),
            depth=row["depth"],
        )
        for key, row in enumerate(rows)
        if row["id"] in entered
    ]


def _fact(journey: LiveJourney) -> str:
    return msgspec.json.encode({"journey": journey.name}).decode()


def _keyed(
    tx: Tx, journey: LiveJourney, candidates: Sequence[Happened], now: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A row with its entry key for each who may enter, and who may not (again)."""
    reentry = journey.definition.document.reentry
    newest: dict[int, _Newest] = {}
    if isinstance(reentry, Reentry) and reentry.by is None:
        ids = sorted({candidate.contact_id for candidate in candidates})
        newest = {row.contact_id: row for row in tx.rows(queries.newest_runs, _Newest, journey_id=journey.id, ids=ids)}
    rows, refused, seen = list[dict[str, Any]](), list[dict[str, Any]](), set[tuple[int, str]]()
    for candidate in candidates:
        key = _entry_key(reentry, candidate, newest.get(candidate.contact_id), now)
        if key is None or (candidate.contact_id, key) in seen:
            refused.append({"contact_id": candidate.contact_id, "reason": "reentry"})
            continue
        seen.add((candidate.contact_id, key))
        rows.append(
            {
                "contact_id": candidate.contact_id,
                "entry_key": key,
                "trigger_name": candidate.name,
                "trigger_at": candidate.at,
                "properties": msgspec.Raw(candidate.properties.encode()),
                "depth": candidate.depth,
            }
        )
    for run_id, row in zip(tx.new_ids("run", len(rows)), rows, strict=True):
        row["id"] = run_id
    return rows, refused


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


def _write(tx: Tx, journey: LiveJourney, rows: list[dict[str, Any]], now: int) -> set[int]:
    """Runs and their first tokens; the ids that were really written."""
    if not rows:
        return set()
    names = {"journey_id": journey.id, "version_id": journey.version_id}
    ids = [row["id"] for row in rows]
    entered = set(ids)
    if tx.run(queries.insert_runs, runs=rows, now=now, **names) < len(rows):
        entered = set(tx.values(queries.which_runs, ids=ids))
    tokens = [{"run_id": row["id"], "contact_id": row["contact_id"]} for row in rows if row["id"] in entered]
    start = journey.definition.start
    tx.run(queries.insert_tokens, runs=tokens, journey_id=journey.id, step=start, visits={start: 1}, now=now)
    return entered


def _refuse(tx: Tx, journey: LiveJourney, refused: list[dict[str, Any]], now: int) -> None:
    once = {(row["contact_id"], row["reason"]): row for row in refused}
    if once:
        tx.run(queries.count_refusals, refusals=list(once.values()), journey_id=journey.id, now=now)
