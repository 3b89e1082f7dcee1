"""The demo lives while the server runs: every few seconds somebody comes by, and messages that leave are answered."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Awaitable, Callable

from tidings import flow
from tidings.channels import loader
from tidings.demo import habits, making
from tidings.demo.acting import LAST, Acting, somebody
from tidings.demo.history import LIVED, Stopped
from tidings.demo.people import newcomer
from tidings.messages import service as messages
from tidings.messages.models import State
from tidings.runtime.app import App, Workspace, leave, write_setting
from tidings.runtime.clock import HOUR, SECOND
from tidings.runtime.database import Queue

log = logging.getLogger("tidings.demo")
BETWEEN = (2.0, 7.0)
"""Seconds between two visitors."""
NEWCOMERS = 0.015
"""Of the visitors, those who are new and sign up."""
EAGER = 0.08
"""Most only look: otherwise an hour would hold as many carts as a week did."""
REMEMBERED = 500
"""Messages that left lately, of which some may still wait for an answer."""


class Living:
    """The demo of a running server; `opened` is told when the workspace is there, `lost` when there will be none."""

    def __init__(
        self,
        app: App,
        opened: Callable[[Workspace], Awaitable[flow.Setting]],
        lost: Callable[[], None],
        size: making.Size | None = None,
    ) -> None:
        self._app, self._opened, self._lost, self._size = app, opened, lost, size
        self._dice = random.Random(app.chance.bits(64))
        self._stopping = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._answered = set[int]()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="demo")

    async def stop(self) -> None:
        self._stopping.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        preparing = asyncio.ensure_future(asyncio.to_thread(self._prepare))
        try:
            workspace = await asyncio.shield(preparing)
        except asyncio.CancelledError:
            (found,) = await asyncio.gather(preparing, return_exceptions=True)  # the thread sees that it is to stop
            if isinstance(found, Workspace):
                leave(self._app, found)
                found.database.close()
            raise
        except Exception:  # a demo that cannot be made stops nothing else
            log.exception("the demo was not made")
            self._lost()
            return
        setting = await self._opened(workspace)
        log.info("the demo is open")
        acting = Acting(workspace.database, setting, self._dice)
        while True:
            try:
                await self.turn(acting, workspace)
            except Exception:  # the tick is one of the rims
                log.exception("nobody came to the demo")
            await asyncio.sleep(self._dice.uniform(*BETWEEN))

    def _prepare(self) -> Workspace:
        making.make(self._app, self._stopping, self._size)
        making.catch_up(self._app, loader.load().found, self._stopping)
        if self._stopping.is_set():
            raise Stopped
        return making.opened(self._app)

    async def turn(self, acting: Acting, workspace: Workspace) -> None:
        """Somebody comes by; what was planned for now happens."""
        now = self._app.clock.now()
        await self._visit(acting, workspace, now)
        happened = await acting.act(now)
        sent = await workspace.database.read(
            lambda tx: messages.page(tx, before=LAST, limit=REMEMBERED, state=State.SENT)
        )
        fresh = [one.id for one in sent if one.id not in self._answered and (one.sent_at or 0) > now - HOUR]
        self._answered.update(fresh)
        await acting.answer(fresh)
        await workspace.database.write(lambda tx: write_setting(tx, LIVED, now, now), Queue.BULK)
        if happened:
            workspace.timers.ring()

    async def _visit(self, acting: Acting, workspace: Workspace, now: int) -> None:
        if self._dice.random() < NEWCOMERS:
            person = newcomer(self._dice, f"n{now}", now)
            acting.agenda.calls(habits.joining(self._dice, person, now))
            acting.agenda.calls(habits.visit(self._dice, person, now + 20 * SECOND, eager=EAGER))
            return
        found = await workspace.database.read(lambda tx: somebody(tx, self._dice))
        if found is not None:
            acting.agenda.calls(habits.visit(self._dice, found, now, eager=EAGER))
