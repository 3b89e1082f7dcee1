"""Files on the command line: people, events and suppressions are brought in; beside a running server by its verbs."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from tidings import flow
from tidings.cli.beside import Beside, beside
from tidings.cli.common import Place, opened, placed
from tidings.http.imports import ImportJob, looked, summed, taken, told
from tidings.imports import service as imports
from tidings.imports.mapping import Options
from tidings.runtime.app import App
from tidings.runtime.errors import Invalid

LOOK_EVERY = 0.5
"""Seconds between looks at an import that a running server does."""


@click.command("import")
@click.argument("kind", type=click.Choice(["contacts", "events", "suppressions"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--preset", default="", help="mailchimp, klaviyo, hubspot, mautic or listmonk; found by itself where possible."
)
@click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=TARGET", help="What a column means, as Mail=identifier:email."
)
@click.option("--topic", default="", help="What consent in the file is about.")
@click.option(
    "--statement", default="", help="Where and how consent was collected; without it only rows with a time count."
)
@click.option("--tag", "tags", multiple=True, help="A tag for everybody in the file.")
@click.option("--list", "lists", multiple=True, help="A list for everybody in the file.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@placed
def bring(place: Place, kind: Any, file: Path, maps: tuple[str, ...], *, dry_run: bool, **more: Any) -> None:
    """Bring in a file: CSV, XLSX, NDJSON, or a zip of them. Nothing that it brings starts a journey."""
    meant = dict(_pair(one) for one in maps)
    data, preset = file.read_bytes(), more.pop("preset")
    options = {name: list(value) if isinstance(value, tuple) else value for name, value in more.items() if value}
    server = beside(place)
    if server is not None:
        found = _by_server(server, kind, file.name, data, preset, meant, options, dry_run=dry_run)
    else:
        with opened(place) as app:
            found = asyncio.run(_here(app, place, kind, file.name, data, preset, meant, options, dry_run=dry_run))
    place.say(found, "\n".join(_line(one) for one in found))


def _pair(text: str) -> tuple[str, str]:
    column, sign, target = text.rpartition("=")
    if not sign:
        raise click.UsageError(f"--map {text}: write COLUMN=TARGET.")
    return column, target


def _line(one: dict[str, Any]) -> str:
    if "entering" in one:
        told = f"{one['name']}: {one['made']:,} new, {one['changed']:,} changed, {one['unchanged']:,} as they are, "
        told += f"{one['refused']:,} rows refused; {one['agreed']:,} agreed, {one['withdrawn']:,} left."
        told += "".join(f"\n  row {row['number']}: {row['reason']}" for row in one["refusals"])
        told += "".join(
            f"\n  {count:,} would enter {name}; an import lets nobody in." for name, count in one["entering"].items()
        )
        return told
    counts = f"{one['made_count']:,} new, {one['changed_count']:,} changed, {one['unchanged_count']:,} as they were"
    return f"Import {one['id']} of {one['name']}: {counts}, {one['refused_count']:,} rows refused."


def _progress(total: int) -> Callable[[int], None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda done: None
    return lambda done: click.echo(f"\r{done:,} of {total:,} rows", err=True, nl=done >= total)


async def _here(
    app: App,
    place: Place,
    kind: Any,
    name: str,
    data: bytes,
    preset: str,
    meant: dict[str, str],
    options: dict[str, Any],
    *,
    dry_run: bool,
) -> list[dict[str, Any]]:
    workspace, now = app.workspace(place.workspace), app.clock.now()
    setting = flow.setting_of(workspace, app.settings)
    store, found = workspace.database, list[dict[str, Any]]()
    for job in await taken(store, name, data, kind, preset, now, "command line"):
        chosen = msgspec.structs.replace(job.chosen, **options)
        columns = msgspec.json.decode(job.columns, type=list[str])
        mine = {column: target for column, target in meant.items() if column in columns}
        if unknown := set(meant) - set(columns):
            raise Invalid.at(f"--map {sorted(unknown)[0]}", f"is no column of {job.name}.")
        job = await store.write(lambda tx, job=job, mine=mine, chosen=chosen: imports.mean(tx, job.id, mine, chosen))  # type: ignore[misc]
        if dry_run:
            looking = summed(await looked(store, job, setting, now))
            await store.write(lambda tx, job=job: imports.discard(tx, job.id))  # type: ignore[misc]
            found.append(msgspec.to_builtins(looking) | {"name": job.name})
            continue
        await store.write(lambda tx, job=job: imports.start(tx, job.id, now))  # type: ignore[misc]
        say = _progress(job.total)
        while await store.write(lambda tx: flow.advance_import(tx, setting, app.clock.now())):
            job = await store.read(lambda tx, job=job: imports.get(tx, job.id))  # type: ignore[misc]
            say(job.position)
        found.append(msgspec.to_builtins(told(job)))
    return found


def _by_server(
    server: Beside,
    kind: str,
    name: str,
    data: bytes,
    preset: str,
    meant: dict[str, str],
    options: dict[str, Any],
    *,
    dry_run: bool,
) -> list[dict[str, Any]]:
    from urllib.parse import urlencode

    found, query = list[dict[str, Any]](), urlencode({"name": name, "kind": kind, "preset": preset})
    for raw in server.ask("POST", f"/api/v1/imports?{query}", file=data):
        job = msgspec.convert(raw, ImportJob)
        path = f"/api/v1/imports/{job.id}"
        chosen = msgspec.structs.replace(msgspec.convert(job.options, Options), **options)
        server.ask("PUT", path, {"mapping": meant, "options": msgspec.to_builtins(chosen)})
        if dry_run:
            found.append(server.ask("POST", f"{path}/look") | {"name": job.name})
            server.ask("DELETE", path)
            continue
        server.ask("POST", f"{path}/start")
        say = _progress(job.total)
        while (raw := server.ask("GET", path)["job"])["state"] == "running":
            say(raw["position"])
            time.sleep(LOOK_EVERY)
        found.append(raw)
    return found
