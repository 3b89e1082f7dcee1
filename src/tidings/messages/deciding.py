"""Decides about the messages of one person together: every gate, then who of those that may leave goes first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tidings.messages import arbitration, caps
from tidings.messages.arbitration import CELL, cell_of
from tidings.messages.limits import Use
from tidings.messages.models import Claimed, Ledger
from tidings.messages.policy import Facts, Verdict, decide, is_marketing, wait_or_skip

Known = Mapping[int, Facts]
"""Message -> what its gates may look at."""


def decide_all(
    mine: Sequence[Claimed], rivals: Sequence[Claimed], known: Known, uses: Sequence[Use], ledger: Ledger, now: int
) -> dict[int, Verdict]:
    """Message -> verdict, for the claimed messages of one contact. `rivals` wait on the same channel and are not claimed here;
    `uses` is what was let go to the contact lately."""
    uses, found = list(uses), dict[int, Verdict]()
    cells: dict[int, list[Claimed]] = {}
    for message in mine:
        verdict = decide(message, known[message.id], _but(uses, message), ledger, now)
        if verdict.outcome == "send" and is_marketing(message) and known[message.id].has_policy:
            cells.setdefault(cell_of(message), []).append(message)
        else:
            found[message.id] = verdict
    for cell, group in sorted(cells.items()):
        others = [rival for rival in rivals if cell_of(rival) == cell]
        found |= _cell(cell, group, others, known, uses, ledger, now)
    return found


def _but(uses: Sequence[Use], message: Claimed) -> list[Use]:
    """What was let go beside this message itself: a second try takes no second place."""
    return [use for use in uses if use.message_id != message.id]


def _cell(
    cell: int,
    group: Sequence[Claimed],
    others: Sequence[Claimed],
    known: Known,
    uses: list[Use],
    ledger: Ledger,
    now: int,
) -> dict[int, Verdict]:
    verdicts = dict[int, Verdict]()
    for channel in sorted({one.channel for one in group}):  # the winner of one counts under the caps of the next
        mine = [one for one in group if one.channel == channel]
        both = [*mine, *(one for one in others if one.channel == channel)]
        found = {one.id: decide(one, known[one.id], _but(uses, one), ledger, now) for one in both}
        candidates = [one for one in both if found[one.id].outcome == "send"]
        here = [one for one in mine if found[one.id].outcome == "send"]
        verdicts |= {one.id: found[one.id] for one in mine}
        if here:
            verdicts |= _arbitrate(cell, here, candidates, known, uses, ledger, now, verdicts)
    return verdicts


def _arbitrate(
    cell: int,
    here: Sequence[Claimed],
    candidates: Sequence[Claimed],
    known: Known,
    uses: list[Use],
    ledger: Ledger,
    now: int,
    passed: dict[int, Verdict],
) -> dict[int, Verdict]:
    channel = here[0].channel
    ids = {one.id for one in here}
    won = next((u for u in uses if u.cell_at == cell and u.channel == channel and u.message_id not in ids), None)
    if won is None and len(candidates) > 1 and now < cell + CELL:
        waiting = {"candidates": arbitration.listed(candidates), "until": cell + CELL}
        return {one.id: _waits(passed[one.id], cell, waiting) for one in here}
    winner = arbitration.first(candidates)
    verdicts = dict[int, Verdict]()
    if won is None and winner.id in ids:
        among = {"candidates": arbitration.listed(candidates)} if len(candidates) > 1 else {}
        verdict = passed[winner.id]
        verdicts[winner.id] = msgspec.structs.replace(verdict, cell_at=cell, evidence=verdict.evidence | among)
    use = won or _use(winner, cell, now)
    if use not in uses:
        uses.append(use)
    for one in here:
        if one.id not in verdicts:
            verdicts[one.id] = _loses(one, use, cell, candidates, known[one.id], uses, ledger, now, passed[one.id])
    return verdicts


def _waits(passed: Verdict, cell: int, waiting: dict[str, object]) -> Verdict:
    return Verdict(
        outcome="defer",
        reason="arbitration",
        until=cell + CELL,
        cell_at=cell,
        evidence=passed.evidence | waiting,
    )


def _use(winner: Claimed, cell: int, now: int) -> Use:
    return Use(
        contact_id=winner.contact_id,
        message_id=winner.id,
        channel=winner.channel,
        message_class=winner.message_class,
        at=now,
        cell_at=cell,
        source=winner.source,
        source_id=winner.source_id,
        step=winner.step,
    )


def _loses(
    one: Claimed,
    winner: Use,
    cell: int,
    candidates: Sequence[Claimed],
    facts: Facts,
    uses: Sequence[Use],
    ledger: Ledger,
    now: int,
    passed: Verdict,
) -> Verdict:
    room = caps.room(ledger.caps, one.channel, one.message_class, _but(uses, one), now)
    until = max(arbitration.next_cell(cell, now), room.at)
    evidence = passed.evidence | room.evidence | {"winner": arbitration.told(winner)}
    evidence |= {"candidates": arbitration.listed(candidates)}
    return wait_or_skip(one, "arbitration", until, evidence, may_wait=facts.policy.if_outranked == "defer")
