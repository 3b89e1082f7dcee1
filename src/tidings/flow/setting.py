"""What flow knows of the workspace that it works in, and every kind of condition."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.campaigns.conditions import CONDITIONS as campaign_kinds
from tidings.consent.conditions import CONDITIONS as consent_kinds
from tidings.contacts.conditions import CONDITIONS as contact_kinds
from tidings.events.conditions import CONDITIONS as event_kinds
from tidings.journeys import service as journeys
from tidings.journeys.conditions import CONDITIONS as journey_kinds
from tidings.messages.conditions import CONDITIONS as message_kinds
from tidings.messages.limits import Cap, Quiet
from tidings.messages.models import Ledger
from tidings.runtime.app import Workspace, read_settings
from tidings.runtime.settings import Settings
from tidings.segments.conditions import CONDITIONS as segment_kinds

KINDS = {
    **contact_kinds,
    **event_kinds,
    **message_kinds,
    **consent_kinds,
    **campaign_kinds,
    **journey_kinds,
    **segment_kinds,
}
"""Every kind of condition, each from the room that it is about."""


class Setting(Struct, eq=False, kw_only=True):
    """What flow must know of the workspace that it works in; shared by all who work there, changed by its settings."""

    ledger: Ledger
    live: journeys.Cache
    address: str = ""
    """Where links point: the server's public address, without a slash at the end."""

    def follow(self, known: dict[str, Any], settings: Settings) -> None:
        """Take what was set in the workspace; the operator's own public address counts before the workspace's."""
        names: dict[str, Any] = {name: known[name] for name in ("zone", "quiet_from", "quiet_to") if name in known}
        for name, kind in (("caps", tuple[Cap, ...]), ("quiet", dict[str, Quiet | None])):
            if name in known:
                names[name] = msgspec.convert(known[name], kind)
        self.ledger = msgspec.structs.replace(self.ledger, **names)
        self.address = str(settings.public_url or known.get("public_url") or settings.address).rstrip("/")


def setting_of(workspace: Workspace, settings: Settings) -> Setting:
    """What flow must know of a workspace, as it is set now."""
    setting = Setting(ledger=Ledger(epoch=workspace.epoch), live=journeys.Cache(KINDS))
    setting.follow(workspace.database.read_now(read_settings), settings)
    return setting
