"""The story of an event: it comes in, changes what we know, ends, wakes and starts journeys, and its facts go round again.

This is the first file to read. Only flow makes things happen to each other: rooms return facts, flow announces them.
Every function here is a unit's inside: it gets a transaction and `now`, and touches nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import Result
from tidings.consent import service as consent
from tidings.consent.conditions import CONDITIONS as consent_kinds
from tidings.consent.models import ConsentState, Grant
from tidings.contacts import service as contacts
from tidings.contacts.addresses import email
from tidings.contacts.conditions import CONDITIONS as contact_kinds
from tidings.contacts.identity import Same
from tidings.contacts.models import Claim, Key, Update
from tidings.events import service as events
from tidings.events.calls import Call, Rejected
from tidings.events.conditions import CONDITIONS as event_kinds
from tidings.events.models import Happened
from tidings.journeys import service as journeys
from tidings.messages import engagement, ledger, service as messages
from tidings.messages.conditions import CONDITIONS as message_kinds
from tidings.messages.models import Ended, Ledger
from tidings.runtime.database import Tx

MAX_DEPTH = 8
"""Facts made by facts go round so often; a chain that is longer ends with a stored decision (CORRECTNESS 14)."""
_object = msgspec.json.Decoder(dict[str, Any])
KINDS = {**contact_kinds, **event_kinds, **message_kinds, **consent_kinds}
"""Every kind of condition, each from the room that it is about."""
EVENT_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed", "group": "Group Joined"}


class Setting(Struct, eq=False, kw_only=True):
    """What flow must know of the workspace that it works in; shared by all who work there, changed by its settings."""

    ledger: Ledger
    live: journeys.Cache


class Ingested(Struct, frozen=True, kw_only=True):
    """What a batch came to."""

    accepted: int
    duplicates: int


# --- an event comes in -----------------------------------------------------------------------------------------------


def ingest(tx: Tx, calls: Sequence[Call], rejected: Sequence[Rejected], setting: Setting, now: int) -> Ingested:
    """Take a batch of calls: everything that follows from them is written before the caller hears 200."""
    events.reject(tx, rejected, now)
    fresh = events.unseen(tx, calls, now)
    live = journeys.live(tx, setting.live)
    waiting = list(fresh)
    while waiting:
        settled = contacts.resolve(tx, [claim(call) for call in waiting], now)
        count = len(settled.contacts)
        for some in rounds(waiting[:count], settled.contacts, live):
            _round(tx, some, live, setting, now)
        waiting = waiting[count:]
        if settled.same is not None:
            merge(tx, settled.same, now, cause=f"{waiting[0].kind} by {waiting[0].scope}")
    return Ingested(accepted=len(fresh), duplicates=len(calls) - len(fresh))


def claim(call: Call) -> Claim:
    """The identifiers that a call brings."""
    keys = list[Key]()
    if call.user_id:
        keys.append(("user_id", call.user_id))
    if call.anonymous_id:
        keys.append(("anonymous_id", call.anonymous_id))
    if call.kind == "identify" and (address := email(_object.decode(call.traits).get("email"))):
        keys.append(("email", address))
    if call.kind == "alias" and call.previous_id:
        keys.append(("user_id" if call.previous_id != call.anonymous_id else "anonymous_id", call.previous_id))
    return Claim(keys=keys, is_browser=call.scope == "browser", is_alias=call.kind == "alias")


Called = tuple[Call, int]


def rounds(calls: Sequence[Call], ids: Sequence[int], live: journeys.Live) -> Iterable[list[Called]]:
    """The k-th telling call of each contact forms round k; calls that no journey mentions ride along (CORRECTNESS 11)."""
    made = list[list[Called]]()
    turn: dict[int, int] = {}
    for call, contact_id in zip(calls, ids, strict=True):
        number = turn.get(contact_id, 0)
        while len(made) <= number:
            made.append([])
        made[number].append((call, contact_id))
        if _is_telling(call, live):
            turn[contact_id] = number + 1
        else:
            turn[contact_id] = number
    return made


def _is_telling(call: Call, live: journeys.Live) -> bool:
    return live.minds_changes if call.kind in ("identify", "group", "alias") else live.mentions(event_name(call))


def event_name(call: Call) -> str:
    """The name under which a call is recorded."""
    return call.name if call.kind == "track" else EVENT_NAMES.get(call.kind, "")


def _round(tx: Tx, called: list[Called], live: journeys.Live, setting: Setting, now: int) -> None:
    changed = _learn(tx, called, now)
    lines, happened = list[events.Line](), list[Happened]()
    for key, (call, contact_id) in enumerate(called):
        if name := event_name(call):
            lines.append(_line(call, contact_id, name))
            is_live = now - call.at <= events.LIVE_FOR
            happened.append(
                Happened(
                    key=key, contact_id=contact_id, name=name, at=call.at, properties=call.properties, is_live=is_live
                )
            )
    events.record(tx, lines)
    react(tx, happened, changed, live, setting, now)


def _line(call: Call, contact_id: int, name: str) -> events.Line:
    return events.Line(
        contact_id=contact_id,
        name=name,
        at=call.at,
        received_at=call.received_at,
        kind=call.kind,
        message_id=call.message_id or None,
        properties=msgspec.Raw(call.properties.encode()),
        context=msgspec.Raw(call.context.encode()),
    )


def _learn(tx: Tx, called: list[Called], now: int) -> dict[int, list[str]]:
    """What identify and group tell of people, in the order of the calls. Contact -> changed paths."""
    updates, grants = list[Update](), list[Grant]()
    for call, contact_id in called:
        if call.kind == "identify":
            traits = _object.decode(call.traits)
            grants += _grants(contact_id, traits.pop("consent", None), call)
            zone = _object.decode(call.context).get("timezone")
            if isinstance(zone, str) and "timezone" not in traits:
                traits["timezone"] = zone
            updates.append(Update(contact_id=contact_id, attributes=traits, is_browser=call.scope == "browser"))
        elif call.kind == "group" and call.group_id:
            contacts.join_company(tx, contact_id, call.group_id, _object.decode(call.traits), now)
    consent.record(tx, grants, now)
    return contacts.update(tx, updates, now, "identify") if updates else {}


def _grants(contact_id: int, given: Any, call: Call) -> list[Grant]:
    """`traits.consent`: {"email": "subscribed"} or {"email": {"news": "subscribed"}}; a browser grants at most pending."""
    found = list[Grant]()
    for channel, topics in given.items() if isinstance(given, dict) else ():
        for topic, state in (topics if isinstance(topics, dict) else {"": topics}).items():
            if state not in ("none", "pending", "subscribed", "unsubscribed"):
                continue
            allowed: ConsentState = "pending" if call.scope == "browser" and state == "subscribed" else state
            found.append(
                Grant(
                    contact_id=contact_id,
                    channel=channel,
                    topic=topic,
                    state=allowed,
                    method="api",
                    source=call.message_id,
                    actor=call.scope,
                )
            )
    return found


def react(
    tx: Tx, happened: list[Happened], changed: dict[int, list[str]], live: journeys.Live, setting: Setting, now: int
) -> None:
    """Who leaves now, who was waiting for this, who starts; then the facts of that go round again."""
    if not live.is_empty:
        ended, withdrawn = journeys.end(tx, happened, changed, now, live)
        journeys.resume(tx, withdrawn, now)
        journeys.wake(tx, happened, now, live)
        entered = journeys.enrol(tx, happened, now, live)
        announce(tx, [*ended, *entered], live, setting, now)


def announce(tx: Tx, facts: Sequence[Happened], live: journeys.Live, setting: Setting, now: int) -> None:
    """Facts of ours react like events; only those that somebody mentions, and not for ever."""
    told = [fact for fact in facts if live.mentions(fact.name)]
    deep = [fact for fact in told if fact.depth >= MAX_DEPTH]
    if deep:
        evidence = [
            {
                "contact_id": f.contact_id,
                "kind": "chain",
                "subject_id": 0,
                "outcome": "stopped",
                "reason": "too_deep",
                "evidence": {"fact": f.name},
            }
            for f in deep
        ]
        messages.decided(tx, evidence, now)
    shallow = [fact for fact in told if fact.depth < MAX_DEPTH]
    if shallow:
        renumbered = [msgspec.structs.replace(fact, key=key, depth=fact.depth + 1) for key, fact in enumerate(shallow)]
        react(tx, renumbered, {}, live, setting, now)


def merge(tx: Tx, same: Same, now: int, *, cause: str) -> None:
    """Two contacts are one person: every room follows, the stricter consent wins, unsent duplicates are cancelled."""
    contacts.merge(tx, same, now, cause)
    events.merge(tx, same.winner, same.loser)
    consent.merge(tx, same.winner, same.loser, now)
    journeys.resume(tx, journeys.merge(tx, same.winner, same.loser, now), now)
    journeys.resume(tx, messages.move_unsent(tx, same.winner, same.loser, now), now)


def known(tx: Tx, wanted: Claim, now: int, *, cause: str) -> int:
    """The contact of some identifiers, found or made; two that turn out to be one are merged first."""
    while True:
        settled = contacts.resolve(tx, [wanted], now)
        if settled.same is None:
            return settled.contacts[0]
        merge(tx, settled.same, now, cause=cause)


def changed(tx: Tx, updates: Sequence[Update], setting: Setting, now: int, *, cause: str) -> None:
    """Somebody writes to contacts by hand or by the API; exits that this fulfils happen at once."""
    contacts.lock(tx, {update.contact_id for update in updates})
    paths = contacts.update(tx, updates, now, cause)
    react(tx, [], paths, journeys.live(tx, setting.live), setting, now)


def enrol(tx: Tx, name: str, ids: Sequence[int], properties: dict[str, Any], setting: Setting, now: int) -> int:
    """People enter a journey by hand or by the API. How many did."""
    live = journeys.live(tx, setting.live)
    entered = journeys.enrol_directly(tx, name, ids, properties, now, live)
    announce(tx, entered, live, setting, now)
    return len(entered)


# --- time passes -----------------------------------------------------------------------------------------------------


def walk(tx: Tx, setting: Setting, now: int, *, limit: int) -> int:
    """Contacts with due tokens walk until they wait or end. How many tokens walked."""
    live = journeys.live(tx, setting.live)
    walked = journeys.walk(tx, now, limit, live, setting.ledger)
    if walked.changed:
        react(tx, [], walked.changed, live, setting, now)
    announce(tx, walked.facts, live, setting, now)
    return walked.count


# --- messages leave --------------------------------------------------------------------------------------------------


def depart(
    tx: Tx, ids: Sequence[int], lane: ledger.Lane, owner: int, setting: Setting, now: int
) -> list[ledger.Departing]:
    """Decide about claimed messages; those that do not leave let their journeys go on at once."""
    departures = ledger.depart(tx, ids, lane, owner, setting.ledger, now)
    journeys.resume(tx, departures.ended, now)
    return departures.leaving


def mark(
    tx: Tx, results: Sequence[Result], ids: Sequence[int], lane: ledger.Lane, owner: int, setting: Setting, now: int
) -> tuple[frozenset[int], str]:
    """Results and the next committing mark in one unit. The ids that may go, and what is wrong with the account."""
    problem = ""
    if results:
        settled = ledger.settle(tx, results, lane, now)
        journeys.resume(tx, settled.ended, now)
        problem = settled.account_problem
        if settled.facts:
            announce(tx, settled.facts, journeys.live(tx, setting.live), setting, now)
    return frozenset(ledger.mark(tx, ids, owner)), problem


def recover(tx: Tx, alive: Iterable[int], resendable: Iterable[int], now: int) -> list[Ended]:
    """After a crash: nothing is lost, nothing is silently sent twice; what is in doubt is listed and its journey goes on."""
    ended = ledger.recover(tx, alive, resendable, now)
    journeys.resume(tx, ended, now)
    return ended


# --- people answer ---------------------------------------------------------------------------------------------------


def visited(tx: Tx, message_id: int, visit: engagement.Visit, setting: Setting) -> None:
    """A link or a pixel of a message was fetched. It changes no consent, whoever fetched it."""
    message = messages.get(tx, message_id)
    facts = engagement.record(tx, message, visit)
    if facts:
        contacts.lock(tx, [message.contact_id])
        announce(tx, facts, journeys.live(tx, setting.live), setting, visit.at)


def consented(tx: Tx, grants: Sequence[Grant], now: int) -> None:
    """Consent changes; a withdrawal cancels in the same transaction what has not reached committing (P6)."""
    contacts.lock(tx, {grant.contact_id for grant in grants})
    consent.record(tx, grants, now)
    for grant in grants:
        if grant.state == "unsubscribed":
            ended = messages.withdraw_topic(tx, [grant.contact_id], grant.channel, grant.topic, "unsubscribed", now)
            journeys.resume(tx, ended, now)


def suppressed(tx: Tx, kind: str, value: str, *, scope: str, reason: str, source: str, now: int) -> None:
    """Never write to this address again; what has not left for it is cancelled."""
    holders = contacts.holders(tx, kind, value)
    contacts.lock(tx, holders)
    consent.suppress(tx, [(kind, value)], scope=scope, reason=reason, source=source, now=now)
    journeys.resume(tx, messages.withdraw_address(tx, holders, value, scope, "suppressed", now), now)


def unsubscribed(tx: Tx, message_id: int, now: int, *, ip: str = "", agent: str = "") -> None:
    """One click: the message's topic on its channel; without a topic, everything that is marketing there."""
    message = messages.get(tx, message_id)
    contact = contacts.get(tx, message.contact_id)
    grant = Grant(
        contact_id=contact.id,
        channel=message.channel,
        topic=message.topic,
        state="unsubscribed",
        method="one_click",
        source=f"message {message_id}",
        ip=ip,
        agent=agent,
    )
    consented(tx, [grant], now)
