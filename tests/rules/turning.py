"""When the answer of a rule changes by itself, asked of a batch with everything that a question may bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from tidings.rules.evaluate import BATCH, Asked, Compiled
from tidings.rules.tree import Condition, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Statement


class _Turn(Struct, frozen=True, array_like=True):
    key: int
    at: int | None


def turning(tx: Tx, rule: Condition, batch: Sequence[Asked], now: int) -> dict[int, int | None]:
    """Key -> the instant after now at which the answer may change by itself; None where it never does."""
    turns: dict[int, int | None] = {asked.key: None for asked in batch}
    scope: Any = Scope(tx.dialect)
    boundary = rule.boundary(scope)
    if boundary is not None and batch:
        text = Statement("turning", f"select b.key, {boundary} {BATCH}")
        question = Compiled(text, scope.parameters, scope.moving)
        rows = tx.rows(text, _Turn, batch=list(batch), now=now, **question.bound(tx, now))
        turns |= {row.key: row.at for row in rows}
    return turns
