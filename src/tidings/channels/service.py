"""The verbs of channels: configure accounts, keep what their plugins keep."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels.contract import Channel
from tidings.channels.forms import found, replaced, secret_fields
from tidings.runtime import sql
from tidings.runtime.clock import DAY
from tidings.runtime.database import Tx
from tidings.runtime.errors import Invalid, NotFound
from tidings.runtime.revisions import bump

queries = sql.load("tidings.channels")
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")
_WHERE = re.compile(r" - at `\$\.?(.*)`$")
SANDBOX = "sandbox"
"""The plugin from which nothing leaves: the only one that a demo may have."""
MAIL = "mail"
"""The kind of record under which a channel keeps what came in, and what it took it for."""
MAIL_FOR = 30 * DAY
HIDDEN = "••••••"
"""What is shown of a secret, and what leaves it as it is when it comes back."""


class Account(Struct, frozen=True, array_like=True):
    """A configured sender; `config` is JSON text with its secrets."""

    id: int
    name: str
    plugin: str
    channel: str
    config: str
    state: str
    state_reason: str
    is_default: int
    per_second: float | None


class Record(Struct, frozen=True, array_like=True):
    """What a plugin kept; `body` is JSON text."""

    id: int
    account_id: int
    kind: str
    key: str
    body: str
    at: int


def accounts(tx: Tx) -> list[Account]:
    """Every configured sender."""
    return tx.rows(queries.list_accounts, Account)


def find(tx: Tx, name: str) -> Account:
    """One by name."""
    account = tx.row(queries.find_account, Account, name=name)
    if account is None:
        raise NotFound(f"There is no account {name!r}.")
    return account


def check_config(plugin: type[Channel[Any]], config: dict[str, Any]) -> Struct:
    """A configuration that fits its form, or `Invalid` with the field."""
    try:
        return msgspec.convert(config, plugin.Config)
    except msgspec.ValidationError as error:
        where = _WHERE.search(str(error))
        path = f"config.{where[1]}" if where else "config"
        raise Invalid.at(path, _WHERE.sub("", str(error)) + ".") from error


def _whole(plugin: type[Channel[Any]], known: Account | None, config: dict[str, Any]) -> dict[str, Any]:
    """A configuration that fits and is complete, its hidden secrets as they are known."""
    before: dict[str, Any] = msgspec.json.decode(known.config) if known else {}
    for path in secret_fields(plugin.Config):
        if found(config, path) == HIDDEN:
            config = replaced(config, path, found(before, path) or "")
    checked = plugin.completed(check_config(plugin, config), _fitting(plugin, before))
    return dict(msgspec.to_builtins(checked))


def _fitting(plugin: type[Channel[Any]], config: dict[str, Any]) -> Struct | None:
    """What was configured until now, where it still fits the form."""
    try:
        return msgspec.convert(config, plugin.Config)
    except msgspec.ValidationError:
        return None


def _known(tx: Tx, plugin: type[Channel[Any]], name: str) -> Account | None:
    """The account of this name; what its plugin keeps is not another's."""
    known = tx.row(queries.find_account, Account, name=name)
    if known is not None and known.plugin != plugin.meta.id:
        raise Invalid.at("plugin", f"of {name!r} is {known.plugin} and stays so.", "Make an account of another name.")
    return known


def tried(tx: Tx, plugin: type[Channel[Any]], name: str, config: dict[str, Any]) -> Account:
    """An account as it would be; nothing is written. `name`: the one whose hidden secrets count, or empty."""
    known = _known(tx, plugin, name)
    return Account(
        id=known.id if known else 0,
        name=name or plugin.meta.id,
        plugin=plugin.meta.id,
        channel=plugin.meta.channel,
        config=msgspec.json.encode(_whole(plugin, known, config)).decode(),
        state="active",
        state_reason="",
        is_default=0,
        per_second=None,
    )


def save(
    tx: Tx,
    plugin: type[Channel[Any]],
    name: str,
    config: dict[str, Any],
    now: int,
    *,
    channel: str = "",
    is_default: bool = False,
    per_second: float | None = None,
) -> Account:
    """Create an account, or change the one of that name; secrets that come back hidden stay as they are."""
    if plugin.meta.id != SANDBOX and tx.value(queries.is_demo):
        raise Invalid.at(
            "plugin", "cannot be here: nothing leaves the demo.", "Use the sandbox, or your own workspace."
        )
    if not _NAME.match(name):
        raise Invalid.at("name", "needs small letters, digits, - and _.")
    known = _known(tx, plugin, name)
    full = _whole(plugin, known, config)
    values = {"config": full, "is_default": int(is_default), "per_second": per_second, "now": now}
    if known is None:
        served = channel or plugin.meta.channel
        tx.run(queries.insert_account, name=name, plugin=plugin.meta.id, channel=served, **values)
    else:
        tx.run(queries.update_account, id=known.id, **values)
    account = find(tx, name)
    bump(tx, "accounts")
    if is_default:
        tx.run(queries.demote, channel=account.channel, id=account.id)
    return account


def shown(account: Account, plugin: type[Channel[Any]]) -> dict[str, Any]:
    """The configuration without its secrets."""
    config: dict[str, Any] = msgspec.json.decode(account.config)
    for path in secret_fields(plugin.Config):
        if found(config, path):
            config = replaced(config, path, HIDDEN)
    return config


def set_state(tx: Tx, account_id: int, state: str, reason: str, now: int) -> None:
    """Pause an account with a reason, or let it work again."""
    tx.run(queries.set_account_state, id=account_id, state=state, reason=reason, now=now)
    bump(tx, "accounts")


def keep(tx: Tx, account_id: int, kind: str, key: str, record: dict[str, Any], now: int) -> None:
    """Keep a record of a plugin; the same key replaces."""
    tx.run(queries.put_record, account_id=account_id, kind=kind, key=key, body=record, now=now)


def kept(tx: Tx, account_id: int, kind: str, key: str) -> dict[str, Any] | None:
    """What a plugin kept."""
    body = tx.value(queries.get_record, account_id=account_id, kind=kind, key=key)
    return None if body is None else dict(msgspec.json.decode(body))


def records(tx: Tx, kind: str, *, before: int, limit: int) -> list[Record]:
    """What plugins kept of one kind (`inbox`), newest first."""
    return tx.rows(queries.page_records, Record, kind=kind, before=before, limit=limit)


def records_of(tx: Tx, account_id: int, kind: str, *, before: int, limit: int) -> list[Record]:
    """What one account's plugin kept of one kind, newest first."""
    return tx.rows(queries.records_of, Record, account_id=account_id, kind=kind, before=before, limit=limit)


def forget_mail(tx: Tx, now: int) -> None:
    """What came in is looked at for some weeks; it holds what people wrote."""
    tx.run(queries.forget_records, kind=MAIL, before=now - MAIL_FOR)


def inbox_of(tx: Tx, keys: Sequence[str]) -> list[Record]:
    """What sandboxes kept of the messages of some keys."""
    return tx.rows(queries.inbox_of, Record, keys=list(keys))


def decoded(record: Record) -> dict[str, Any]:
    """What a record says."""
    return dict(msgspec.json.decode(record.body))
