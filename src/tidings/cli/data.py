"""People on the command line: look at them, and explain what they got."""

from __future__ import annotations

from functools import partial
from typing import Any

import click
import msgspec

from tidings.cli.common import Place, placed, reading
from tidings.runtime.clock import SystemClock
from tidings.runtime.errors import NotFound


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


@contact.command("export")
@click.argument("contact_id", type=int)
@placed
def export_contact(place: Place, contact_id: int) -> None:
    """Everything that is held about somebody, as JSON."""
    from tidings import flow
    from tidings.http.exports import whole_export

    with reading(place) as store:
        found = whole_export(store.workspace(lambda tx: flow.exported(tx, contact_id)))
    place.say(found, msgspec.json.format(msgspec.json.encode(found)).decode())


@click.command()
@click.argument("contact")
@click.option("--journey", default="", help="Only this journey.")
@click.option("--message", "message_id", type=int, default=0, help="Only this message.")
@click.option("--segment", default="", help="Why they are in this segment, or are not.")
@placed
def explain(place: Place, contact: str, journey: str, message_id: int, segment: str) -> None:
    """Why somebody (by number, email address or user id) did, or didn't, get their messages; or is in a segment, or is not."""
    from tidings import flow
    from tidings.flow.standing_in import somebody
    from tidings.http.contact_page import explanation
    from tidings.journeys import service as journeys

    cache, now = journeys.Cache(flow.KINDS), SystemClock().now()
    if segment:
        _explain_segment(place, contact, segment, cache, now)
        return
    with reading(place) as store:
        contact_id = store.workspace(lambda tx: somebody(tx, contact))
        found = explanation(store.workspace(lambda tx: flow.explained(tx, contact_id, cache, now, journey=journey)))
    if message_id:
        mine = [one for one in found["messages"] if one["id"] == message_id]
        if not mine:
            raise NotFound(f"Message {message_id} is not one of contact {contact_id}.")
        found |= {"messages": mine, "runs": [], "refused": []}
    place.say(found, "\n".join(_lines(found)) or "Nothing was ever asked for.")


def _explain_segment(place: Place, contact: str, segment: str, cache: Any, now: int) -> None:
    from tidings.flow.standing_in import explain_segment
    from tidings.http.deep import told
    from tidings.runtime.ids import iso

    with reading(place) as store:
        found = store.workspace(lambda tx: explain_segment(tx, segment, contact, cache, now))
    since = f" since {iso(found.entered_at)} ({found.cause})" if found.is_member else ""
    lines = [f"{found.label} is {'' if found.is_member else 'not '}in {segment}{since}."]
    for part in found.parts:
        seen = f" (it is {part.seen})" if part.seen else ""
        lines.append(f"  {'  ' * part.depth}{part.sentence}: {ANSWERS[part.answer]}{seen}")
    if found.next_change_at:
        lines.append(f"Time alone may change it at {iso(found.next_change_at)}.")
    lines += [
        f"Was in it from {iso(one.entered_at)} ({one.entered_cause}) to {iso(one.left_at)} ({one.left_cause})."
        for one in found.stays
    ]
    place.say(told(found), "\n".join(lines))


ANSWERS = {True: "yes", False: "no", None: "unknown"}


def _lines(found: dict[str, Any]) -> list[str]:
    lines = list[str]()
    for run in found["runs"]:
        lines.append(f"journey {run['journey']}, run {run['id']}: {run['state']} {run['reason']}".rstrip())
        lines += [f"  {one['at']} {one['outcome']} {one['reason']}".rstrip() for one in run["decisions"]]
    for one in found["refused"]:
        count = one["refusal_count"]
        times = f"{'once' if count == 1 else f'{count} times, last'} at {one['last_at']}"
        lines.append(f"journey {one['journey']}: not let in because of {one['reason']}, {times}")
        for part in one["audience"]:
            lines.append(f"  {'  ' * part['depth']}{part['sentence']}: {ANSWERS[part['answer']]} now")
    for message in found["messages"]:
        to = message["address"] or "nowhere"
        lines.append(
            f"message {message['id']} ({message['step']}) to {to}: {message['state']} {message['reason']}".rstrip()
        )
        lines += [f"  {one['at']} {one['outcome']} {one['reason']}".rstrip() for one in message["decisions"]]
    return lines


@click.command("audit")
@click.option("--people", default=20_000, show_default=True, help="So many of the newest people are looked at.")
@placed
def audit(place: Place, people: int) -> None:
    """What is wrong with what is known of people; `--json` carries the fixes, as POST /api/v1/bulk takes them."""
    from tidings.contacts.auditing import Tally
    from tidings.flow import auditing, findings
    from tidings.http.paging import LAST
    from tidings.runtime.app import read_settings

    now, left = SystemClock().now(), people
    where: auditing.Place | None = (LAST, LAST)
    with reading(place) as store:
        letters = store.workspace(auditing.needed)
        tally = Tally(letters)
        while where is not None and left > 0:
            size = min(auditing.SLICE, left)
            where = store.workspace(partial(auditing.look, place=where, now=now, most=size)).into(tally)
            left -= size
        lists = store.workspace(auditing.empty_lists)
        zone = str(store.workspace(read_settings).get("zone") or "UTC")
    found = [msgspec.to_builtins(part) for part in findings.parts(tally, lists, zone, letters)]
    told = "\n".join(f"{one['count']:>8,}  {one['title']}. {one['told']}" for one in found)
    place.say({"looked_at": tally.people, "items": found}, told or "Nothing is wrong with them.")
