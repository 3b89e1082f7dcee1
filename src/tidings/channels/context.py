"""The world that a plugin is handed: network, storage and time, and nothing of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tidings.channels import service as channels
from tidings.channels.egress import GuardedConnect, GuardedHttp
from tidings.runtime.app import App, Workspace
from tidings.runtime.database import Queue
from tidings.runtime.errors import Forbidden


class PluginStorage:
    """A plugin's own records, under its account."""

    def __init__(self, workspace: Workspace, app: App, account_id: int) -> None:
        self._database, self._clock, self._account_id = workspace.database, app.clock, account_id

    async def append(self, kind: str, key: str, record: Mapping[str, Any]) -> None:
        now = self._clock.now()
        await self._database.write(
            lambda tx: channels.keep(tx, self._account_id, kind, key, dict(record), now), Queue.TIMERS
        )

    async def get(self, kind: str, key: str) -> dict[str, Any] | None:
        return await self._database.read(lambda tx: channels.kept(tx, self._account_id, kind, key))


class PluginContext:
    """One account's world. `address` tells where the server is reached now: that is a setting, and may change."""

    def __init__(self, app: App, workspace: Workspace, account: channels.Account, address: Callable[[], str]) -> None:
        if workspace.is_demo and account.plugin != channels.SANDBOX:
            raise Forbidden(f"Account {account.name!r} stays closed: nothing leaves the demo.")
        self.http = GuardedHttp(app.settings.allowed_hosts)
        self.connect = GuardedConnect()
        self.storage = PluginStorage(workspace, app, account.id)
        self.now = app.clock.now
        prefix = "" if workspace.name == "main" else f"{workspace.name}."
        self._address, self._path = address, f"hooks/channels/{prefix}{account.name}"

    def hook_url(self, kind: str) -> str:
        return f"{self._address()}/{self._path}/{kind}"
