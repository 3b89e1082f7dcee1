"""People on the command line: look at them, and explain what they got."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from tidings.cli.common import Place, placed, reading


@click.group()
def contact() -> None:
    """People."""


@contact.command("show")
@click.argument("contact_id", type=int)
@placed
def show_contact(place: Place, contact_id: int) -> None:
    """What is known of somebody."""
    from tidings.contacts import service as contacts
    from tidings.http.contacts import whole

    with reading(place) as store:
        found = store.workspace(lambda tx: whole(tx, contacts.get(tx, contact_id)))
    place.say(found, msgspec.json.format(msgspec.json.encode(found)).decode())


@click.command()
@click.argument("contact_id", type=int)
@placed
def explain(place: Place, contact_id: int) -> None:
    """Why somebody did, or didn't, get their messages."""
    from tidings.http.contacts import explained

    with reading(place) as store:
        found = store.workspace(lambda tx: explained(tx, contact_id))
    place.say(found, "\n".join(_lines(found)) or "Nothing was ever asked for.")


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"run {run['id']} of journey {run['journey_id']}: {run['state']} {run['reason']}".rstrip()
        for run in found["runs"]
    ]
    for message in found["messages"]:
        why = "; ".join(f"{one['outcome']} {one['reason']}".strip() for one in message["decisions"])
        told = f"message {message['id']} ({message['step']}) to {message['address'] or 'nowhere'}: {message['state']}"
        lines.append(f"{told}; {why or 'not decided yet'}")
    return lines
