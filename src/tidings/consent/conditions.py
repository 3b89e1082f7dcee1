"""What a rule may ask about consent."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tidings.rules.tree import Depends, Scope, depends_on


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Channel and topic; without a topic, the whole channel."""

    channel: Annotated[str, Meta(title="Channel", description="By which they may be written to.", examples=["email"])]
    topic: Annotated[
        str, Meta(title="Topic", description="About what; the whole channel when empty.", examples=["news"])
    ] = ""


class Consented(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{consent: {channel: email, topic: news}}`: may be written to about it now."""

    consent: About

    def sql(self, scope: Scope) -> str:
        channel, topic = scope.bind(self.consent.channel), scope.bind(self.consent.topic)
        mine = f"s.contact_id = c.id and s.channel = {channel}"
        # The topic's own state counts before the channel's; a withdrawal of the channel outweighs both.
        is_over = f"s.state = 'subscribed' and coalesce(s.expires_at, {scope.now} + 1) <= {scope.now}"
        state = (
            f"(select case when {is_over} then 'expired' else s.state end "
            f"from consent_state s where {mine} and s.topic in ({topic}, '') order by case when s.topic = '' then 1 else 0 end limit 1)"
        )
        whole = f"not exists (select 1 from consent_state s where {mine} and s.topic = '' and s.state = 'unsubscribed')"
        return f"(coalesce({state}, 'none') = 'subscribed' and {whole})"

    def boundary(self, scope: Scope) -> str | None:
        """Consent expires."""
        channel, topic = scope.bind(self.consent.channel), scope.bind(self.consent.topic)
        mine = f"s.contact_id = c.id and s.channel = {channel} and s.topic in ({topic}, '') and s.state = 'subscribed'"
        return f"(select min(s.expires_at) from consent_state s where {mine} and s.expires_at > {scope.now})"

    def depends(self) -> Depends:
        return depends_on("consent:")

    def sentence(self) -> str:
        return f"has consented to {self.consent.topic or 'everything'} by {self.consent.channel}"


CONDITIONS = {"consent": Consented}
