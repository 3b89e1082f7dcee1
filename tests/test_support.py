"""The counterparts that tests rely on are real."""

from __future__ import annotations

import os
import subprocess

import psycopg
import pytest

from tests.support import node, postgres
from tests.support.postgres import Postgres


def test_postgres_answers(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        row = connection.execute("select version()").fetchone()

    assert row is not None
    assert row[0].startswith("PostgreSQL ")


def test_postgres_sorts_by_code_point_as_sqlite_does(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        row = connection.execute(
            "select datcollate, datctype, pg_encoding_to_char(encoding), 'Z' < 'a'"
            " from pg_database where datname = current_database()"
        ).fetchone()

    assert row == ("C", "C", "UTF8", True)


def test_a_given_server_is_used_and_left_alone(postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.GIVEN, postgres_dsn)

    with Postgres() as given:
        assert given.dsn == postgres_dsn

    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as somebody else")
def test_binaries_are_copied_when_the_other_user_cannot_reach_them(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("copy")
    monkeypatch.delenv(postgres.GIVEN, raising=False)
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setattr(postgres, "_is_reachable", lambda folder: False)

    first, second = (postgres._binaries(is_for_another_user=True) for _ in range(2))

    assert first == second
    assert first.is_relative_to(temporary)
    assert len(list(temporary.iterdir())) == 1
    assert subprocess.run([first / "postgres", "--version"], capture_output=True, check=True).stdout


def test_node_and_npm_run() -> None:
    for command in ([str(node.node())], node.npm()):
        done = subprocess.run(
            [*command, "--version"], env=node.environment(), capture_output=True, text=True, check=True
        )
        assert done.stdout
