"""Rules on the command line: how many people a file is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tidings import documents
from tidings.cli.common import Place, placed, reading
from tidings.runtime.clock import SystemClock
from tidings.runtime.errors import Invalid


@click.command("count")
@click.argument("file")
@placed
def count(place: Place, file: str) -> None:
    """How many people a rule is true of now: the rule of a segment, the audience of a journey or campaign, or a rule alone."""
    from tidings import flow
    from tidings.rules import finding
    from tidings.rules.tree import parse

    path, where = _rule_in(documents.read(Path(file)))
    rule, now = parse(where, flow.KINDS, path), SystemClock().now()
    with reading(place) as store:
        people, _ = store.workspace(lambda tx: finding.count(tx, rule, now, exact=True))
        total = store.workspace(finding.total)
    told = {"count": people, "total": total, "sentence": rule.sentence()}
    place.say(told, f"{people:,} of {total:,} people: {rule.sentence()}.")


def _rule_in(data: Any) -> tuple[str, Any]:
    """(where it stands, the rule) in a file."""
    if not isinstance(data, dict):
        return "rule", data
    if "where" in data and "event" not in data:
        return "where", data["where"]
    if "journey" in data or "campaign" in data:
        if not data.get("audience"):
            raise Invalid.at("audience", "is empty: it is about everybody.")
        return "audience", data["audience"]
    return "rule", data
