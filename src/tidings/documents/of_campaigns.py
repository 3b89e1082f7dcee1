"""Campaigns as a kind of document."""

from __future__ import annotations

from tidings import flow
from tidings.campaigns.models import Campaign, Checked, check
from tidings.channels import form_schema
from tidings.documents.kinds import shelved
from tidings.flow.campaigning import reach_of_campaign
from tidings.runtime.database import Tx
from tidings.runtime.errors import Problem
from tidings.templates import service as templates


def _warnings(tx: Tx, checked: Checked) -> list[Problem]:
    live = templates.live(tx)
    return [
        Problem(
            f"variants.{name}.template" if name else "template",
            f"there is no live template {one.template!r}.",
            "Publish it.",
        )
        for name, one in checked.document.letters().items()
        if one.template not in live
    ]


CAMPAIGN = shelved(
    "campaign",
    "campaigns",
    Checked,
    lambda data: check(data, flow.KINDS),
    written=lambda checked: checked.document,
    schema=lambda: form_schema(Campaign),
    warnings=_warnings,
    reach=reach_of_campaign,
)
