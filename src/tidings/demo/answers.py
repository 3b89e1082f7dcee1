"""How people and providers answer a message that has left: delivered, opened, clicked, bought, left, complained."""

from __future__ import annotations

import random
from collections.abc import Iterator

from msgspec import Struct

from tidings.channels import Report, Why
from tidings.messages import engagement
from tidings.messages.models import Message
from tidings.runtime.clock import HOUR, MINUTE, SECOND

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"


class Reported(Struct, frozen=True, kw_only=True):
    """The provider says something of a message."""

    account_id: int
    report: Report


class Visited(Struct, frozen=True, kw_only=True):
    """Somebody, or something, fetched a link or the pixel of a message."""

    message_id: int
    visit: engagement.Visit


class Left(Struct, frozen=True, kw_only=True):
    """Somebody pressed unsubscribe in a message."""

    message_id: int


class Tempted(Struct, frozen=True, kw_only=True):
    """Somebody came to the shop by a message, and orders."""

    contact_id: int


Answer = Reported | Visited | Left | Tempted


def answers(dice: random.Random, message: Message, links: list[str], interest: float) -> Iterator[tuple[int, Answer]]:
    """(when, what) follows a message that has left; nothing for machines."""
    if message.channel == "webhook" or message.sent_at is None:
        return
    at, fate = message.sent_at + dice.randint(2, 40) * SECOND, dice.random()
    if message.channel == "email" and fate < 0.006:
        yield (
            at,
            _report(message, "bounced", at, why=Why.ADDRESS_INVALID, detail="550 5.1.1 The account does not exist"),
        )
        return
    if fate < 0.985:
        yield at, _report(message, "delivered", at)
    if message.channel != "email":
        return
    yield from _machines(dice, message, links)
    if dice.random() < 0.18 + 0.5 * interest:
        yield from _reads(dice, message, links, interest)


def _machines(dice: random.Random, message: Message, links: list[str]) -> Iterator[tuple[int, Answer]]:
    """Proxies fetch pixels, scanners follow every link within seconds."""
    assert message.sent_at is not None, "asked of messages that have left"
    if dice.random() < 0.3:
        at = message.sent_at + dice.randint(1, 9) * SECOND
        yield at, Visited(message_id=message.id, visit=engagement.Visit(kind="opened", at=at, agent=PROXY))
    if dice.random() < 0.05:
        for number, url in enumerate(links):
            at = message.sent_at + 3 * SECOND + number
            yield at, _click(message, at, number, url, SCANNER)


def _reads(dice: random.Random, message: Message, links: list[str], interest: float) -> Iterator[tuple[int, Answer]]:
    assert message.sent_at is not None, "asked of messages that have left"
    agent = dice.choice((PHONE, PHONE, DESK))
    at = message.sent_at + int(dice.expovariate(1 / (3 * HOUR))) + MINUTE
    yield at, Visited(message_id=message.id, visit=engagement.Visit(kind="opened", at=at, agent=agent))
    at += dice.randint(15, 240) * SECOND
    if dice.random() < 0.011:
        yield at, Left(message_id=message.id)
    elif dice.random() < 0.002:
        yield at, _report(message, "complained", at)
    elif links and dice.random() < 0.12 + 0.35 * interest:
        number = 0 if dice.random() < 0.7 else dice.randrange(len(links))
        yield at, _click(message, at, number, links[number], agent)
        if dice.random() < 0.3:
            yield at + dice.randint(3, 40) * MINUTE, Tempted(contact_id=message.contact_id)


def _click(message: Message, at: int, number: int, url: str, agent: str) -> Visited:
    visit = engagement.Visit(kind="clicked", at=at, agent=agent, link=number, url=url)
    return Visited(message_id=message.id, visit=visit)


def _report(message: Message, status: str, at: int, *, why: Why | None = None, detail: str = "") -> Reported:
    report = Report(
        dedup=f"{message.key}:{status}",
        status=status,  # type: ignore[arg-type]
        at=at,
        message_key=message.key,
        address=message.address,
        why=why,
        detail=detail,
    )
    return Reported(account_id=message.account_id, report=report)
