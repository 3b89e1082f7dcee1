"""What every test may ask for: first of all, a real Postgres of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import stores
from tests.support.emptied import Both
from tests.support.postgres import Postgres, create_database, drop_database
from tidings.runtime import process
from tidings.runtime.database import Database

DSN = "TIDINGS_TEST_POSTGRES_DSN"
"""Environment variable by which the controller tells its workers where Postgres is."""

SERVER = pytest.StashKey[Postgres]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start one server for all workers, in the controller, before they inherit the environment."""
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or session.config.option.collectonly or session.config.option.setupplan:
        return
    server = session.config.stash[SERVER] = Postgres()
    os.environ[DSN] = server.dsn


@pytest.fixture(scope="session", autouse=True)
def _complete_types() -> None:
    """As in a server: tests have threads too."""
    process.complete_types()


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.stop()


@pytest.fixture(scope="session")
def postgres_dsn(worker_id: str, testrun_uid: str) -> Iterator[str]:
    """The address of an empty database that belongs to this worker alone."""
    server, name = os.environ[DSN], f"tidings_{testrun_uid[:8]}_{worker_id}"
    yield create_database(server, name)
    drop_database(server, name)


@pytest.fixture(params=stores.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, postgres_dsn: str) -> Iterator[Database]:
    """An empty, migrated workspace store; the test runs once on each database."""
    opened = stores.open_store(request.param, tmp_path, postgres_dsn)
    yield opened
    stores.close(opened)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_dsn: str) -> Iterator[Both]:
    """A store of each kind for all examples of a module; each example begins with an empty one."""
    opened = Both(tmp_path_factory.mktemp("both"), postgres_dsn)
    yield opened
    opened.close()
