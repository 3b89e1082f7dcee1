"""Why did, or didn't, they get this? Read back from what was decided, and from the rules as they answer now."""

from __future__ import annotations

from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.contacts.models import Contact
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Decision, Message
from tidings.rules.evaluate import Asked
from tidings.rules.explain import Part, explain
from tidings.runtime.database import Tx

MOST = 50
"""Messages of one explanation, newest first; the timeline has them all."""
LAST = 2**62


class RunTold(Struct, frozen=True):
    """A way through a journey, and what was decided about it."""

    journey: str
    run: journeys.Run
    decisions: list[Decision]


class MessageTold(Struct, frozen=True):
    """A message, and what was decided about it."""

    message: Message
    decisions: list[Decision]


class Refused(Struct, frozen=True):
    """Not let into a journey although trigger and filter had matched; for the audience, its conditions as they answer now."""

    journey: str
    refusal: journeys.Refusal
    audience: list[Part]


class Explanation(Struct, frozen=True):
    """Everything that a person may ask about one contact."""

    contact: Contact
    runs: list[RunTold]
    refused: list[Refused]
    messages: list[MessageTold]


def explained(tx: Tx, contact_id: int, cache: journeys.Cache, now: int, *, journey: str = "") -> Explanation:
    """Runs, refusals and messages of a contact with the decisions behind them; of one journey where it is named."""
    contact = contacts.get(tx, contact_id)
    everybody, names = contacts.with_aliases(tx, contact.id), {row.id: row.name for row in journeys.journeys(tx)}
    wanted = {i for i, name in names.items() if name == journey} if journey else set(names)
    if journey:
        journeys.find(tx, journey)
    runs = [run for run in journeys.runs_of(tx, everybody) if run.journey_id in wanted]
    ids = {run.id for run in runs}
    found = messages.messages_of(tx, everybody, before=LAST, before_id=LAST, limit=MOST)
    mine = [m for m in found if not journey or (m.source == "journey" and m.source_id in ids)]
    live = journeys.live(tx, cache)
    return Explanation(
        contact=contact,
        runs=[
            RunTold(names[run.journey_id], run, messages.decisions_of(tx, run.contact_id, "run", run.id))
            for run in runs
        ],
        refused=[
            Refused(names[refusal.journey_id], refusal, _audience(tx, contact.id, refusal, live, now))
            for refusal in journeys.refusals_of(tx, everybody)
            if refusal.journey_id in wanted
        ],
        messages=[MessageTold(m, messages.decisions_of(tx, m.contact_id, "message", m.id)) for m in mine],
    )


def _audience(tx: Tx, contact_id: int, refusal: journeys.Refusal, live: journeys.Live, now: int) -> list[Part]:
    found = live.journeys.get(refusal.journey_id)
    if refusal.reason != "audience" or found is None or found.definition.audience is None:
        return []
    return explain(tx, found.definition.audience, Asked(key=1, contact_id=contact_id), now)
