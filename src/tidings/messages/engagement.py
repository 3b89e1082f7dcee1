"""Opens and clicks: a person's, or a machine's; each is kept with its verdict and evidence."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from tidings.events.models import Happened
from tidings.messages.models import Message
from tidings.messages.service import queries
from tidings.runtime.clock import SECOND
from tidings.runtime.database import Tx

Kind = Literal["opened", "clicked"]
_PROXIES = re.compile(
    r"GoogleImageProxy|YahooMailProxy|Mozilla/5\.0$|via ggpht|Outlook-iOS-Android-proxy", re.IGNORECASE
)
_ROBOTS = re.compile(
    r"bot\b|crawl|spider|scanner|preview|python-|curl/|wget/|barracuda|proofpoint|mimecast", re.IGNORECASE
)
SOON = 10 * SECOND
"""A click so soon after the message left is a scanner's."""
MANY_LINKS = 3


class Visit(Struct, frozen=True, kw_only=True):
    """Somebody fetched a link or a pixel."""

    kind: Kind
    at: int
    agent: str = ""
    method: str = "GET"
    link: int | None = None
    url: str = ""


class Judged(Struct, frozen=True):
    """human, proxy or machine, and why."""

    verdict: str
    evidence: str


def judge(visit: Visit, sent_at: int | None, recent_links: int) -> Judged:
    """A first verdict from what is at hand; pure."""
    if visit.method == "HEAD":
        return Judged("machine", "HEAD request")
    if _ROBOTS.search(visit.agent):
        return Judged("machine", "user agent of a robot")
    if visit.kind == "opened" and (not visit.agent or _PROXIES.search(visit.agent)):
        return Judged("proxy", "image proxy")
    if sent_at is None:
        return Judged("machine", "before the message left")
    if visit.kind == "clicked" and visit.at - sent_at < SOON:
        return Judged("machine", "within ten seconds of departure")
    if visit.kind == "clicked" and recent_links >= MANY_LINKS:
        return Judged("machine", "several links within seconds")
    return Judged("human", "")


def record(tx: Tx, message: Message, visit: Visit) -> list[Happened]:
    """Keep a visit. The facts `message.opened` and `message.clicked` are told of people only."""
    recent = (
        tx.value(queries.recent_clicks, id=message.id, since=visit.at - 5 * SECOND) if visit.kind == "clicked" else 0
    )
    judged = judge(visit, message.sent_at, recent)
    tx.run(
        queries.insert_engagement,
        message_id=message.id,
        contact_id=message.contact_id,
        kind=visit.kind,
        link=visit.link,
        url=visit.url,
        now=visit.at,
        verdict=judged.verdict,
        evidence=judged.evidence,
    )
    if judged.verdict != "human":
        return []
    tx.run(queries.note_click if visit.kind == "clicked" else queries.note_open, id=message.id, now=visit.at)
    return [Happened(key=0, contact_id=message.contact_id, name=f"message.{visit.kind}", at=visit.at)]
