"""What a walk came to is written: messages that were asked for, tokens, waits, runs that ended or failed, counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from tidings.events.models import Happened
from tidings.journeys.endings import drop_tokens
from tidings.journeys.live import Live, queries
from tidings.journeys.outcome import Send
from tidings.journeys.walker import Due, Walker
from tidings.messages import service as messages
from tidings.messages.models import Asked, Ledger
from tidings.runtime.clock import MINUTE
from tidings.runtime.database import Tx

_visits = msgspec.json.Decoder(dict[str, int])


def save(tx: Tx, walkers: list[Walker], now: int, live: Live, ledger: Ledger) -> list[Happened]:
    """Everything that the walkers came to, as sets. The facts are `journey.completed`."""
    asked = _messages(tx, walkers, now, live, ledger)
    ended = [walker for walker in walkers if walker.ended is not None]
    failed = [walker for walker in walkers if walker.state == "failed"]
    staying = [walker for walker in walkers if walker.ended is None]
    if listened := [walker.due.id for walker in walkers if walker.due.state == "listening"]:
        tx.run(queries.delete_waits, ids=listened)
    if staying:
        tx.run(queries.save_tokens, tokens=[_row(walker, asked) for walker in staying], now=now)
    waits = [{"contact_id": w.due.contact_id, "name": name, "token_id": w.due.id} for w in staying for name in w.events]
    if waits:
        tx.run(queries.insert_waits, waits=waits)
    if ended:
        drop_tokens(tx, [walker.due.id for walker in ended])
        runs = [{"id": w.due.run_id, "state": w.ended, "reason": w.reason} for w in ended]
        tx.run(queries.end_runs, runs=runs, now=now)
    if failed:
        tx.run(queries.fail_runs, runs=[{"id": w.due.run_id, "reason": w.error} for w in failed])
    messages.decided(tx, [_late(w, step, now) for w in walkers for step in w.expired], now)
    _count(tx, walkers)
    return [_completed(key, walker, live, now) for key, walker in enumerate(ended)]


def _late(walker: Walker, step: str, now: int) -> dict[str, Any]:
    late = {"step": step, "due_at": walker.at, "late_by": now - walker.at}
    names = {"contact_id": walker.due.contact_id, "kind": "run", "subject_id": walker.due.run_id}
    return names | {"outcome": "expired", "reason": "late", "evidence": late}


def _completed(key: int, walker: Walker, live: Live, now: int) -> Happened:
    properties = msgspec.json.encode({"journey": live.names[walker.due.journey_id]}).decode()
    # A run that is through at once is a link of the chain that began it; one that has waited begins a new chain.
    depth = walker.due.depth if now - walker.due.started_at < MINUTE else 0
    return Happened(
        key=key, contact_id=walker.due.contact_id, name="journey.completed", at=now, properties=properties, depth=depth
    )


def _row(walker: Walker, asked: dict[messages.Key, int]) -> dict[str, Any]:
    return {
        "id": walker.due.id,
        "step": walker.step,
        "visit": walker.visit,
        "state": walker.state,
        "due_at": walker.due_at,
        "departed_at": walker.departed_at,
        "message_id": asked.get((walker.due.contact_id, walker.due.run_id, walker.step, walker.visit))
        if walker.ask
        else None,
        "error": walker.error,
        "visits": walker.visits,
        "anchor_at": walker.anchor_at,
    }


def _messages(tx: Tx, walkers: list[Walker], now: int, live: Live, ledger: Ledger) -> dict[messages.Key, int]:
    asking = [walker for walker in walkers if walker.ask is not None]
    if not asking:
        return {}
    asked = list[Asked]()
    for walker in asking:
        send = walker.ask
        assert send is not None, "filtered above"
        template = live.templates.get(send.template)
        if send.template and template is None:
            walker.fail(f"There is no template {send.template!r}.")
            walker.ask = None
            continue
        asked.append(
            Asked(
                contact_id=walker.due.contact_id,
                source="journey",
                source_id=walker.due.run_id,
                step=walker.step,
                visit=walker.visit,
                message_class=send.message_class or (template.message_class if template else "promotional"),
                channel=send.channel,
                account=send.account,
                topic=template.topic if template else "",
                body=_body(walker, send, live),
                address=send.address,
                token_id=walker.due.id,
                due_at=min(walker.at, now),
                priority=live.priority(walker.due.journey_id),
                mode=send.mode,
                if_capped=send.if_capped,
                if_outranked=send.if_outranked,
                max_late=_max_late(walker, send.max_late),
            )
        )
    return messages.ask(tx, asked, now, ledger, live.accounts)


def _max_late(walker: Walker, most: int | None) -> int | None:
    """Late is a decision: after so long, and never past the date before which it was to be sent (P7)."""
    if walker.anchor_at is None:
        return most
    left = walker.anchor_at - walker.at  # below 0 where a window opened only after the date
    return left if most is None else min(most, left)


def _body(walker: Walker, send: Send, live: Live) -> dict[str, Any]:
    """What rendering needs beside the contact; the event goes on as the text that it came as."""
    event = msgspec.Raw(walker.due.properties.encode())
    return send.body | {"template": send.template, "journey": live.names[walker.due.journey_id], "event": event}


def _count(tx: Tx, walkers: list[Walker]) -> None:
    counts = Counter((walker.due.version_id, *passed) for walker in walkers for passed in walker.passed)
    if counts:
        rows = [{"version_id": v, "step": s, "exit": e, "passed_count": n} for (v, s, e), n in sorted(counts.items())]
        tx.run(queries.passed, counts=rows)


def save_poisoned(tx: Tx, due: Due, error: Exception, now: int) -> None:
    """A run that raised rests until somebody retries or skips."""
    words = f"{type(error).__name__}: {error}"[:500]
    row = {
        "id": due.id,
        "step": due.step,
        "visit": due.visit,
        "state": "failed",
        "due_at": None,
        "departed_at": due.departed_at,
        "anchor_at": due.anchor_at,
    }
    row |= {"message_id": None, "error": words, "visits": msgspec.Raw(due.visits.encode())}
    tx.run(queries.delete_waits, ids=[due.id])
    tx.run(queries.save_tokens, tokens=[row], now=now)
    tx.run(queries.fail_runs, runs=[{"id": due.run_id, "reason": words}])
