"""The interface: one page, its parts, and the rules under which a browser runs them."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from pathlib import Path

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from tidings.http.served import AnyRequest, served
from tidings.runtime.errors import NotFound
from tidings.runtime.ids import opaque

FOLDER = Path(__file__).parents[1] / "web"
_MISSING = "<!doctype html><meta charset=utf-8><title>Tidings</title><p>The interface is not built here. Run <code>make web</code>."
_SAFE = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff", "x-frame-options": "DENY"}


def _policy(nonce: str) -> str:
    """No script but our files, none inline; styles of the component library carry the nonce of this answer."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _page(request: AnyRequest) -> Response[str]:
    file = FOLDER / "index.html"
    if not file.is_file():
        return Response(_MISSING, media_type=MediaType.HTML, status_code=503)
    nonce = opaque(served(request).app.chance)
    headers = _SAFE | {"content-security-policy": _policy(nonce), "cache-control": "no-store"}
    text = file.read_text(encoding="utf-8").replace("__NONCE__", nonce)
    return Response(text, media_type=MediaType.HTML, headers=headers)


@get(
    ["/", "/sign-in", "/first/{token:str}", "/w/{path:path}", "/w/{workspace:str}"],
    include_in_schema=False,
    sync_to_thread=False,
)
def page(request: AnyRequest) -> Response[str]:
    """Every screen is this page; its address says which."""
    return _page(request)


@lru_cache(maxsize=256)
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _file(path: Path, cache: str) -> Response[bytes]:
    if not path.is_file():
        raise NotFound("There is no such part of the interface.")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(_read(path), media_type=kind, headers=_SAFE | {"cache-control": cache})


@get("/assets/{name:str}", include_in_schema=False, sync_to_thread=False)
def asset(name: FromPath[str]) -> Response[bytes]:
    """Parts have their content's hash in their name, so they never change."""
    return _file(FOLDER / "assets" / Path(name).name, "public, max-age=31536000, immutable")


@get(["/theme.js", "/icon.svg"], include_in_schema=False, sync_to_thread=False)
def part(request: AnyRequest) -> Response[bytes]:
    """Parts with a fixed name."""
    return _file(FOLDER / Path(request.url.path).name, "public, max-age=300")
