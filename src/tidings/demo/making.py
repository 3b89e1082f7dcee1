"""The demo's workspace is put into place: made apart and whole, or continued where it stopped; then it is opened."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from typing import Any

import msgspec

from tidings.channels import Channel, loader
from tidings.demo import shop
from tidings.demo.acting import everybody
from tidings.demo.habits import life
from tidings.demo.history import LIVED, History
from tidings.demo.people import RECENT, people
from tidings.runtime import scratch
from tidings.runtime.app import (
    DEMO,
    App,
    Workspace,
    WorkspaceRow,
    add_workspace,
    leave,
    open_workspace,
    read_settings,
    workspace_in,
    write_setting,
)
from tidings.runtime.clock import DAY, MINUTE, VirtualClock
from tidings.runtime.database import Database, Tx
from tidings.runtime.ids import incarnation
from tidings.runtime.watch import Watch

log = logging.getLogger("tidings.demo")
ROW = WorkspaceRow(DEMO, shop.TITLE, 1)
CATCH_UP = 14 * DAY
"""How much of a time in which nobody ran it is lived through afterwards; what was before stays quiet."""
NAP = 5 * MINUTE
"""A time that is too short to be missed."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much of it there is, and by which dice."""

    people: int = 2_000
    days: int = 90
    seed: int = 1


def make(app: App, stopping: threading.Event, size: Size | None = None) -> None:
    """Make the workspace if it is not there, and list it; `Stopped` when the server ends first. Takes seconds, in a thread
    of its own: nothing of it is seen before it is whole."""
    size = size or Size()
    with scratch.made_apart(app.settings, f"ws_{DEMO}") as database:
        if database is not None:
            log.info("the demo is being made; it opens in some seconds")
            _fill(app, database, stopping, size)
    app.system.write_now(lambda tx: add_workspace(tx, ROW, app.clock.now()))


def opened(app: App) -> Workspace:
    """The workspace, open; the app gets it from whoever asked."""
    return open_workspace(app, DEMO)


def catch_up(app: App, plugins: dict[str, type[Channel[Any]]], stopping: threading.Event) -> None:
    """The time in which no server ran is lived through, by the same engine, before the workspace is opened. What an owner
    paused stays paused; of a long time only the last part."""
    with scratch.alone(app.settings, f"ws_{DEMO}"):
        clock = VirtualClock(app.clock.now())
        inside = _aside(app, clock)
        workspace = open_workspace(inside, DEMO)
        try:
            _catch_up(inside, workspace, clock, plugins, stopping)
        finally:
            leave(inside, workspace)
            workspace.database.close()


def _catch_up(
    app: App,
    workspace: Workspace,
    clock: VirtualClock,
    plugins: dict[str, type[Channel[Any]]],
    stopping: threading.Event,
) -> None:
    end, known = clock.now(), workspace.database.read_now(read_settings)
    lived = known.get(LIVED)
    if not isinstance(lived, int) or end - lived < NAP:
        return
    begin = max(lived, end - CATCH_UP)
    log.info("nobody ran the demo for %d minutes; they are lived through now", (end - lived) // MINUTE)
    dice = random.Random(app.chance.bits(64))
    history = History(app, workspace, clock, plugins, dice)
    for person in workspace.database.read_now(everybody):
        history.acting.agenda.calls(life(dice, person, begin, end))
    asyncio.run(history.live(begin, end, stopping, exact=[], breaks=False))


def _aside(app: App, clock: VirtualClock) -> App:
    """The same house with another clock, for a while; it owns nothing of what the server owns."""
    return msgspec.structs.replace(
        app, clock=clock, incarnation=incarnation(app.chance), workspaces={}, watch=Watch(clock), lock=None
    )


def _fill(app: App, database: Database, stopping: threading.Event, size: Size) -> None:
    end = app.clock.now()
    begin = end - size.days * DAY
    clock, dice = VirtualClock(begin), random.Random(size.seed)
    inside = _aside(app, clock)
    workspace = workspace_in(inside, ROW, database)

    def open_shop(tx: Tx) -> None:
        write_setting(tx, "is_demo", True, begin)
        write_setting(tx, "zone", shop.ZONE, begin)
        shop.open_senders(tx, begin)
        shop.publish(tx, begin)

    database.write_now(open_shop)
    history, exact = History(inside, workspace, clock, loader.load().found, dice), list[int]()
    for person in people(dice, size.people, begin, end):
        for call in life(dice, person, begin, end):
            history.acting.agenda.plan(call.at, call)
            if call.name == "Signed Up" and call.at > end - RECENT:
                exact.append(call.at)
    asyncio.run(history.live(begin, end, stopping, exact=exact, breaks=True))
    leave(inside, workspace)
