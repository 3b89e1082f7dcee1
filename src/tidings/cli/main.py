"""Every command, thin: read settings, open the stores, call a verb, say what happened. Heavy imports wait until needed."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from tidings import __version__
from tidings.runtime import errors, settings as configuration
from tidings.runtime.clock import SystemClock

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


def _store(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command takes."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Answer in JSON."),
        click.option("--workspace", default="main", show_default=True, help="Which workspace."),
        click.option("--database-url", default=None, help="Postgres address; without it, SQLite in the data folder."),
        click.option("--data", default=None, help="Folder of the embedded store."),
    ):
        command = option(command)
    return command


def _open(data: str | None, database_url: str | None, **more: Any) -> Any:
    from tidings.runtime.app import open_app
    from tidings.runtime.chance import SystemChance

    flags = {"data": data, "database_url": database_url} | more
    return open_app(configuration.read(os.environ, flags), SystemClock(), SystemChance())


def _say(as_json: bool, value: Any, text: str) -> None:
    click.echo(msgspec.json.encode(value).decode() if as_json else text)


@click.group(cls=Group)
@click.version_option(__version__)
def main() -> None:
    """Tidings: the right message reaches the right person at the right time."""


@main.command()
@click.option("--data", default=None, help="Folder of the embedded store.")
@click.option("--database-url", default=None, help="Postgres address.")
@click.option("--host", default=None)
@click.option("--port", default=None, type=int)
@click.option("--sample", is_flag=True, help="A sample journey on the sandbox, and events that trickle in.")
def serve(data: str | None, database_url: str | None, host: str | None, port: int | None, sample: bool) -> None:
    """The whole product in one process."""
    import logging

    from tidings import server
    from tidings.cli import start

    app = _open(data, database_url, host=host, port=port)
    logging.basicConfig(level=app.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    try:
        bound = server.listen(app.settings.host, app.settings.port)
        start.prepare(app, say=lambda text: click.echo(text, err=True), with_sample=sample)
    except BaseException:
        app.close()
        raise
    server.serve(app, bound, lambda port: click.echo(f"Tidings serves on http://{app.settings.host}:{port}", err=True))


@main.command()
@_store
def init(data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Make the stores, and bring them up to date."""
    app = _open(data, database_url)
    app.close()
    _say(as_json, {"ready": True}, "The stores are ready.")


@main.command()
@_store
def migrate(data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Bring the stores up to date."""
    _open(data, database_url).close()
    _say(as_json, {"migrated": True}, "The stores are up to date.")


@main.group()
def user() -> None:
    """People who may sign in."""


@user.command("create")
@click.argument("email")
@click.option("--role", default="owner", show_default=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@_store
def create_user(
    email: str, role: str, password: str, data: str | None, database_url: str | None, workspace: str, as_json: bool
) -> None:
    """Somebody may sign in."""
    from tidings.access import service as access

    app = _open(data, database_url)
    try:
        hashed, now = access.hash_password(password), app.clock.now()
        app.system.write_now(lambda tx: access.add_person(tx, email, hashed, role, now))
    finally:
        app.close()
    _say(as_json, {"email": email, "role": role}, f"{email} can sign in.")


@main.group()
def key() -> None:
    """Keys of programs."""


@key.command("create")
@click.option("--scope", required=True, help="browser, track, api or admin.")
@click.option("--name", default="")
@_store
def create_key(
    scope: str, name: str, data: str | None, database_url: str | None, workspace: str, as_json: bool
) -> None:
    """A key; it is shown this once."""
    from tidings.access import service as access

    app = _open(data, database_url)
    try:
        app.workspace(workspace)
        now = app.clock.now()
        made = app.system.write_now(lambda tx: access.make_key(tx, workspace, name, scope, app.chance, now))
    finally:
        app.close()
    _say(as_json, {"key": made}, made)


def _files(files: tuple[str, ...]) -> list[Any]:
    from tidings import documents

    return [documents.check(documents.read(Path(file))) for file in files]


@main.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True)
def validate(files: tuple[str, ...], as_json: bool) -> None:
    """Check documents; nothing is opened or changed."""
    from tidings import documents

    named = [documents.name(document) for document in _files(files)]
    _say(as_json, [{"kind": k, "name": n} for k, n in named], "\n".join(f"{k} {n} is valid." for k, n in named))


@main.command()
@click.argument("files", nargs=-1, required=True)
@_store
def plan(files: tuple[str, ...], data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Show what publishing would change, and who is affected."""
    from tidings import documents

    checked = _files(files)
    app = _open(data, database_url)
    try:
        database = app.workspace(workspace).database
        plans = [database.read_now(lambda tx, d=document: documents.plan(tx, d)) for document in checked]
    finally:
        app.close()
    lines = [f"{one['kind']} {one['name']}: {_difference(one)}" for one in plans]
    _say(as_json, plans, "\n".join(lines))


def _difference(plan: dict[str, Any]) -> str:
    if plan["is_new"]:
        return "is new."
    if not plan["is_changed"]:
        return "does not change."
    parts = [f"{how} {', '.join(plan[how])}" for how in ("added", "changed", "removed") if plan.get(how)]
    inside = plan.get("inside") or {}
    people = "; ".join(
        f"{count} people are inside {step} and finish on their version" for step, count in inside.items()
    )
    return "; ".join([*parts, people] if people else parts) + "."


@main.command()
@click.argument("files", nargs=-1, required=True)
@_store
def publish(files: tuple[str, ...], data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Make documents live; if one does not validate, none is changed."""
    from tidings import documents

    checked = sorted(_files(files), key=lambda document: documents.name(document)[0] != "template")
    app = _open(data, database_url)
    try:
        now, database = app.clock.now(), app.workspace(workspace).database
        done = database.write_now(
            lambda tx: [documents.publish(tx, document, now, actor="command line") for document in checked]
        )
    finally:
        app.close()
    words = {True: "is live", False: "was live already"}
    _say(as_json, done, "\n".join(f"{one['kind']} {one['name']} {words[one['published']]}." for one in done))


@main.command()
@click.argument("folder")
@_store
def pull(folder: str, data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Write what is live to files."""
    from tidings import documents

    app = _open(data, database_url)
    try:
        found = app.workspace(workspace).database.read_now(documents.pull)
    finally:
        app.close()
    for name, document in found.items():
        documents.write(Path(folder) / name, document)
    _say(as_json, sorted(found), "\n".join(sorted(found)) or "Nothing is live.")


@main.group()
def contact() -> None:
    """People."""


@contact.command("show")
@click.argument("contact_id", type=int)
@_store
def show_contact(contact_id: int, data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """What is known of somebody."""
    from tidings.contacts import service as contacts
    from tidings.http.contacts import whole

    app = _open(data, database_url)
    try:
        found = app.workspace(workspace).database.read_now(lambda tx: whole(tx, contacts.get(tx, contact_id)))
    finally:
        app.close()
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


@main.command()
@click.argument("contact_id", type=int)
@_store
def explain(contact_id: int, data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """Why somebody did, or didn't, get their messages."""
    from tidings.http.contacts import explained

    app = _open(data, database_url)
    try:
        found = app.workspace(workspace).database.read_now(lambda tx: explained(tx, contact_id))
    finally:
        app.close()
    lines = [
        f"run {run['id']} of journey {run['journey_id']}: {run['state']} {run['reason']}".rstrip()
        for run in found["runs"]
    ]
    for message in found["messages"]:
        why = (
            "; ".join(f"{one['outcome']} {one['reason']}".strip() for one in message["decisions"]) or "not decided yet"
        )
        lines.append(
            f"message {message['id']} ({message['step']}) to {message['address'] or 'nowhere'}: {message['state']}; {why}"
        )
    _say(as_json, found, "\n".join(lines) or "Nothing was ever asked for.")


@main.command()
@_store
def doctor(data: str | None, database_url: str | None, workspace: str, as_json: bool) -> None:
    """What an operator should know."""
    from tidings.cli import start

    app = _open(data, database_url)
    try:
        found = start.findings(app)
    finally:
        app.close()
    _say(as_json, found, "\n".join(f"{name}: {told}" for name, told in found.items()))


@main.group()
def plugins() -> None:
    """Channels that are here."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.option("--folder", default=None, help="A folder of your own plugins.")
def list_plugins(as_json: bool, folder: str | None) -> None:
    """Every plugin, and those that could not be loaded."""
    from tidings.channels import loader

    found = loader.load([Path(folder)] if folder else [])
    rows = {name: f"{p.meta.name} {p.meta.version} ({p.meta.channel})" for name, p in found.found.items()}
    lines = [f"{name}: {told}" for name, told in rows.items()]
    lines += [f"{where}: not loaded: {problem}" for where, problem in found.problems.items()]
    _say(as_json, {"plugins": rows, "problems": found.problems}, "\n".join(lines))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, options: tuple[str, ...]) -> None:
    """Measure the product and its physical limit in the same run: ingest, journeys, latency, start."""
    try:
        module = importlib.import_module(f"tidings.bench.{name}")
    except ModuleNotFoundError:
        raise click.UsageError(f"There is no bench {name!r}: ingest, journeys, latency, start.") from None
    module.main(list(options))
