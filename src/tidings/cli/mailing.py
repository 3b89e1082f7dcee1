"""Mail on the command line: what bounces mean, and what DNS must say of a sender's domain."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tidings.cli.beside import beside
from tidings.cli.common import Place, opened, placed


@click.group()
def bounces() -> None:
    """Mail that came back."""


_TYPES = {"unsubscribe": "unknown", "delayed": "bounce"}
"""A delay is a bounce of the class none: nothing follows from it yet."""


@bounces.command("classify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def classify_files(files: tuple[Path, ...]) -> None:
    """Say what each mail means, one JSON line per recipient; folders and mbox files are read through."""
    for file in files:
        for name, raw in _mails(file):
            for line in _lines(name, raw):
                click.echo(msgspec.json.encode(line).decode())


def _mails(file: Path) -> list[tuple[str, bytes]]:
    if file.is_dir():
        return [one for inner in sorted(file.iterdir()) if inner.is_file() for one in _mails(inner)]
    raw = file.read_bytes()
    if file.suffix != ".mbox":
        return [(str(file), raw)]
    import mailbox

    box = mailbox.mbox(file, create=False)
    try:
        return [(f"{file}#{number}", mail.as_bytes()) for number, mail in enumerate(box)]
    finally:
        box.close()


def _lines(name: str, raw: bytes) -> list[dict[str, Any]]:
    from tidings.channels.mail import read

    return [
        {
            "file": name,
            "type": _TYPES.get(found.type, found.type),
            "recipient": found.recipient,
            "class": found.kind,
            "reason": found.reason,
            "status": found.status,
        }
        for found in read(raw)
    ]


@click.group()
def check() -> None:
    """Whether what lies outside is as it should be."""


@check.command("domain")
@click.argument("name")
@placed
def check_domain(place: Place, name: str) -> None:
    """Ask DNS what receivers will see of a sender's domain; the records that are missing are shown to paste."""
    server = beside(place)
    found = server.ask("GET", f"/api/v1/checks/domains/{name}") if server else msgspec.to_builtins(_here(place, name))
    place.say(found, "\n\n".join(_told(one) for one in found))
    if not all(one["is_ready"] for one in found):
        sys.exit(1)


def _here(place: Place, name: str) -> Any:
    from tidings.channels import loader, service as channels
    from tidings.channels.mail.domains import Unanswered
    from tidings.http.checks import examined, sendings
    from tidings.runtime.errors import Invalid

    with opened(place) as app:
        accounts = app.workspace(place.workspace).database.read_now(channels.accounts)
    folders = [Path(place.settings.plugins)] if place.settings.plugins else []
    try:
        return asyncio.run(examined(name, sendings(accounts, loader.load(folders)), place.settings.dns))
    except Unanswered as error:
        raise Invalid.at("domain", f"could not be looked up: {error}.") from error


_SIGNS = {"ok": "ok", "warn": "look", "missing": "MISSING", "wrong": "WRONG", "unknown": "unknown"}


def _told(one: dict[str, Any]) -> str:
    by = f", sent by account {one['account']}" if one["account"] else ""
    lines = [f"{one['domain']}{by}:"]
    for finding in one["findings"]:
        lines.append(f"  {finding['name']:<12} {_SIGNS[finding['verdict']]:<8} {finding['told']}")
        if record := finding["record"]:
            lines.append(f"      paste: {record['name']}  {record['type']}  {record['value']}")
    return "\n".join(lines)
