"""Home over HTTP: what needs somebody, today against usual, and how the senders are."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from litestar import get
from msgspec import Struct

from tidings.analytics import service as analytics
from tidings.channels import service as channels
from tidings.http.paging import LAST
from tidings.http.served import AnyRequest, database, now, served, setting, workspace
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Alert
from tidings.runtime.database import Tx
from tidings.runtime.ids import iso, milliseconds_of
from tidings.segments import service as segments

DAYS = 7
"""What is usual is learnt from so many days."""
SLOT = analytics.SLOT


class HomeNeeds(Struct, kw_only=True):
    """How many things wait for a person."""

    failed_runs: int
    uncertain: int
    held: int
    resting_accounts: int
    alerts: int
    overdue_reviews: int
    """Segments and definitions that somebody was to look at again by now."""


class OpenAlert(Struct, kw_only=True):
    """Trouble that lasts."""

    id: int
    at: str
    kind: str
    subject: str
    detail: str


class SegmentCheck(Struct, kw_only=True):
    """The last time that all segments were computed again beside what is kept: how many memberships, and how many differed."""

    ended_at: str
    segments: int
    looked: int
    differences: int


class Tally(Struct, kw_only=True):
    """Messages of a stretch of time."""

    sent: float
    failed: float
    opened: float
    clicked: float


class Hour(Struct, kw_only=True):
    """Half an hour of today; `usual` is what the days before had at this time."""

    at: str
    sent: int
    failed: int
    usual: float


class Sender(Struct, kw_only=True):
    """An account and how it is; `waiting` messages, the oldest due for `lag` seconds."""

    name: str
    plugin: str
    channel: str
    state: str
    reason: str
    sent: int
    failed: int
    last_sent_at: str | None
    waiting: int
    lag: float


class HomePage(Struct, kw_only=True):
    """The first screen."""

    needs: HomeNeeds
    alerts: list[OpenAlert]
    today: Tally
    usual: Tally | None
    hours: list[Hour]
    contacts: int
    new_contacts: int
    events: int
    senders: list[Sender]
    live_journeys: int
    segment_check: SegmentCheck | None
    next_due_at: str | None


def _day_start(at: int, zone: str) -> int:
    local = dt.datetime.fromtimestamp(at / 1_000, ZoneInfo(zone))
    return milliseconds_of(local.replace(hour=0, minute=0, second=0, microsecond=0))


def _today(at: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(at / 1_000, ZoneInfo(zone)).date().isoformat()


def _check(tx: Tx) -> SegmentCheck | None:
    found = segments.last_check(tx)
    if found is None or found.ended_at is None:
        return None
    names = {"segments": found.segments, "looked": found.looked, "differences": found.differences}
    return SegmentCheck(ended_at=iso(found.ended_at) or "", **names)


def _tally(slots: list[analytics.Slot], share: float = 1.0) -> Tally:
    names = ("sent", "failed", "opened", "clicked")
    return Tally(**{name: round(sum(getattr(slot, name) for slot in slots) * share, 1) for name in names})


def _by_now(slots: list[analytics.Slot], start: int, at: int) -> tuple[Tally | None, dict[int, float]]:
    """What the days before had sent by this time of day, on average; and by slot of the day."""
    before = [slot for slot in slots if slot.number * SLOT < start]
    if not before:
        return None, {}
    days = max(1, min(DAYS, round((start - before[0].number * SLOT) / analytics.DAY + 0.49)))
    per_day, usual = analytics.DAY // SLOT, dict[int, float]()
    for slot in before:
        place = (slot.number - start // SLOT) % per_day
        usual[place] = usual.get(place, 0.0) + slot.sent / days
    elapsed = (at - start) // SLOT
    so_far = [slot for slot in before if (slot.number - start // SLOT) % per_day <= elapsed]
    return _tally(so_far, 1 / days), usual


def _hours(slots: list[analytics.Slot], usual: dict[int, float], start: int) -> list[Hour]:
    today = {slot.number: slot for slot in slots if slot.number * SLOT >= start}
    hours = list[Hour]()
    for place in range(analytics.DAY // SLOT):
        slot = today.get(start // SLOT + place)
        at = iso(start + place * SLOT) or ""
        sent, failed = (slot.sent, slot.failed) if slot else (0, 0)
        hours.append(Hour(at=at, sent=sent, failed=failed, usual=round(usual.get(place, 0.0), 2)))
    return hours


def _senders(tx: Tx, accounts: list[channels.Account], at: int) -> list[Sender]:
    days, waits = analytics.senders(tx, at - analytics.DAY)
    found = list[Sender]()
    for account in accounts:
        day, waiting = days.get(account.id), waits.get(account.id)
        late = max(0.0, (at - waiting.due_at) / 1_000) if waiting and waiting.due_at else 0.0
        found.append(
            Sender(
                name=account.name,
                plugin=account.plugin,
                channel=account.channel,
                state=account.state,
                reason=account.state_reason,
                sent=day.sent if day else 0,
                failed=day.failed if day else 0,
                last_sent_at=iso(day.last_sent_at) if day and day.last_sent_at else None,
                waiting=waiting.count if waiting else 0,
                lag=round(late, 1),
            )
        )
    return found


def _page(tx: Tx, at: int, zone: str) -> HomePage:
    start = _day_start(at, zone)
    slots = analytics.slots(tx, start - DAYS * analytics.DAY)
    usual, by_slot = _by_now(slots, start, at)
    accounts = channels.accounts(tx)
    alerts: list[Alert] = [one for one in messages.alerts(tx, before=LAST, limit=50) if one.ended_at is None]
    needs, arrived = analytics.needs(tx), analytics.arrived(tx, start)
    return HomePage(
        needs=HomeNeeds(
            failed_runs=needs.failed_runs,
            uncertain=needs.uncertain,
            held=needs.held,
            resting_accounts=sum(one.state != "active" for one in accounts),
            alerts=len(alerts),
            overdue_reviews=len(segments.overdue(tx, _today(at, zone))),
        ),
        alerts=[
            OpenAlert(id=one.id, at=iso(one.at) or "", kind=one.kind, subject=one.subject, detail=one.detail)
            for one in alerts[:10]
        ],
        today=_tally([slot for slot in slots if slot.number * SLOT >= start]),
        usual=usual,
        hours=_hours(slots, by_slot, start),
        contacts=analytics.people(tx),
        new_contacts=arrived.contacts,
        events=arrived.events,
        senders=_senders(tx, accounts, at),
        live_journeys=sum(row.state == "active" for row in journeys.journeys(tx)),
        segment_check=_check(tx),
        next_due_at=iso(journeys.next_due(tx)),
    )


_COST = 20
"""An answer is kept for so many times what it cost, so that looking never takes more than a twentieth of the machine."""


@get("/home", tags=["home"])
async def home(request: AnyRequest) -> HomePage:
    """What needs somebody, what was sent today against what is usual by this time, and how the senders are."""
    here, clock = served(request), served(request).app.clock
    name = workspace(request).name
    until, known = here.homes.get(name, (0.0, None))
    if isinstance(known, HomePage) and clock.monotonic() < until:
        return known
    at, zone, begun = now(request), setting(request).ledger.zone, clock.monotonic()
    found = await database(request).read(lambda tx: _page(tx, at, zone))
    here.homes[name] = (clock.monotonic() + _COST * (clock.monotonic() - begun), found)
    return found
