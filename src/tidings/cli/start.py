"""What a fresh server needs before it serves: a first user and accounts that can send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from tidings.access import service as access
from tidings.channels import Channel, loader, service as channels
from tidings.contacts import service as contacts
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.app import App, Workspace
from tidings.runtime.errors import Invalid
from tidings.runtime.reading import Reading
from tidings.runtime.settings import Settings

SANDBOX = "sandbox"


def prepare(app: App, *, say: Callable[[str], None]) -> None:
    """Make what is missing; what is there stays as it is."""
    _first_user(app, say)
    plugins = loader.load().found
    now = app.clock.now()
    for workspace in app.workspaces.values():
        _accounts(app, workspace, plugins, now)


def _accounts(app: App, workspace: Workspace, plugins: dict[str, type[Channel[Any]]], now: int) -> None:
    known = {account.name: account for account in workspace.database.read_now(channels.accounts)}
    if SANDBOX not in known:
        workspace.database.write_now(lambda tx: channels.save(tx, plugins["sandbox"], SANDBOX, {}, now))
    if "webhooks" not in known:
        workspace.database.write_now(lambda tx: channels.save(tx, plugins["webhook"], "webhooks", {}, now))
    if app.settings.smtp_url:
        plugin, config = plugins.get("email"), smtp_config(app.settings.smtp_url)
        if "smtp" in known:  # what was configured beside it (a mailbox, DKIM) stays
            config = msgspec.json.decode(known["smtp"].config) | config
        if plugin is None:
            raise Invalid.at("TIDINGS_SMTP_URL", "needs the email plugin, which is not here.")
        workspace.database.write_now(lambda tx: channels.save(tx, plugin, "smtp", config, now, is_default=True))


def _first_user(app: App, say: Callable[[str], None]) -> None:
    email, password = app.settings.admin_email, app.settings.admin_password
    if app.system.read_now(access.has_people):
        return
    if email and password:
        hashed, now = access.hash_password(password), app.clock.now()
        app.system.write_now(lambda tx: access.add_person(tx, email, hashed, "owner", now))
        return
    now = app.clock.now()
    token = app.system.write_now(lambda tx: access.offer_first_user(tx, app.chance, now))
    say(f"Nobody can sign in yet. Make the first user here, within a day: {app.settings.address}/first/{token}")


def smtp_config(url: str) -> dict[str, Any]:
    """`smtp[s]://user:password@host:port?from=…` as a configuration of the email plugin."""
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not sender:
        raise Invalid.at("TIDINGS_SMTP_URL", "is not smtp[s]://user:password@host:port?from=address.")
    is_tls = parts.scheme == "smtps"
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if is_tls else 587),
        "security": "tls" if is_tls else ("none" if parts.port in (25, 1025, 2525) else "starttls"),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "sender": sender,
    }


def findings(store: Reading, settings: Settings, *, is_served: bool) -> dict[str, str]:
    """What an operator should know, by name."""
    found = {"store": "Postgres" if settings.database_url else f"SQLite in {settings.data}"}
    if not settings.database_url:
        found["server"] = "is running" if is_served else "is not running"
    found["links point to"] = settings.address + ("" if settings.public_url else " (set TIDINGS_PUBLIC_URL)")
    found["people"] = "can sign in" if store.system(access.has_people) else "nobody can sign in yet"
    problems = loader.load([Path(settings.plugins)] if settings.plugins else []).problems
    found["plugins"] = "all loaded" if not problems else "; ".join(f"{w}: {p}" for w, p in problems.items())
    accounts = store.workspace(channels.accounts)
    told = (f"{a.name} ({a.state}{': ' + a.state_reason if a.state_reason else ''})" for a in accounts)
    found["accounts"] = ", ".join(told) or "none"
    counts = store.workspace(messages.counts)
    found["messages"] = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "none yet"
    found["failed runs"] = str(len(store.workspace(lambda tx: journeys.failed(tx, 1_000))))
    kept = store.workspace(contacts.values.report)
    found["attributes kept by value"] = ", ".join(contacts.values.told(one) for one in kept) or "none"
    open_alerts = [a for a in store.workspace(lambda tx: messages.alerts(tx, before=2**62, limit=50)) if not a.ended_at]
    found["alerts"] = "; ".join(f"{a.kind} {a.subject}: {a.detail}" for a in open_alerts) or "none"
    return found
