"""What every command shares: where the store is, how it is opened, how errors are said."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
import msgspec
from msgspec import Struct

from tidings.runtime import errors, settings as configuration
from tidings.runtime.app import App, open_app
from tidings.runtime.chance import SystemChance
from tidings.runtime.clock import SystemClock
from tidings.runtime.reading import Reading, open_reading
from tidings.runtime.settings import Settings

FAILED, USAGE, HELD = 1, 2, 75


class Group(click.Group):
    """Errors are sentences, not tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except errors.StoreHeld as error:
            _fail(str(error), HELD)
        except errors.Invalid as error:
            _fail("\n".join(str(problem) for problem in error.problems), FAILED)
        except errors.TidingsError as error:
            _fail(str(error), FAILED)


def _fail(text: str, code: int) -> None:
    click.echo(text, err=True)
    sys.exit(code)


class Place(Struct, frozen=True):
    """Which store a command is about, and how it answers."""

    settings: Settings
    workspace: str
    as_json: bool

    def say(self, value: Any, text: str) -> None:
        """The answer: for programs, or for people."""
        click.echo(msgspec.json.encode(value).decode() if self.as_json else text)


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes, handed over as one `place`."""

    @functools.wraps(command)
    def call(*words: Any, data: str, database_url: str, workspace: str, as_json: bool, **more: Any) -> Any:
        return command(*words, place=Place(settings(data, database_url), workspace, as_json), **more)

    for option in (
        click.option("--json", "as_json", is_flag=True, help="Answer in JSON."),
        click.option("--workspace", default="main", show_default=True, help="Which workspace."),
        click.option("--database-url", default=None, help="Postgres address; without it, SQLite in the data folder."),
        click.option("--data", default=None, help="Folder of the embedded store."),
    ):
        call = option(call)
    return call


def settings(data: str | None, database_url: str | None, **more: Any) -> Settings:
    """The settings of this process, with these flags over them."""
    return configuration.read(os.environ, {"data": data, "database_url": database_url} | more)


def open_here(given: Settings, *, also: str = "") -> App:
    """The stores, opened by this process; 75 when another one holds them. `also`: a demo is opened only when it is named."""
    return open_app(given, SystemClock(), SystemChance(), also=also)


@contextlib.contextmanager
def opened(place: Place) -> Iterator[App]:
    """The stores, opened by this process for as long as a command lasts."""
    app = open_here(place.settings, also=place.workspace)
    try:
        app.workspace(place.workspace)
        yield app
    finally:
        app.close()


@contextlib.contextmanager
def reading(place: Place) -> Iterator[Reading]:
    """The stores, to be read only; also beside a running server."""
    with open_reading(place.settings, place.workspace) as found:
        yield found
