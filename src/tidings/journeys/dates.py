"""Waits for a date of the person move with it: when the date changes, the step looks again in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tidings.journeys.live import Live, queries
from tidings.runtime.database import Tx


def follow(tx: Tx, changed: Mapping[int, Sequence[str]], now: int, live: Live) -> None:
    """Tokens that wait until a date of these people (contact -> changed paths) are looked at again, by the next walk."""
    people: dict[str, set[int]] = {}
    for contact_id, paths in changed.items():
        for name in {path.partition(".")[0] for path in paths}:
            if name in live.dated:
                people.setdefault(name, set()).add(contact_id)
    for name, ids in people.items():
        places = [{"version_id": version_id, "step": step} for version_id, step in live.dated[name]]
        tx.run(queries.look_again, places=places, ids=sorted(ids), now=now)
