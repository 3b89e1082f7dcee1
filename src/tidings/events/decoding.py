"""Segment's calls as they arrive: checked, brought to our units; a wrong one never spoils the others. Pure."""

from __future__ import annotations

import math
import re
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from tidings.events.calls import Call, Kind, Rejected, Scope
from tidings.runtime.errors import Invalid
from tidings.runtime.ids import from_iso

MAX_CALL, MAX_BATCH, MAX_CALLS = 32_000, 500_000, 2_500
"""Bytes of a call, bytes of a batch, calls in a batch."""
KINDS = ("identify", "track", "page", "screen", "group", "alias")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.S
)
"""Any escape inside JSON; the group is half of a surrogate pair."""
_DEPTH = 20
Identity = str | int | None


class Given(Struct, rename="camel"):
    """A call as Segment's SDKs write it; what we do not know is left alone."""

    type: str = ""
    message_id: str | None = None
    user_id: Identity = None
    anonymous_id: Identity = None
    event: str | None = None
    name: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    timestamp: str | None = None
    sent_at: str | None = None
    previous_id: Identity = None
    group_id: Identity = None
    write_key: str | None = None


class Batch(Struct, rename="camel"):
    """Several calls; each is decoded on its own."""

    batch: list[msgspec.Raw]
    context: dict[str, Any] | None = None
    sent_at: str | None = None
    write_key: str | None = None


class TooLarge(Exception):
    """A call or batch above the limits; the sentence says which."""


class WriteKey(Struct, rename="camel"):
    """Only the key, for those that write it into the body."""

    write_key: str = ""


_given, _batch = msgspec.json.Decoder(Given), msgspec.json.Decoder(Batch)
_WHERE = re.compile(r" - at `\$\.?(.*)`$")


def one(kind: Kind, body: bytes, received_at: int, scope: Scope) -> Call:
    """A single call; `Invalid` names what is wrong, `TooLarge` what is too much."""
    if len(body) > MAX_CALL:
        raise TooLarge(f"A call has at most {MAX_CALL // 1000} kB; this one has {len(body) / 1000:.0f}.")
    return _call(kind, body, "", received_at, None, scope)


def many(body: bytes, received_at: int, scope: Scope) -> tuple[list[Call], list[Rejected]]:
    """A batch: good calls, and wrong ones with their place and reason. `Invalid` when it is no batch at all."""
    if len(body) > MAX_BATCH:
        raise TooLarge(f"A batch has at most {MAX_BATCH // 1000} kB; this one has {len(body) / 1000:.0f}.")
    batch = _decode(_batch, body, "")
    if len(batch.batch) > MAX_CALLS:
        raise TooLarge(f"A batch has at most {MAX_CALLS} calls; this one has {len(batch.batch)}.")
    calls, rejected = list[Call](), list[Rejected]()
    for index, raw in enumerate(batch.batch):
        path, text = f"batch[{index}]", bytes(raw)
        try:
            if len(text) > MAX_CALL:
                raise Invalid.at(path, f"has {len(text) / 1000:.0f} kB; at most {MAX_CALL // 1000}.")
            calls.append(_call("", text, path, received_at, batch.sent_at, scope))
        except Invalid as error:
            shown = _UNFIT.sub("?", text[:MAX_CALL].decode("utf-8", "replace"))
            problem = error.problems[0]
            reason = f"{problem.message} {problem.hint}".strip()
            rejected.append(Rejected(path=problem.path, reason=reason, body=shown))
    return calls, rejected


def _decode(decoder: Any, body: bytes, path: str) -> Any:
    try:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:  # half a pair would spoil the whole batch; as NUL it is refused where it stands
            return decoder.decode(_ESCAPE.sub(lambda found: rb"\u0000" if found[1] else found[0], body))
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        place = ".".join(part for part in (path, where[1] if where else "") if part)
        raise Invalid.at(place, _WHERE.sub("", str(error)) + ".") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid.at(path, f"is not JSON: {error}.") from error


def _call(
    kind: Kind | Literal[""], body: bytes, path: str, received_at: int, sent_at: str | None, scope: Scope
) -> Call:
    given: Given = _decode(_given, body, path)
    prefix = f"{path}." if path else ""
    found = kind or given.type
    if found not in KINDS:
        raise Invalid.at(f"{prefix}type", f"{given.type!r} is not a kind of call.", f"Use one of {', '.join(KINDS)}.")
    user, anonymous = _identity(given.user_id), _identity(given.anonymous_id)
    if not user and not anonymous:
        raise Invalid.at(f"{prefix}userId", "is missing, and so is anonymousId.", "A call says who it is about.")
    if found == "track" and not given.event:
        raise Invalid.at(f"{prefix}event", "is missing.", "A track call names its event.")
    name = (given.event if found == "track" else given.name) or ""
    previous, group = _identity(given.previous_id), _identity(given.group_id)
    texts = {"userId": user, "anonymousId": anonymous, "event": name, "messageId": given.message_id or ""}
    texts |= {"previousId": previous, "groupId": group}
    for field, text in texts.items():
        fit(text, prefix + field, limit=255)
    properties = dict(given.properties or {})
    if found in ("page", "screen") and given.name:
        properties.setdefault("name", given.name)
    if found == "group":
        properties.setdefault("group_id", group)
    for field, value in (("properties", properties), ("traits", given.traits), ("context", given.context)):
        fit(value, prefix + field)
    context = given.context or {}
    return Call(
        kind=cast(Kind, found),
        message_id=given.message_id or "",
        user_id=user,
        anonymous_id=anonymous,
        name=name,
        at=_at(given, sent_at, received_at, prefix),
        received_at=received_at,
        properties=_text(properties),
        traits=_text(given.traits or context.get("traits") or {} if found != "track" else {}),
        context=_text(context),
        previous_id=previous,
        group_id=group,
        scope=scope,
    )


def _identity(value: Identity) -> str:
    return "" if value is None else str(value).strip()


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode() if value else "{}"


def _at(given: Given, batch_sent_at: str | None, received_at: int, prefix: str) -> int:
    """When it happened by our clock: the sender's clock may be wrong, the distance on it is not."""
    if given.timestamp is None:
        return received_at
    at = from_iso(given.timestamp, f"{prefix}timestamp")
    sent = given.sent_at or batch_sent_at
    if sent is not None:
        at += received_at - from_iso(sent, f"{prefix}sentAt")
    if at < 0:
        raise Invalid.at(f"{prefix}timestamp", f"{given.timestamp!r} is before 1970 by our clock.")
    return min(at, received_at)


def fit(value: Any, path: str, *, limit: int = 0, depth: int = 0) -> None:
    """What no database keeps is refused here, with its place."""
    if depth > _DEPTH:
        raise Invalid.at(path, f"is nested more than {_DEPTH} deep.")
    if isinstance(value, str):
        if _UNFIT.search(value):
            raise Invalid.at(path, "has a NUL character or half of a surrogate pair.")
        if limit and len(value) > limit:
            raise Invalid.at(path, f"has more than {limit} characters.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            fit(key, path or "key")
            fit(inner, f"{path}.{key}".lstrip("."), depth=depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            fit(inner, f"{path}[{index}]", depth=depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Invalid.at(path, "is not a finite number.")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise Invalid.at(path, "is too large a number.")
