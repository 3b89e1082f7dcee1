"""What flow knows of the workspace that it works in, and every kind of condition."""

from __future__ import annotations

from msgspec import Struct

from tidings.consent.conditions import CONDITIONS as consent_kinds
from tidings.contacts.conditions import CONDITIONS as contact_kinds
from tidings.events.conditions import CONDITIONS as event_kinds
from tidings.journeys import service as journeys
from tidings.messages.conditions import CONDITIONS as message_kinds
from tidings.messages.models import Ledger

KINDS = {**contact_kinds, **event_kinds, **message_kinds, **consent_kinds}
"""Every kind of condition, each from the room that it is about."""


class Setting(Struct, eq=False, kw_only=True):
    """What flow must know of the workspace that it works in; shared by all who work there, changed by its settings."""

    ledger: Ledger
    live: journeys.Cache
