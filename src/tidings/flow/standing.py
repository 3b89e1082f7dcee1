"""How we stand with one person: where they can be reached and why not, what they got last, what comes next and why then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.reach import Can, TopicReach, reached
from tidings.contacts import service as contacts
from tidings.journeys import outbox, service as journeys
from tidings.messages import service as messages, words
from tidings.rules.durations import told
from tidings.runtime.database import Tx

LAST = 2**62
OWN = ("email", "sms")
"""Channels that a sandbox stands in for while nothing else is set up."""


class ChannelReach(Struct, frozen=True, kw_only=True):
    """Whether one channel reaches them; `why` is empty when everything may be sent."""

    channel: str
    account: str | None
    account_state: str | None
    address: str
    can: Can
    why: str
    since_at: int | None
    topics: list[TopicReach]


class MessageBrief(Struct, frozen=True, kw_only=True):
    """A message in one line."""

    id: int
    state: str
    channel: str
    journey: str | None
    step: str
    template: str | None
    at: int
    what: str


class NextThing(Struct, frozen=True, kw_only=True):
    """Something that is to happen to them: when, and why then."""

    kind: Literal["message", "step", "failed"]
    due_at: int | None
    """None: when something happens, or when somebody mends it."""
    why: str
    channel: str | None
    topic: str | None
    journey: str | None
    run_id: int | None
    step: str
    message_id: int | None
    template: str | None
    state: str


class HoldTold(Struct, frozen=True, kw_only=True):
    """Marketing leaves them alone; without an end, until somebody releases it."""

    id: int
    reason: str
    from_at: int
    until_at: int | None
    actor: str


class ContactReach(Struct, frozen=True, kw_only=True):
    """The first screen of a contact."""

    channels: list[ChannelReach]
    holds: list[HoldTold]
    """Why marketing leaves them alone, and until when."""
    last: MessageBrief | None
    next: list[NextThing]


class WayThrough(Struct, frozen=True, kw_only=True):
    """A run of a contact, with where it stands; a run that is over stands nowhere."""

    run_id: int
    journey: str
    state: str
    started_at: int
    ended_at: int | None
    trigger: str
    step: str | None
    since_at: int | None
    due_at: int | None
    waits_for: Literal["time", "event", "message", "a person", "its turn", "nothing"]
    events: list[str]
    why: str
    reason: str
    """Why it ended, or the words of its failure."""


def standing(tx: Tx, contact_id: int, cache: journeys.Cache, now: int) -> ContactReach:
    """Everything of the first screen, in a handful of queries."""
    contact = contacts.get(tx, contact_id)
    everybody = contacts.with_aliases(tx, contact.id)
    newest = outbox.page(tx, outbox.Filter(states=_LEFT), before=LAST, limit=1, people=everybody)
    return ContactReach(
        channels=_channels(tx, contact.id, now),
        holds=[
            HoldTold(id=one.id, reason=one.reason, from_at=one.from_at, until_at=one.until_at, actor=one.actor)
            for one in messages.standing_holds(tx, [contact.id], now)
        ],
        last=_brief(newest[0]) if newest else None,
        next=_next(tx, everybody, journeys.live(tx, cache)),
    )


_LEFT = ("sent", "delivered", "bounced", "complained", "uncertain")


def _brief(row: outbox.Listed) -> MessageBrief:
    return MessageBrief(
        id=row.id,
        state=row.state,
        channel=row.channel,
        journey=row.journey,
        step=row.step,
        template=row.template,
        at=row.sent_at or row.asked_at,
        what=words.told(row.state, row.reason).what,
    )


def _channels(tx: Tx, contact_id: int, now: int) -> list[ChannelReach]:
    accounts = [row for row in messages.senders(tx) if row.channel != "webhook"]
    addresses = contacts.addresses_of(tx, [contact_id]).get(contact_id, {})
    standings = consent.standing(tx, [contact_id]).get(contact_id, [])
    named = {row.channel for row in accounts if row.channel != "*"}
    every = next((row for row in accounts if row.channel == "*"), None)
    if every is not None:
        named |= {*OWN, *(kind for kind in addresses if kind not in ("email", "phone", "url"))}
    named |= {row.channel for row in standings}
    at = {channel: addresses.get(messages.address_kind(channel), "") for channel in sorted(named)}
    wanted = {(messages.address_kind(channel), value) for channel, value in at.items() if value}
    listed = consent.suppressed(tx, wanted) if wanted else {}
    found = list[ChannelReach]()
    for channel, address in at.items():
        account = next((row for row in accounts if row.channel == channel), every)
        told_of = reached(channel, address, standings, listed.get((messages.address_kind(channel), address)), now)
        why, can = told_of.why, told_of.can
        if account is None:
            why, can = f"No account can send {channel}.", "nothing"
        elif account.state != "active":
            why = f"The account {account.name} is {account.state}. {why}".strip()
        found.append(
            ChannelReach(
                channel=channel,
                account=account.name if account else None,
                account_state=account.state if account else None,
                address=address,
                can=can,
                why=why,
                since_at=told_of.since_at,
                topics=told_of.topics,
            )
        )
    return found


def _next(tx: Tx, everybody: Sequence[int], live: journeys.Live) -> list[NextThing]:
    unsent = messages.unsent_of(tx, everybody)
    known = outbox.some(tx, [row.id for row in unsent]) if unsent else {}
    rows = [_of_message(known[row.id]) for row in unsent if row.id in known]
    listening = journeys.waits_of(tx, everybody)
    for place in journeys.places_of(tx, everybody):
        if place.state == "sending" and place.message_id in known:
            continue
        events = listening.get(place.token_id, [])
        rows.append(
            NextThing(
                kind="failed" if place.state == "failed" else "step",
                due_at=place.due_at,
                why=why_then(place, events, live),
                channel=None,
                topic=None,
                journey=place.journey,
                run_id=place.run_id,
                step=place.step,
                message_id=None,
                template=None,
                state=place.state,
            )
        )
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at or 0))


def _of_message(row: outbox.Listed) -> NextThing:
    return NextThing(
        kind="message",
        due_at=row.due_at if row.state in ("queued", "deferred") else None,
        why=words.told(row.state, row.reason).what,
        channel=row.channel,
        topic=row.topic,
        journey=row.journey,
        run_id=row.source_id if row.source == "journey" else None,
        step=row.step,
        message_id=row.id,
        template=row.template,
        state=row.state,
    )


def why_then(place: journeys.Place, events: Sequence[str], live: journeys.Live) -> str:
    """Why it goes on then, in a sentence."""
    if place.state == "failed":
        return f"The step failed: {place.error}"
    if place.journey_state == "paused":
        return "The journey is paused."
    if place.state == "listening":
        until = ", at most until then" if place.due_at is not None else ""
        return f"It waits for {' or '.join(events) or 'an event'}{until}."
    if place.state == "sending":
        return "It waits for what becomes of its message."
    if place.state != "waiting":
        return "It goes on at once."
    version = live.versions.get(place.version_id)
    step = version.steps.get(place.step) if version else None
    return f"It waits {told_wait(step)}." if step is not None else "It waits until then."


def told_wait(step: object) -> str:
    """How long a step waits, in words."""
    how = getattr(step, "wait", None)
    if how is None:
        return "until then"
    parts = list[str]()
    if how.for_ is not None:
        parts.append(told(how.for_))
    if how.until is not None:
        name, offset = how.until.attribute or how.until.property, how.until.offset
        parts.append(f"until {name}" + ("" if offset == "0s" else f" ({offset})"))
    if how.window is not None:
        days = how.window.days if isinstance(how.window.days, str) else ", ".join(how.window.days)
        on = {"every": "any day", "weekdays": "a weekday", "weekend": "the weekend"}.get(days, days)
        parts.append(f"until {on} between {how.window.from_} and {how.window.to} in their time zone")
    return ", then ".join(parts)


def ways(tx: Tx, contact_id: int, cache: journeys.Cache) -> list[WayThrough]:
    """Every run of a contact, newest first; a run inside several steps is told once for each."""
    everybody = contacts.with_aliases(tx, contacts.get(tx, contact_id).id)
    names, live = {row.id: row.name for row in journeys.journeys(tx)}, journeys.live(tx, cache)
    listening, places = journeys.waits_of(tx, everybody), dict[int, list[journeys.Place]]()
    for place in journeys.places_of(tx, everybody):
        places.setdefault(place.run_id, []).append(place)
    found = list[WayThrough]()
    for run in journeys.runs_of(tx, everybody):
        here: list[journeys.Place | None] = [*places.get(run.id, [])] or [None]
        found += [_way(run, names[run.journey_id], place, listening, live) for place in here]
    return found


_WAITS: dict[str, Literal["time", "event", "message", "a person"]] = {
    "waiting": "time",
    "listening": "event",
    "sending": "message",
    "failed": "a person",
}


def _way(
    run: journeys.Run, name: str, place: journeys.Place | None, listening: dict[int, list[str]], live: journeys.Live
) -> WayThrough:
    events = listening.get(place.token_id, []) if place else []
    return WayThrough(
        run_id=run.id,
        journey=name,
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        trigger=run.trigger_name,
        step=place.step if place else None,
        since_at=place.entered_at if place else None,
        due_at=place.due_at if place else None,
        waits_for=_WAITS.get(place.state, "its turn") if place else "nothing",
        events=events,
        why=why_then(place, events, live) if place else "",
        reason=run.reason,
    )
