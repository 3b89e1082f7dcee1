"""Segment's tracking API: answered with 200 only when the call is durable and has had its consequences."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any, cast

import msgspec
from litestar import asgi
from litestar.types import Receive, Scope, Send

from tidings import flow
from tidings.events import calls, decoding
from tidings.http import problems
from tidings.http.served import Served, Unknown
from tidings.runtime.errors import Busy, Forbidden, Invalid

_OK = b'{"success": true}'
_MAX_BODY = decoding.MAX_BATCH + 1_000
_key_in_body = msgspec.json.Decoder(decoding.WriteKey)


async def _body(scope: Scope, receive: Receive) -> bytes:
    parts, size = list[bytes](), 0
    while True:
        message = cast(dict[str, Any], await receive())
        part = message.get("body", b"")
        size += len(part)
        if size > _MAX_BODY:
            raise decoding.TooLarge(f"A request has at most {decoding.MAX_BATCH // 1000} kB.")
        parts.append(part)
        if not message.get("more_body"):
            break
    raw = b"".join(parts)
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding", b"").lower() != b"gzip":
        return raw
    expander = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = expander.decompress(raw, _MAX_BODY)
    except zlib.error as error:
        raise Invalid.at("", f"is not gzip: {error}.") from error
    if expander.unconsumed_tail:
        raise decoding.TooLarge(f"A request has at most {decoding.MAX_BATCH // 1000} kB when unpacked.")
    return plain


def _key(scope: Scope, body: bytes) -> str:
    """The write key: user name of Basic auth, Bearer, or `writeKey` in the body."""
    scheme, _, rest = dict(scope["headers"]).get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            raise Unknown("The Authorization header is not Basic auth.") from None
    if scheme.lower() == b"bearer":
        return rest.decode("latin-1").strip()
    try:
        return _key_in_body.decode(body).write_key
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


async def _take(served: Served, kind: str, scope: Scope, receive: Receive) -> None:
    body = await _body(scope, receive)
    text = _key(scope, body)
    key = await served.key(text) if text else None
    if key is None:
        raise Unknown("This write key is not known." if text else "Send the write key as user name of Basic auth.")
    if key.scope not in ("browser", "track", "api", "admin"):
        raise Forbidden(f"A key of scope {key.scope} cannot write events.")
    workspace, now = served.app.workspace(key.workspace), served.app.clock.now()
    if workspace.database.waiting() > served.app.settings.backlog:
        raise Busy("Too many calls wait to be written. Send this one again.", retry_after=2)
    who, rejected = cast(calls.Scope, key.scope), list[calls.Rejected]()
    if kind == "batch":
        found, rejected = decoding.many(body, now, who)
    else:
        found = [decoding.one(cast(calls.Kind, kind), body, now, who)]
    setting = served.settings[key.workspace]
    await workspace.database.write(lambda tx: flow.ingest(tx, found, rejected, setting, now))
    workspace.timers.ring()


async def _answer(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    start = {"type": "http.response.start", "status": status, "headers": pairs}
    await send(cast(Any, start))
    await send(cast(Any, {"type": "http.response.body", "body": body}))


_CORS = {"access-control-allow-origin": "*", "access-control-allow-headers": "authorization, content-type"}


@asgi([f"/v1/{kind}" for kind in (*decoding.KINDS, "batch")], is_mount=False, copy_scope=False)
async def ingest(scope: Scope, receive: Receive, send: Send) -> None:
    """One door for all calls; the last part of the path is the kind."""
    served: Served = scope["litestar_app"].state["served"]
    headers = {"content-type": "application/json"} | _CORS
    method = cast(dict[str, Any], scope)["method"]
    if method != "POST":
        status = 204 if method == "OPTIONS" else 405
        await _answer(send, status, b"", headers | {"allow": "POST, OPTIONS"})
        return
    try:
        await _take(served, scope["path"].rstrip("/").rpartition("/")[2], scope, receive)
    except Exception as error:  # the request is one of the rims
        status, problem, more = problems.body(error)
        headers |= {"content-type": "application/problem+json"} | more
        await _answer(send, status, msgspec.json.encode({"success": False} | problem), headers)
        return
    await _answer(send, 200, _OK, headers)
