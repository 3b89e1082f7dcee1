"""Health for machines: alive, ready, and numbers for Prometheus."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Response, get
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tidings.http.served import AnyRequest, served
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.app import Workspace
from tidings.segments import service as segments

LATE = 60.0
"""Seconds that the oldest due step may wait before the server says that it is not well."""


async def lag(workspace: Workspace, now: int) -> float:
    """Seconds for which the oldest due step has waited."""
    due = await workspace.database.read(journeys.next_due)
    return max(0.0, (now - due) / 1_000) if due is not None else 0.0


async def backlog(workspace: Workspace, now: int) -> float:
    """Seconds for which the oldest message has waited that its account could send; pace makes it wait in good order."""
    due = await workspace.database.read(lambda tx: messages.oldest_due(tx, now))
    return (now - due) / 1_000 if due is not None else 0.0


@get("/healthz", media_type=MediaType.TEXT, sync_to_thread=False, include_in_schema=False)
def alive() -> str:
    """The process answers."""
    return "ok\n"


@get("/readyz", include_in_schema=False)
async def ready(request: AnyRequest) -> Response[dict[str, Any]]:
    """The store answers, the loops turn, and what is due is being done."""
    app = served(request).app
    now, workspaces = app.clock.now(), app.workspaces
    lags = {name: await lag(workspace, now) for name, workspace in workspaces.items()}
    waits = {name: await backlog(workspace, now) for name, workspace in workspaces.items()}
    stuck = app.watch.stuck()
    is_ready = not stuck and all(seconds < LATE for seconds in lags.values())
    body = {"ready": is_ready, "lag_seconds": lags, "message_lag_seconds": waits}
    body |= {"stuck": stuck, "loops": app.watch.ages()}
    return Response(body, status_code=200 if is_ready else 503)


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """What stands where, in Prometheus' text format."""
    app, registry = served(request).app, CollectorRegistry()
    lags = Gauge("tidings_lag_seconds", "How long the oldest due step has waited", ["workspace"], registry=registry)
    oldest = Gauge("tidings_message_lag_seconds", "How long the oldest message waits", ["workspace"], registry=registry)
    states = Gauge("tidings_messages", "Messages by state", ["workspace", "state"], registry=registry)
    waiting = Gauge("tidings_store_waiting", "Units that wait for the writer", ["workspace"], registry=registry)
    differing = Gauge(
        "tidings_segment_differences",
        "Memberships that the last nightly check put right",
        ["workspace"],
        registry=registry,
    )
    checked = Gauge(
        "tidings_segment_check_timestamp_seconds", "When the last nightly check ended", ["workspace"], registry=registry
    )
    for name, workspace in app.workspaces.items():
        check = await workspace.database.read(segments.last_check)
        if check is not None and check.ended_at is not None:
            differing.labels(name).set(check.differences)
            checked.labels(name).set(check.ended_at / 1_000)
        lags.labels(name).set(await lag(workspace, app.clock.now()))
        oldest.labels(name).set(await backlog(workspace, app.clock.now()))
        waiting.labels(name).set(workspace.database.waiting())
        for state, count in (await workspace.database.read(messages.counts)).items():
            states.labels(name, state).set(count)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")
