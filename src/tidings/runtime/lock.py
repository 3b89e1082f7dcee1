"""One process holds an embedded store; the lock says which, and where to speak to it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

from tidings.runtime.errors import StoreHeld, StoreUnavailable

SOCKET_MAX = 100
"""Unix sockets cannot have longer paths; in a deep data folder the socket lies in the temporary folder."""


class Lock:
    """Held until `release`; the file names the socket of the process that holds it."""

    def __init__(self, file: Path, descriptor: int, socket: Path) -> None:
        self.file, self.socket = file, socket
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; the socket goes too, the file stays (removing it would race with the next holder)."""
        with contextlib.suppress(OSError):
            self.socket.unlink()
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


def _socket_for(folder: Path) -> Path:
    path = folder.resolve() / "tidings.sock"
    if len(os.fsencode(path)) <= SOCKET_MAX:
        return path
    return Path(tempfile.mkdtemp(prefix="tidings-")) / "tidings.sock"


def hold(folder: Path) -> Lock:
    """Take the lock of a data folder, or say who has it."""
    file = folder / "tidings.lock"
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnavailable(
            f"{file} cannot be written: {error.strerror}. Choose another folder with --data."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StoreHeld(f"Another Tidings process holds {folder}. Stop it first, or choose another folder.") from None
    socket = _socket_for(folder)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{socket}\n{os.getpid()}\n".encode())
    return Lock(file, descriptor, socket)


def holder(folder: Path) -> Path | None:
    """The socket of the process that holds a data folder now, or None when nobody does."""
    try:
        descriptor = os.open(folder / "tidings.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return Path(os.read(descriptor, 4096).decode().split("\n")[0])
    finally:
        os.close(descriptor)
    return None
