"""May this message leave now? One gate after the other, each answer with its reason. Pure (CORRECTNESS 25)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.models import Standing, Suppression
from tidings.messages.models import Claimed, Ledger, MessageClass
from tidings.messages.quiet_hours import next_allowed

MARKETING = (MessageClass.LIFECYCLE, MessageClass.PROMOTIONAL)


class Facts(Struct, frozen=True, kw_only=True):
    """Everything that the gates may look at."""

    address: str
    """Where the contact is reached now; empty: nowhere."""
    standings: list[Standing]
    suppression: Suppression | None
    zone: str
    is_quiet: bool
    """Whether the channel has quiet hours."""
    has_policy: bool = True
    """False for machines: no gate but the address."""


class Verdict(Struct, frozen=True, kw_only=True):
    """send, skip, defer or expire; `until` for defer."""

    outcome: str
    reason: str = ""
    until: int | None = None
    consent_record_id: int | None = None
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)


def decide(message: Claimed, facts: Facts, ledger: Ledger, now: int) -> Verdict:
    """The gates in their final order: late, address, consent, suppression, (hold, caps: coming), slot."""
    if message.max_late is not None and now > message.due_at + message.max_late:
        late = {"due_at": message.due_at, "late_by": now - message.due_at}
        return Verdict(outcome="expire", reason="late", evidence=late)
    if not facts.address:
        return Verdict(outcome="skip", reason="no_address", evidence={"kind": message.address_kind})
    if not facts.has_policy:
        return Verdict(outcome="send")
    is_marketing = message.message_class in MARKETING
    allowed = consent.verdict(facts.standings, message.channel, message.topic, now)
    evidence: dict[str, Any] = {
        "channel": message.channel,
        "topic": message.topic,
        "consent": allowed.state,
        "class": message.message_class,
    }
    if is_marketing and not allowed.may:
        return Verdict(outcome="skip", reason="no_consent", evidence=evidence)
    if facts.suppression is not None and (is_marketing or facts.suppression.scope == "all"):
        evidence |= {"scope": facts.suppression.scope, "suppressed": facts.suppression.reason}
        return Verdict(outcome="skip", reason="suppressed", evidence=evidence)
    if is_marketing and facts.is_quiet:
        until = next_allowed(now, facts.zone, ledger.quiet_from, ledger.quiet_to)
        if until > now:
            evidence |= {"zone": facts.zone, "until": until}
            return Verdict(outcome="defer", reason="quiet_hours", until=until, evidence=evidence)
    return Verdict(outcome="send", consent_record_id=allowed.record_id if is_marketing else None, evidence=evidence)
