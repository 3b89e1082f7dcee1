"""Messages are asked for: once each by their key, by the account that sends for their channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from tidings.contacts import service as contacts
from tidings.messages.limits import Policy
from tidings.messages.models import RANK, Asked, Ledger, MessageClass, State
from tidings.runtime import sql
from tidings.runtime.database import Tx

queries = sql.load("tidings.messages")

ADDRESS_KINDS = {"email": "email", "sms": "phone", "whatsapp": "phone", "webhook": "url"}
"""Which of a contact's addresses a channel uses; other channels use the one of their own name."""
REVIEW = "review"
"""Why a message is held that somebody wants to read before it leaves."""
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
    state, reason = _state(message, account)
    return {
        "id": message_id,
        "contact_id": message.contact_id,
        "source": message.source,
        "source_id": message.source_id,
        "step": message.step,
        "visit": message.visit,
        "state": state,
        "reason": reason,
        "class": message.message_class,
        "class_rank": RANK[MessageClass(message.message_class)],
        "channel": message.channel,
        "account_id": account or NO_ACCOUNT,
        "topic": message.topic,
        "template_version_id": message.template_version_id,
        "body": _body(message),
        "token_id": message.token_id,
        "key": f"{ledger.epoch}-{message_id}",
        "address_kind": kind,
        "address": address,
        "domain": domain_of(kind, address),
        "due_at": message.due_at,
        "priority": message.priority,
        "is_reviewed": int(message.mode == "review"),
        "max_late": message.max_late,
    }


def _state(message: Asked, account: int | None) -> tuple[State, str]:
    if not account:
        return State.HELD, f"no account for {message.account or message.channel}"
    return (State.HELD, REVIEW) if message.mode == "review" else (State.QUEUED, "")


def _body(message: Asked) -> dict[str, Any]:
    wishes = Policy(
        mode="draft" if message.mode == "draft" else "live",
        if_capped=message.if_capped,
        if_outranked=message.if_outranked,
    )
    return message.body if wishes == Policy() else message.body | {"policy": msgspec.to_builtins(wishes)}


def _account(message: Asked, accounts: Sequence[AccountRow]) -> int | None:
    """The named account, else the default of the channel, else the built-in sandbox that serves every kind."""
    named = [row.id for row in accounts if row.name == message.account]
    own = [row.id for row in accounts if row.channel == message.channel]
    every = [row.id for row in accounts if row.channel == "*"]
    choices = named if message.account else own or every
    return choices[0] if choices else None
