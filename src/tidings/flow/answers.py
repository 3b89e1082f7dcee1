"""People and providers answer: clicks, withdrawals, reports, replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tidings.channels import Address, Inbound, Linked, OptOut, Reply, Report
from tidings.channels.service import Account
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.events import service as events
from tidings.events.models import Happened
from tidings.flow.reactions import announce, granted, over, react, release, touched
from tidings.flow.setting import Setting
from tidings.journeys import service as journeys
from tidings.messages import engagement, reports, service as messages
from tidings.runtime.database import Tx


def visited(tx: Tx, message_id: int, visit: engagement.Visit, setting: Setting) -> None:
    """A link or a pixel of a message was fetched. It changes no consent, whoever fetched it."""
    message = messages.get(tx, message_id)
    facts = engagement.record(tx, message, visit)
    live = journeys.live(tx, setting.live)
    if not facts and live.segments.minds_messages:
        # Nobody was told of a machine; whether somebody opened it is unknown from now on.
        facts = [Happened(key=0, contact_id=message.contact_id, name="message.looked_at_by_machine", at=visit.at)]
    if facts:
        people = contacts.survivors(tx, [message.contact_id])
        facts = [msgspec.structs.replace(fact, contact_id=people[fact.contact_id]) for fact in facts]
        contacts.lock(tx, people.values())
        announce(tx, facts, live, setting, visit.at)


def consented(tx: Tx, grants: Sequence[Grant], setting: Setting, now: int) -> None:
    """Consent changes; what that takes back, and exits that ask for it, happen in the same transaction."""
    contacts.lock(tx, {grant.contact_id for grant in grants})
    changed = granted(tx, grants, setting, now)
    react(tx, [], changed, journeys.live(tx, setting.live), setting, now)
    release(tx, [grant.contact_id for grant in grants if grant.state == "subscribed"], setting, now)


def suppressed(
    tx: Tx, kind: str, value: str, *, scope: str, reason: str, source: str, setting: Setting, now: int
) -> None:
    """Never write to this address again; what has not left for it is cancelled."""
    holders = contacts.holders(tx, kind, value)
    contacts.lock(tx, holders)
    consent.suppress(tx, [(kind, value)], scope=scope, reason=reason, source=source, now=now)
    over(tx, messages.withdraw_address(tx, holders, value, scope, "suppressed", now), setting, now)
    touched(tx, holders, "reach:", setting, now)


def unsuppressed(tx: Tx, kind: str, value: str, setting: Setting, now: int) -> bool:
    """An address may be written to again; False when it was not on the list."""
    holders = contacts.holders(tx, kind, value)
    contacts.lock(tx, holders)
    if not consent.unsuppress(tx, kind, value):
        return False
    touched(tx, holders, "reach:", setting, now)
    return True


def unsubscribed(tx: Tx, message_id: int, setting: Setting, now: int, *, ip: str = "", agent: str = "") -> None:
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
    consented(tx, [grant], setting, now)


def heard(
    tx: Tx, account: Account, inbound: Sequence[Inbound], linked: Mapping[str, int], setting: Setting, now: int
) -> None:
    """What came in from a channel, each thing once. `linked`: link token -> the contact that it was issued for."""
    reported = reports.take(tx, account.id, [one for one in inbound if isinstance(one, Report)], now)
    over(tx, reported.ended, setting, now)
    announce(tx, reported.facts, journeys.live(tx, setting.live), setting, now)
    fresh = messages.first_time(tx, account.id, [one.dedup for one in inbound if not isinstance(one, Report)], now)
    for one in inbound:
        if one.dedup not in fresh:
            continue
        if isinstance(one, OptOut):
            _opted(tx, account, one, setting, now)
        elif isinstance(one, Linked) and one.token in linked:
            contact_id = contacts.survivors(tx, [linked[one.token]])[linked[one.token]]
            contacts.lock(tx, [contact_id])
            reached(tx, contact_id, one.address.kind, one.address.value, setting, now)
            _works(tx, one.address, setting, now)
        elif isinstance(one, Reply):
            _replied(tx, account, one, setting, now)


def reached(tx: Tx, contact_id: int, kind: str, value: str, setting: Setting, now: int) -> None:
    """Somebody is reached here from now on."""
    contacts.reach(tx, contact_id, kind, value, now)
    touched(tx, [contact_id], "reach:", setting, now)


def _works(tx: Tx, address: Address, setting: Setting, now: int) -> None:
    """Somebody has just spoken to us from there, so what failed there once holds no longer; a complaint does."""
    key = (address.kind, address.value)
    found = consent.suppressed(tx, [key]).get(key)
    if found is not None and found.reason in ("hard_bounce", "soft_bounces"):
        unsuppressed(tx, *key, setting, now)


def _opted(tx: Tx, account: Account, told: OptOut, setting: Setting, now: int) -> None:
    """STOP applies to everybody who is reached there (PRODUCT 1)."""
    holders = contacts.holders(tx, told.address.kind, told.address.value)
    grants = [
        Grant(
            contact_id=contact_id,
            channel=account.channel,
            state="subscribed" if told.granted else "unsubscribed",
            method="channel",
            source=f"account {account.name}",
            wording=told.evidence[:500],
        )
        for contact_id in holders
    ]
    consented(tx, grants, setting, now)


def _replied(tx: Tx, account: Account, reply: Reply, setting: Setting, now: int) -> None:
    """An answer is an event of whoever wrote the address, or of whom we had written to."""
    asked = messages.by_key(tx, reply.in_reply_to) if reply.in_reply_to else None
    people = (
        contacts.survivors(tx, [asked.contact_id]).values()
        if asked is not None
        else contacts.holders(tx, reply.sender.kind, reply.sender.value)
    )
    contacts.lock(tx, people)
    about = {"message_id": asked.id, "topic": asked.topic} if asked is not None else {}
    told = {"channel": account.channel, "account": account.name, "from": reply.sender.value, "text": reply.text} | about
    properties = msgspec.json.encode(told)
    lines = [
        events.Line(
            contact_id=contact_id,
            name="message.replied",
            at=reply.at,
            received_at=now,
            kind="reply",
            message_id=f"reply:{account.id}:{reply.dedup}",
            properties=msgspec.Raw(properties),
            context=msgspec.Raw(b"{}"),
        )
        for contact_id in people
    ]
    events.record(tx, lines)
    happened = [
        Happened(key=key, contact_id=line.contact_id, name=line.name, at=line.at, properties=properties.decode())
        for key, line in enumerate(lines)
    ]
    react(tx, happened, {}, journeys.live(tx, setting.live), setting, now)
