"""Live: what changed, told by server-sent events; the interface asks again for what it shows of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from litestar import get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tidings.analytics import service as analytics
from tidings.http.served import AnyRequest, Served, database, served
from tidings.runtime.database import Database

SECONDS = 1.0
"""How often is looked; a listener hears nothing while nothing changes, but a sign of life now and then."""
SILENCE = 15
"""After so many looks without a change the pulse is told again, so that proxies keep the line open."""


async def _pulses(here: Served, store: Database) -> AsyncIterator[ServerSentEventMessage]:
    known, silent = dict[str, str](), SILENCE
    while not here.is_stopping:
        found = await store.read(analytics.pulse)
        silent += 1
        if found != known or silent >= SILENCE:
            known, silent = found, 0
            yield ServerSentEventMessage(data=msgspec.json.encode(found).decode(), event="pulse")
        await asyncio.sleep(SECONDS)


@get("/live", tags=["live"], include_in_schema=False)
async def live(request: AnyRequest) -> ServerSentEvent:
    """A word for each thing that people look at (events, contacts, messages, runs, alerts, accounts, documents, inbox);
    it changes when that changed."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return ServerSentEvent(_pulses(served(request), database(request)), headers=headers)
