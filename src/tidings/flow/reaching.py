"""Whom a journey or a campaign cannot reach, and why: said before it goes."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tidings.journeys import service as journeys
from tidings.journeys.documents import Definition
from tidings.messages.conditions import STANDINGS, Reach, ReachAbout, Standing
from tidings.rules import finding
from tidings.rules.tree import Condition
from tidings.runtime.database import Tx
from tidings.templates import service as templates


class Reached(Struct, frozen=True, kw_only=True):
    """Of these people so many can be reached by such a message; the others by the first gate that stops it."""

    steps: list[str]
    channel: str
    topic: str
    message_class: str
    people: int
    reached: int
    stopped: dict[str, int]
    """no_address, no_consent, suppressed, hold: how many; gates that stop nobody are left out."""
    rules: dict[str, Any]
    """The same gates: the rule that finds these people."""
    sentence: str


_WHY = {
    "no_address": "no address for {channel}",
    "no_consent": "no consent for {about}",
    "suppressed": "a suppressed address",
    "hold": "marketing is held",
}


def reached(
    tx: Tx, rule: Condition | None, about: ReachAbout, now: int, *, written: Any = None, steps: tuple[str, ...] = ()
) -> Reached:
    """Count them by the gates of departure. `written` is the rule as it stands in a document, for finding the people again."""
    counts = finding.split(tx, rule, Reach(reach=about), now)
    stopped: dict[str, int] = {standing: counts[standing] for standing in STANDINGS[1:] if counts.get(standing)}
    people, fit = sum(counts.values()), counts.get("reached", 0)
    return Reached(
        steps=list(steps),
        channel=about.channel,
        topic=about.topic,
        message_class=about.message_class,
        people=people,
        reached=fit,
        stopped=stopped,
        rules={standing: _found_by(written, about, standing) for standing in STANDINGS[1:] if standing in stopped},
        sentence=_sentence(people, fit, stopped, about),
    )


def reach_of(tx: Tx, definition: Definition, now: int) -> list[Reached]:
    """For every kind of message that a journey sends: whom of its audience it cannot reach."""
    live = templates.live(tx)
    wanted: dict[ReachAbout, list[str]] = {}
    for step, channel, template in journeys.sends(definition):
        found = live.get(template)
        about = ReachAbout(
            channel=channel,
            topic=found.topic if found else "",
            message_class=found.message_class if found else "promotional",  # type: ignore[arg-type]
        )
        wanted.setdefault(about, []).append(step)
    audience, written = definition.audience, definition.document.audience
    return [reached(tx, audience, about, now, written=written, steps=tuple(steps)) for about, steps in wanted.items()]


def _found_by(written: Any, about: ReachAbout, standing: Standing) -> Any:
    mine = {"channel": about.channel, "topic": about.topic, "class": about.message_class, "standing": standing}
    reach = {"reach": mine}
    return {"all": [*(written if isinstance(written, list) else [written]), reach]} if written else reach


def _sentence(people: int, fit: int, stopped: dict[str, int], about: ReachAbout) -> str:
    if people == 0:
        return "Nobody is in its audience now."
    if not stopped:
        return f"All {people:,} people can be reached by {about.channel}."
    why = [
        f"{count:,}: {_WHY[standing].format(channel=about.channel, about=about.topic or 'everything')}"
        for standing, count in stopped.items()
    ]
    return f"Of {people:,} people {people - fit:,} cannot be reached by {about.channel} ({'; '.join(why)})."
