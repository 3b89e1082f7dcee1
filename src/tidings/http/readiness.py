"""Readiness over HTTP: what is there for sending, what is missing, and where it is mended."""

from __future__ import annotations

import asyncio

from litestar import get
from msgspec import Struct

from tidings.channels.egress import GuardedHttp
from tidings.channels.world import HttpNoAnswer, HttpNotSent
from tidings.flow import readiness
from tidings.http.operations import lag
from tidings.http.served import AnyRequest, database, now, served, setting, workspace

KEPT = 60.0
"""Seconds for which what became of a look at the public address is remembered."""
PATIENCE = 4.0


class Readiness(Struct, kw_only=True):
    """Everything that sending needs; ready when nothing is missing."""

    is_ready: bool
    missing: int
    items: list[readiness.ReadyPart]


@get("/readiness", tags=["workspace"])
async def show_readiness(request: AnyRequest) -> Readiness:
    """What is ready to send and what is not: the public address, a sender and a test by it, the postal address, a topic, people,
    consent, something to send, and the loops. The public address is fetched once a minute at most."""
    at, here = now(request), served(request).app
    address = setting(request).address
    have = await database(request).read(lambda tx: readiness.stock(tx, at))
    around = readiness.Surroundings(
        address=address,
        problem=await _problem(request, address),
        stuck=here.watch.stuck(),
        late=await lag(workspace(request), at),
        is_working=bool(here.watch.ages()),
    )
    items = readiness.parts(have, around)
    missing = sum(one.state == "missing" for one in items)
    return Readiness(is_ready=missing == 0, missing=missing, items=items)


async def _problem(request: AnyRequest, address: str) -> str | None:
    """Why the public address does not answer as this server; empty when it does, None where nobody outside reaches it anyway."""
    if readiness.is_local(address):
        return None
    here = served(request)
    until, known = here.looks.get(address, (0.0, ""))
    if here.app.clock.monotonic() < until:
        return known
    hosts = frozenset(host.strip() for host in here.app.settings.allow_hosts.split(",") if host.strip())
    found = await _fetched(address, hosts)
    here.looks[address] = (here.app.clock.monotonic() + KEPT, found)
    return found


async def _fetched(address: str, hosts: frozenset[str]) -> str:
    http = GuardedHttp(hosts)
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await http.request("GET", f"{address}/healthz", timeout=PATIENCE)
    except TimeoutError:
        return f"there was no answer within {PATIENCE:.0f} seconds."
    except (HttpNotSent, HttpNoAnswer) as error:
        return f"{str(error).rstrip('.')}."
    finally:
        await http.close()
    return "" if answer.status == 200 and answer.body.strip() == b"ok" else "something else answers there."
