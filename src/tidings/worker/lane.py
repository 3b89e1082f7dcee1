"""A lane sends the messages of one account: claim, decide, render, hand over, mark; a slow one delays no other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings import flow
from tidings.channels import (
    Channel,
    Content,
    Envelope,
    Failed,
    Linked,
    Links,
    Outbound,
    Result,
    Why,
    service as channels,
)
from tidings.channels.context import PluginContext
from tidings.messages import ledger, tokens
from tidings.messages.models import TEST
from tidings.runtime.app import App, Workspace
from tidings.runtime.database import Queue, Tx
from tidings.templates import rendering
from tidings.templates.sandbox import Budget
from tidings.templates.service import document_of, stored
from tidings.worker.breaker import Breaker, DomainPace, Pace
from tidings.worker.marks import Marks

log = logging.getLogger("tidings.lane")
SLICE = 200
"""Messages claimed at once."""
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
        self._ready: asyncio.Queue[Outbound] = asyncio.Queue(self._can.connections * max(self._can.batch_max, 4))
        self._breaker = Breaker(is_doubt_costly=not self._rules.may_resend)
        self._pace = Pace(account.per_second or self._can.per_second)
        by_domain = self._can.per_domain_second
        self._domains = DomainPace(by_domain) if by_domain else None
        self._stopping, self._marks = asyncio.Event(), Marks(self._store)
        self._tasks = list[asyncio.Task[None]]()
        self._compiled: dict[int, rendering.Compiled] = {}

    async def start(self) -> None:
        """Open the account and begin."""
        await self._channel.start()
        self._tasks = [asyncio.create_task(self._feed(), name=f"feed {self.account.name}")]
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
        feeders, workers = self._tasks[:1], self._tasks[1:]
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
        ids = await self._slice()
        while not self._ready.empty():
            await self._send(self._batch([self._ready.get_nowait()]))
        return ids

    async def _feed(self) -> None:
        while True:
            try:
                rest = self._breaker.rests(self._app.clock.monotonic())
                if rest > 0:
                    await asyncio.sleep(min(rest, 1.0))
                count = len(await self._slice()) if rest <= 0 else 0
            except asyncio.CancelledError:
                raise
            except Exception:  # the tick is one of the rims: the lane goes on
                log.exception("a slice of %s was not claimed", self.account.name)
                count = 0
                await asyncio.sleep(1)
            if count == 0:
                await self._workspace.lanes.wait(1.0)

    async def _slice(self) -> list[int]:
        limit = SLICE if self._pace.per_second is None else max(1, min(SLICE, int(self._pace.per_second)))
        database, owner = self._workspace.database, self._app.incarnation
        room = self._domains.room(self._app.clock.monotonic()) if self._domains else None
        claimed = await database.write(
            lambda tx: ledger.claim(tx, self._rules, owner, self._app.clock.now(), limit=limit, room=room), Queue.TIMERS
        )
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
        unfit = list[Result]()
        for departing in leaving:
            outbound = self._render(departing)
            if isinstance(outbound, Outbound):
                await self._ready.put(outbound)
            else:
                unfit.append(outbound)
        if unfit:
            await self._marks.mark(unfit, ())
        return ids

    def _render(self, departing: ledger.Departing) -> Outbound | Failed:
        message = departing.message
        try:
            address = self._channel.parse_address(departing.address)
        except ValueError as error:
            return Failed(id=message.id, why=Why.ADDRESS_INVALID, detail=str(error))
        try:
            envelope = Envelope(
                id=message.id,
                key=message.key,
                to=address,
                content=self._content(departing),
                links=self._links(message),
                message_class=message.message_class,
                topic=message.topic,
                at=self._app.clock.now(),
            )
            rendered = self._channel.render(envelope)
        except rendering.Unrenderable as error:
            return Failed(id=message.id, why=Why.CONTENT_REFUSED, detail=str(error))
        except Exception as error:  # a plugin is somebody else's code
            log.exception("message %d was not rendered", message.id)
            return Failed(id=message.id, why=Why.BUG, detail=f"{type(error).__name__}: {error}")
        return Outbound(id=message.id, key=message.key, to=address, rendered=rendered, attempt=message.attempts + 1)

    def _content(self, departing: ledger.Departing) -> Content:
        given = msgspec.json.decode(departing.message.body)
        if departing.message.source == TEST:
            return self._rendered(departing, rendering.compiled(stored(given["document"])))
        if departing.version is None:
            if given.get("template"):
                raise rendering.Unrenderable(f"There is no template {given['template']!r} any more.")
            return Content(data=given.get("data") or {})
        version = departing.version
        if version.id not in self._compiled:
            self._compiled[version.id] = rendering.compiled(document_of(version))
        return self._rendered(departing, self._compiled[version.id])

    def _rendered(self, departing: ledger.Departing, version: rendering.Compiled) -> Content:
        values = rendering.variables(departing.attributes, departing.message.body)
        budget = Budget(self._app.clock.monotonic)
        return rendering.render(version, values, self._signed(departing.message), budget)

    def _signed(self, message: Any) -> rendering.Signed:
        base, secret, links = self._setting.address, self._workspace.secret, self._links(message)
        if message.source == TEST:  # whoever looks at a test is not counted
            return rendering.Signed(unsubscribe=links.unsubscribe)
        return rendering.Signed(
            click=f"{base}/c/{tokens.make(secret, 'click', message.id)}",
            open=f"{base}/o/{tokens.make(secret, 'open', message.id)}",
            unsubscribe=links.unsubscribe,
        )

    def _links(self, message: Any) -> Links:
        shown = msgspec.json.decode(message.body)["document"]["class"] if message.source == TEST else ""
        if (shown or message.message_class) not in ("lifecycle", "promotional"):
            return Links()
        token = tokens.make(self._workspace.secret, "unsubscribe", message.id)
        return Links(unsubscribe=f"{self._setting.address}/u/{token}")

    # --- hand over ---------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while not self._stopping.is_set():
            batch = self._batch([await self._ready.get()])
            if delay := max(self._pace.delay(self._app.clock.monotonic()) for _ in batch):
                await asyncio.sleep(delay)
            sending = asyncio.ensure_future(self._send(batch))
            try:
                await asyncio.shield(sending)
            except asyncio.CancelledError:
                await sending  # a polite stop: what is being handed over is finished
                raise

    def _batch(self, batch: list[Outbound]) -> list[Outbound]:
        """What is ready goes along, as much as one call takes."""
        while len(batch) < self._can.batch_max and not self._ready.empty():
            batch.append(self._ready.get_nowait())
        return batch

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
        allowed, problem = await self._workspace.database.write(
            lambda tx: flow.mark(tx, results, ids, self._rules, owner, self._setting, now), Queue.MARKS
        )
        if results:
            self._workspace.timers.ring()
        if problem or self._breaker.note(results, self._app.clock.monotonic()):
            log.warning("lane %s rests: %s", self.account.name, problem or "its provider does not answer")
            await self._give_back()
        return allowed

    async def _give_back(self) -> None:
        held = [self._ready.get_nowait().id for _ in range(self._ready.qsize())]
        if held:
            owner = self._app.incarnation
            await self._workspace.database.write(lambda tx: ledger.release(tx, held, owner), Queue.MARKS)
