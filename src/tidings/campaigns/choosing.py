"""Who gets which variant, and which of them people clicked most. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tidings.campaigns.models import Campaign
from tidings.runtime.chance import PRIME, bucket


def is_on_trial(document: Campaign, campaign_id: int, share: int) -> bool:
    """Whether somebody is in the part that gets the variants first."""
    if document.trial is None:
        return False
    return bucket(share, f"trial:{campaign_id}") < PRIME * document.trial.share // 100


def variant_of(document: Campaign, campaign_id: int, share: int) -> str:
    """The variant that somebody gets: the same after a crash, on both databases, and in a simulation."""
    letters = document.letters()
    total = sum(one.weight for one in letters.values())
    place = bucket(share, f"campaign:{campaign_id}") * total // PRIME
    for name, one in letters.items():
        place -= one.weight
        if place < 0:
            return name
    return next(reversed(letters))


class Tally(Struct, frozen=True, kw_only=True):
    """What came of a variant: only what people do counts."""

    sent: int
    clicked: int

    @property
    def rate(self) -> float:
        return self.clicked / self.sent if self.sent else 0.0


def winner(document: Campaign, tallies: Mapping[str, Tally]) -> str:
    """The variant with the most human clicks of those it reached; of equals, the one that is written first."""
    names = list(document.letters())
    return max(names, key=lambda name: (tallies[name].rate if name in tallies else 0.0, -names.index(name)))
