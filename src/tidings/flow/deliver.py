"""Time passes and messages leave: walk, depart, mark, recover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tidings.channels import Failed, Result
from tidings.channels.service import Account
from tidings.flow.reactions import announce, over, react, settle
from tidings.flow.setting import Setting
from tidings.journeys import enrolments, service as journeys
from tidings.messages import ledger, service as messages
from tidings.messages.models import Ended
from tidings.runtime.database import Tx


def walk(tx: Tx, setting: Setting, now: int, *, limit: int) -> int:
    """Contacts with due tokens walk until they wait or end. How many tokens walked."""
    live = journeys.live(tx, setting.live)
    walked = journeys.walk(tx, now, limit, live, setting.ledger, lambda ids: settle(tx, ids, live, setting, now))
    if walked.changed:
        react(tx, [], walked.changed, live, setting, now)
    announce(tx, walked.facts, live, setting, now)
    return walked.count


def advance(tx: Tx, setting: Setting, now: int) -> bool:
    """The next people of an enrolment enter. False when none is due."""
    live = journeys.live(tx, setting.live)
    entered = enrolments.advance(tx, now, live)
    announce(tx, entered or [], live, setting, now)
    return entered is not None


def depart(
    tx: Tx, ids: Sequence[int], lane: ledger.Lane, owner: int, setting: Setting, now: int
) -> list[ledger.Departing]:
    """Decide about claimed messages; those that do not leave let their journeys go on at once."""
    departures = ledger.depart(tx, ids, lane, owner, setting.ledger, now)
    over(tx, departures.ended, setting, now)
    return departures.leaving


class Marked(Struct, frozen=True):
    """What came of results and a mark."""

    allowed: frozenset[int]
    """The ids that may go."""
    problem: str
    """What is wrong with the account; empty: nothing."""
    moves: bool
    """Whether journeys have something to do now."""


def mark(
    tx: Tx, results: Sequence[Result], ids: Sequence[int], lane: ledger.Lane, owner: int, setting: Setting, now: int
) -> Marked:
    """Results and the next committing mark in one unit."""
    problem, moves = "", False
    if results:
        settled = ledger.settle(tx, results, lane, now)
        over(tx, settled.ended, setting, now)
        problem = settled.account_problem
        if any(isinstance(result, Failed) for result in results):
            journeys.hold_paused(tx, journeys.live(tx, setting.live))
        if settled.facts:
            live = journeys.live(tx, setting.live)
            moves = any(live.mentions(fact.name) for fact in settled.facts)
            announce(tx, settled.facts, live, setting, now)
        moves = moves or any(end.token_id is not None for end in settled.ended)
    return Marked(frozenset(ledger.mark(tx, ids, owner)), problem, moves)


def adopt(tx: Tx, account: Account, setting: Setting) -> None:
    """What waited for an account that can send it goes to this one; paused journeys still wait."""
    if messages.adopt(tx, account.id, account.name, account.channel):
        journeys.hold_paused(tx, journeys.live(tx, setting.live))


def recover(tx: Tx, alive: Iterable[int], resendable: Iterable[int], setting: Setting, now: int) -> list[Ended]:
    """After a crash: nothing is lost, nothing is silently sent twice; what is in doubt is listed and its journey goes on."""
    found = ledger.recover(tx, alive, resendable, now)
    over(tx, found.ended, setting, now)
    if found.facts:
        announce(tx, found.facts, journeys.live(tx, setting.live), setting, now)
    return found.ended
