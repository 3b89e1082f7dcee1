"""An event comes in: who it is about, what it tells of them, and what follows, in one transaction for many calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.consent.models import ConsentState, Grant
from tidings.contacts import service as contacts
from tidings.contacts.addresses import email, zone as known_zone
from tidings.contacts.models import Claim, Key, Update
from tidings.events import service as events
from tidings.events.calls import Call, Rejected
from tidings.events.models import Happened
from tidings.flow.following import NEW
from tidings.flow.reactions import company_changed, granted, merge, react, settle
from tidings.flow.setting import Setting
from tidings.journeys import service as journeys
from tidings.runtime.database import Tx

_object = msgspec.json.Decoder(dict[str, Any])
EVENT_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed", "group": "Group Joined"}


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
    waiting, new = list(fresh), set[int]()
    while waiting:
        settled = contacts.resolve(tx, [claim(call) for call in waiting], now)
        count = len(settled.contacts)
        new |= settled.made
        settle(tx, settled.contacts, live, setting, now)
        for some in rounds(waiting[:count], settled.contacts, live, new):
            _round(tx, some, live, setting, now, new)
        waiting = waiting[count:]
        if settled.same is not None:
            merge(tx, settled.same, setting, now, cause=f"{waiting[0].kind} by {waiting[0].scope}")
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


def rounds(
    calls: Sequence[Call], ids: Sequence[int], live: journeys.Live, new: Iterable[int] = ()
) -> Iterable[list[Called]]:
    """The k-th telling call of each contact forms round k; calls that nothing mentions ride along (CORRECTNESS 11). The call that
    makes somebody tells who they are."""
    made = list[list[Called]]()
    turn: dict[int, int] = {}
    unheard = set(new) if not live.segments.is_empty else set[int]()
    for call, contact_id in zip(calls, ids, strict=True):
        number = turn.get(contact_id, 0)
        while len(made) <= number:
            made.append([])
        made[number].append((call, contact_id))
        if contact_id in unheard or _is_telling(call, live):
            unheard.discard(contact_id)
            turn[contact_id] = number + 1
        else:
            turn[contact_id] = number
    return made


def _is_telling(call: Call, live: journeys.Live) -> bool:
    return live.minds_changes if call.kind in ("identify", "group", "alias") else live.mentions(event_name(call))


def event_name(call: Call) -> str:
    """The name under which a call is recorded."""
    return call.name if call.kind == "track" else EVENT_NAMES.get(call.kind, "")


def _round(tx: Tx, called: list[Called], live: journeys.Live, setting: Setting, now: int, new: set[int]) -> None:
    moved = set[str]()
    changed = _learn(tx, called, setting, now, moved)
    if new:
        for _, contact_id in called:
            if contact_id in new:
                new.discard(contact_id)
                changed.setdefault(contact_id, []).insert(0, NEW)
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
    for company in sorted(moved):
        company_changed(tx, contacts.company_named(tx, company), setting, now)


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


def _learn(tx: Tx, called: list[Called], setting: Setting, now: int, moved: set[str]) -> dict[int, list[str]]:
    """What identify and group tell of people, in the order of the calls. Contact -> changed paths; `moved` takes the companies of
    which something changed."""
    updates, grants, joined = _zones(tx, called), list[Grant](), dict[int, list[str]]()
    for call, contact_id in called:
        if call.kind == "identify":
            traits = _object.decode(call.traits)
            grants += _grants(contact_id, traits.pop("consent", None), call)
            updates.append(Update(contact_id=contact_id, attributes=traits, is_browser=call.scope == "browser"))
        elif call.kind == "group" and call.group_id:
            traits = _object.decode(call.traits)
            if contacts.is_otherwise(tx, call.group_id, traits):
                moved.add(call.group_id)
            contacts.join_company(tx, contact_id, call.group_id, traits, now)
            joined.setdefault(contact_id, []).append(f"company:{call.group_id}")
    changed = granted(tx, grants, setting, now)
    for contact_id, paths in joined.items():
        changed[contact_id] = [*changed.get(contact_id, []), *paths]
    for contact_id, paths in contacts.update(tx, updates, now, "identify").items() if updates else ():
        changed[contact_id] = [*changed.get(contact_id, []), *paths]
    return changed


class _Context(Struct, frozen=True):
    """What is read of a call's context."""

    timezone: Any = None


_context = msgspec.json.Decoder(_Context)


def _zones(tx: Tx, called: list[Called]) -> list[Update]:
    """A guess of the device, whatever it reports: it fills, and overwrites nothing."""
    guesses: dict[int, Any] = {}
    for call, contact_id in called:
        zone = _context.decode(call.context).timezone if '"timezone"' in call.context else None
        if known_zone(zone) is not None:
            guesses.setdefault(contact_id, zone)
    missing = contacts.without_zone(tx, guesses) if guesses else []
    return [Update(contact_id=i, attributes={"timezone": guesses[i]}, is_browser=True) for i in missing]


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
