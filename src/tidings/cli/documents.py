"""Documents on the command line: validate, plan, publish, pull."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct

from tidings import documents
from tidings.cli.beside import beside
from tidings.cli.common import Place, opened, placed, reading
from tidings.documents import Document, DocumentPlan
from tidings.runtime.clock import SystemClock
from tidings.runtime.errors import Invalid, Problem


class _File(Struct, frozen=True):
    """A document as it was written, and as it was understood."""

    data: Any
    document: Document


def _files(names: tuple[str, ...]) -> list[_File]:
    """Every file, checked; `Invalid` names the files and every place in them."""
    found, problems = list[_File](), list[Problem]()
    for name in names:
        data = documents.read(Path(name))
        try:
            found.append(_File(data, documents.check(data)))
        except Invalid as error:
            problems += [Problem(f"{name}: {one.path}".rstrip(": "), one.message, one.hint) for one in error.problems]
    if problems:
        raise Invalid(*problems)
    return found


@click.command()
@click.argument("files", nargs=-1, required=True)
@placed
def validate(place: Place, files: tuple[str, ...]) -> None:
    """Check documents; nothing is opened or changed."""
    named = [documents.name(file.document) for file in _files(files)]
    place.say([{"kind": k, "name": n} for k, n in named], "\n".join(f"{k} {n} is valid." for k, n in named))


@click.command()
@click.argument("files", nargs=-1, required=True)
@placed
def plan(place: Place, files: tuple[str, ...]) -> None:
    """Show what publishing would change, and who is affected."""
    checked, now = _files(files), SystemClock().now()
    with reading(place) as store:
        plans = store.workspace(lambda tx: [documents.plan(tx, file.document, now) for file in checked])
    told = "\n".join(f"{one.kind} {one.name}: {_difference(one)}" for one in plans)
    place.say([msgspec.to_builtins(one) for one in plans], told)


def _difference(plan: DocumentPlan) -> str:
    warned = "".join(f" Beware: {one}" for one in plan.warnings)
    warned += "".join(f" {', '.join(one.steps)}: {one.sentence}" for one in plan.reach)
    if plan.is_new:
        return f"is new.{warned}"
    if not plan.is_changed:
        return f"does not change.{warned}"
    parts = [f"{how} {', '.join(names)}" for how in ("added", "changed", "removed") if (names := getattr(plan, how))]
    if plan.kind == "journey":
        parts += [f"{change.path} changes" for change in plan.fields]
    parts += [f"{count} people are inside {step} and finish on their version" for step, count in plan.inside.items()]
    return "; ".join(parts) + f".{warned}"


@click.command()
@click.argument("files", nargs=-1, required=True)
@placed
def publish(place: Place, files: tuple[str, ...]) -> None:
    """Make documents live; if one does not validate, none is changed."""
    checked = _files(files)
    if server := beside(place):
        done = server.ask("POST", "/api/v1/documents/publish-all", [file.data for file in checked])
    else:
        ordered = documents.in_order(file.document for file in checked)
        with opened(place) as app:
            now, database = app.clock.now(), app.workspace(place.workspace).database
            done = database.write_now(
                lambda tx: [documents.publish(tx, one, now, actor="command line") for one in ordered]
            )
    words = {True: "is live", False: "was live already"}
    place.say(done, "\n".join(f"{one['kind']} {one['name']} {words[one['published']]}." for one in done))


@click.command()
@click.argument("folder")
@placed
def pull(place: Place, folder: str) -> None:
    """Write what is live to files."""
    with reading(place) as store:
        found = store.workspace(documents.pull)
    for name, document in found.items():
        documents.write(Path(folder) / name, document)
    place.say(sorted(found), "\n".join(sorted(found)) or "Nothing is live.")
