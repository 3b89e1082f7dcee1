"""The verbs of bulk: begin, go on, stop, undo, look back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tidings.bulk.models import Deed
from tidings.runtime import sql
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, NotFound

queries = sql.load("tidings.bulk")
SLICE = 100
"""People of one slice; a unit aims at 20 ms."""
LAST = 2**62


class Job(Struct, frozen=True, array_like=True):
    """Something that is done to many; `deed` and `chosen` are JSON text. It goes from the newest person to the oldest."""

    id: int
    deed: str
    chosen: str
    state: str
    """running, stopped, done, undoing or undone."""
    total: int
    is_exact: int
    position: int
    """The last contact that is done; while it is undone, the same the other way."""
    seen_count: int
    changed_count: int
    created_at: int
    ended_at: int | None
    actor: str

    @property
    def what(self) -> Deed:
        """What is done to each."""
        return msgspec.json.decode(self.deed, type=Deed)

    @property
    def whom(self) -> dict[str, Any]:
        """To whom, as flow wrote it."""
        return msgspec.json.decode(self.chosen, type=dict[str, Any])

    @property
    def change_set(self) -> int:
        """Its changes in the history of people; imports count upwards, this counts downwards, so that none is another's."""
        return -self.id

    @property
    def source(self) -> str:
        """What consent and suppressions name as the one that brought them."""
        return f"bulk {self.id}"


def begin(
    tx: Tx, deed: Deed, chosen: dict[str, Any], now: int, *, total: int, is_exact: bool, position: int, actor: str
) -> Job:
    """It begins; `position`: people with a higher id came later and are left alone."""
    tx.run(queries.forget_touched, before=now - DAY, limit=SLICE)
    (job_id,) = tx.new_ids("bulk_job", 1)
    tx.run(
        queries.insert_job,
        id=job_id,
        deed=msgspec.to_builtins(deed),
        chosen=chosen,
        total=total,
        is_exact=int(is_exact),
        position=position,
        now=now,
        actor=actor,
    )
    return get(tx, job_id)


def get(tx: Tx, job_id: int) -> Job:
    """One of them."""
    found = tx.row(queries.find_job, Job, id=job_id)
    if found is None:
        raise NotFound(f"There is no bulk action {job_id}.")
    return found


def page(tx: Tx, *, before: int, limit: int) -> list[Job]:
    """What was done to many, newest first."""
    return tx.rows(queries.page_jobs, Job, before=before, limit=limit)


def working(tx: Tx) -> Job | None:
    """What goes on now."""
    return tx.row(queries.working_job, Job)


def advance(tx: Tx, job: Job, position: int, *, seen: int, changed: Sequence[int]) -> None:
    """These people are done."""
    tx.run(queries.advance, id=job.id, position=position, seen=seen, changed=len(changed))
    if changed and job.state == "running":
        tx.run(queries.touch, id=job.id, ids=sorted(changed))


def touched(tx: Tx, job: Job) -> list[int]:
    """The next of whom it changed, while it is undone."""
    return tx.values(queries.touched, id=job.id, after=job.position, limit=SLICE)


def stop(tx: Tx, job_id: int, now: int) -> Job:
    """It goes no further; what it has done stays, and can be undone."""
    job = get(tx, job_id)
    if job.state != "running":
        raise Conflict(f"Bulk action {job_id} is {job.state}; only one that runs is stopped.")
    return end(tx, job, "stopped", now)


def undo(tx: Tx, job_id: int, now: int) -> Job:
    """What it changed is as before, where nobody has changed it since; for a day."""
    job = get(tx, job_id)
    if job.state not in ("done", "stopped"):
        raise Conflict(f"Bulk action {job_id} is {job.state}; one that is done or stopped is undone.")
    if job.ended_at is not None and now - job.ended_at > DAY:
        raise Conflict(f"Bulk action {job_id} ended more than a day ago and is undone no more.")
    tx.run(queries.set_state, id=job.id, state="undoing", ended_at=None)
    return get(tx, job_id)


def end(tx: Tx, job: Job, state: Literal["done", "stopped", "undone"], now: int) -> Job:
    """It is over."""
    tx.run(queries.set_state, id=job.id, state=state, ended_at=now)
    return get(tx, job.id)
