"""The whole server inside the test's process, with a clock that the test moves, and a real mail server beside it."""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope as Received
from litestar import Litestar
from msgspec import Struct

from tidings.access import service as access
from tidings.channels import loader, service as channels
from tidings.runtime.app import App, open_app
from tidings.runtime.chance import SystemChance
from tidings.runtime.clock import VirtualClock
from tidings.runtime.database import Tx
from tidings.runtime.settings import Settings
from tidings.runtime.sql import Statement
from tidings.server import create_app

PATIENCE = 15.0
UNDONE = Statement(
    "undone",
    "select (select count(*) from token t where t.due_at <= :now) + (select count(*) from message m "
    "where m.state in ('sending', 'committing') or (m.state in ('queued', 'deferred') and m.due_at <= :now))",
)
NEXT = Statement(
    "next",
    "select min(due_at) from (select min(due_at) as due_at from token union all "
    "select min(due_at) from message where state in ('queued', 'deferred')) d",
)


class Mail(Struct, frozen=True, kw_only=True):
    """A mail that the server took: when by the story's clock, to whom, and what it says."""

    at: int
    to: str
    message: EmailMessage
    raw: bytes
    sender: str
    """Of the envelope: where it comes back to."""


class Mailbox:
    """What aiosmtpd does with a mail: keep it."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.mail = clock, list[Mail]()

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Received) -> str:
        raw = bytes(envelope.content or b"")
        found = email.message_from_bytes(raw, policy=email.policy.default)
        common = {"at": self.clock.now(), "message": found, "raw": raw, "sender": envelope.mail_from or ""}
        self.mail += [Mail(to=to, **common) for to in envelope.rcpt_tos]
        return "250 taken"


class House:
    """An open app that is served; `client` speaks to its API with a key of scope admin."""

    def __init__(self, app: App, clock: VirtualClock, mailbox: Mailbox, url: str) -> None:
        self.app, self.clock, self.mailbox, self.url = app, clock, mailbox, url
        self.database = app.workspace("main").database
        self.client = httpx.Client(base_url=url, headers={"authorization": f"Bearer {self.key('admin')}"}, timeout=10)

    @property
    def mail(self) -> list[Mail]:
        return self.mailbox.mail

    def key(self, scope: str) -> str:
        chance, now = self.app.chance, self.clock.now()
        return self.app.system.write_now(lambda tx: access.make_key(tx, "main", scope, scope, chance, now))

    def basic(self) -> dict[str, str]:
        return {"authorization": "Basic " + base64.b64encode(f"{self.key('track')}:".encode()).decode()}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer of the API."""
        answer = self.client.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def rows(self, text: str) -> list[Any]:
        """The only column of every row."""
        return self.database.read_now(lambda tx: tx.values(Statement("look", text)))

    def ring(self) -> None:
        for workspace in self.app.workspaces.values():
            workspace.timers.ring()
            workspace.lanes.ring()

    def settle(self) -> None:
        """Until nothing is left to do at this instant."""
        ends = time.monotonic() + PATIENCE
        while self.database.read_now(lambda tx: tx.value(UNDONE, now=self.clock.now())):
            assert time.monotonic() < ends, "the work of this instant does not end"
            self.ring()
            time.sleep(0.005)

    def until(self, at: int) -> None:
        """Time passes: the clock stops at each instant at which something falls due, and rests at `at`."""
        self.settle()
        while (due := self.database.read_now(_next)) is not None and due <= at:
            self.clock.set(max(due, self.clock.now()))
            self.settle()
        self.clock.set(at)


def _next(tx: Tx) -> int | None:
    found: int | None = tx.value(NEXT)
    return found


def _asgi(app: App) -> Litestar:
    return create_app(app)


async def _serve(
    app: App, asgi: Litestar, bound: socket.socket, mailbox: Mailbox, ready: Any, ending: threading.Event
) -> None:
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    config = {"host": "127.0.0.1", "port": smtp.sockets[0].getsockname()[1], "security": "none"}
    plugin, sender = loader.load().found["email"], {"sender": "news@example.org", "sender_name": "News"}
    app.workspace("main").database.write_now(
        lambda tx: channels.save(tx, plugin, "mail", config | sender, app.clock.now(), is_default=True)
    )
    options: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "on"}
    server = uvicorn.Server(uvicorn.Config(asgi, **options))

    async def stop() -> None:
        while not server.started:
            await asyncio.sleep(0.005)
        ready.set()
        while not ending.is_set():
            await asyncio.sleep(0.01)
        server.should_exit = True

    stopping = asyncio.create_task(stop())
    await server.serve(sockets=[bound])
    await stopping
    smtp.close()
    await asyncio.sleep(0)


@contextmanager
def house(folder: Path, now: int, database_url: str = "") -> Iterator[House]:
    """A server with everything that it needs, at a given instant."""
    clock, ready, ending = VirtualClock(now), threading.Event(), threading.Event()
    mailbox = Mailbox(clock)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        settings = Settings(data=str(folder), database_url=database_url, public_url=url, timers_every=0.05)
        app = open_app(settings, clock, SystemChance())
        asgi = _asgi(app)
        thread = threading.Thread(target=lambda: asyncio.run(_serve(app, asgi, bound, mailbox, ready, ending)))
        try:
            thread.start()
            assert ready.wait(PATIENCE), "the server did not start"
            found = House(app, clock, mailbox, url)
            try:
                yield found
            finally:
                found.client.close()
        finally:
            ending.set()
            thread.join()
            app.close()
