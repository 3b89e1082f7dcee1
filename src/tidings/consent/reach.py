"""Where a person can be reached, and why not: address, suppression and consent together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tidings.consent.models import Standing, Suppression
from tidings.consent.service import verdict
from tidings.rules.tree import Depends, Scope, depends_on

Can = Literal["marketing", "some_topics", "service_only", "nothing"]
"""Everything; only some topics; only what needs no consent; nothing at all."""


class TopicReach(Struct, frozen=True, kw_only=True):
    """Whether somebody may be written to about a topic; '' is everything."""

    topic: str
    may: bool
    state: str
    since_at: int | None = None
    expires_at: int | None = None


class Reached(Struct, frozen=True, kw_only=True):
    """What may be sent to somebody on one channel, and why no more."""

    can: Can
    why: str
    since_at: int | None
    """Since when, where that is known."""
    topics: list[TopicReach]


_WORDS = {
    "none": "They never gave consent for {channel}.",
    "pending": "They have not confirmed their consent for {channel} yet.",
    "expired": "Their consent for {channel} has expired.",
    "unsubscribed": "They unsubscribed from {channel}.",
}

_SUPPRESSED = {
    "hard_bounce": "messages to it came back",
    "soft_bounces": "messages to it came back again and again, over weeks",
    "complaint": "they marked a message as spam",
}


def reached(
    channel: str, address: str, standings: Sequence[Standing], suppression: Suppression | None, now: int
) -> Reached:
    """What may be sent to an address on a channel now. Pure; the same gates as at departure."""
    mine = sorted((row for row in standings if row.channel == channel), key=lambda row: row.topic)
    topics = [_topic(row, standings, now) for row in mine]
    whole = verdict(standings, channel, "", now)
    since = next((row.at for row in mine if row.record_id == whole.record_id), None)
    if not address:
        return Reached(can="nothing", why=f"There is no address for {channel}.", since_at=None, topics=topics)
    if suppression is not None and suppression.scope == "all":
        words = f"{address} is suppressed: {_SUPPRESSED.get(suppression.reason, suppression.reason)}."
        return Reached(can="nothing", why=words, since_at=suppression.at, topics=topics)
    if suppression is not None:
        words = f"{address} is suppressed for marketing: {_SUPPRESSED.get(suppression.reason, suppression.reason)}."
        return Reached(can="service_only", why=words, since_at=suppression.at, topics=topics)
    if whole.may:
        no = [one.topic for one in topics if not one.may]
        words = f"Not about {', '.join(no)}." if no else ""
        return Reached(can="some_topics" if no else "marketing", why=words, since_at=since, topics=topics)
    yes = [one.topic for one in topics if one.may]
    if yes:
        return Reached(can="some_topics", why=f"Only about {', '.join(yes)}.", since_at=since, topics=topics)
    state = whole.state if whole.state in _WORDS else "none"
    return Reached(can="service_only", why=_WORDS[state].format(channel=channel), since_at=since, topics=topics)


def _topic(row: Standing, standings: Sequence[Standing], now: int) -> TopicReach:
    found = verdict(standings, row.channel, row.topic, now)
    return TopicReach(topic=row.topic, may=found.may, state=found.state, since_at=row.at, expires_at=row.expires_at)


class Reachable(Struct, frozen=True):
    """Whoever marketing may be sent to on a channel, about something: an address, no suppression, a consent that stands."""

    channel: str
    kind: str
    """The kind of address that the channel uses."""

    def sql(self, scope: Scope) -> str:
        channel, kind = scope.bind(self.channel), scope.bind(self.kind)
        mine = f"s.contact_id = c.id and s.channel = {channel}"
        stands = f"s.state = 'subscribed' and coalesce(s.expires_at, {scope.now} + 1) > {scope.now}"
        given = f"exists (select 1 from consent_state s where {mine} and {stands})"
        taken = f"exists (select 1 from consent_state s where {mine} and s.topic = '' and s.state = 'unsubscribed')"
        listed = "exists (select 1 from suppression x where x.kind = a.kind and x.value = a.value)"
        at = f"exists (select 1 from address a where a.contact_id = c.id and a.kind = {kind} and not {listed})"
        return f"({given} and not {taken} and {at})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on("consent:", "reach:", "email", "phone")

    def sentence(self) -> str:
        return f"can be reached by {self.channel}"
