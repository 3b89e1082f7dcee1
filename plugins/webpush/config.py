"""What is configured of web push."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from tidings.channels import secret


class WebPushConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose notifications these are."""

    contact: Annotated[
        str,
        Meta(
            title="Contact",
            description="Whom a push service writes to when something is wrong: mailto:you@example.com or your site.",
            pattern=r"^(mailto:\S+@\S+|https://\S+)$",
            examples=["mailto:you@example.com"],
        ),
    ]
    private_key: Annotated[str, secret("Private key", "Empty: made for you. Another key ends every subscription.")] = ""
    icon: Annotated[
        str, Meta(title="Icon", description="Address of a square picture.", examples=["https://example.com/icon.png"])
    ] = ""
    days: Annotated[
        int, Meta(title="Days", description="How long a push service waits for a browser that is closed.", ge=0, le=28)
    ] = 2
    urgency: Annotated[
        Literal["very-low", "low", "normal", "high"],
        Meta(title="Urgency", description="high wakes a phone that saves its battery."),
    ] = "normal"
    worker_path: Annotated[
        str,
        Meta(
            title="Path of the worker on your site",
            description="A file with one line there: importScripts('the worker address that the test shows').",
            pattern=r"^/[\w./-]*$",
        ),
    ] = "/tidings-worker.js"
