"""What providers say afterwards: kept once, matched when their message is known, applied upwards only (CORRECTNESS 28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import Report, Why
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.events.models import Happened
from tidings.messages import soft_bounces
from tidings.messages.models import TEST, Ended, State, Unsettled
from tidings.messages.service import queries, withdraw_address, withdraw_topic
from tidings.runtime.database import Tx

_CLIMB = {State.UNCERTAIN: 0, State.SENT: 1, State.DELIVERED: 2, State.BOUNCED: 3, State.COMPLAINED: 4}
_LEADS_TO = {
    "sent": State.SENT,
    "opened": State.SENT,
    "clicked": State.SENT,
    "unsubscribed": State.SENT,
    "delivered": State.DELIVERED,
    "bounced": State.BOUNCED,
    "rejected": State.BOUNCED,
    "failed": State.BOUNCED,
    "complained": State.COMPLAINED,
}
"""Every report but `queued` and `deferred` is evidence that the message left."""


class Told(Struct, frozen=True, kw_only=True):
    """What reports led to: messages that were withdrawn, and facts."""

    ended: list[Ended]
    facts: list[Happened]


class _Waiting(Struct, frozen=True, array_like=True):
    """A report whose message is known and has come back from the provider."""

    id: int
    message_id: int
    contact_id: int
    channel: str
    topic: str
    address_kind: str
    address: str
    state: str
    status: str
    why: str
    at: int
    code: str
    detail: str
    source: str


def take(tx: Tx, account_id: int, reports: Sequence[Report], now: int) -> Told:
    """Keep reports, the same one once, and apply those whose message is known."""
    rows = [
        {
            "id": report_id,
            "dedup": report.dedup,
            "message_key": report.message_key,
            "provider_id": report.provider_id,
            "status": report.status,
            "why": str(report.why or ""),
            "address": report.address,
            "at": report.at,
            "code": report.code,
            "detail": report.detail[:2_000],
        }
        for report_id, report in zip(tx.new_ids("report", len(reports)), reports, strict=True)
    ]
    tx.run(queries.insert_reports, reports=rows, account_id=account_id)
    return _apply(tx, tx.values(queries.reported_messages, ids=[row["id"] for row in rows]), now)


def match(tx: Tx, account_id: int, provider_ids: dict[str, int], message_ids: Iterable[int], now: int) -> Told:
    """Reports that came before our own mark are applied, now that it has landed. `provider_ids`: provider id -> message."""
    if provider_ids:
        known = [{"provider_id": name, "message_id": message_id} for name, message_id in provider_ids.items()]
        tx.run(queries.match_reports, known=known, account_id=account_id)
    ids = sorted(message_ids)
    if (
        not ids or tx.value(queries.has_waiting, ids=ids) is None
    ):  # nearly always: a provider is seldom faster than its own answer
        return Told(ended=[], facts=[])
    return _apply(tx, ids, now)


def _apply(tx: Tx, message_ids: Sequence[int], now: int) -> Told:
    ids = [message_id for message_id in message_ids if message_id is not None]
    if not ids:
        return Told(ended=[], facts=[])
    people = contacts.survivors(tx, tx.values(queries.contacts_of, ids=ids))
    contacts.lock(tx, people.values())
    waiting = tx.rows(queries.waiting_reports, _Waiting, ids=ids)
    if not waiting:
        return Told(ended=[], facts=[])
    states, climbed = {report.message_id: State(report.state) for report in waiting}, dict[int, dict[str, Any]]()
    facts = list[Happened]()
    for report in waiting:
        contact_id = people[report.contact_id]
        target = _LEADS_TO.get(report.status)
        if target is not None and _CLIMB[target] > _CLIMB[states[report.message_id]]:
            states[report.message_id] = target
            words = f"{report.status}: {report.detail or report.code}".rstrip(": ") if target is State.BOUNCED else ""
            row = {"id": report.message_id, "state": str(target), "status": report.status, "reason": words}
            climbed[report.message_id] = row | {"at": report.at}
            if target is not State.SENT:
                facts += _fact(report, contact_id, f"message.{target}")
        if report.status in ("opened", "clicked"):
            _engaged(tx, report)
            facts += _fact(report, contact_id, f"message.{report.status}")
    if climbed:
        tx.run(queries.climb, reports=list(climbed.values()))
    tx.run(queries.applied, ids=[report.id for report in waiting], now=now)
    ended = [end for report in waiting for end in _follow(tx, report, people[report.contact_id], now)]
    return Told(ended=ended, facts=[msgspec.structs.replace(fact, key=key) for key, fact in enumerate(facts)])


def _fact(report: _Waiting, contact_id: int, name: str) -> list[Happened]:
    """What is announced; nothing of a test."""
    if report.source == TEST:
        return []
    told = {"message_id": report.message_id, "channel": report.channel, "topic": report.topic}
    properties = msgspec.json.encode(told).decode()
    return [Happened(key=0, contact_id=contact_id, name=name, at=report.at, properties=properties)]


def _engaged(tx: Tx, report: _Waiting) -> None:
    values = {"link": None, "url": "", "now": report.at, "verdict": "human", "evidence": "the provider says so"}
    names = {"message_id": report.message_id, "contact_id": report.contact_id, "kind": report.status}
    tx.run(queries.insert_engagement, **names, **values)
    tx.run(queries.note_click if report.status == "clicked" else queries.note_open, id=report.message_id, now=report.at)


def _follow(tx: Tx, report: _Waiting, contact_id: int, now: int) -> list[Ended]:
    """Addresses that never work and people who complain are not written to again; what has not left is cancelled."""
    source = f"report {report.id}"
    is_bounce = report.status in ("bounced", "rejected", "failed")
    if is_bounce and report.why == Why.ADDRESS_INVALID:
        return suppress(tx, report, "all", "hard_bounce", source, now)
    if is_bounce and report.why == Why.RECIPIENT_TEMPORARY:
        return soften(tx, report.message_id, contact_id, report, now)
    if report.status == "complained":
        ended = suppress(tx, report, "marketing", "complaint", source, now)
        return ended + withdraw_consent(tx, [contact_id], report.channel, "", source, now)
    if report.status == "unsubscribed":
        return withdraw_consent(tx, [contact_id], report.channel, report.topic, source, now)
    if report.why == Why.OPTED_OUT:
        return withdraw_consent(tx, everybody(tx, contact_id, report), report.channel, "", source, now)
    return []


def everybody(tx: Tx, contact_id: int, message: _Waiting | Unsettled) -> list[int]:
    """Whom a withdrawal that the provider knows concerns: it is of the address, whoever is reached there (PRODUCT 1)."""
    holders = contacts.holders(tx, message.address_kind, message.address) if message.address else []
    contacts.lock(tx, holders)
    return sorted({contact_id, *holders})


def soften(tx: Tx, message_id: int, contact_id: int, message: _Waiting | Unsettled, now: int) -> list[Ended]:
    """A soft bounce counts; too many of them, over weeks, and the address is given up."""
    address = (message.address_kind, message.address)
    if not message.address or not soft_bounces.is_hopeless(tx, contact_id, message_id, *address, now):
        return []
    return suppress(tx, message, "all", "soft_bounces", f"message {message_id}", now)


def suppress(tx: Tx, report: _Waiting | Unsettled, scope: str, reason: str, source: str, now: int) -> list[Ended]:
    if not report.address:
        return []
    address = (report.address_kind, report.address)
    holders = contacts.holders(tx, *address)
    contacts.lock(tx, holders)
    consent.suppress(tx, [address], scope=scope, reason=reason, source=source, now=now)
    return withdraw_address(tx, holders, report.address, scope, "suppressed", now)


def withdraw_consent(tx: Tx, people: Sequence[int], channel: str, topic: str, source: str, now: int) -> list[Ended]:
    """The provider knows that these people do not want it: written down, and what has not left is cancelled."""
    grants = [
        Grant(contact_id=one, channel=channel, topic=topic, state="unsubscribed", method="provider", source=source)
        for one in people
    ]
    consent.record(tx, grants, now)
    return withdraw_topic(tx, people, channel, topic, "unsubscribed", now)
