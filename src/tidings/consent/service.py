"""The verbs of consent: record, fold, read; suppress addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import msgspec
from msgspec import Struct

from tidings.consent import topics
from tidings.consent.models import ConsentRecord, ConsentState, Count, Grant, Standing, Suppression
from tidings.rules import durations
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.consent")

IMPLIED = "implied"
"""The basis of consent that nobody gave in so many words: a purchase, an inquiry. It ends (CASL: 6 months, 2 years)."""
STRICTNESS = {"unsubscribed": 4, "expired": 3, "none": 2, "pending": 1, "subscribed": 0}
"""Which of two wins when contacts are merged: the stricter one."""


class Verdict(Struct, frozen=True):
    """Whether somebody may be written to, and the record that says so (None: nothing was ever recorded)."""

    may: bool
    state: str
    record_id: int | None = None


def record(tx: Tx, grants: Sequence[Grant], now: int) -> None:
    """Append to the ledger and fold. Later grants of one batch count over earlier ones."""
    if not grants:
        return
    grants = _expiring(tx, grants, now)
    ids = tx.new_ids("consent_record", len(grants))
    rows = [{"id": record_id, **msgspec.to_builtins(grant)} for record_id, grant in zip(ids, grants, strict=True)]
    tx.run(queries.insert_records, records=rows, now=now)
    last = {(row["contact_id"], row["channel"], row["topic"]): row for row in rows}
    names = ("id", "contact_id", "channel", "topic", "state", "expires_at")
    tx.run(queries.fold, records=[{name: row[name] for name in names} for row in last.values()], now=now)


def _expiring(tx: Tx, grants: Sequence[Grant], now: int) -> Sequence[Grant]:
    """Implied consent ends when its topic says so, unless the grant says when."""
    implied = {g.topic for g in grants if g.basis == IMPLIED and g.state == "subscribed" and g.expires_at is None}
    lasting = {
        name: durations.milliseconds(found.expires)
        for name in implied
        if name and (found := topics.find(tx, name)) is not None and found.expires
    }
    return [
        msgspec.structs.replace(grant, expires_at=now + lasting[grant.topic])
        if grant.topic in lasting
        and grant.basis == IMPLIED
        and grant.state == "subscribed"
        and grant.expires_at is None
        else grant
        for grant in grants
    ]


def standing(tx: Tx, ids: Iterable[int]) -> dict[int, list[Standing]]:
    """Contact -> consent as it stands."""
    found: dict[int, list[Standing]] = {}
    for row in tx.rows(queries.states_of, Standing, ids=sorted(ids)):
        found.setdefault(row.contact_id, []).append(row)
    return found


def verdict(standings: Iterable[Standing], channel: str, topic: str, now: int) -> Verdict:
    """May this channel be used for this topic? A withdrawal of the whole channel outweighs a topic's yes. Pure."""
    mine = {row.topic: row for row in standings if row.channel == channel}
    whole, about = mine.get(""), mine.get(topic)
    if whole is not None and whole.state == "unsubscribed":
        return Verdict(False, "unsubscribed", whole.record_id)
    row = about or whole
    if row is None:
        return Verdict(False, "none")
    if row.state == "subscribed" and row.expires_at is not None and row.expires_at <= now:
        return Verdict(False, "expired", row.record_id)
    return Verdict(row.state == "subscribed", row.state, row.record_id)


def records_of(tx: Tx, ids: Iterable[int]) -> list[ConsentRecord]:
    """The ledger of some contacts, oldest first."""
    return tx.rows(queries.records_of, ConsentRecord, ids=sorted(ids))


def counts(tx: Tx, now: int) -> list[Count]:
    """How many people stand how, by channel and topic."""
    return tx.rows(queries.count_standings, Count, now=now)


def recent_topics(tx: Tx) -> list[str]:
    """Topics that people have lately agreed to or left."""
    return tx.values(queries.recent_topics, among=sql.AMONG)


def merge(tx: Tx, winner: int, loser: int, now: int) -> None:
    """For every channel and topic the stricter consent of the two becomes the winner's."""
    both = standing(tx, [winner, loser])
    mine = {(row.channel, row.topic): row for row in both.get(winner, [])}

    def strictness(row: Standing) -> tuple[int, int]:
        """What is past its date counts as expired; of two that count, the one that ends first."""
        is_over = row.state == "subscribed" and row.expires_at is not None and row.expires_at <= now
        return STRICTNESS["expired" if is_over else row.state], -(row.expires_at or 2**62)

    stricter = [
        Grant(
            contact_id=winner,
            channel=row.channel,
            topic=row.topic,
            state=cast(ConsentState, row.state),
            method="merge",
            source=f"contact {loser}",
            expires_at=row.expires_at,
        )
        for row in both.get(loser, [])
        if (row.channel, row.topic) not in mine or strictness(row) > strictness(mine[row.channel, row.topic])
    ]
    record(tx, stricter, now)


def suppress(tx: Tx, addresses: Sequence[tuple[str, str]], *, scope: str, reason: str, source: str, now: int) -> None:
    """Never write to these addresses again; scope `all` or `marketing`."""
    rows = [
        {"kind": kind, "value": value, "scope": scope, "reason": reason, "source": source}
        for kind, value in sorted(set(addresses))
    ]
    if rows:
        tx.run(queries.suppress, addresses=rows, now=now)


def unsuppress(tx: Tx, kind: str, value: str) -> bool:
    """Take an address off the list; False when it was not on it."""
    return tx.run(queries.unsuppress, kind=kind, value=value) > 0


def suppressed(tx: Tx, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Suppression]:
    """Which of these addresses are on the list."""
    rows = [{"kind": kind, "value": value} for kind, value in sorted(set(addresses))]
    return {(row.kind, row.value): row for row in tx.rows(queries.suppressed, Suppression, addresses=rows)}


def page(tx: Tx, *, after: tuple[str, str], limit: int) -> list[Suppression]:
    """The list, by kind and address."""
    return tx.rows(queries.page_suppressions, Suppression, kind=after[0], value=after[1], limit=limit)


def take_back(tx: Tx, ids: Iterable[int], source: str, cause: str, now: int) -> None:
    """Consent that came from here and still stands is as it was before; withdrawals stay, whoever brought them."""
    ledger: dict[tuple[int, str, str], list[ConsentRecord]] = {}
    for record_ in records_of(tx, ids):
        ledger.setdefault((record_.contact_id, record_.channel, record_.topic), []).append(record_)
    back = list[Grant]()
    for (contact_id, channel, topic), lines in ledger.items():
        if lines[-1].source != source or lines[-1].state == "unsubscribed":
            continue
        before = next((line for line in reversed(lines) if line.source != source), None)
        state = cast(ConsentState, before.state if before else "none")
        expires = before.expires_at if before else None
        grant = Grant(
            contact_id=contact_id, channel=channel, topic=topic, state=state, method="roll_back", source=cause
        )
        back.append(msgspec.structs.replace(grant, expires_at=expires))
    record(tx, back, now)


def spoken(tx: Tx, ids: Iterable[int], source: str) -> set[int]:
    """Who of these has any record of consent that does not come from here."""
    return set(tx.values(queries.who_spoke, ids=sorted(ids), source=source))


def forget_people(tx: Tx, ids: Iterable[int]) -> None:
    """The consent of people whom only an import had made."""
    some = sorted(ids)
    tx.run(queries.forget_records, ids=some)
    tx.run(queries.forget_states, ids=some)


def forget_suppressions(tx: Tx, source: str) -> None:
    """What an import had put on the list is off it."""
    tx.run(queries.forget_suppressions, source=source)
