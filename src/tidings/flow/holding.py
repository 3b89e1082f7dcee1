"""People decide about messages before they leave: marketing is held for somebody, or one message is read and approved."""

from __future__ import annotations

from collections.abc import Sequence

from tidings.contacts import service as contacts
from tidings.flow.reactions import over, touched
from tidings.flow.setting import Setting
from tidings.journeys import service as journeys
from tidings.messages import service as messages
from tidings.runtime.database import Tx


def held(
    tx: Tx,
    contact_id: int,
    setting: Setting,
    now: int,
    *,
    reason: str,
    until: int | None,
    actor: str,
    kind: str = "manual",
    source: str = "",
) -> None:
    """Marketing leaves somebody alone from this commit on; what had not left is cancelled, and its journeys go on."""
    contacts.lock(tx, [contact_id])
    names = {"kind": kind, "reason": reason, "source": source, "until": until, "actor": actor}
    over(tx, messages.hold_marketing(tx, contact_id, now, **names), setting, now)  # type: ignore[arg-type]
    touched(tx, [contact_id], "reach:", setting, now)


def released(tx: Tx, contact_id: int, hold_id: int, setting: Setting, now: int, *, actor: str) -> None:
    """The hold is over."""
    contacts.lock(tx, [contact_id])
    messages.release_marketing(tx, contact_id, hold_id, now, actor=actor)
    touched(tx, [contact_id], "reach:", setting, now)


def approved(tx: Tx, ids: Sequence[int], setting: Setting, now: int, *, actor: str) -> list[int]:
    """Messages that were read may leave; those of paused journeys wait on. Which were held for review."""
    found = messages.approve(tx, ids, now, actor=actor)
    if found:
        journeys.hold_paused(tx, journeys.live(tx, setting.live))
    return found


def rejected(tx: Tx, ids: Sequence[int], setting: Setting, now: int, *, actor: str) -> list[int]:
    """Messages that were read never leave; their journeys go on. Which were held for review."""
    ended = messages.reject(tx, ids, now, actor=actor)
    over(tx, ended, setting, now)
    return [end.message_id for end in ended]
