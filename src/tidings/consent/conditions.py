"""What a rule may ask about consent: may they be written to, what did they say, how, and when."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.rules.dates import Written
from tidings.rules.local import local, start
from tidings.rules.tree import Asks, Depends, Scope, depends_on
from tidings.rules.values import Date, Duration

State = Literal["subscribed", "unsubscribed", "pending", "none", "expired"]


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Channel and topic (without a topic, the whole channel), and what they said about it."""

    channel: Annotated[str, Meta(title="Channel", description="By which they may be written to.", examples=["email"])]
    topic: Annotated[
        str, Meta(title="Topic", description="About what; the whole channel when empty.", examples=["news"])
    ] = ""
    state: Annotated[State, Meta(title="Is", description="What holds now.", examples=["subscribed"])] = "subscribed"
    method: Annotated[
        Annotated[str, Meta(max_length=100)] | None,
        Meta(title="Method", description="How they said it.", examples=["double_opt_in"]),
    ] = None
    within: Annotated[Duration | None, Meta(title="Within", description="Said in the last so long.")] = None
    since: Annotated[Date | None, Meta(title="Since", description="Said on this day or later.")] = None

    def __post_init__(self) -> None:
        if self.within is not None and durations.milliseconds(self.within) <= 0:
            raise ValueError("Expected `within` to be longer than nothing")
        if self.since is not None and Written(self.since).day is None:
            raise ValueError("Expected a date like 2026-01-31, without a time")
        if self.within is not None and self.since is not None:
            raise ValueError("Expected one of `within` and `since`")


class Consented(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{consent: {channel: email, topic: news}}`: may be written to about it now; with `state`, another standing."""

    asks: ClassVar[Asks] = Asks(
        "consent",
        "What they agreed to",
        "May they be written to; what they said, how and when.",
        {"consent": {"channel": "email", "topic": "news"}},
    )

    consent: About

    def sql(self, scope: Scope) -> str:
        tests = [f"{self._state(scope)} = {scope.bind(self.consent.state)}", *self._said(scope)]
        nothing = self.consent.state == "none" and len(tests) == 1
        return f"coalesce({self._row(scope, ' and '.join(tests))}, ({'1 = 1' if nothing else '1 = 0'}))"

    def _row(self, scope: Scope, told: str) -> str:
        """Something of the state that counts: a withdrawal of the channel outweighs all, then the topic's own, then the channel's."""
        channel, topic = scope.bind(self.consent.channel), scope.bind(self.consent.topic)
        rank = "case when s.topic = '' and s.state = 'unsubscribed' then 0 when s.topic <> '' then 1 else 2 end"
        mine = f"s.contact_id = c.id and s.channel = {channel} and s.topic in ({topic}, '')"
        return f"(select ({told}) from consent_state s where {mine} order by {rank} limit 1)"

    def _state(self, scope: Scope) -> str:
        is_over = f"s.state = 'subscribed' and coalesce(s.expires_at, {scope.now} + 1) <= {scope.now}"
        return f"(case when {is_over} then 'expired' else s.state end)"

    def _said(self, scope: Scope) -> list[str]:
        about, tests = self.consent, list[str]()
        if about.method is not None:
            record = "select 1 from consent_record q where q.id = s.record_id"
            tests.append(f"exists ({record} and q.method = {scope.bind(about.method)})")
        if about.within is not None:
            tests.append(f"s.at > {scope.now} - {durations.milliseconds(about.within)}")
        if about.since is not None:
            tests.append(f"s.at >= {local(scope, 'workspace', start, Written(about.since).day)}")
        return tests

    def boundary(self, scope: Scope) -> str | None:
        """Consent expires; what was said is too long ago."""
        channel, topic = scope.bind(self.consent.channel), scope.bind(self.consent.topic)
        source = (
            f"from consent_state s where s.contact_id = c.id and s.channel = {channel} and s.topic in ({topic}, '')"
        )
        ends = [f"(select min(s.expires_at) {source} and s.state = 'subscribed' and s.expires_at > {scope.now})"]
        if self.consent.within is not None:
            old = f"s.at + {durations.milliseconds(self.consent.within)}"
            ends.append(f"(select min({old}) {source} and {old} > {scope.now})")
        return scope.dialect.least(ends)

    def depends(self) -> Depends:
        return depends_on("consent:")

    def sentence(self) -> str:
        about = self.consent
        told = {
            "subscribed": "has consented to",
            "unsubscribed": "has withdrawn from",
            "pending": "has not yet confirmed",
            "none": "has said nothing about",
            "expired": "had consented, which is over, to",
        }[about.state]
        how = f", by {about.method}" if about.method is not None else ""
        when = f", in the last {durations.told(about.within)}" if about.within is not None else ""
        when = f", since {about.since}" if about.since is not None else when
        return f"{told} {about.topic or 'everything'} by {about.channel}{how}{when}"

    def seen(self, scope: Scope) -> str:
        return f"coalesce({self._row(scope, self._state(scope))}, 'none')"


CONDITIONS: dict[str, type[Struct]] = {"consent": Consented}
