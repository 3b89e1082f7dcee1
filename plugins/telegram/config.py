"""The form of a Telegram account."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from tidings.channels import secret


class TelegramConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """A bot, and how we hear what people write to it."""

    token: Annotated[str, secret("Bot token", "As @BotFather gave it."), Meta(pattern=r"^[0-9]+:[A-Za-z0-9_-]+$")]
    mode: Annotated[
        Literal["webhook", "polling"],
        Meta(title="How answers arrive", description="webhook needs a public https address; polling asks every 5 s."),
    ] = "webhook"
    webhook_secret: Annotated[
        str,
        secret("Webhook secret", "Any words of A-Z, a-z, 0-9, _ and -; Telegram says it with each call."),
        Meta(pattern=r"^[A-Za-z0-9_-]{0,256}$"),
    ] = ""
    base_url: Annotated[str, Meta(title="Bot API server", description="Another one only if you run your own.")] = (
        "https://api.telegram.org"
    )
    disable_link_previews: Annotated[bool, Meta(title="No previews of links")] = False
    silent: Annotated[bool, Meta(title="Without a sound")] = False

    def __post_init__(self) -> None:
        if self.mode == "webhook" and not self.webhook_secret:
            raise ValueError("Expected a webhook secret, or the mode polling")
        parts = urlsplit(self.base_url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        if not is_web or parts.query or parts.fragment or "{" in self.base_url or not self.base_url.isprintable():
            raise ValueError("Expected an address such as https://api.telegram.org")

    @property
    def bot_id(self) -> str:
        return self.token.partition(":")[0]
