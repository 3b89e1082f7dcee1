"""System over HTTP: what whoever runs the server wants to know."""

from __future__ import annotations

import platform

from litestar import get
from msgspec import Struct

from tidings import __version__
from tidings.contacts import service as contacts
from tidings.http.hooks import plugins
from tidings.http.operations import LATE, backlog, lag
from tidings.http.served import AnyRequest, database, now, served, setting, workspace


class Loop(Struct, kw_only=True):
    """Something that turns, and how many seconds ago it last did."""

    name: str
    age: float
    is_stuck: bool


class PluginFound(Struct, kw_only=True):
    """A kind of channel that is here, or what kept it from being."""

    name: str
    problem: str = ""


class KeptValues(Struct, kw_only=True):
    """An attribute that live segments ask about: its values are kept, so that people are found by them at once."""

    path: str
    state: str
    rows: int
    progress: float


class SystemPage(Struct, kw_only=True):
    """Health, lag and versions; lags in seconds."""

    version: str
    python: str
    store: str
    is_well: bool
    lag: float
    message_lag: float
    waiting_units: int
    loops: list[Loop]
    plugins: list[PluginFound]
    kept_values: list[KeptValues]
    public_url: str
    is_public_url_fixed: bool


@get("/system", tags=["operations"])
async def system(request: AnyRequest) -> SystemPage:
    """Whether everything turns, and how late it is."""
    here, at, found = served(request).app, now(request), plugins(request)
    stuck, ages = here.watch.stuck(), here.watch.ages()
    due, waits = await lag(workspace(request), at), await backlog(workspace(request), at)
    kept = await database(request).read(contacts.values.report)
    named = [PluginFound(name=one.meta.name) for one in found.found.values()]
    named += [PluginFound(name=where, problem=problem) for where, problem in found.problems.items()]
    return SystemPage(
        version=__version__,
        python=platform.python_version(),
        store="Postgres" if here.settings.database_url else "SQLite",
        is_well=not stuck and due < LATE,
        lag=round(due, 1),
        message_lag=round(waits, 1),
        waiting_units=database(request).waiting(),
        loops=[Loop(name=name, age=round(age, 1), is_stuck=name in stuck) for name, age in ages.items()],
        plugins=named,
        kept_values=[KeptValues(path=one.path, state=one.state, rows=one.rows, progress=one.progress) for one in kept],
        public_url=setting(request).address,
        is_public_url_fixed=bool(here.settings.public_url),
    )
