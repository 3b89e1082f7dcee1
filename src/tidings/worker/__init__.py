"""The worker: bells ring, timers walk journeys, lanes deliver."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tidings import flow
from tidings.campaigns import service as campaigns
from tidings.channels import loader, service as channels
from tidings.journeys import service as journeys
from tidings.messages import ledger, service as messages
from tidings.runtime import idempotency
from tidings.runtime.app import App, Workspace, beat, read_settings
from tidings.runtime.database import Queue, Tx
from tidings.segments import service as segments
from tidings.worker.lane import Lane

log = logging.getLogger("tidings.worker")
BEAT = 10.0
"""Seconds between beats at most; a process may miss a few before others take over."""
LOOK = 2.0
"""Seconds between looks at the accounts, in case another process has changed them."""
FINISH_EVERY = 15_000
"""Milliseconds between looks at which campaigns are through: that reads every message of theirs."""
WALK = 300
"""Contacts that walk in one unit; it aims at 20 ms."""


class WorkspaceWorker:
    """Timers and lanes of one workspace."""

    def __init__(self, app: App, workspace: Workspace, plugins: loader.Plugins, setting: flow.Setting) -> None:
        self._app, self._workspace, self._plugins, self._setting = app, workspace, plugins, setting
        self._lanes: dict[int, Lane] = {}
        self._loops = list[asyncio.Task[None]]()
        self._ending = set[asyncio.Task[None]]()
        self._looking = asyncio.Lock()
        self._deaf = set[int]()
        self._is_first, self._finished_at = True, 0

    async def start(self) -> None:
        """Find again what a crash left, then go to work."""
        await self.beat()
        await self.look_at_accounts()
        for name, loop in (("timers", self._walk), ("accounts", self._follow), ("imports", self._import)):
            self._loops.append(asyncio.create_task(loop(), name=f"{name} {self._workspace.name}"))

    async def stop(self) -> None:
        """Finish, and give back what has not left."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.gather(*(lane.stop() for lane in self._lanes.values()), *self._ending)
        await self._workspace.database.write(lambda tx: ledger.give_back(tx, self._app.incarnation), Queue.MARKS)

    async def beat(self) -> None:
        """Say that we live, and take over from processes that do not."""
        accounts = await self._workspace.database.read(channels.accounts)
        resendable = [account.id for account in accounts if self._may_resend(account)]
        now, mine = self._app.clock.now(), self._app.incarnation
        setting, silence = self._setting, self._app.settings.takeover_after

        def unit(tx: Tx) -> tuple[list[int], int, int]:
            alive = [mine] if tx.dialect.name == "sqlite" else beat(tx, mine, now, silence=silence)
            return alive, len(flow.recover(tx, alive, resendable, setting, now)), ledger.resend(tx, now)

        alive, recovered, resent = await self._workspace.database.write(unit, Queue.MARKS)
        self._is_first = mine == min(alive)
        if recovered:
            self._workspace.timers.ring()
        if recovered or resent:
            self._workspace.lanes.ring()

    async def poll(self) -> None:
        """Ask the providers that keep answers for us; of several processes one does (that of the lowest number)."""
        for lane in list(self._lanes.values()) if self._is_first else []:
            problem = ""
            try:
                await lane.poll()
            except Exception as error:  # one provider that does not answer stops no other
                log.warning("account %s was not polled: %s", lane.account.name, error)
                problem = f"What comes in is not read: {error}"
            await self._tell(lane.account, problem)

    async def _tell(self, account: channels.Account, problem: str) -> None:
        """People know while what comes in is not read, and when it is again."""
        if bool(problem) == (account.id in self._deaf):
            return
        now, subject = self._app.clock.now(), str(account.id)
        if problem:
            self._deaf.add(account.id)
            await self._workspace.database.write(lambda tx: messages.alert(tx, "polling", subject, problem, now))
        else:
            self._deaf.discard(account.id)
            await self._workspace.database.write(lambda tx: messages.trouble_over(tx, "polling", subject, now))

    def _may_resend(self, account: channels.Account) -> bool:
        plugin = self._plugins.found.get(account.plugin)
        if plugin is None:
            return False
        can = plugin.capabilities(channels.check_config(plugin, _config(account)))
        return can.idempotent or can.always_resend

    async def look_at_accounts(self) -> None:
        """Lanes follow the accounts (new, changed and paused ones) and all of us the settings, whichever process changed them."""
        async with self._looking:
            accounts, known = await self._workspace.database.read(lambda tx: (channels.accounts(tx), read_settings(tx)))
            self._setting.follow(known, self._app.settings)
            wanted = {account.id: account for account in accounts if account.state == "active"}
            for account_id, lane in list(self._lanes.items()):
                if wanted.get(account_id) != lane.account:
                    self._end(self._lanes.pop(account_id))
            for account in wanted.values():
                if account.id not in self._lanes:
                    await self._open(account)

    def _end(self, lane: Lane) -> None:
        """It claims nothing more; what it is handing over may take its time, and nobody waits for that."""
        ending = asyncio.create_task(lane.stop(), name=f"end {lane.account.name}")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _open(self, account: channels.Account) -> None:
        plugin = self._plugins.found.get(account.plugin)
        if plugin is None:
            log.error("account %s needs the plugin %s, which is not there", account.name, account.plugin)
            return
        try:
            lane = Lane(self._app, self._workspace, self._setting, account, plugin)
            await lane.start()
        except Exception:  # one account that does not open stops no other
            log.exception("account %s was not opened", account.name)
            return
        self._lanes[account.id] = lane

    async def _follow(self) -> None:
        name, ear = f"accounts {self._workspace.name}", self._workspace.accounts.ear()
        while True:
            self._app.watch.beat(name)
            await ear.wait(LOOK)
            try:
                await self.look_at_accounts()
            except Exception:  # the tick is one of the rims
                log.exception("the accounts of %s were not looked at", self._workspace.name)
                await asyncio.sleep(1)

    async def _import(self) -> None:
        """Files and what is done to many go on slice by slice, whenever nothing else wants to write."""
        database, ear = self._workspace.database, self._workspace.imports.ear()
        while True:
            try:
                is_on = await database.write(
                    lambda tx: flow.advance_import(tx, self._setting, self._app.clock.now()), Queue.BULK
                )
                is_on |= await database.write(
                    lambda tx: flow.advance_bulk(tx, self._setting, self._app.clock.now()), Queue.BULK
                )
                is_on |= await database.write(
                    lambda tx: flow.advance_segments(tx, self._setting, self._app.clock.now()), Queue.BULK
                )
            except asyncio.CancelledError:
                raise
            except Exception:  # the tick is one of the rims
                log.exception("a slice of an import or a bulk action of %s was not written", self._workspace.name)
                is_on = False
            if not is_on:
                await ear.wait(LOOK)

    async def _walk(self) -> None:
        database, name = self._workspace.database, f"timers {self._workspace.name}"
        ear = self._workspace.timers.ear()
        while True:
            self._app.watch.beat(name)
            try:
                count = await database.write(self._step, Queue.TIMERS)
            except asyncio.CancelledError:
                raise
            except Exception:  # the tick is one of the rims: time goes on
                log.exception("a walk failed")
                await asyncio.sleep(1)
                continue
            if count:
                self._workspace.lanes.ring()
                continue
            await ear.wait(await self._pause())

    def _step(self, tx: Tx) -> int:
        now = self._app.clock.now()
        if now - self._finished_at >= FINISH_EVERY:
            self._finished_at = now
            campaigns.finish(tx, now)
        has_advanced = flow.advance(tx, self._setting, now) + flow.advance_campaign(tx, self._setting, now)
        has_advanced += flow.pass_time(tx, self._setting, now)
        return flow.walk(tx, self._setting, now, limit=WALK) + has_advanced

    async def _pause(self) -> float:
        """Seconds until something falls due, at most the polling interval."""
        due = await self._workspace.database.read(lambda tx: [journeys.next_due(tx), segments.next_due(tx)])
        first, every = min((at for at in due if at is not None), default=None), self._app.settings.timers_every
        return every if first is None else min(every, max(0.0, (first - self._app.clock.now()) / 1_000))


def _config(account: channels.Account) -> dict[str, object]:
    return dict(msgspec.json.decode(account.config))


class Worker:
    """All workspaces of a process. The scheduler only rings; what is due is a query."""

    def __init__(self, app: App, settings: dict[str, flow.Setting]) -> None:
        folders = [Path(app.settings.plugins)] if app.settings.plugins else []
        self._plugins = loader.load(folders)
        for where, problem in self._plugins.problems.items():
            log.error("plugin %s was not loaded: %s", where, problem)
        self._app, self._settings = app, settings
        self._workers = list[WorkspaceWorker]()
        self._every, self._beat_every = app.settings.timers_every, min(BEAT, app.settings.takeover_after / 6)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")

    async def start(self) -> None:
        for name in list(self._app.workspaces):
            await self.add(name)
        self._scheduler.add_job(self._ring, "interval", seconds=self._every, id="ring")
        self._scheduler.add_job(self._tidy, "interval", hours=1, id="tidy")
        self._scheduler.start()

    async def add(self, name: str) -> None:
        """Go to work in a workspace that the app has open; it may come later than the others."""
        worker = WorkspaceWorker(self._app, self._app.workspaces[name], self._plugins, self._settings[name])
        await worker.start()
        self._workers.append(worker)
        self._scheduler.add_job(worker.beat, "interval", seconds=self._beat_every, id=f"beat {name}")
        self._scheduler.add_job(worker.poll, "interval", seconds=5, id=f"poll {name}")

    async def _tidy(self) -> None:
        now = self._app.clock.now()
        for database in (self._app.system, *(one.database for one in self._app.workspaces.values())):
            await database.write(lambda tx: idempotency.forget(tx, now), Queue.BULK)
        for workspace in self._app.workspaces.values():
            await workspace.database.write(lambda tx: ledger.forget(tx, now), Queue.BULK)
            await workspace.database.write(lambda tx: channels.forget_mail(tx, now), Queue.BULK)

    async def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def _ring(self) -> None:
        for workspace in self._app.workspaces.values():
            workspace.timers.ring()
            workspace.lanes.ring()
