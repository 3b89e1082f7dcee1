"""What became of a message in plain words, and what somebody can do; a decision gate by gate. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from tidings.channels import Why
from tidings.rules import durations

Outcome = Literal["passed", "stopped", "deferred", "not_asked"]


class PlainWords(Struct, frozen=True, kw_only=True):
    """What happened, and what to do; `todo` is empty where nothing is to be done."""

    what: str
    todo: str = ""


class Gate(Struct, frozen=True, kw_only=True):
    """One question that was asked before a message left, what it saw, and its verdict."""

    gate: Literal["time", "address", "consent", "suppression", "hold", "frequency_cap", "quiet_hours", "arbitration"]
    question: str
    saw: str
    verdict: Outcome
    message_id: int | None = None
    """Of which other message it speaks: the one that went first, or the last that counts."""


_FAILURES = {
    Why.RECIPIENT_TEMPORARY: ("This mailbox does not take the message now.", "Nothing: it is tried again by itself."),
    Why.ADDRESS_INVALID: ("The address does not exist.", "Correct the address of the contact, then take it off the list."),
    Why.OPTED_OUT: ("The provider knows that this person withdrew.", "Nothing: their consent was withdrawn here too."),
    Why.CONTENT_REFUSED: ("The message itself was refused.", "Mend the template or the data that it needs, then send again."),
    Why.RATE_LIMITED: ("The provider asks us to slow down.", "Nothing: it waits and goes out."),
    Why.PROVIDER_DOWN: ("The provider does not answer.", "Nothing at first: it is tried again. Look at the channel if it lasts."),
    Why.ACCOUNT_PROBLEM: ("The account does not work: password, bill or a blocked sender.", "Mend the channel, then let it go on."),
    Why.UNKNOWN: ("Nobody knows whether it arrived.", "Ask the person or the provider before you send it again: they may get it twice."),
    Why.BUG: ("The channel's plugin failed.", "Report it to the plugin's author, with these words."),
}  # fmt: skip
_REASONS = {
    "no_address": ("They have no address for this channel.", "Add one to the contact."),
    "no_consent": ("They have not consented to this channel and topic.", "Only they can change that."),
    "suppressed": ("The address is suppressed.", "Take it off the list if you know that it works and may be used."),
    "quiet_hours": ("It is night where they are: it waits for the hours in which this channel may be used.", ""),
    "hold": ("Marketing was held for them.", "Release the hold on their page if it is over."),
    "frequency_cap": ("They have had enough messages like this for now.", "Nothing: it waits until there is room."),
    "arbitration": ("Another message to them goes first.", "Nothing: it leaves at the next moment that is free."),
    "draft": ("Its step is a draft: nothing is sent from it.", "Set the step to live when it is ready."),
    "review": ("Somebody wants to read it before it leaves.", "Approve or reject it in the inbox."),
    "rejected": ("Somebody read it and rejected it.", ""),
    "late": ("Its time was over before it could leave.", "Nothing; give the step a larger `max_late` if late is better than never."),
    "unsubscribed": ("They unsubscribed before it left.", ""),
    "merged": ("The contact was merged with another who had the same message.", ""),
    "its journey is paused": ("Its journey is paused.", "Let the journey go on."),
    "skipped after a pause": ("It fell due while its journey was paused, and was skipped.", ""),
    "sent again by hand": ("Somebody sent it again.", ""),
    "journey goal": ("They reached the goal of the journey before it left.", ""),
    "journey exited": ("They left the journey before it left.", ""),
}  # fmt: skip
_STATES = {
    "queued": ("It leaves as soon as its channel has room.", ""),
    "held": ("It is held.", "Look at its reason."),
    "deferred": ("It waits for a better moment.", ""),
    "sending": ("It is being handed over.", ""),
    "committing": ("It is being handed over.", ""),
    "sent": ("The provider took it.", ""),
    "delivered": ("The provider says that it arrived.", ""),
    "bounced": ("It was taken and came back.", "Correct the address of the contact."),
    "complained": ("They marked it as spam.", "Nothing: their consent was withdrawn."),
    "failed": ("It could not be sent.", "See the last try."),
    "skipped": ("It was not sent.", ""),
    "cancelled": ("It was withdrawn before it left.", ""),
    "expired": ("Its time was over before it could leave.", ""),
    "uncertain": ("Nobody knows whether it arrived.", _FAILURES[Why.UNKNOWN][1]),
}


def failure(result: str) -> PlainWords | None:
    """A kind of failure in plain words; None for whatever is none."""
    found = _FAILURES.get(Why(result)) if result in set(Why) else None
    return PlainWords(what=found[0], todo=found[1]) if found else None


def told(state: str, reason: str) -> PlainWords:
    """Where a message stands in plain words."""
    kind, _, detail = reason.partition(": ")
    failed = failure(kind)
    if failed is not None and state in ("failed", "uncertain", "queued", "deferred", "bounced"):
        return PlainWords(what=f"{failed.what} {_sentence(detail)}".strip(), todo=failed.todo)
    if reason.startswith("no account for "):
        return PlainWords(
            what=f"No account can send this: {reason}.", todo="Add one under Channels; it leaves by itself then."
        )
    what, todo = _REASONS.get(reason) or _STATES.get(state, ("", ""))
    return PlainWords(what=what, todo=todo)


def _sentence(detail: str) -> str:
    return f"“{detail}”" if detail else ""


def gates(outcome: str, reason: str, evidence: Mapping[str, Any], address: str) -> list[Gate]:
    """The gates in the order in which they were asked; those behind the one that stopped it were not."""
    found = list[Gate]()
    stops = {"late": "time", "no_address": "address", "no_consent": "consent", "suppressed": "suppression"}
    stop = GATES.index(stops.get(reason, reason)) if stops.get(reason, reason) in GATES else len(GATES)
    for number, gate in enumerate(GATES):
        question, saw = _QUESTIONS[gate], _saw(gate, evidence, address)
        if number < stop:
            found.append(Gate(gate=gate, question=question, saw=saw, verdict="passed"))  # type: ignore[arg-type]
        elif number == stop:
            verdict: Outcome = "deferred" if outcome == "defer" else "stopped"
            other = _other(gate, evidence)
            found.append(Gate(gate=gate, question=question, saw=saw, verdict=verdict, message_id=other))  # type: ignore[arg-type]
        else:
            found.append(Gate(gate=gate, question=question, saw="", verdict="not_asked"))  # type: ignore[arg-type]
    return found


def _other(gate: str, evidence: Mapping[str, Any]) -> int | None:
    if gate == "arbitration" and "winner" in evidence:
        return int(evidence["winner"]["message_id"])
    return int(evidence["used_by"]) if gate == "frequency_cap" and evidence.get("used_by") else None


def by_person(outcome: str, reason: str) -> str | None:
    """What somebody decided about a message, in a sentence; None where nobody did."""
    who = reason.removeprefix("by ")
    if outcome == "approve":
        return f"{who} read it and let it go."
    if outcome == "reject":
        return f"{who} read it and rejected it."
    return (
        "Its template was changed after it was approved, so somebody has to read it again."
        if outcome == "hold"
        else None
    )


GATES = ("time", "address", "consent", "suppression", "hold", "frequency_cap", "quiet_hours", "arbitration")
"""In the order in which they are asked (CORRECTNESS 25)."""
_QUESTIONS = {
    "time": "Is there still time for it?",
    "address": "Is there an address for this channel?",
    "consent": "Have they consented to this channel and topic?",
    "suppression": "May this address be written to?",
    "hold": "Is marketing held for them?",
    "frequency_cap": "Is there room under the frequency caps?",
    "quiet_hours": "May this channel disturb them now?",
    "arbitration": "Is it the first of those that may leave now?",
}


def _saw(gate: str, evidence: Mapping[str, Any], address: str) -> str:
    if gate == "time":
        late = evidence.get("late_by")
        return f"late by {int(late) // 60_000} minutes" if late is not None else "in time"
    if gate == "address":
        return f"no {evidence['kind']}" if "kind" in evidence else address or "an address"
    if "class" not in evidence:
        return "a machine: nobody is asked"
    kind = str(evidence["class"])
    if gate == "consent":
        about = evidence.get("topic") or "everything"
        state = f"{evidence.get('consent')} for {about} by {evidence.get('channel')}"
        return state if kind in ("lifecycle", "promotional") else f"not needed: the message is {kind}"
    if gate == "suppression":
        return f"suppressed ({evidence['suppressed']})" if "suppressed" in evidence else "not suppressed"
    if kind not in ("lifecycle", "promotional"):
        return f"not asked: the message is {kind}"
    return _saw_marketing(gate, evidence)


def _saw_marketing(gate: str, evidence: Mapping[str, Any]) -> str:
    if gate == "hold":
        return f"held: {evidence['held_for'] or 'no reason was given'}" if "hold" in evidence else "no"
    if gate == "frequency_cap":
        return _saw_cap(evidence["cap"], evidence) if "cap" in evidence else "yes"
    if gate == "quiet_hours":
        return f"night in {evidence['zone']}" if "zone" in evidence else "yes"
    if "winner" in evidence:
        return f"message {evidence['winner']['message_id']} went first"
    count = len(evidence.get("candidates", ()))
    return f"one of {count} that may leave now" if count else "no other waits"


def _saw_cap(cap: Mapping[str, Any], evidence: Mapping[str, Any]) -> str:
    about = " ".join(part for part in (cap.get("class"), cap.get("channel")) if part) or "marketing"
    most = f"at most {cap['count']} {about} within {durations.told(str(cap['within']))}"
    return f"{most}; {evidence['used']} left, the last was message {evidence['used_by']}"
