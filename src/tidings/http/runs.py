"""People's ways through journeys over HTTP: one, those that failed, and mending them."""

from __future__ import annotations

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from tidings.contacts import service as contacts
from tidings.http.paging import before, cursor_of
from tidings.http.served import AnyRequest, database, now, once, shown, workspace
from tidings.http.shapes import gives, pages, shape, wider
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.messages.models import Decision
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound

RUN = wider(
    journeys.Run,
    "WholeRun",
    journey=str,
    contact=str,
    tokens=list[shape(journeys.TokenRow, "Token")],  # type: ignore[misc]
    decisions=list[shape(Decision)],  # type: ignore[misc]
)
FAILED = wider(journeys.Run, "FailedRun", journey=str, contact=str, step=str, error=str)


class Runs(Controller):
    """People's ways through journeys."""

    path = "/runs"
    tags = ("journeys",)

    @get("/failed", responses=pages(FAILED))
    async def failed(
        self, request: AnyRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = 100
    ) -> dict[str, Any]:
        """Runs that rest until somebody retries or skips, with the step and the words of the failure; newest first."""
        limit, at = max(1, min(limit, 500)), before(cursor)[1]
        items = await database(request).read(lambda tx: _failed(tx, limit, at))
        return {"items": items, "next": cursor_of(0, items[-1]["id"]) if len(items) >= limit else None}

    @get("/{run_id:int}", responses=gives(RUN))
    async def show(self, request: AnyRequest, run_id: FromPath[int]) -> dict[str, Any]:
        """One run, where it stands, what it waits for, and what was decided about it."""
        return await database(request).read(lambda tx: _run(tx, run_id))

    @post("/{run_id:int}/{how:str}", status_code=200, responses=gives(RUN))
    async def mend(self, request: AnyRequest, run_id: FromPath[int], how: FromPath[str]) -> dict[str, Any]:
        """`retry` the failed step, or `skip` it."""
        if how not in ("retry", "skip"):
            raise NotFound(f"A run can be retried or skipped, not {how!r}.")
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            journeys.retry(tx, run_id, at, is_skipping=how == "skip")
            return _run(tx, run_id)

        found = await once(request, unit)
        workspace(request).timers.ring()
        return found


def _failed(tx: Tx, limit: int, at: int) -> list[dict[str, Any]]:
    runs, names = journeys.failed(tx, limit, at), {row.id: row.name for row in journeys.journeys(tx)}
    where = journeys.failures_of(tx, [run.id for run in runs])
    people = contacts.labels(tx, [run.contact_id for run in runs])
    found = list[dict[str, Any]]()
    for run in runs:
        failure = where.get(run.id)
        more = {"journey": names.get(run.journey_id, ""), "contact": people.get(run.contact_id, "")}
        words = {"step": failure.step if failure else "", "error": failure.error if failure else run.reason}
        found.append(shown(run) | more | words)
    return found


def _run(tx: Tx, run_id: int) -> dict[str, Any]:
    run, tokens = journeys.run(tx, run_id)
    names = {row.id: row.name for row in journeys.journeys(tx)}
    decisions = messages.decisions_of(tx, run.contact_id, "run", run_id)
    return shown(run) | {
        "journey": names.get(run.journey_id, ""),
        "contact": contacts.labels(tx, [run.contact_id]).get(run.contact_id, ""),
        "tokens": [shown(token) for token in tokens],
        "decisions": [shown(decision) for decision in decisions],
    }
