"""Everything that somebody got: of which template, campaign, journey, channel or topic, and what became of it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from tidings.contacts.aliases import WHO, of_person
from tidings.messages.came import LEFT, Did, answers, test_of
from tidings.messages.models import TEST
from tidings.rules import durations
from tidings.rules.amounts import Times
from tidings.rules.stored import fold
from tidings.rules.tree import Scope

Name = Annotated[str, Meta(max_length=200)]


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which messages: all that is said must be so; of all when nothing is."""

    template: Annotated[Name | None, Meta(title="Template", description="By its name.", examples=["welcome"])] = None
    campaign: Annotated[Name | None, Meta(title="Campaign", description="By its name.", examples=["spring"])] = None
    journey: Annotated[Name | None, Meta(title="Journey", description="By its name.", examples=["welcome"])] = None
    channel: Annotated[Name | None, Meta(title="Channel", description="How it left.", examples=["email"])] = None
    topic: Annotated[Name | None, Meta(title="Topic", description="What it was about.", examples=["news"])] = None
    link: Annotated[
        Name | None,
        Meta(title="Link", description="Part of the address of a link that was clicked.", examples=["/pricing"]),
    ] = None

    def words(self) -> str:
        """As a person says it, with a space before."""
        told = [
            f" of the {kind} {name}"
            for kind in ("template", "campaign", "journey")
            if (name := getattr(self, kind)) is not None
        ]
        told += [f" about {self.topic}"] if self.topic is not None else []
        return "".join(told) + (f" by {self.channel}" if self.channel is not None else "")


_REPORTED = "(select min(r.at) from report r where r.message_id = m.id and r.status = '{}')"
_TIMES = {
    "sent": "coalesce(m.sent_at, m.ended_at, m.asked_at)",
    "failed": "coalesce(m.ended_at, m.asked_at)",
    "skipped": "coalesce(m.ended_at, m.asked_at)",
    **{
        told: f"coalesce({_REPORTED.format(told)}, m.sent_at, m.ended_at, m.asked_at)"
        for told in ("delivered", "bounced", "complained")
    },
}


class History(Struct, frozen=True):
    """How many of somebody's messages had something come of them."""

    about: About
    did: Did
    within: str | None
    times: Times
    has_machines: bool

    def check(self) -> None:
        """ValueError says what is wrong."""
        if self.within is not None and durations.milliseconds(self.within) <= 0:
            raise ValueError("Expected `within` to be longer than nothing")
        if self.about.link is not None and self.did != "clicked":
            raise ValueError("Expected `link` beside `did: clicked` only")
        if self.has_machines and self.did not in ("opened", "clicked"):
            raise ValueError("Expected `machines` beside `did: opened` and `did: clicked` only")

    def sql(self, scope: Scope) -> str:
        """Opened by nobody but a machine is unknown, where it would make a difference."""
        low = self._count(scope, is_human=not self.has_machines)
        if self.did != "opened" or self.has_machines:
            return of_person(self.times.sql(scope, low))
        high = self._count(scope, is_human=False)
        told = self.times.unsure(scope, "t.low", "t.high")
        return of_person(f"(select {told} from (select {low} as low, {high} as high limit 1) t limit 1)")

    def _count(self, scope: Scope, *, is_human: bool) -> str:
        return f"(select count(*) from ({self._rows(scope, is_human=is_human)}) r)"

    def _rows(self, scope: Scope, *, is_human: bool) -> str:
        """One row for each message that it came of, with the last instant at which it did (`at`)."""
        if self.did in ("opened", "clicked"):
            return self._engaged(scope, is_human=is_human)
        if self.did == "replied":
            return self._replied(scope)
        at = _TIMES[self.did]
        parts = [f"m.contact_id {WHO}", test_of(scope, self.did), *self._inside(scope, at), *self._filters(scope)]
        return f"select {at} as at from message m where {' and '.join(parts)}"

    def _engaged(self, scope: Scope, *, is_human: bool) -> str:
        kinds = "g.kind = 'clicked'"
        if self.did == "opened":
            # Who clicks has opened; a machine that follows links has not.
            kinds = "(g.kind = 'opened' or (g.kind = 'clicked' and g.verdict = 'human'))"
        parts = [
            f"g.contact_id {WHO}",
            kinds,
            f"m.state in {LEFT}",
            *self._inside(scope, "g.at"),
            *self._filters(scope),
        ]
        parts += ["g.verdict = 'human'"] if is_human else []
        if self.about.link is not None:
            plain = fold(self.about.link).replace("!", "!!").replace("%", "!%").replace("_", "!_")
            parts.append(f"lower(g.url) like cast({scope.bind(f'%{plain}%')} as text) escape '!'")
        source = "engagement g join message m on m.id = g.message_id"
        return f"select max(g.at) as at from {source} where {' and '.join(parts)} group by g.message_id"

    def _replied(self, scope: Scope) -> str:
        """Replies; where it matters to what, those that say it."""
        parts = [f"e.contact_id {WHO}", "e.name = 'message.replied'", *self._inside(scope, "e.at")]
        about, source = self.about, "event e"
        if any(name is not None for name in (about.template, about.campaign, about.journey, about.topic)):
            source = f"event e join message m on m.contact_id {WHO}"
            parts += [answers(scope), *self._filters(scope)]
        elif about.channel is not None:
            path = scope.bind(scope.dialect.json_path(["channel"]))
            parts.append(f"{scope.dialect.json_text('e.properties', path)} = cast({scope.bind(about.channel)} as text)")
        return f"select e.at as at from {source} where {' and '.join(parts)}"

    def _inside(self, scope: Scope, at: str) -> list[str]:
        return [] if self.within is None else [f"{at} > {scope.now} - {durations.milliseconds(self.within)}"]

    def _filters(self, scope: Scope) -> list[str]:
        """Which messages; a test that somebody sent to see how it looks is none."""
        about, parts = self.about, [f"m.source <> '{TEST}'"]
        if about.template is not None:
            version = (
                "from template_version v join template t on t.id = v.template_id where v.id = m.template_version_id"
            )
            parts.append(f"exists (select 1 {version} and t.name = {scope.bind(about.template)})")
        if about.campaign is not None:
            of = f"(select d.id from document d where d.kind = 'campaign' and d.name = {scope.bind(about.campaign)})"
            parts.append(f"m.source = 'campaign' and m.source_id = {of}")
        if about.journey is not None:
            run = "from run u join journey j on j.id = u.journey_id where u.id = m.source_id"
            parts.append(f"m.source = 'journey' and exists (select 1 {run} and j.name = {scope.bind(about.journey)})")
        parts += [
            f"m.{name} = {scope.bind(value)}"
            for name in ("channel", "topic")
            if (value := getattr(about, name)) is not None
        ]
        return parts

    def boundary(self, scope: Scope) -> str | None:
        """When the message on which the number hangs is too old."""
        if self.within is None:
            return None
        length, ends = durations.milliseconds(self.within), list[str]()
        for is_human in (True, False) if self.did == "opened" and not self.has_machines else (not self.has_machines,):
            for number in self.times.thresholds():
                newest = f"order by r.at desc limit 1 offset {number - 1}"
                ends.append(f"(select r.at + {length} from ({self._rows(scope, is_human=is_human)}) r {newest})")
        return of_person(scope.dialect.least(ends)) if ends else None

    def sentence(self, *, is_never: bool) -> str:
        """As a person says it."""
        acts = {
            "opened": "opened",
            "clicked": "clicked a link in",
            "replied": "replied to",
            "complained": "complained about",
        }
        passive = {
            "sent": "was sent",
            "delivered": "got",
            "bounced": "had bounce",
            "failed": "had fail",
            "skipped": "was not sent",
        }
        did = (acts | passive)[self.did]
        did = f"never {did}" if is_never else did
        link = f" to {self.about.link}" if self.about.link is not None else ""
        did = did.replace("a link in", f"a link{link} in")
        often = "" if is_never or self.times == Times(at_least=1) else f" {self.times.words()}"
        window = f" in the last {durations.told(self.within)}" if self.within is not None else ""
        machines = ", machines included" if self.has_machines else ""
        return f"{did} a message{self.about.words()}{often}{window}{machines}"

    def seen(self, scope: Scope) -> str:
        """Of how many messages it came."""
        return of_person(f"cast({self._count(scope, is_human=not self.has_machines)} as text)")
