"""Messages depart: a lane claims what is due, every gate is asked under the lock of the contact, each decision is stored."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.messages import policy, reviewing
from tidings.messages.deciding import decide_all
from tidings.messages.models import (
    ONCE,
    Claimed,
    Ended,
    Lane,
    Ledger,
    MessageClass,
    Room,
    Some,
    State,
)
from tidings.messages.service import domain_of, queries
from tidings.messages.surroundings import around, wishes
from tidings.runtime.database import Tx
from tidings.templates import service as templates
from tidings.templates.models import VersionRow

EVERYTHING = Some()


class Departing(Struct, frozen=True, kw_only=True):
    """A message that may leave now, with what rendering needs."""

    message: Claimed
    address: str
    attributes: str
    zone: str
    version: VersionRow | None
    """The template that is live now; content is that of departure."""


class Departures(Struct, frozen=True, kw_only=True):
    """What a decision unit made of a claimed slice."""

    leaving: list[Departing]
    ended: list[Ended]


class _Due(Struct, frozen=True, array_like=True):
    id: int
    domain: str


def claim(
    tx: Tx, lane: Lane, owner: int, now: int, *, limit: int, room: Room | None = None, some: Some = EVERYTHING
) -> dict[int, str]:
    """Take due messages of an account: id -> domain, or address where there is none. Whoever is at the pace is passed over and
    blocks nobody; a message to nowhere has none."""
    names = {"account_id": lane.account_id, "now": now, "least": some.least, "most": some.most}
    if room is None:
        found = tx.rows(queries.claimable, _Due, **names, limit=limit, paced=[])
    else:
        found, left = list[_Due](), dict(room.left)
        for due in tx.rows(queries.claimable, _Due, **names, limit=limit * 4, paced=room.full):
            if len(found) < limit and (not due.domain or left.get(due.domain, room.fresh) > 0):
                left[due.domain] = left.get(due.domain, room.fresh) - 1
                found.append(due)
    claimed = {due.id: due.domain for due in found}
    if claimed:
        tx.run(queries.claim, ids=list(claimed), owner=owner, now=now)
    return claimed


def depart(tx: Tx, ids: Sequence[int], lane: Lane, owner: int, ledger: Ledger, now: int) -> Departures:
    """Run every gate for claimed messages, under the lock of their contacts; store each decision."""
    alive = contacts.survivors(tx, tx.values(queries.contacts_of, ids=list(ids)))
    contacts.lock(tx, {*alive, *alive.values()})
    messages = tx.rows(queries.claimed, Claimed, ids=list(ids), owner=owner)
    names = {message.id: wishes.decode(message.body).template or "" for message in messages}
    current = templates.current(tx, names.values())
    versions = {message_id: current.get(name) for message_id, name in names.items()}
    unread = reviewing.changed(messages, versions)
    reviewing.hold_again(tx, [message for message in messages if message.id in unread], owner, now)
    messages = [message for message in messages if message.id not in unread]
    people = contacts.load(tx, {alive[message.contact_id] for message in messages})
    known = around(tx, messages, alive, people, lane, ledger, now)
    verdicts: dict[int, policy.Verdict] = {}
    for contact_id, mine in itertools.groupby(messages, key=lambda message: message.contact_id):
        rivals = known.rivals.get(contact_id, [])
        uses = known.uses.get(alive[contact_id], [])
        verdicts |= decide_all(list(mine), rivals, known.facts, uses, ledger, now)
    at = {message.id: known.facts[message.id].address for message in messages}
    _write_verdicts(tx, messages, verdicts, at, versions, owner, now)
    leaving = [
        Departing(
            message=m,
            address=at[m.id],
            attributes=people[alive[m.contact_id]].attributes,
            zone=people[alive[m.contact_id]].zone or ledger.zone,
            version=versions[m.id],
        )
        for m in messages
        if verdicts[m.id].outcome == "send"
    ]
    return Departures(
        leaving=leaving, ended=[e for m in messages if (e := _end_of(m, verdicts[m.id], now)) is not None]
    )


_STATES = {"skip": State.SKIPPED, "expire": State.EXPIRED, "defer": State.DEFERRED}


def _end_of(message: Claimed, verdict: policy.Verdict, now: int) -> Ended | None:
    if verdict.outcome not in ("skip", "expire"):
        return None
    outcome = str(_STATES[verdict.outcome])
    return Ended(
        message_id=message.id,
        contact_id=message.contact_id,
        token_id=message.token_id,
        outcome=outcome,
        at=now,
        reason=verdict.reason,
    )


def _write_verdicts(
    tx: Tx,
    messages: list[Claimed],
    verdicts: dict[int, policy.Verdict],
    at: dict[int, str],
    versions: dict[int, VersionRow | None],
    owner: int,
    now: int,
) -> None:
    aside, going, uses, decisions = (list[dict[str, Any]]() for _ in range(4))
    for message in messages:
        verdict = verdicts[message.id]
        if verdict.outcome == "send":
            domain = domain_of(message.address_kind, at[message.id])
            record, version = verdict.consent_record_id, versions[message.id]
            going.append(
                {
                    "id": message.id,
                    "address": at[message.id],
                    "domain": domain,
                    "consent_record_id": record,
                    "template_version_id": version.id if version else None,
                    "must_arrive": ONCE if _must_arrive(message, version) else 0,
                }
            )
            if verdict.cell_at is not None:
                uses.append(
                    {
                        "contact_id": message.contact_id,
                        "message_id": message.id,
                        "channel": message.channel,
                        "class": message.message_class,
                        "cell_at": verdict.cell_at,
                    }
                )
        else:
            state = str(_STATES[verdict.outcome])
            aside.append(
                {
                    "id": message.id,
                    "state": state,
                    "reason": verdict.reason,
                    "due_at": verdict.until or message.due_at,
                    "cell_at": verdict.cell_at,
                }
            )
        decisions.append(
            {
                "contact_id": message.contact_id,
                "kind": "message",
                "subject_id": message.id,
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "evidence": verdict.evidence,
            }
        )
    if going:
        tx.run(queries.let_go, decisions=going, owner=owner)
    if uses:
        tx.run(queries.use_caps, uses=uses, now=now)
    if aside:
        tx.run(queries.set_aside, decisions=aside, owner=owner, now=now)
    if decisions:
        tx.run(queries.insert_decisions, decisions=decisions, now=now)


def _must_arrive(message: Claimed, version: VersionRow | None) -> bool:
    """Only what a person is waiting for is worth the risk of arriving twice."""
    if version is None or message.message_class != MessageClass.TRANSACTIONAL:
        return False
    return templates.document_of(version).must_arrive
