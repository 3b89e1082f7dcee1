"""Readiness over HTTP: what is there for sending, what is missing, and where it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from litestar import get
from msgspec import Struct

from tidings.channels import Sending, service as channels
from tidings.channels.mail.domains import Unanswered
from tidings.flow import readiness
from tidings.http import checks
from tidings.http.hooks import plugins
from tidings.http.operations import lag
from tidings.http.served import AnyRequest, database, now, served, setting, workspace
from tidings.runtime.errors import Invalid

KEPT = 60.0
"""Seconds for which what became of a look outside is remembered."""
PATIENCE = 4.0
MOST = 5
"""Domains that are looked at."""
_WRONG = ("missing", "wrong")


class Readiness(Struct, kw_only=True):
    """Everything that sending needs; ready when nothing is missing."""

    is_ready: bool
    missing: int
    items: list[readiness.ReadyPart]


@get("/readiness", tags=["workspace"])
async def show_readiness(request: AnyRequest) -> Readiness:
    """What is ready to send and what is not: the public address, a sender, its domain and a test by it, the postal address, a
    topic, people, consent, something to send, and the loops. The public address and DNS are asked once a minute at most."""
    at, here = now(request), served(request).app
    address = setting(request).address
    have = await database(request).read(lambda tx: readiness.stock(tx, at))
    problem, domains = await asyncio.gather(_problem(request, address), _domains(request))
    around = readiness.Surroundings(
        address=address,
        problem=problem,
        domains=domains,
        stuck=here.watch.stuck(),
        late=await lag(workspace(request), at),
        is_working=bool(here.watch.ages()),
    )
    items = readiness.parts(have, around)
    missing = sum(one.state == "missing" for one in items)
    return Readiness(is_ready=missing == 0, missing=missing, items=items)


async def _kept(request: AnyRequest, name: str, asked: Callable[[], Awaitable[str]]) -> str:
    """What became of a look at the world outside, remembered for a minute; it never takes longer than `PATIENCE`."""
    here = served(request)
    until, known = here.looks.get(name, (0.0, ""))
    if here.app.clock.monotonic() < until:
        return known
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asked()
    except TimeoutError:
        found = f"There was no answer within {PATIENCE:.0f} seconds."
    if len(here.looks) > 1_000:
        here.looks.clear()
    here.looks[name] = (here.app.clock.monotonic() + KEPT, found)
    return found


async def _problem(request: AnyRequest, address: str) -> str | None:
    """Why the public address does not lead here; empty when it does, None where nobody outside reaches it anyway."""
    if readiness.is_local(address):
        return None

    async def asked() -> str:
        found = await checks.looked_up(request)
        return "" if found.ok else found.told

    return await _kept(request, f"address {address}", asked)


async def _domains(request: AnyRequest) -> list[readiness.Domain]:
    """What DNS says of each domain that we send from."""
    senders = checks.sendings(await database(request).read(channels.accounts), plugins(request))

    async def seen(name: str) -> readiness.Domain:
        async def asked() -> str:
            return await _looked(name, senders, served(request).app.settings.dns)

        return readiness.Domain(name=name, problem=await _kept(request, f"domain {name}", asked))

    names = sorted({one.domain for one in senders.values()})[:MOST]
    return list(await asyncio.gather(*map(seen, names)))


async def _looked(domain: str, senders: dict[str, Sending], dns: str) -> str:
    """What receivers miss of a domain, in a sentence; empty: nothing."""
    try:
        seen = await checks.examined(domain, senders, dns)
    except Unanswered as error:
        return f"It could not be looked up: {error}."
    except Invalid as error:
        return str(error)
    wrong = dict.fromkeys(part.name for one in seen for part in one.findings if part.verdict in _WRONG)
    return "" if all(one.is_ready for one in seen) else f"To be mended: {', '.join(wrong)}."
