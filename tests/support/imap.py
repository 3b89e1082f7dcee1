"""A real IMAP server for tests: pymap, in a process of its own, with one mailbox in memory."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "bounces", "hush-hush"


class Imap:
    """Mail is put in by `deliver`, as an MTA would."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def config(self) -> dict[str, Any]:
        """The mailbox of an email account."""
        here = {"host": "127.0.0.1", "port": self.port, "security": "none"}
        return here | {"username": USER, "password": PASSWORD, "every": 0}

    def deliver(self, *mails: bytes) -> None:
        with MailBoxUnencrypted("127.0.0.1", self.port).login(USER, PASSWORD) as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def seen(self) -> list[tuple[str, ...]]:
        """The flags of every mail: nobody may touch them."""
        with MailBoxUnencrypted("127.0.0.1", self.port).login(USER, PASSWORD) as box:
            return [mail.flags for mail in box.fetch(mark_seen=False)]


@contextlib.contextmanager
def imap() -> Iterator[Imap]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command += ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Imap(port)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            if connection.recv(5):
                return
        time.sleep(0.05)
    raise RuntimeError("the IMAP server did not start within 15 seconds")
