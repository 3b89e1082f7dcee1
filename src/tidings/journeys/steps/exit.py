"""End the run here, with a reason."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Struct

from tidings.journeys.outcome import End, Moment, Outcome
from tidings.journeys.steps.about import About, told
from tidings.rules.tree import Kinds

ABOUT = About(title="Leave the journey", sentence="End the journey here, with a reason.", ways=())


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{reason: "bought elsewhere"}`."""

    reason: Annotated[str, told("Reason", "Kept with the run, for whoever asks why it ended.", "bought elsewhere")] = ""


class Exit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{exit: {reason}}`."""

    exit: What = msgspec.field(default_factory=What)

    def exits(self) -> dict[str, str]:
        return {}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        return End(self.exit.reason)
