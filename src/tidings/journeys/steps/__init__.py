"""The kinds of steps, one file each: how it is written, where it leads, what it does."""

from __future__ import annotations

from tidings.journeys.steps import branch, exit, send, update, wait, wait_for, webhook
from tidings.journeys.steps.about import About
from tidings.journeys.steps.branch import Branch
from tidings.journeys.steps.exit import Exit
from tidings.journeys.steps.send import SendStep
from tidings.journeys.steps.update import UpdateStep
from tidings.journeys.steps.wait import Wait
from tidings.journeys.steps.wait_for import WaitFor
from tidings.journeys.steps.webhook import Webhook

Step = Branch | Exit | SendStep | UpdateStep | Wait | WaitFor | Webhook
KINDS: dict[str, type[Step]] = {
    "send": SendStep,
    "wait": Wait,
    "wait_for": WaitFor,
    "branch": Branch,
    "update": UpdateStep,
    "webhook": Webhook,
    "exit": Exit,
}
"""The key by which a step is recognised -> how it is written."""
ABOUT: dict[str, About] = {
    "send": send.ABOUT,
    "wait": wait.ABOUT,
    "wait_for": wait_for.ABOUT,
    "branch": branch.ABOUT,
    "update": update.ABOUT,
    "webhook": webhook.ABOUT,
    "exit": exit.ABOUT,
}
"""Each kind in words."""
