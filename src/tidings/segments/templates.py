"""Segments that many have, to begin with: who is new, who buys, who fell asleep."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class SegmentTemplate(Struct, frozen=True):
    """A rule to begin with; `name` is what the segment may be called in rules."""

    name: str
    title: str
    description: str
    where: Any


_ORDER = "Order Completed"
TEMPLATES = (
    SegmentTemplate(
        "new-this-week",
        "New this week",
        "Who signed up for the first time in the last seven days.",
        {"event": "Signed Up", "first": {"in_last": "7d"}},
    ),
    SegmentTemplate(
        "active-customers",
        "Active customers",
        "Who ordered in the last 90 days.",
        {"event": _ORDER, "within": "90d"},
    ),
    SegmentTemplate(
        "regulars",
        "Regulars",
        "Who ordered at least three times in 90 days.",
        {"event": _ORDER, "count": {"at_least": 3}, "within": "90d"},
    ),
    SegmentTemplate(
        "big-spenders",
        "Big spenders",
        "Who spent at least 500 in a year; change the sum to yours.",
        {"event": _ORDER, "sum": {"property": "total", "gte": 500}, "within": "365d"},
    ),
    SegmentTemplate(
        "lapsed",
        "Lapsed customers",
        "Who ordered once, but not in the last 90 days.",
        {"event": _ORDER, "last": {"more_than_ago": "90d"}},
    ),
    SegmentTemplate(
        "left-the-checkout",
        "Left the checkout",
        "Who began to pay in the last week and did not order in the day after it.",
        {
            "sequence": {"first": {"event": "Checkout Started"}, "without": {"event": _ORDER}, "within": "1d"},
            "within": "7d",
        },
    ),
    SegmentTemplate(
        "engaged-readers",
        "Engaged readers",
        "Who opened a mail in the last 30 days; what machines open does not count.",
        {"message": {"channel": "email"}, "did": "opened", "within": "30d"},
    ),
    SegmentTemplate(
        "sleeping-readers",
        "Sleeping readers",
        "Who got three mails or more in 90 days and opened none.",
        {
            "all": [
                {"message": {"channel": "email"}, "did": "delivered", "within": "90d", "count": {"at_least": 3}},
                {"message": {"channel": "email"}, "did": "opened", "within": "90d", "never": True},
            ]
        },
    ),
    SegmentTemplate(
        "birthday-this-month",
        "Birthday this month",
        "Whose birthday is in this month.",
        {"attribute": "birthday", "month": "this"},
    ),
    SegmentTemplate(
        "without-consent",
        "Known, but not asked",
        "Who has an address and has not agreed to mails.",
        {"all": [{"attribute": "email", "empty": False}, {"not": {"consent": {"channel": "email"}}}]},
    ),
)
