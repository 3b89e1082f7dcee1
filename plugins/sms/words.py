"""What people answer: STOP and its kin, START, and everything else."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from tidings.channels import Address, Inbound, OptOut, Reply

# Twilio's own lists. REVOKE and OPTOUT joined them for the rule of the FCC of April 2025.
_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "YES", "UNSTOP"})


class Word(enum.Enum):
    """What a message asks of us."""

    STOP = "stop"
    START = "start"
    OTHER = "other"


def meaning(text: str, more: Iterable[str] = ()) -> Word:
    """Only a word that stands alone counts; “Stop!” counts, “please do not stop” is a reply."""
    word = text.strip().strip(".!\"'“”").strip().upper()
    if word in _STOP or word in {one.strip().upper() for one in more}:
        return Word.STOP
    return Word.START if word in _START else Word.OTHER


def said(word: Word, dedup: str, sender: Address, text: str, now: int) -> tuple[Inbound, ...]:
    """A withdrawal, a return, or an answer. START is an answer too: YES may be what a journey waits for."""
    reply = Reply(dedup=f"reply:{dedup}", sender=sender, text=text, at=now)
    if word is Word.OTHER:
        return (reply,)
    granted = word is Word.START
    change = OptOut(dedup=f"word:{dedup}", address=sender, granted=granted, at=now, evidence=text)
    return (change, reply) if granted else (change,)
