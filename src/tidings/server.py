"""The ASGI app, and the process around it: open, serve, stop politely."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.openapi import OpenAPIConfig

from tidings import __version__, flow
from tidings.channels import loader
from tidings.demo.living import Living
from tidings.http import problems
from tidings.http.routes import api, plain
from tidings.http.served import LOCAL, AnyRequest, Served
from tidings.runtime import process
from tidings.runtime.app import App, Workspace
from tidings.runtime.errors import StoreUnavailable
from tidings.worker import Worker

log = logging.getLogger("tidings")


@get("/api/docs", media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
def docs(request: AnyRequest) -> Response[str]:
    """The API in words, made from its own description; nothing is loaded from elsewhere."""
    schema = request.app.openapi_schema.to_schema()
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>API</title><link rel=stylesheet href=/api/docs.css>"
    parts = [f"{head}<h1>API {__version__}</h1>"]
    parts.append('<p><a href="/api/openapi.json">openapi.json</a></p>')
    for path, methods in sorted((schema.get("paths") or {}).items()):
        for method, operation in methods.items():
            if isinstance(operation, dict):
                told = operation.get("description") or operation.get("summary") or ""
                parts.append(f"<h2><code>{method.upper()} {path}</code></h2><p>{told}</p>")
    headers = {"content-security-policy": "default-src 'none'; style-src 'self'"}
    return Response("".join(parts), media_type=MediaType.HTML, headers=headers)


@get("/api/docs.css", media_type=MediaType.CSS, include_in_schema=False, sync_to_thread=True)
def docs_style() -> str:
    """How the pages about the API look."""
    return (Path(__file__).parent / "http" / "pages" / "docs.css").read_text(encoding="utf-8")


@get("/api/openapi.json", include_in_schema=False, sync_to_thread=False)
def openapi(request: AnyRequest) -> Response[bytes]:
    """OpenAPI 3.1."""
    return Response(msgspec.json.encode(request.app.openapi_schema.to_schema()), media_type="application/json")


INSIST_SECONDS = 1.0
"""A signal so long after the first means: at once. Sooner it is the same one, passed on by a shell or make as well."""
OPENAPI = OpenAPIConfig(
    "Tidings", __version__, path="/api/schema-files", render_plugins=[], use_handler_docstrings=True
)


def create_app(app: App, *, is_working: bool = True) -> Litestar:
    """The ASGI app of an open `App`; with `is_working`, its timers and lanes run with it."""
    settings = {name: flow.setting_of(workspace, app.settings) for name, workspace in app.workspaces.items()}
    served = Served(app=app, settings=settings)
    folders = [Path(app.settings.plugins)] if app.settings.plugins else []

    @contextlib.asynccontextmanager
    async def working(_: Litestar) -> AsyncIterator[None]:
        worker = Worker(app, settings)

        async def join(workspace: Workspace) -> flow.Setting:
            """A workspace that is opened later: known to the doors, and worked in."""
            settings[workspace.name] = await asyncio.to_thread(flow.setting_of, workspace, app.settings)
            app.workspaces[workspace.name] = workspace
            await worker.add(workspace.name)
            served.is_demo_coming = False
            return settings[workspace.name]

        def lost() -> None:
            served.is_demo_coming = False

        await worker.start()
        living = Living(app, join, lost)
        if app.settings.demo:
            served.is_demo_coming = True
            living.start()
        try:
            yield
        finally:
            await living.stop()
            await worker.stop()

    found = Litestar(
        route_handlers=[api(), *plain(), docs, docs_style, openapi],
        exception_handlers=problems.HANDLERS,
        openapi_config=OPENAPI,
        logging_config=None,
        lifespan=[working] if is_working else [],
        request_max_body_size=2_000_000,
    )
    found.state["served"], found.state["plugins"] = served, loader.load(folders)
    process.complete_types()
    return found


def listen(host: str, port: int) -> socket.socket:
    """The socket, or one sentence why not."""
    try:
        return socket.create_server((host, port), backlog=2048, reuse_port=False)
    except OSError as error:
        raise StoreUnavailable(
            f"{host}:{port} cannot be listened on: {os.strerror(error.errno or 0)}. Choose another with --port."
        ) from error


async def _serve(app: App, bound: socket.socket, ready: Callable[[int], None]) -> None:
    import uvicorn  # with its event loop and parser: only a server needs them

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            """Signals are ours."""
            yield

    options: dict[str, Any] = {"http": "httptools", "log_config": None, "access_log": False, "server_header": False}
    options |= {"timeout_graceful_shutdown": 10}
    asgi = create_app(app)
    server = Server(uvicorn.Config(asgi, lifespan="on", proxy_headers=True, **options))
    beside = Server(uvicorn.Config(_local(asgi), lifespan="off", proxy_headers=False, **options))

    loop, asked = asyncio.get_running_loop(), list[float]()

    def stop() -> None:
        asked.append(loop.time())
        server.force_exit = asked[-1] - asked[0] > INSIST_SECONDS
        server.should_exit = beside.should_exit = True
        asgi.state["served"].is_stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)

    async def announce() -> None:
        while not server.started:
            await asyncio.sleep(0.002)
        ready(bound.getsockname()[1])
        if app.lock is not None:
            await beside.serve(sockets=[_beside(app.lock.socket)])

    told = asyncio.create_task(announce())
    await server.serve(sockets=[bound])
    beside.should_exit = True
    if not server.started:
        told.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await told


def _local(asgi: Any) -> Any:
    """The same API for whoever can open the socket in the data folder: they own the data."""

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        await asgi({**scope, LOCAL: True}, receive, send)

    return handle


def _beside(path: Path) -> socket.socket:
    """The socket of the command line; only the user who runs the server may open it."""
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        bound.bind(str(path))
    finally:
        os.umask(before)
    bound.listen(64)
    return bound


def serve(app: App, bound: socket.socket, ready: Callable[[int], None]) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is under way and let go of the stores."""
    import uvloop

    process.tune()
    try:
        uvloop.run(_serve(app, bound, ready))
    finally:
        app.close()
