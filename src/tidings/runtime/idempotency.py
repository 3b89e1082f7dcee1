"""A request that is sent twice with the same key has its effect once; the second gets the first answer.

The row is written in the transaction of the effect, so both are there or neither; each store has its own table
(CORRECTNESS 10).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec
from msgspec import Struct

from tidings.runtime import sql
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, Invalid

queries = sql.load("tidings.runtime")
T = TypeVar("T")
KEPT_FOR = DAY
MAX_KEY = 255


class Asked(Struct, frozen=True, kw_only=True):
    """Who sent which request under which key; `request_hash` covers method, path and body."""

    actor: str
    key: str
    request_hash: str


class _Kept(Struct, frozen=True, array_like=True):
    request_hash: str
    body: str


def asked(actor: str, key: str, *parts: bytes) -> Asked:
    """What is kept of a request."""
    if len(key) > MAX_KEY or not key.isprintable():
        raise Invalid.at("Idempotency-Key", f"has more than {MAX_KEY} characters, or some that cannot be printed.")
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return Asked(actor=actor, key=key, request_hash=digest.hexdigest())


def once(tx: Tx, request: Asked, unit: Callable[[Tx], T], now: int, *, is_secret: bool = False) -> T:
    """The answer of `unit`, or of the request that came first with this key. A secret answer is not kept."""
    if not tx.run(queries.keep_request, now=now, **_names(request), request_hash=request.request_hash):
        kept = tx.row(queries.kept_request, _Kept, **_names(request))
        if kept is None or kept.request_hash != request.request_hash:
            raise Conflict(f"The Idempotency-Key {request.key!r} was used for another request.")
        if not kept.body:
            raise Conflict(f"The request with the Idempotency-Key {request.key!r} was done; its answer was shown once.")
        return cast(T, msgspec.json.decode(kept.body))  # as it was encoded: units answer with what JSON has
    answer = unit(tx)
    if not is_secret:
        tx.run(queries.keep_answer, **_names(request), body=msgspec.json.encode(answer).decode())
    return answer


def _names(request: Asked) -> dict[str, str]:
    return {"actor": request.actor, "key": request.key}


def forget(tx: Tx, now: int) -> None:
    """Keys are good for a day."""
    tx.run(queries.forget_requests, before=now - KEPT_FOR)
