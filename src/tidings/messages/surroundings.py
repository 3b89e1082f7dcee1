"""What the gates look at, read for a whole slice of messages at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.messages import caps, policy
from tidings.messages.arbitration import CELL, cell_of
from tidings.messages.holds import standing_holds
from tidings.messages.limits import Policy, Quiet, Use, Wishes
from tidings.messages.models import TEST, Claimed, Lane, Ledger
from tidings.messages.quiet_hours import zones_of_phone
from tidings.runtime import sql
from tidings.runtime.clock import HOUR
from tidings.runtime.database import Tx

queries = sql.load("tidings.messages")
RECENT = 2 * HOUR
"""Winners of cells are looked for at least so far back."""
wishes = msgspec.json.Decoder(Wishes)


class Around(Struct, eq=False):
    """What is known around a slice of claimed messages."""

    facts: dict[int, policy.Facts]
    """Message -> what its gates may look at."""
    rivals: dict[int, list[Claimed]]
    uses: dict[int, list[Use]]


def around(
    tx: Tx,
    messages: Sequence[Claimed],
    alive: dict[int, int],
    people: dict[int, Contact],
    lane: Lane,
    ledger: Ledger,
    now: int,
) -> Around:
    """Everything that the gates look at, for claimed messages and for what competes with them, in one query each."""
    marketing = [message for message in messages if policy.is_marketing(message)] if lane.has_policy else []
    whom = sorted({alive[message.contact_id] for message in marketing})
    rivals, uses = dict[int, list[Claimed]](), dict[int, list[Use]]()
    if marketing:
        until = max(cell_of(message) for message in marketing) + CELL
        names = {"channel": marketing[0].channel, "until": until, "mine": [message.id for message in messages]}
        for rival in tx.rows(queries.rivals, Claimed, ids=whom, **names):
            rivals.setdefault(rival.contact_id, []).append(rival)
        since = now - max(caps.longest(ledger.caps), RECENT)
        for use in tx.rows(queries.uses, Use, ids=whom, since=since):
            uses.setdefault(use.contact_id, []).append(use)
    reached = contacts.addresses_of(tx, people)
    standings = consent.standing(tx, people) if lane.has_policy else {}
    holds = {hold.contact_id: hold for hold in reversed(standing_holds(tx, whom, now))} if whom else {}
    every = [*messages, *(rival for some in rivals.values() for rival in some)]
    addresses = {m.id: _address(m, reached.get(alive.get(m.contact_id, m.contact_id), {})) for m in every}
    listed = (
        consent.suppressed(tx, {(m.address_kind, addresses[m.id]) for m in every if addresses[m.id]})
        if lane.has_policy
        else {}
    )

    def facts(message: Claimed) -> policy.Facts:
        contact_id = alive.get(message.contact_id, message.contact_id)
        person = people.get(contact_id)
        return policy.Facts(
            address=addresses[message.id] if person is not None else "",
            standings=standings.get(contact_id, []),
            suppression=listed.get((message.address_kind, addresses[message.id])),
            zones=_zones(person, message, addresses[message.id], ledger),
            quiet=_quiet(lane, message.channel, ledger),
            hold=holds.get(contact_id),
            share=person.share if person is not None else 0,
            has_policy=lane.has_policy,
            policy=wishes.decode(message.body).policy or Policy(),
        )

    return Around({message.id: facts(message) for message in every}, rivals, uses)


def _address(message: Claimed, reached: dict[str, str]) -> str:
    """A webhook and a test go where they were asked to; everything else to where the contact is reached now."""
    if message.address_kind == "url" or message.source == TEST:
        return message.address
    return reached.get(message.address_kind, "")


def _zones(person: Contact | None, message: Claimed, address: str, ledger: Ledger) -> tuple[str, ...]:
    """Their own zone; else those of their phone's country; else the workspace's."""
    if person is not None and person.zone:
        return (person.zone,)
    found = zones_of_phone(address) if message.address_kind == "phone" and address else ()
    return found or (ledger.zone,)


def _quiet(lane: Lane, channel: str, ledger: Ledger) -> Quiet | None:
    if channel in ledger.quiet:
        return ledger.quiet[channel]
    return Quiet(start=ledger.quiet_from, end=ledger.quiet_to) if lane.is_quiet else None
