"""Everything that touches the world, as it is handed to a plugin: the mark, network, storage, time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from tidings.channels.structs import Result


class Mark(Protocol):
    """The gate before the point of no return.

    `await mark(results=[…], next=[ids])` stores the finished results and makes the ids `committing`, durably, in one unit.
    Only the ids that come back may go out: the others were withdrawn meanwhile, and get no result. A result handed to
    `mark` is not returned from `send` again.
    """

    def __call__(self, *, results: Sequence[Result] = (), next: Sequence[int] = ()) -> Awaitable[frozenset[int]]: ...


class HttpResponse(Struct, frozen=True, kw_only=True):
    """An answer of the handed-in HTTP client; header names are lower case."""

    status: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


class HttpNotSent(Exception):
    """The request surely did not reach the server (name, connection, TLS)."""


class HttpNoAnswer(Exception):
    """The request was written, the answer never came: the outcome is unknown."""


class Http(Protocol):
    """The handed-in HTTP client: no redirects, bounded time and size, guarded against private addresses."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout: float = 30.0,
    ) -> HttpResponse:
        """Raises `HttpNotSent` or `HttpNoAnswer`."""
        ...


class Storage(Protocol):
    """A plugin's own records, kept by the core under its account."""

    async def append(self, kind: str, key: str, record: Mapping[str, Any]) -> None:
        """Add a record; the same (kind, key) twice replaces it."""
        ...

    async def get(self, kind: str, key: str) -> dict[str, Any] | None: ...


class Connect(Protocol):
    """Opens TCP sockets for protocols that are not HTTP; raises OSError or TimeoutError."""

    async def __call__(self, host: str, port: int, *, timeout: float) -> Any:
        """A connected, non-blocking `socket.socket`."""
        ...


class Context(Protocol):
    """Everything that a plugin may touch."""

    @property
    def http(self) -> Http: ...

    @property
    def connect(self) -> Connect: ...

    @property
    def storage(self) -> Storage: ...

    @property
    def now(self) -> Callable[[], int]:
        """Gives Unix milliseconds UTC."""
        ...

    def hook_url(self, kind: str) -> str:
        """The public address of this account's callback `kind`."""
        ...
