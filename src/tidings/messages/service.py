"""The verbs of messages: ask for them, take them back, look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from tidings.channels import service as channels
from tidings.contacts import service as contacts
from tidings.messages.models import (
    RANK,
    Alert,
    Asked,
    Attempt,
    Decision,
    Ledger,
    Message,
    MessageClass,
    ReportRow,
    State,
)
from tidings.messages.reading import (
    all_decisions_of as all_decisions_of,
    by_keys as by_keys,
    consent_record_of as consent_record_of,
    counts as counts,
    counts_since as counts_since,
    last_sent as last_sent,
    letters as letters,
    letters_of as letters_of,
    unsent_of as unsent_of,
    visits_of as visits_of,
)
from tidings.messages.withdrawing import (
    cancel as cancel,
    hold as hold,
    move_unsent as move_unsent,
    unhold as unhold,
    withdraw as withdraw,
    withdraw_address as withdraw_address,
    withdraw_held as withdraw_held,
    withdraw_topic as withdraw_topic,
)
from tidings.runtime import sql
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, NotFound

queries = sql.load("tidings.messages")

ADDRESS_KINDS = {"email": "email", "sms": "phone", "whatsapp": "phone", "webhook": "url"}
"""Which of a contact's addresses a channel uses; other channels use the one of their own name."""
NO_ACCOUNT = 0
"""The account of a message that no account can send."""

Key = tuple[int, int, str, int]
"""(contact, source id, step, visit): what names a message inside its source."""


class AccountRow(Struct, frozen=True, array_like=True):
    """A configured sender, as far as asking needs it."""

    id: int
    name: str
    channel: str
    plugin: str
    state: str
    is_default: int


class _Found(Struct, frozen=True, array_like=True):
    id: int
    contact_id: int
    source_id: int
    step: str
    visit: int


def domain_of(kind: str, address: str) -> str:
    """What pace is counted by: the domain of an email address, the host of a URL."""
    if kind == "email":
        return address.rpartition("@")[2]
    return urlsplit(address).hostname or "" if kind == "url" else ""


def address_kind(channel: str) -> str:
    """Which of a contact's addresses a channel uses."""
    return ADDRESS_KINDS.get(channel, channel)


def senders(tx: Tx) -> list[AccountRow]:
    """Who may send what is asked for, defaults first."""
    return tx.rows(queries.default_accounts, AccountRow)


def ask(
    tx: Tx, asked: Sequence[Asked], now: int, ledger: Ledger, accounts: Sequence[AccountRow] | None = None
) -> dict[Key, int]:
    """Write messages that are asked for, once each by their key; the id of each, new or known. `accounts`: the senders,
    by whoever has a picture of them."""
    if not asked:
        return {}
    accounts = senders(tx) if accounts is None else accounts
    reached = contacts.addresses_of(tx, {message.contact_id for message in asked})
    ids = tx.new_ids("message", len(asked))
    rows = [
        _row(message_id, message, accounts, reached.get(message.contact_id, {}), ledger)
        for message_id, message in zip(ids, asked, strict=True)
    ]
    if tx.run(queries.insert_messages, messages=rows, now=now) == len(rows):
        return {
            (message.contact_id, message.source_id, message.step, message.visit): i
            for i, message in zip(ids, asked, strict=True)
        }
    names = ("contact_id", "source", "source_id", "step", "visit")
    keys = [{name: row[name] for name in names} for row in rows]
    found = tx.rows(queries.find_by_key, _Found, keys=keys)
    return {(row.contact_id, row.source_id, row.step, row.visit): row.id for row in found}


def _row(
    message_id: int, message: Asked, accounts: Sequence[AccountRow], reached: dict[str, str], ledger: Ledger
) -> dict[str, Any]:
    account = _account(message, accounts)
    kind = address_kind(message.channel)
    address = message.address or reached.get(kind, "")
    return {
        "id": message_id,
        "contact_id": message.contact_id,
        "source": message.source,
        "source_id": message.source_id,
        "step": message.step,
        "visit": message.visit,
        "state": State.QUEUED if account else State.HELD,
        "reason": "" if account else f"no account for {message.account or message.channel}",
        "class": message.message_class,
        "class_rank": RANK[MessageClass(message.message_class)],
        "channel": message.channel,
        "account_id": account or NO_ACCOUNT,
        "topic": message.topic,
        "template_version_id": message.template_version_id,
        "body": message.body,
        "token_id": message.token_id,
        "key": f"{ledger.epoch}-{message_id}",
        "address_kind": kind,
        "address": address,
        "domain": domain_of(kind, address),
        "due_at": message.due_at,
        "max_late": message.max_late,
    }


def _account(message: Asked, accounts: Sequence[AccountRow]) -> int | None:
    """The named account, else the default of the channel, else the built-in sandbox that serves every kind."""
    named = [row.id for row in accounts if row.name == message.account]
    own = [row.id for row in accounts if row.channel == message.channel]
    every = [row.id for row in accounts if row.channel == "*"]
    choices = named if message.account else own or every
    return choices[0] if choices else None


def page(tx: Tx, *, before: int, limit: int, state: str = "") -> list[Message]:
    """Everybody's messages, newest first; by state where given."""
    return tx.rows(queries.page_messages, Message, before=before, limit=limit, state=state)


def messages_of(
    tx: Tx, ids: Iterable[int], *, before: int, before_id: int, limit: int, state: str = ""
) -> list[Message]:
    """One person's messages (with those of whom they were merged from), newest first, before an instant."""
    names = {"ids": sorted(ids), "before": before, "before_id": before_id, "limit": limit, "state": state}
    return tx.rows(queries.messages_of, Message, **names)


def get(tx: Tx, message_id: int) -> Message:
    """One message."""
    message = tx.row(queries.get_message, Message, id=message_id)
    if message is None:
        raise NotFound(f"There is no message {message_id}.")
    return message


def by_key(tx: Tx, key: str) -> Message | None:
    """The message of a key that left the house; None when it is not ours."""
    return tx.row(queries.message_by_key, Message, key=key)


def first_time(tx: Tx, account_id: int, dedups: Sequence[str], now: int) -> set[str]:
    """Which of these callbacks have not come before; they are remembered."""
    if not dedups:
        return set()
    rows = [{"id": i, "dedup": dedup} for i, dedup in zip(tx.new_ids("report", len(dedups)), dedups, strict=True)]
    tx.run(queries.remember_inbound, reports=rows, account_id=account_id, now=now)
    written = set(tx.values(queries.written_reports, ids=[row["id"] for row in rows]))
    return {str(row["dedup"]) for row in rows if row["id"] in written}


def attempts_of(tx: Tx, message_id: int) -> list[Attempt]:
    """Every try, oldest first."""
    return tx.rows(queries.attempts_of, Attempt, id=message_id)


def reports_of(tx: Tx, message_id: int) -> list[ReportRow]:
    """What the provider said afterwards, oldest first."""
    return tx.rows(queries.reports_of, ReportRow, id=message_id)


def decisions_of(tx: Tx, contact_id: int, kind: str, subject_id: int) -> list[Decision]:
    """What was decided about one subject, oldest first."""
    return tx.rows(queries.decisions_of, Decision, contact_id=contact_id, kind=kind, subject_id=subject_id)


class _Next(Struct, frozen=True, array_like=True):
    account_id: int
    due_at: int


def next_due(tx: Tx) -> dict[int, int]:
    """Account -> when the next of its messages falls due."""
    return {row.account_id: row.due_at for row in tx.rows(queries.next_due, _Next)}


def send_again(tx: Tx, message_id: int, now: int) -> None:
    """A person decides that an uncertain, failed or expired message goes out (again)."""
    if not tx.run(queries.send_again, id=message_id, now=now):
        state = get(tx, message_id).state
        raise Conflict(
            f"Message {message_id} is {state}; only uncertain, failed and expired messages can be sent again."
        )


def oldest_due(tx: Tx, now: int) -> int | None:
    """Since when the oldest message waits that its account could send; None when none does."""
    due: int | None = tx.value(queries.oldest_due, now=now)
    return due


def decided(tx: Tx, decisions: Sequence[dict[str, Any]], now: int) -> None:
    """Store decisions: contact_id, kind, subject_id, outcome, reason, evidence."""
    if decisions:
        tx.run(queries.insert_decisions, decisions=list(decisions), now=now)


def pause_account(tx: Tx, account_id: int, reason: str, now: int) -> None:
    """From this commit on nothing of an account reaches committing, until it is resumed."""
    channels.set_state(tx, account_id, "paused", reason, now)
    tx.run(queries.give_back_of_account, account_id=account_id)


def resume_account(tx: Tx, account_id: int, now: int) -> None:
    """It was mended: it sends again, and new trouble is told anew."""
    channels.set_state(tx, account_id, "active", "", now)
    trouble_over(tx, "account", str(account_id), now)


def trouble_over(tx: Tx, kind: str, subject: str, now: int) -> None:
    """What somebody was told of is mended."""
    tx.run(queries.end_trouble, kind=kind, subject=subject, now=now)


def alert(tx: Tx, kind: str, subject: str, detail: str, now: int) -> None:
    """Something that a person must know; the same trouble is told once until it is over."""
    tx.run(queries.raise_alert, kind=kind, subject=subject, detail=detail, now=now)


def alerts(tx: Tx, *, before: int, limit: int) -> list[Alert]:
    """What people must know, newest first."""
    return tx.rows(queries.page_alerts, Alert, before=before, limit=limit)


def end_alert(tx: Tx, alert_id: int, now: int) -> None:
    """Somebody has seen to it."""
    if not tx.run(queries.end_alert, id=alert_id, now=now):
        raise NotFound(f"There is no open alert {alert_id}.")


def adopt(tx: Tx, account_id: int, name: str, channel: str) -> int:
    """Messages that were held because no account could send them go to one that can."""
    return tx.run(
        queries.adopt, account_id=account_id, by_name=f"no account for {name}", by_channel=f"no account for {channel}"
    )
