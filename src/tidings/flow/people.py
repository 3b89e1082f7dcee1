"""Finding people: filters become one rule, and a page of them is told with what a list shows."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.conditions import About, Consented
from tidings.consent.models import Standing, Suppression
from tidings.consent.reach import Reachable, reached
from tidings.contacts import service as contacts
from tidings.contacts.conditions import Attribute, InCompany, Listed, Tagged
from tidings.contacts.models import Contact, Identifier
from tidings.contacts.naming import Begins, label
from tidings.events import service as events
from tidings.flow.setting import KINDS
from tidings.journeys import service as journeys
from tidings.journeys.conditions import Inside
from tidings.messages import service as messages
from tidings.rules import finding
from tidings.rules.tree import Condition, Group, parse
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid


class Wanted(Struct, frozen=True, kw_only=True):
    """Filters of the list of contacts; empty ones ask nothing."""

    q: str = ""
    """An identifier, an address or a name begins with it."""
    tag: str = ""
    list: str = ""
    """The name of a list that they are on."""
    company: str = ""
    """The key of a company that they belong to."""
    subscribed: str = ""
    """`channel` or `channel:topic`."""
    reachable: str = ""
    in_journey: str = ""
    has: str = ""
    """The path of an attribute."""
    where: str = ""
    """A rule, as JSON text."""


class PersonRow(Struct, frozen=True, kw_only=True):
    """A contact as a list shows it."""

    id: int
    label: str
    email: str | None
    phone: str | None
    reachable: list[str]
    """Channels on which marketing may be sent to them, about something."""
    tags: list[str]
    attributes: str
    zone: str | None
    is_verified: int
    created_at: int
    changed_at: int
    last_message_at: int | None
    """When the last message left."""
    last_event_at: int | None


def rule_of(tx: Tx, wanted: Wanted) -> Condition | None:
    """The filters as one rule; `Invalid` names the filter that is wrong."""
    rules = list[Any]()
    if wanted.q.strip():
        rules.append(Begins(wanted.q))
    if wanted.tag:
        rules.append(Tagged(tag=wanted.tag))
    if wanted.list:
        rules.append(Listed(list=wanted.list))
    if wanted.company:
        rules.append(InCompany(company=wanted.company))
    if wanted.has:
        rules.append(Attribute(attribute=wanted.has, empty=False))
    if wanted.subscribed:
        channel, _, topic = wanted.subscribed.partition(":")
        rules.append(Consented(consent=About(channel=channel, topic=topic)))
    if wanted.reachable:
        rules.append(Reachable(wanted.reachable, messages.address_kind(wanted.reachable)))
    if wanted.in_journey:
        rules.append(Inside(journeys.find(tx, wanted.in_journey).id))
    if wanted.where:
        try:
            data = msgspec.json.decode(wanted.where)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Invalid.at("where", f"is not JSON: {error}.") from None
        rules.append(parse(data, KINDS, "where"))
    return Group("all", tuple(rules)) if rules else None


def found(
    tx: Tx, rule: Condition | None, now: int, *, order: finding.Order, before: tuple[int, int], limit: int
) -> tuple[list[PersonRow], tuple[int, int]]:
    """A page of people of whom a rule is true, and the place of the last of them."""
    hits = finding.page(tx, rule, now, order=order, before=before, limit=limit)
    ids = [hit.id for hit in hits]
    last = (hits[-1].at, hits[-1].id) if hits else (0, 0)
    return _told(tx, ids, now) if ids else [], last


def _told(tx: Tx, ids: list[int], now: int) -> list[PersonRow]:
    people, known = contacts.load(tx, ids), dict[int, list[Identifier]]()
    for one in contacts.identifiers_of(tx, ids):
        known.setdefault(one.contact_id, []).append(one)
    addresses, tags = contacts.addresses_of(tx, ids), contacts.tags_of(tx, ids)
    standings = consent.standing(tx, ids)
    every = {(kind, value) for mine in addresses.values() for kind, value in mine.items()}
    listed = consent.suppressed(tx, every) if every else {}
    sent, happened = messages.last_sent(tx, ids), events.last_of(tx, ids)
    return [
        _person(
            people[i],
            known.get(i, []),
            addresses.get(i, {}),
            _channels(addresses.get(i, {}), standings.get(i, []), listed, now),
            tags.get(i, []),
            (sent.get(i), happened.get(i)),
        )
        for i in ids
    ]


def _person(
    contact: Contact,
    known: list[Identifier],
    addresses: dict[str, str],
    reachable: list[str],
    tags: list[str],
    last: tuple[int | None, int | None],
) -> PersonRow:
    emails = [one.value for one in known if one.kind == "email"]
    return PersonRow(
        id=contact.id,
        label=label(contact.id, msgspec.json.decode(contact.attributes), known, next(iter(addresses.values()), "")),
        email=addresses.get("email") or (emails[0] if emails else None),
        phone=addresses.get("phone"),
        reachable=reachable,
        tags=tags,
        attributes=contact.attributes,
        zone=contact.zone,
        is_verified=contact.is_verified,
        created_at=contact.created_at,
        changed_at=contact.changed_at,
        last_message_at=last[0],
        last_event_at=last[1],
    )


def _channels(
    addresses: dict[str, str], standings: list[Standing], listed: dict[tuple[str, str], Suppression], now: int
) -> list[str]:
    found = list[str]()
    for channel in sorted({row.channel for row in standings}):
        kind = messages.address_kind(channel)
        at = addresses.get(kind, "")
        if reached(channel, at, standings, listed.get((kind, at)), now).can in ("marketing", "some_topics"):
            found.append(channel)
    return found
