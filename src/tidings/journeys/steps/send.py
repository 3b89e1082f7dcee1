"""Send a message, and wait until it has left, was skipped, or failed."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tidings.journeys.outcome import Moment, Outcome, Send
from tidings.rules.durations import milliseconds
from tidings.rules.tree import Kinds


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{channel: email, template: hello}`."""

    channel: str
    template: str
    account: str = ""


class SendStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{send: {channel, template}, next, on_skipped, on_failed}`; every outcome goes to `next` unless it has its own exit."""

    send: What
    next: str = "end"
    on_skipped: str | None = None
    on_failed: str | None = None
    max_late: str = "24h"

    def exits(self) -> dict[str, str]:
        return {"next": self.next, "on_skipped": self.on_skipped or self.next, "on_failed": self.on_failed or self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        what = self.send
        return Send(
            channel=what.channel, template=what.template, account=what.account, max_late=milliseconds(self.max_late)
        )
