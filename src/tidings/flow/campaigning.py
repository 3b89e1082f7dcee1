"""Campaigns go out: looked at before they fly, messages asked for slice by slice, the trial decided at its horizon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.campaigns import choosing, service as campaigns
from tidings.campaigns.models import Campaign, Checked, Run, check, wall
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.flow.reaching import Reached, reached
from tidings.flow.reactions import over
from tidings.flow.setting import KINDS, Setting
from tidings.messages import service as messages
from tidings.messages.conditions import ReachAbout
from tidings.messages.models import Asked
from tidings.rules import durations, finding
from tidings.runtime.clock import HOUR, SECOND
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid
from tidings.templates import service as templates
from tidings.templates.models import LiveTemplate

SLICE = 500
"""People whose messages are asked for in one unit."""
MANY = 100
CALL_BACK = 30 * SECOND
"""A campaign to more than `MANY` people can be called back so long before anything is asked for."""
EARLIEST = "Pacific/Kiritimati"
"""Where a day begins first."""


class Remark(Struct, frozen=True, kw_only=True):
    """One line of the list before take-off."""

    level: Literal["ok", "warning", "error"]
    what: str
    todo: str = ""


class Preflight(Struct, frozen=True, kw_only=True):
    """What a campaign would do, before it does."""

    people: int
    reach: list[Reached]
    sender: str
    starts_at: int
    """When the first message may leave."""
    call_back_until: int
    remarks: list[Remark]
    sample_id: int | None
    """Somebody of the audience, to see how it looks to them."""

    @property
    def may_go(self) -> bool:
        return all(one.level != "error" for one in self.remarks)


def preflight(tx: Tx, checked: Checked, setting: Setting, now: int) -> Preflight:
    """Count the audience by the gates of departure, and look at everything that could go wrong."""
    document, live = checked.document, templates.live(tx)
    letters = {name: live.get(one.template) for name, one in document.letters().items()}
    reach = reach_of_campaign(tx, checked, now)
    people = reach[0].people if reach else finding.count(tx, checked.audience, now)[0]
    senders = messages.senders(tx)
    channel = next((one.channel for one in letters.values() if one is not None), "")
    sender = next((s.name for s in senders if s.name == document.account), "") if document.account else ""
    sender = sender or ("" if document.account else next((s.name for s in senders if s.channel in (channel, "*")), ""))
    sample = finding.page(tx, checked.audience, now, order="newest", before=(campaigns.LAST, 0), limit=1)
    starts = first_departure(document, setting.ledger.zone, now)
    return Preflight(
        people=people,
        reach=reach,
        sender=sender,
        starts_at=starts,
        call_back_until=now + CALL_BACK if people > MANY else now,
        remarks=list(_remarks(document, letters, reach, sender, people, setting, starts, now)),
        sample_id=sample[0].id if sample else None,
    )


def reach_of_campaign(tx: Tx, checked: Checked, now: int) -> list[Reached]:
    """For every kind of message that it sends: whom of its audience it cannot reach."""
    live, abouts = templates.live(tx), dict[ReachAbout, list[str]]()
    for name, one in checked.document.letters().items():
        if (found := live.get(one.template)) is not None:
            about = ReachAbout(channel=found.channel, topic=found.topic, message_class=found.message_class)  # type: ignore[arg-type]
            abouts.setdefault(about, []).append(name or one.template)
    written = _written(checked.document)
    return [reached(tx, checked.audience, a, now, written=written, steps=tuple(n)) for a, n in abouts.items()]


def _written(document: Campaign) -> Any:
    """The audience as it stands in the document, for finding the people again."""
    if document.exclude is None:
        return document.audience
    inside = document.audience if isinstance(document.audience, list) else [document.audience]
    return [*inside, {"not": document.exclude}]


def _remarks(
    document: Campaign,
    letters: dict[str, LiveTemplate | None],
    reach: Sequence[Reached],
    sender: str,
    people: int,
    setting: Setting,
    starts: int,
    now: int,
) -> Sequence[Remark]:
    found = list[Remark]()
    for name, one in document.letters().items():
        if letters[name] is None:
            todo = "Publish it first."
            found.append(Remark(level="error", what=f"There is no live template {one.template!r}.", todo=todo))
    channels = {one.channel for one in letters.values() if one is not None}
    if len(channels) > 1:
        found.append(Remark(level="error", what="Its variants are written for different channels.", todo="Use one."))
    if not sender:
        found.append(Remark(level="error", what="No sender can send it.", todo="Add one under Channels."))
    if people == 0:
        found.append(Remark(level="error", what="Nobody is in its audience.", todo="Look at its rule."))
    for kind in reach:
        level: Literal["ok", "warning", "error"] = "ok" if not kind.stopped else "warning" if kind.reached else "error"
        found.append(Remark(level=level, what=kind.sentence))
    if any(one is not None and one.message_class == "promotional" and not one.topic for one in letters.values()):
        words = "It has no topic: whoever unsubscribes leaves everything on this channel."
        found.append(Remark(level="warning", what=words, todo="Give its template a topic."))
    if "127.0.0.1" in setting.address or "localhost" in setting.address:
        words = f"Links point to {setting.address}, which only this machine reaches."
        found.append(Remark(level="warning", what=words, todo="Set the public address under Workspace."))
    if document.at is not None and starts <= now:
        found.append(Remark(level="warning", what="Its time is past: it leaves at once."))
    return found


def first_departure(document: Campaign, zone: str, now: int) -> int:
    """When the first message may leave; never before now."""
    naive = wall(document.at) if document.at else None
    if naive is None:
        return now
    return max(now, durations.instant(naive, EARLIEST if document.local else zone))


def launch_campaign(tx: Tx, name: str, setting: Setting, now: int, *, actor: str) -> Run:
    """It goes, unless something on the list before take-off keeps it; to many, after the seconds in which it can be called back."""
    kept = campaigns.live_document(tx, name)
    looked = preflight(tx, check(kept, KINDS), setting, now)
    if not looked.may_go:
        wrong = [one for one in looked.remarks if one.level == "error"]
        raise Invalid.at("campaign", wrong[0].what, wrong[0].todo)
    return campaigns.launch(tx, name, max(looked.starts_at, looked.call_back_until), now, actor=actor)


def advance_campaign(tx: Tx, setting: Setting, now: int) -> bool:
    """The next slice of whatever campaign has something to do; False when none has."""
    run = campaigns.working(tx, now)
    if run is None:
        return False
    if run.state == "testing":
        best = choosing.winner(run.document, campaigns.tallies(tx, run.id))
        campaigns.move(tx, run, "asking", phase="rest", cursor_id=campaigns.LAST, winner=best)
        return True
    _ask(tx, run, setting, now)
    return True


def _ask(tx: Tx, run: Run, setting: Setting, now: int) -> None:
    """Messages for the next people, the newest first; once for each, however often this is tried."""
    document = run.document
    checked = check(msgspec.to_builtins(document), KINDS)
    hits = finding.page(tx, checked.audience, now, order="newest", before=(run.cursor_id, 0), limit=SLICE)
    people = contacts.load(tx, [hit.id for hit in hits])
    live = templates.live(tx)
    asked = list[Asked]()
    for hit in hits:
        person = people[hit.id]
        variant = _variant(run, document, person)
        template = live.get(document.letters()[variant].template) if variant is not None else None
        if variant is not None and template is not None:
            asked.append(_asked(run, document, variant, template, person, setting, run.asked_count + len(asked), now))
    messages.ask(tx, asked, now, setting.ledger)
    is_through = len(hits) < SLICE
    cursor = 0 if is_through else hits[-1].id
    if not is_through:
        campaigns.move(tx, run, "asking", cursor_id=cursor, asked=len(asked))
    elif run.phase == "test":
        horizon = now + durations.milliseconds(document.trial.after) if document.trial else now
        campaigns.move(tx, run, "testing", cursor_id=0, asked=len(asked), horizon_at=horizon)
    else:
        campaigns.move(tx, run, "sending", cursor_id=0, asked=len(asked))


def _variant(run: Run, document: Campaign, person: Contact) -> str | None:
    """Which letter somebody gets in this phase; None: none."""
    if run.phase == "all":
        return choosing.variant_of(document, run.id, person.share)
    on_trial = choosing.is_on_trial(document, run.id, person.share)
    if run.phase == "test":
        return choosing.variant_of(document, run.id, person.share) if on_trial else None
    return None if on_trial else run.winner


def _asked(
    run: Run,
    document: Campaign,
    variant: str,
    template: LiveTemplate,
    person: Contact,
    setting: Setting,
    number: int,
    now: int,
) -> Asked:
    return Asked(
        contact_id=person.id,
        source=campaigns.SOURCE,
        source_id=run.id,
        step=variant,
        message_class=template.message_class,
        channel=template.channel,
        account=document.account,
        topic=template.topic,
        body={"template": template.name, "campaign": run.name},
        due_at=_due(run, document, person, setting, number, now),
        priority=document.priority,
        max_late=durations.milliseconds(document.max_late),
    )


def _due(run: Run, document: Campaign, person: Contact, setting: Setting, number: int, now: int) -> int:
    """At the wall time where they are; or one after the other, where it is spread out."""
    naive = wall(document.at) if document.at else None
    at = max(run.starts_at, now) if run.phase == "rest" else run.starts_at
    if naive is not None and document.local:
        at = max(run.starts_at, durations.instant(naive, person.zone or setting.ledger.zone))
    return at + number * HOUR // document.per_hour if document.per_hour else at


def cancel_campaign(tx: Tx, name: str, setting: Setting, now: int) -> None:
    """Nothing more leaves, for good."""
    over(tx, campaigns.cancel(tx, name, now), setting, now)
