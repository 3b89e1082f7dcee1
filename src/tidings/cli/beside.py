"""Speaking to the server that holds the data folder, through its socket there: the verbs of the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tidings.cli.common import Place
from tidings.runtime import errors, lock

SECONDS = 60.0
"""How long the server may take for one command."""


class Beside(Struct, frozen=True):
    """A running server, reached through its socket."""

    socket: Path
    workspace: str

    def ask(self, method: str, path: str, body: Any = None, *, file: bytes | None = None) -> Any:
        """What it answers; its problems as our errors. `file` goes as it is."""
        import httpx  # 0.1 s: only beside a server

        transport = httpx.HTTPTransport(uds=str(self.socket))
        headers = {"tidings-workspace": self.workspace, "content-type": "application/json"}
        content = msgspec.json.encode(body) if file is None else file
        try:
            with httpx.Client(transport=transport, base_url="http://tidings", timeout=SECONDS) as client:
                answer = client.request(method, path, headers=headers, content=content)
        except httpx.ConnectError as error:
            raise errors.StoreHeld(
                "Another Tidings process holds this folder and does not take commands. Wait until it is through, or stop it."
            ) from error
        except httpx.HTTPError as error:
            raise errors.StoreUnavailable(
                f"The running server did not answer ({type(error).__name__}); look whether the change is there."
            ) from error
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _error(answer.json())


def _error(problem: dict[str, Any]) -> errors.TidingsError:
    if problem.get("errors"):
        return errors.Invalid(*(msgspec.convert(one, errors.Problem) for one in problem["errors"]))
    return errors.TidingsError(str(problem.get("detail", "The running server refused.")))


def beside(place: Place) -> Beside | None:
    """The server that holds the data folder; None when nobody does, or the store is Postgres, where all may write."""
    if place.settings.database_url:
        return None
    socket = lock.holder(Path(place.settings.data))
    return None if socket is None else Beside(socket, place.workspace)
