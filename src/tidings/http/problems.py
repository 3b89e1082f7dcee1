"""Errors as problem details (RFC 9457): what, where, what to do; never a traceback."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from tidings.events.decoding import TooLarge
from tidings.http.served import AnyRequest, Unknown
from tidings.runtime import errors

log = logging.getLogger("tidings.http")
STATUS: dict[type[Exception], tuple[int, str]] = {
    errors.Invalid: (400, "Invalid input"),
    Unknown: (401, "Who are you?"),
    errors.Forbidden: (403, "Not allowed"),
    errors.NotFound: (404, "Not found"),
    errors.Conflict: (409, "Conflict"),
    TooLarge: (413, "Too large"),
    errors.Busy: (429, "Too much at once"),
    errors.StoreUnavailable: (503, "The database does not answer"),
}


def body(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """(status, problem, headers) of an error."""
    if isinstance(error, HTTPException):
        problem = {
            "type": "about:blank",
            "title": type(error).__name__,
            "status": error.status_code,
            "detail": error.detail,
        }
        if isinstance(error.extra, list):
            problem["errors"] = [{"path": one.get("key", ""), "message": one.get("message", "")} for one in error.extra]
        return error.status_code, problem, dict(error.headers or {})
    for kind, (status, title) in STATUS.items():
        if isinstance(error, kind):
            problem = {"type": "about:blank", "title": title, "status": status, "detail": str(error)}
            if isinstance(error, errors.Invalid):
                problem["errors"] = [msgspec.to_builtins(one) for one in error.problems]
            headers = {"retry-after": str(error.retry_after)} if isinstance(error, errors.Busy) else {}
            if status == 401:
                headers["www-authenticate"] = "Bearer"
            return status, problem, headers
    log.error("a request failed", exc_info=error)
    return (
        500,
        {
            "type": "about:blank",
            "title": "Our fault",
            "status": 500,
            "detail": "This is a fault of ours; it was logged.",
        },
        {},
    )


def _respond(_: AnyRequest, error: Exception) -> Response[Any]:
    status, problem, headers = body(error)
    return Response(problem, status_code=status, headers=headers, media_type="application/problem+json")


HANDLERS: ExceptionHandlersMap = {Exception: _respond, HTTPException: _respond}
