"""Who may do what, and what is here: people, keys, plugins, the state of the house."""

from __future__ import annotations

from pathlib import Path

import click

from tidings.cli.authors import check_plugin, new_plugin
from tidings.cli.beside import beside
from tidings.cli.common import Place, opened, placed, reading


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("create")
@click.argument("email")
@click.option("--role", default="owner", show_default=True, help="owner, admin or marketer.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 12 characters.")
@placed
def create_user(place: Place, email: str, role: str, password: str) -> None:
    """Somebody may sign in."""
    from tidings.access import service as access

    if server := beside(place):
        server.ask("POST", "/api/v1/people", {"email": email, "role": role, "password": password})
    else:
        with opened(place) as app:
            hashed, now = access.hash_password(password), app.clock.now()
            app.system.write_now(lambda tx: access.add_person(tx, email, hashed, role, now))
    place.say({"email": email, "role": role}, f"{email} can sign in.")


@click.group()
def key() -> None:
    """Keys of programs."""


@key.command("create")
@click.option("--scope", required=True, help="browser, track, api or admin.")
@click.option("--name", default="", help="What it is for.")
@placed
def create_key(place: Place, scope: str, name: str) -> None:
    """A key; it is shown this once."""
    from tidings.access import service as access

    if server := beside(place):
        made = server.ask("POST", "/api/v1/keys", {"scope": scope, "name": name})["key"]
    else:
        with opened(place) as app:
            now = app.clock.now()
            made = app.system.write_now(lambda tx: access.make_key(tx, place.workspace, name, scope, app.chance, now))
    place.say({"key": made}, made)


@click.group()
def plugins() -> None:
    """Channels that are here."""


@plugins.command("list")
@click.option("--folder", default=None, help="A folder of your own plugins.")
@placed
def list_plugins(place: Place, folder: str | None) -> None:
    """Every plugin, and those that could not be loaded."""
    from tidings.channels import loader

    own = folder or place.settings.plugins
    found = loader.load([Path(own)] if own else [])
    rows = {name: f"{p.meta.name} {p.meta.version} ({p.meta.channel})" for name, p in found.found.items()}
    lines = [f"{name}: {told}" for name, told in rows.items()]
    lines += [f"{where}: not loaded: {problem}" for where, problem in found.problems.items()]
    place.say({"plugins": rows, "problems": found.problems}, "\n".join(lines))


plugins.add_command(new_plugin)
plugins.add_command(check_plugin)


@click.command()
@placed
def doctor(place: Place) -> None:
    """What an operator should know."""
    from tidings.cli import start

    with reading(place) as store:
        found = start.findings(store, place.settings, is_served=beside(place) is not None)
    place.say(found, "\n".join(f"{name}: {told}" for name, told in found.items()))
