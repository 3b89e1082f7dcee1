"""Send a message, and wait until it has left, was skipped, or failed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Struct

from tidings.journeys.outcome import Moment, Outcome, Send
from tidings.journeys.steps.about import About, StepExit, told
from tidings.rules.durations import milliseconds
from tidings.rules.tree import Kinds

ABOUT = About(
    title="Send a message",
    sentence="Send a message and wait until it has left, was skipped, or failed.",
    ways=(
        StepExit("next", "then"),
        StepExit("on_skipped", "skipped", is_optional=True),
        StepExit("on_failed", "failed", is_optional=True),
    ),
)


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{channel: email, template: hello}`."""

    channel: Annotated[str, told("Channel", "How it reaches them.", "email", suggest="channels", is_needed=True)]
    template: Annotated[
        str,
        told(
            "Template",
            "What they read: the version that is live when it leaves.",
            "welcome",
            suggest="templates",
            is_needed=True,
        ),
    ]
    account: Annotated[
        str, told("Account", "Who sends it; the default of the channel when empty.", "newsletter", suggest="accounts")
    ] = ""


class SendStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{send: {channel, template}, next, on_skipped, on_failed}`; every outcome goes to `next` unless it has its own exit."""

    send: What
    next: str = "end"
    on_skipped: str | None = None
    on_failed: str | None = None
    max_late: Annotated[
        str, told("At most so late", "A message that could not leave in time is not sent after so long.", "24h")
    ] = "24h"
    mode: Annotated[
        Literal["draft", "review", "live"],
        told(
            "Mode",
            "Live sends; review holds each message until somebody approves it; draft sends nothing and goes on.",
        ),
    ] = "live"
    if_capped: Annotated[
        Literal["defer", "skip"],
        told("When a frequency cap is full", "Wait until there is room, at most 48 hours, or go on as skipped."),
    ] = "defer"
    if_outranked: Annotated[
        Literal["defer", "skip"],
        told("When another message goes first", "Wait for the next moment, or go on as skipped."),
    ] = "defer"

    def exits(self) -> dict[str, str]:
        return {"next": self.next, "on_skipped": self.on_skipped or self.next, "on_failed": self.on_failed or self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        what = self.send
        return Send(
            channel=what.channel,
            template=what.template,
            account=what.account,
            max_late=milliseconds(self.max_late),
            mode=self.mode,
            if_capped=self.if_capped,
            if_outranked=self.if_outranked,
        )
