"""What a rule may ask about messages: what became of that of a step of this run, or of all that somebody got."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from msgspec import Meta, Struct

from tidings.consent.conditions import About, Consented
from tidings.messages.asking import address_kind
from tidings.messages.came import LEFT, Did, test_of
from tidings.messages.history import About as Kind, History
from tidings.rules.amounts import Times
from tidings.rules.tree import Asks, Depends, Scope, depends_on
from tidings.rules.values import Duration

DIDS: tuple[Did, ...] = get_args(Did)


class MessageDid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{message: hello, did: opened}`: the newest message of that step in this run, unknown where there is none; or
    `{message: {template: welcome}, did: clicked, within: 30d}`: all that they got. Human opens and clicks only."""

    asks: ClassVar[Asks] = Asks(
        "messages",
        "What became of messages",
        "What became of the message of a step, or of all that they got.",
        {"message": {"channel": "email"}, "did": "opened", "within": "30d"},
    )

    message: Annotated[
        str | Kind,
        Meta(title="Step", description="The step that sent the message, or which messages.", examples=["hello"]),
    ]
    did: Annotated[
        Did,
        Meta(
            title="Was",
            description="What became of it; only what people do counts as opened or clicked.",
            examples=["clicked"],
        ),
    ]
    within: Annotated[
        Duration | None, Meta(title="Within", description="The time that is looked at.", examples=["30d"])
    ] = None
    count: Annotated[Times | None, Meta(title="How often", description="At least once when nothing is said.")] = None
    never: Annotated[bool, Meta(title="Never", description="Of no message.")] = False
    machines: Annotated[
        bool, Meta(title="Also machines", description="What mail proxies and scanners fetch counts, too.")
    ] = False

    def __post_init__(self) -> None:
        if isinstance(self.message, str):
            if self.within is not None or self.count is not None or self.never or self.machines:
                raise ValueError(
                    "Expected `within`, `count`, `never` and `machines` beside messages like `{template: welcome}` only"
                )
        else:
            self.history.check()

    @property
    def history(self) -> History:
        assert not isinstance(self.message, str), "a step has no history"
        times = Times(exactly=0) if self.never else (self.count or Times(at_least=1))
        return History(self.message, self.did, self.within, times, self.machines)

    def sql(self, scope: Scope) -> str:
        if not isinstance(self.message, str):
            return self.history.sql(scope)
        about = f"m.source = 'journey' and m.source_id = b.run_id and m.contact_id = c.id and m.step = {scope.bind(self.message)}"
        left = "(1 = 1)" if self.did in ("sent", "failed", "skipped") else f"m.state in {LEFT}"
        test = f"case when {left} then ({test_of(scope, self.did)}) end"
        return f"(select {test} from message m where {about} order by m.visit desc limit 1)"

    def boundary(self, scope: Scope) -> str | None:
        return None if isinstance(self.message, str) else self.history.boundary(scope)

    def depends(self) -> Depends:
        return Depends(events=frozenset({"message.replied"} if self.did == "replied" else ()), messages=True)

    def sentence(self) -> str:
        if isinstance(self.message, str):
            return f"{self.message} was {self.did}"
        return self.history.sentence(is_never=self.never)

    def seen(self, scope: Scope) -> str | None:
        return None if isinstance(self.message, str) else self.history.seen(scope)


Standing = Literal["reached", "no_address", "no_consent", "suppressed", "hold"]
STANDINGS: tuple[Standing, ...] = ("reached", "no_address", "no_consent", "suppressed", "hold")
"""Whether a message could leave for somebody now, or the first gate that would stop it."""


class ReachAbout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"message_class": "class"}):
    """Which message, and what would become of it."""

    channel: Annotated[str, Meta(title="Channel", description="How it would leave.", examples=["email"], min_length=1)]
    topic: Annotated[str, Meta(title="Topic", description="What it would be about.", examples=["news"])] = ""
    message_class: Annotated[
        Literal["transactional", "service", "lifecycle", "promotional"],
        Meta(title="Class", description="What right it has to be sent."),
    ] = "promotional"
    standing: Annotated[Standing, Meta(title="Is", description="Reached, or the first gate that would stop it.")] = (
        "reached"
    )


class Reach(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{reach: {channel: email, topic: news}}`: such a message could leave for them now; or why not (`standing: no_consent`)."""

    asks: ClassVar[Asks] = Asks(
        "consent",
        "Whether they can be reached",
        "Whether a message could leave for them now, or what would stop it.",
        {"reach": {"channel": "email"}},
    )

    reach: ReachAbout

    def sql(self, scope: Scope) -> str:
        return f"({self.standing(scope)} = {scope.bind(self.reach.standing)})"

    def standing(self, scope: Scope) -> str:
        """An expression: the standing of the contact, gate after gate as at departure."""
        about = self.reach
        is_marketing = about.message_class in ("lifecycle", "promotional")
        kind = scope.bind(address_kind(about.channel))
        at = f"a.contact_id = c.id and a.kind = {kind}"
        scopes = "" if is_marketing else " and x.scope = 'all'"
        listed = (
            f"select 1 from address a join suppression x on x.kind = a.kind and x.value = a.value{scopes} where {at}"
        )
        gates = [f"when not exists (select 1 from address a where {at}) then 'no_address'"]
        if is_marketing:
            consented = Consented(consent=About(channel=about.channel, topic=about.topic)).sql(scope)
            gates.append(f"when not {consented} then 'no_consent'")
        gates.append(f"when exists ({listed}) then 'suppressed'")
        if is_marketing:
            live = f"h.ended_at is null and coalesce(h.until_at, {scope.now} + 1) > {scope.now}"
            gates.append(f"when exists (select 1 from hold h where h.contact_id = c.id and {live}) then 'hold'")
        return f"(case {' '.join(gates)} else 'reached' end)"

    def boundary(self, scope: Scope) -> str | None:
        """Consent expires, and a hold ends."""
        if self.reach.message_class not in ("lifecycle", "promotional"):
            return None
        agreed = Consented(consent=About(channel=self.reach.channel, topic=self.reach.topic)).boundary(scope)
        held = f"(select min(h.until_at) from hold h where h.contact_id = c.id and h.ended_at is null and h.until_at > {scope.now})"
        return scope.dialect.least([str(agreed), held])

    def depends(self) -> Depends:
        return depends_on("consent:", "reach:", "email", "phone")

    def sentence(self) -> str:
        about = f"about {self.reach.topic}" if self.reach.topic else "about anything"
        words = {
            "reached": f"can be reached {about} by {self.reach.channel}",
            "no_address": f"has no address for {self.reach.channel}",
            "no_consent": f"has not consented to be written to {about} by {self.reach.channel}",
            "suppressed": f"has a suppressed address for {self.reach.channel}",
            "hold": "is left alone by marketing",
        }
        return words[self.reach.standing]


CONDITIONS: dict[str, type[Struct]] = {"message": MessageDid, "reach": Reach}
