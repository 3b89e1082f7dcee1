"""What is going to happen in the demo, and doing it: calls come in, messages are answered; by the doors that everybody uses."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterable, Sequence

import msgspec

from tidings import flow
from tidings.channels import Report, service as channels
from tidings.contacts import service as contacts
from tidings.demo.answers import Answer, Left, Reported, Tempted, Visited, answers
from tidings.demo.habits import order
from tidings.demo.people import Person
from tidings.demo.shop import PRODUCTS
from tidings.events.calls import Call
from tidings.messages import service as messages
from tidings.messages.models import Message, State
from tidings.rules import finding
from tidings.runtime.database import Database, Tx
from tidings.templates import service as templates

Thing = Call | Answer


class Agenda:
    """What will happen, in order of time; what comes at the same instant, in the order in which it was planned."""

    def __init__(self) -> None:
        self._heap = list[tuple[int, int, Thing]]()
        self._numbers = itertools.count()

    def plan(self, at: int, thing: Thing) -> None:
        heapq.heappush(self._heap, (at, next(self._numbers), thing))

    def calls(self, given: Iterable[Call]) -> None:
        for call in given:
            self.plan(call.at, call)

    def due(self, now: int) -> list[Thing]:
        """What has come by now; it is taken off."""
        found = list[Thing]()
        while self._heap and self._heap[0][0] <= now:
            found.append(heapq.heappop(self._heap)[2])
        return found

    def next_at(self) -> int | None:
        return self._heap[0][0] if self._heap else None


class Acting:
    """Lets things happen in one workspace."""

    def __init__(self, database: Database, setting: flow.Setting, dice: random.Random) -> None:
        self.agenda = Agenda()
        self._database, self._setting, self._dice = database, setting, dice

    async def act(self, now: int) -> int:
        """Whatever is due happens. How many things that were."""
        things = self.agenda.due(now)
        if things:
            await self._database.write(lambda tx: perform(tx, things, self._setting, now))
        for tempted in (one for one in things if isinstance(one, Tempted)):
            person = await self._database.read(lambda tx, one=tempted: known(tx, one.contact_id))  # type: ignore[misc]
            if person is not None:
                cart = f"cart-{self._dice.getrandbits(40):010x}"
                self.agenda.calls(order(self._dice, person, self._dice.choice(PRODUCTS), cart, now))
        return len(things)

    async def answer(self, ids: Sequence[int]) -> None:
        """Plan how people answer those of the messages that have left."""
        for message, links in await self._database.read(lambda tx: left(tx, ids)):
            interest = message.contact_id * 2_654_435_761 % 1_000 / 1_000
            for at, answer in answers(self._dice, message, links, interest):
                self.agenda.plan(at, answer)


def left(tx: Tx, ids: Sequence[int]) -> list[tuple[Message, list[str]]]:
    """Messages that have left, each with the links that it has."""
    found = list[tuple[Message, list[str]]]()
    for message in (messages.get(tx, i) for i in ids):
        if message.state == State.SENT:
            version_id = message.template_version_id
            found.append((message, templates.links_of(templates.version(tx, version_id)) if version_id else []))
    return found


def perform(tx: Tx, things: Sequence[Thing], setting: flow.Setting, now: int) -> None:
    """Calls first, in one batch as a library sends them; then the answers, each by its own door."""
    calls = [thing for thing in things if isinstance(thing, Call)]
    if calls:
        flow.ingest(tx, calls, [], setting, now)
    told = dict[int, list[Report]]()
    for thing in things:
        if isinstance(thing, Reported):
            told.setdefault(thing.account_id, []).append(thing.report)
    for account in channels.accounts(tx) if told else []:
        flow.heard(tx, account, told.get(account.id, []), {}, setting, now)
    for thing in things:
        match thing:
            case Visited():
                flow.visited(tx, thing.message_id, thing.visit, setting)
            case Left():
                flow.unsubscribed(tx, thing.message_id, setting, now, ip="203.0.113.7", agent="Mail/3.2")


LAST = 2**62


def somebody(tx: Tx, dice: random.Random) -> Person | None:
    """Anybody who is there already."""
    newest = _newest(tx, LAST, 1)
    if not newest:
        return None
    below = dice.randint(1, newest[0]) + 1
    return known(tx, (_newest(tx, below, 1) or newest)[0])


def everybody(tx: Tx) -> list[Person]:
    """All who are there, oldest first."""
    found, before = list[Person](), LAST
    while some := _newest(tx, before, 500):
        found += [person for contact_id in some if (person := known(tx, contact_id)) is not None]
        before = some[-1]
    return found[::-1]


def _newest(tx: Tx, before: int, limit: int) -> list[int]:
    """Who came before an id, newest first."""
    return [hit.id for hit in finding.page(tx, None, 0, order="newest", before=(before, 0), limit=limit)]


def known(tx: Tx, contact_id: int) -> Person | None:
    """Somebody who is there already, as far as doing something needs it."""
    contact = contacts.get(tx, contact_id)
    ids = [one.value for one in contacts.identifiers_of(tx, [contact.id]) if one.kind == "user_id"]
    if not ids:
        return None
    traits = {"lifetime_value": 0} | msgspec.json.decode(contact.attributes)
    zone = contact.zone or "Europe/London"
    return Person(user_id=ids[0], traits=traits, zone=zone, joined_at=0, is_old=True, zeal=1.0, interest=0.5)
