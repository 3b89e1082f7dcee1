"""May this message leave now? One gate after the other, each answer with its reason. Pure (CORRECTNESS 25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from tidings.consent import service as consent
from tidings.consent.models import Standing, Suppression
from tidings.messages import caps
from tidings.messages.limits import Hold, Policy, Quiet, Use
from tidings.messages.models import Claimed, Ledger, MessageClass
from tidings.messages.quiet_hours import allowed_everywhere, spread
from tidings.runtime.clock import HOUR

MARKETING = (MessageClass.LIFECYCLE, MessageClass.PROMOTIONAL)
PATIENCE = {"campaign": 24 * HOUR}
PATIENCE_OF_JOURNEYS = 48 * HOUR
"""How long a message waits for caps and for others, from when it was first to leave."""


class Facts(Struct, frozen=True, kw_only=True):
    """Everything about the person that the gates may look at."""

    address: str
    """Where the contact is reached now; empty: nowhere."""
    standings: list[Standing]
    suppression: Suppression | None
    zones: Sequence[str]
    """Where they may be; hours are those allowed in all of them."""
    quiet: Quiet | None
    """The hours in which the channel may be used; None: always."""
    hold: Hold | None = None
    share: int = 0
    has_policy: bool = True
    """False for machines: no gate but the address."""
    policy: Policy = Policy()


class Verdict(Struct, frozen=True, kw_only=True):
    """send, skip, defer or expire; `until` for defer."""

    outcome: str
    reason: str = ""
    until: int | None = None
    cell_at: int | None = None
    """For defer: the cell that it goes on waiting in. For send: the cell that it has won."""
    consent_record_id: int | None = None
    evidence: dict[str, Any] = msgspec.field(default_factory=dict)


def is_marketing(message: Claimed) -> bool:
    """Whether it needs consent, and is capped, held and arbitrated."""
    return message.message_class in MARKETING


def decide(message: Claimed, facts: Facts, uses: Sequence[Use], ledger: Ledger, now: int) -> Verdict:
    """The gates in their final order: late, address, consent, suppression, hold, caps, slot; arbitration comes after, among
    those that pass all of these."""
    if message.max_late is not None and now > message.due_at + message.max_late:
        late = {"due_at": message.due_at, "late_by": now - message.due_at}
        return Verdict(outcome="expire", reason="late", evidence=late)
    if facts.policy.mode == "draft":
        return Verdict(outcome="skip", reason="draft")
    if not facts.address:
        return Verdict(outcome="skip", reason="no_address", evidence={"kind": message.address_kind})
    if not facts.has_policy:
        return Verdict(outcome="send")
    allowed = consent.verdict(facts.standings, message.channel, message.topic, now)
    evidence: dict[str, Any] = {
        "channel": message.channel,
        "topic": message.topic,
        "consent": allowed.state,
        "class": message.message_class,
    }
    marketing = is_marketing(message)
    if marketing and not allowed.may:
        return Verdict(outcome="skip", reason="no_consent", evidence=evidence)
    if facts.suppression is not None and (marketing or facts.suppression.scope == "all"):
        evidence |= {"scope": facts.suppression.scope, "suppressed": facts.suppression.reason}
        return Verdict(outcome="skip", reason="suppressed", evidence=evidence)
    if not marketing:
        return Verdict(outcome="send", evidence=evidence)
    stop = (
        _held(facts, evidence) or _capped(message, facts, uses, ledger, evidence, now) or _quiet(facts, evidence, now)
    )
    return stop or Verdict(outcome="send", consent_record_id=allowed.record_id, evidence=evidence)


def _held(facts: Facts, evidence: dict[str, Any]) -> Verdict | None:
    if facts.hold is None:
        return None
    about = {"hold": facts.hold.id, "held_for": facts.hold.reason, "held_until": facts.hold.until_at}
    return Verdict(outcome="skip", reason="hold", evidence=evidence | about)


def _capped(
    message: Claimed, facts: Facts, uses: Sequence[Use], ledger: Ledger, evidence: dict[str, Any], now: int
) -> Verdict | None:
    room = caps.room(ledger.caps, message.channel, message.message_class, uses, now)
    if room.at <= now:
        return None
    return wait_or_skip(
        message, "frequency_cap", room.at, evidence | room.evidence, may_wait=facts.policy.if_capped == "defer"
    )


def wait_or_skip(message: Claimed, reason: str, until: int, evidence: dict[str, Any], *, may_wait: bool) -> Verdict:
    """Deferred until then, as long as its patience reaches; skipped otherwise."""
    patience = PATIENCE.get(message.source, PATIENCE_OF_JOURNEYS)
    evidence = evidence | {"until": until, "patience_until": message.intended_at + patience}
    if not may_wait or until > message.intended_at + patience:
        return Verdict(outcome="skip", reason=reason, evidence=evidence)
    return Verdict(outcome="defer", reason=reason, until=until, evidence=evidence)


def _quiet(facts: Facts, evidence: dict[str, Any], now: int) -> Verdict | None:
    if facts.quiet is None:
        return None
    opens = allowed_everywhere(now, facts.zones, facts.quiet.start, facts.quiet.end)
    if opens <= now:
        return None
    until = spread(opens, facts.share, facts.quiet.start, facts.quiet.end)
    about = {"zone": facts.zones[0], "zones": list(facts.zones), "until": until}
    return Verdict(outcome="defer", reason="quiet_hours", until=until, evidence=evidence | about)
