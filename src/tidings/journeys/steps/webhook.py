"""Tell another system, and wait for its answer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Struct

from tidings.journeys.outcome import Moment, Outcome, Send
from tidings.journeys.steps.about import About, StepExit, told
from tidings.journeys.steps.update import resolved
from tidings.rules.durations import milliseconds
from tidings.rules.tree import Kinds

ABOUT = About(
    title="Call a webhook",
    sentence="Tell another system, and wait for its answer.",
    ways=(StepExit("next", "answered"), StepExit("on_failed", "failed", is_optional=True)),
)


class What(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{url, data: {plan: {attribute: plan}, order: {property: order_id}}, account}`."""

    url: Annotated[str, told("Address", "Where it is sent, by POST.", "https://example.com/hooks/orders")]
    data: Annotated[
        dict[str, Any], told("Data", "What is sent, beside who they are.", {"plan": {"attribute": "plan"}})
    ] = msgspec.field(default_factory=dict)
    account: Annotated[
        str, told("Account", "Which webhook account signs it; the default when empty.", suggest="accounts")
    ] = ""

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("Expected an address that begins with https:// or http://")


class Webhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{webhook: {…}, next, on_failed}`; what it answers can be branched on as property `answer.…`."""

    webhook: What
    next: str = "end"
    on_failed: str | None = None

    def exits(self) -> dict[str, str]:
        return {"next": self.next, "on_failed": self.on_failed or self.next, "on_skipped": self.next}

    def questions(self, kinds: Kinds, path: str) -> tuple[Any, ...]:
        return ()

    def run(self, moment: Moment) -> Outcome:
        return Send(
            channel="webhook",
            account=self.webhook.account,
            address=self.webhook.url,
            message_class="service",
            body={"data": resolved(self.webhook.data, moment)},
            max_late=milliseconds("7d"),
        )
