"""Time passes for the demo: the engine itself, on a clock that jumps from one instant at which something happens to the next."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from typing import Any

from tidings import flow
from tidings.channels import Channel, service as channels
from tidings.demo import shop
from tidings.demo.acting import Acting
from tidings.demo.people import COARSE, first_look
from tidings.messages import ledger, service as messages
from tidings.runtime.app import App, Workspace, write_setting
from tidings.runtime.clock import DAY, HOUR, MINUTE, VirtualClock
from tidings.runtime.database import Tx
from tidings.worker.lane import SLICE, Lane

LIVED = "lived_until"
"""The setting that says until when something happened here."""
CRASHED, BROKEN = 4 * HOUR, 5 * DAY
"""So long before the end a process crashes; so long before, the gateway is broken, that somebody was to get a text by it."""
WALK = 1_000
LOOKS = ((8 * DAY, COARSE), (2 * DAY, 30 * MINUTE), (6 * HOUR, 20 * MINUTE), (0, 2 * MINUTE))
"""While more than so much is left: how long between two looks at what is due."""
TURNS = 50
"""Times that walking and sending may follow each other at one instant; more would be a circle."""


class Stopped(Exception):
    """The server ends before the history does."""


class History:
    """One workspace, a virtual clock, and who acts."""

    def __init__(
        self,
        app: App,
        workspace: Workspace,
        clock: VirtualClock,
        plugins: dict[str, type[Channel[Any]]],
        dice: random.Random,
    ) -> None:
        self._app, self._workspace, self._clock, self._plugins = app, workspace, clock, plugins
        self._database = workspace.database
        self.setting = flow.setting_of(workspace, app.settings)
        self.acting = Acting(workspace.database, self.setting, dice)
        self._lanes = dict[int, tuple[channels.Account, Lane]]()

    async def live(self, begin: int, end: int, stopping: threading.Event, *, exact: list[int], breaks: bool) -> None:
        """From one instant to another. With `breaks`, the troubles of the last days come as well: a process that ends while it
        hands a message over, and a gateway whose token is taken back."""
        crash_at, broken_at = end - CRASHED, end - BROKEN
        has_crashed = is_broken = not breaks
        for now in stops(begin, end, exact):
            if stopping.is_set():
                raise Stopped
            self._clock.set(now)
            await self.acting.act(now)
            if not is_broken and now >= broken_at:
                await self._database.write(lambda tx, at=now: shop.break_gateway(tx, at))  # type: ignore[misc]
                is_broken = True
            if not has_crashed and now >= crash_at and (await self._database.write(self._step))[1]:
                has_crashed = await self._crash(now)
            await self._settle()
            await self._database.write(lambda tx, at=now: write_setting(tx, LIVED, at, at))  # type: ignore[misc]
        for _, lane in self._lanes.values():
            await lane.stop()

    def _step(self, tx: Tx) -> tuple[int, list[channels.Account]]:
        """Time moves people in and out of segments; whoever is due walks. How many, and who has something to send."""
        now = self._clock.now()
        while flow.pass_time(tx, self.setting, now):
            pass
        count = flow.walk(tx, self.setting, now, limit=WALK)
        due = {account_id for account_id, at in messages.next_due(tx).items() if at <= now}
        ready = [one for one in channels.accounts(tx) if one.id in due and one.state == "active"] if due else []
        return count, ready

    async def _settle(self) -> None:
        """Until nothing is left to do at this instant."""
        for _ in range(TURNS):
            count, ready = await self._database.write(self._step)
            claimed = await self._send(ready)
            if claimed:
                await self.acting.answer(claimed)
            if not claimed and count < WALK:
                return

    async def _send(self, ready: list[channels.Account]) -> list[int]:
        found = list[int]()
        for account in ready:
            known = self._lanes.get(account.id)
            if known is None or known[0] != account:
                plugin = self._plugins[account.plugin]
                known = account, Lane(self._app, self._workspace, self.setting, account, plugin)
                self._lanes[account.id] = known
            claimed = await known[1].once()
            found += claimed
            while len(claimed) == SLICE:
                claimed = await known[1].once()
                found += claimed
        return found

    async def _crash(self, now: int) -> bool:
        """A process claims one letter, marks it, and ends; the next one finds it in doubt. Only when a letter is there."""
        account = await self._database.read(lambda tx: channels.find(tx, "letters"))
        lane, dead = ledger.Lane(account_id=account.id), self._app.incarnation + 1
        claimed = await self._database.write(lambda tx: list(ledger.claim(tx, lane, dead, now, limit=1)))

        def hand_over(tx: Tx) -> frozenset[int]:
            leaving = flow.depart(tx, claimed, lane, dead, self.setting, now)
            ids = [departing.message.id for departing in leaving]
            return flow.mark(tx, [], ids, lane, dead, self.setting, now).allowed

        gone = await self._database.write(hand_over)
        await self._database.write(lambda tx: flow.recover(tx, [self._app.incarnation], [], self.setting, now))
        return bool(gone)


def stops(begin: int, end: int, exact: list[int]) -> Iterator[int]:
    """At which instants it is looked what is due: more often towards the end, whenever somebody signs up lately, and at the end."""
    found, at = {one for one in exact if begin < one < end} | {end}, first_look(begin)
    while at < end:
        found.add(at)
        at += next(pause for left, pause in LOOKS if end - at > left)
    yield from sorted(found)
