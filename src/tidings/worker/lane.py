"""A lane sends the messages of one account: claim, decide, render, hand over, mark; a slow one delays no other."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings import flow
from tidings.channels import (
    Channel,
    Failed,
    Linked,
    Outbound,
    Result,
    Why,
    service as channels,
)
from tidings.channels.context import PluginContext
from tidings.messages import ledger, tokens
from tidings.messages.models import RANK, MessageClass
from tidings.runtime.app import App, Workspace
from tidings.runtime.database import Queue, Tx
from tidings.worker.breaker import Breaker, DomainPace, Pace
from tidings.worker.letters import Letters
from tidings.worker.marks import Marks
from tidings.worker.ready import Ready

log = logging.getLogger("tidings.lane")
SLICE = 200
"""Messages claimed at once."""
BREATH = 8
"""Messages written before others get their turn."""
URGENT = (MessageClass.TRANSACTIONAL, MessageClass.SERVICE)
EVERYTHING = ledger.Some()
FEEDS = (ledger.Some(most=RANK[MessageClass.SERVICE]), ledger.Some(least=RANK[MessageClass.LIFECYCLE]))
"""What somebody waits for is claimed apart from what goes to many, and never behind it."""
CURSOR = ("poll", "cursor")
"""Under which the core keeps how far an account was polled."""


class Lane:
    """One account at work."""

    def __init__(
        self,
        app: App,
        workspace: Workspace,
        setting: flow.Setting,
        account: channels.Account,
        plugin: type[Channel[Any]],
    ) -> None:
        self._app, self._workspace, self._setting, self.account = app, workspace, setting, account
        config = channels.check_config(plugin, msgspec.json.decode(account.config))
        self._context = PluginContext(app, workspace, account, lambda: setting.address)
        self._channel: Channel[Any] = plugin(config, self._context)
        self._can = plugin.capabilities(config)
        self._rules = ledger.Lane(
            account_id=account.id,
            is_quiet=self._can.quiet_hours,
            has_policy=self._can.policy,
            may_resend=self._can.idempotent or self._can.always_resend,
            has_reports=bool(plugin.hooks or self._can.receipts),
        )
        self._letters = Letters(app, workspace, setting, self._channel)
        self._ready = Ready(self._can.connections * max(self._can.batch_max, 4))
        self._breaker = Breaker(is_doubt_costly=not self._rules.may_resend)
        self._pace = Pace(account.per_second or self._can.per_second)
        by_domain = self._can.per_domain_second
        self._domains = DomainPace(by_domain) if by_domain else None
        self._stopping, self._marks = asyncio.Event(), Marks(self._store)
        self._tasks = list[asyncio.Task[None]]()

    async def start(self) -> None:
        """Open the account and begin."""
        await self._channel.start()
        self._tasks = [asyncio.create_task(self._feed(some), name=f"feed {self.account.name}") for some in FEEDS]
        self._tasks += [
            asyncio.create_task(self._work(), name=f"send {self.account.name}") for _ in range(self._can.connections)
        ]

    async def poll(self) -> None:
        """Fetch what the provider keeps for us; the cursor moves in the unit that stores what was fetched."""
        if type(self._channel).poll is Channel.poll:
            return
        cursor, account = await self._context.storage.get(*CURSOR) or {}, self.account
        inbound, after = await self._channel.poll(str(cursor.get("cursor", "")))
        if not inbound and after == cursor.get("cursor", ""):
            return
        now, secret = self._app.clock.now(), self._workspace.secret
        linked = tokens.linked(secret, [one.token for one in inbound if isinstance(one, Linked)])

        def unit(tx: Tx) -> None:
            flow.heard(tx, account, inbound, linked, self._setting, now)
            channels.keep(tx, account.id, *CURSOR, {"cursor": after}, now)

        await self._workspace.database.write(unit)
        self._workspace.timers.ring()

    async def stop(self) -> None:
        """Finish what is being handed over; give back what is not."""
        self._stopping.set()
        feeders, workers = self._tasks[: len(FEEDS)], self._tasks[len(FEEDS) :]
        for feeder in feeders:
            feeder.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await feeder
        await self._give_back()
        for worker in workers:
            worker.cancel()  # between two batches this ends it; inside one `_work` shields the batch
        await asyncio.gather(*workers, return_exceptions=True)
        await self._channel.stop()
        await self._context.http.close()

    # --- claim, decide, render ---------------------------------------------------------------------------------------

    async def once(self) -> list[int]:
        """Claim a slice and hand it over, in one go; for a clock that somebody moves. What was claimed."""
        if self._breaker.rests(self._app.clock.monotonic()) > 0:
            return []
        ids = await self._slice(EVERYTHING)
        while batch := self._ready.take_now(self._can.batch_max):
            await self._send(batch)
        return ids

    async def _feed(self, some: ledger.Some) -> None:
        ear = self._workspace.lanes.ear()
        while True:
            try:
                rest = self._breaker.rests(self._app.clock.monotonic())
                if rest > 0:
                    await asyncio.sleep(min(rest, 1.0))
                count = len(await self._slice(some)) if rest <= 0 else 0
            except asyncio.CancelledError:
                raise
            except Exception:  # the tick is one of the rims: the lane goes on
                log.exception("a slice of %s was not claimed", self.account.name)
                count = 0
                await asyncio.sleep(1)
            if count == 0:
                await ear.wait(1.0)

    async def _slice(self, some: ledger.Some) -> list[int]:
        limit = SLICE if self._pace.per_second is None else max(1, min(SLICE, int(self._pace.per_second)))
        database, owner = self._workspace.database, self._app.incarnation
        room = self._domains.room(self._app.clock.monotonic()) if self._domains else None
        claim = functools.partial(ledger.claim, lane=self._rules, owner=owner, limit=limit, room=room, some=some)
        claimed = await database.write(lambda tx: claim(tx, now=self._app.clock.now()), Queue.TIMERS)
        if not claimed:
            return []
        if self._domains:
            self._domains.take(claimed.values(), self._app.clock.monotonic())
        ids = list(claimed)
        now = self._app.clock.now()
        leaving = await database.write(
            lambda tx: flow.depart(tx, ids, self._rules, owner, self._setting, now), Queue.TIMERS
        )
        if len(leaving) < len(ids):
            self._workspace.timers.ring()
        await self._make_ready(leaving)
        return ids

    async def _make_ready(self, leaving: Sequence[ledger.Departing]) -> None:
        unfit = list[Result]()
        for number, departing in enumerate(leaving):
            outbound = self._letters.outbound(departing)
            if isinstance(outbound, Outbound):
                await self._ready.put(outbound, is_urgent=departing.message.message_class in URGENT)
            else:
                unfit.append(outbound)
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)  # others want the loop as well
        if unfit:
            await self._marks.mark(unfit, ())

    # --- hand over ---------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while not self._stopping.is_set():
            batch = await self._ready.take(self._can.batch_max)
            if delay := max(self._pace.delay(self._app.clock.monotonic()) for _ in batch):
                await asyncio.sleep(delay)
            sending = asyncio.ensure_future(self._send(batch))
            try:
                await asyncio.shield(sending)
            except asyncio.CancelledError:
                await sending  # a polite stop: what is being handed over is finished
                raise

    async def _send(self, batch: Sequence[Outbound]) -> None:
        """One call of the plugin; whatever it does, every message that it was let go with gets a result."""
        open_ids, committed = {message.id for message in batch}, set[int]()

        async def mark(*, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
            wanted = [message_id for message_id in next if message_id in open_ids]
            allowed = await self._marks.mark(results, wanted)
            open_ids.difference_update(result.id for result in results)
            committed.update(allowed)
            return allowed

        try:
            results = list(await self._channel.send(batch, mark))
        except Exception as error:  # the channel call is one of the rims
            log.exception("the channel of %s failed", self.account.name)
            words = f"{type(error).__name__}: {error}"
            results = [
                Failed(id=i, why=Why.UNKNOWN if i in committed else Why.BUG, detail=words) for i in sorted(open_ids)
            ]
        told = {result.id for result in results}
        results += [
            Failed(id=i, why=Why.UNKNOWN, detail="the channel gave no result")
            for i in sorted((committed & open_ids) - told)
        ]
        if results:
            await self._marks.mark(results, ())
        untouched = sorted(open_ids - committed - {result.id for result in results})
        if untouched:
            owner = self._app.incarnation
            await self._workspace.database.write(lambda tx: ledger.release(tx, untouched, owner), Queue.MARKS)

    async def _store(self, results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        now, owner = self._app.clock.now(), self._app.incarnation
        marked = await self._workspace.database.write(
            lambda tx: flow.mark(tx, results, ids, self._rules, owner, self._setting, now), Queue.MARKS
        )
        if marked.moves:
            self._workspace.timers.ring()
        if marked.problem or self._breaker.note(results, self._app.clock.monotonic()):
            log.warning("lane %s rests: %s", self.account.name, marked.problem or "its provider does not answer")
            await self._give_back()
        return marked.allowed

    async def _give_back(self) -> None:
        held = [message.id for message in self._everything()]
        if held:
            owner = self._app.incarnation
            await self._workspace.database.write(lambda tx: ledger.release(tx, held, owner), Queue.MARKS)

    def _everything(self) -> list[Outbound]:
        found = list[Outbound]()
        while batch := self._ready.take_now(len(self._ready)):
            found += batch
        return found
