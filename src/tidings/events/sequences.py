"""One thing after another: something that was followed by something else, or that was not."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from tidings.contacts.aliases import WHO, of_person
from tidings.events.windows import Name, Where, Window, lines
from tidings.rules import durations
from tidings.rules.narrowing import People
from tidings.rules.tree import Asks, Depends, Scope
from tidings.rules.values import Duration


class Did(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{event: Checkout Started, where: […]}`: one thing that they did."""

    event: Name
    where: Where = ()

    def words(self) -> str:
        """As a person says it."""
        return self.event + (" with " + " and ".join(one.sentence() for one in self.where) if self.where else "")


class Pair(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What came first, and what came after it (`then`) or did not (`without`), within so long."""

    first: Annotated[Did, Meta(title="First", description="What they did first.")]
    then: Annotated[Did | None, Meta(title="Then", description="What they did after it.")] = None
    without: Annotated[Did | None, Meta(title="Without", description="What they did not do after it.")] = None
    within: Annotated[
        Duration | None,
        Meta(title="Within", description="So soon after the first; any time when empty.", examples=["3d"]),
    ] = None


class Followed(Window, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{sequence: {first: {event: A}, then: {event: B}, within: 3d}, within: 90d}`; the window is about the first."""

    asks: ClassVar[Asks] = Asks(
        "events",
        "One thing after another",
        "They did something and then something else, or did not.",
        {"sequence": {"first": {"event": "Checkout Started"}, "without": {"event": "Order Completed"}, "within": "1d"}},
    )

    sequence: Annotated[Pair, Meta(title="Sequence", description="One thing after another.")]

    def __post_init__(self) -> None:
        self.check_window()
        pair = self.sequence
        if (pair.then is None) == (pair.without is None):
            raise ValueError("Expected one of `then` and `without`")
        if any(one.is_of_dates or one.others() or one.matches is not None for did in self._both() for one in did.where):
            raise ValueError("Expected plain comparisons in a sequence: no dates, patterns or other attributes")
        if pair.without is not None and pair.within is None:
            raise ValueError("Expected `within`: only when it is over can anybody say that nothing came")
        if pair.within is not None and durations.milliseconds(pair.within) <= 0:
            raise ValueError("Expected `within` to be longer than nothing")
        if pair.without is not None and self.length is not None and self.length <= (self.soon or 0):
            raise ValueError("Expected a window that is longer than the time in which nothing came")

    @property
    def soon(self) -> int | None:
        """So soon after the first the second must come."""
        return None if self.sequence.within is None else durations.milliseconds(self.sequence.within)

    def _both(self) -> list[Did]:
        return [did for did in (self.sequence.first, self.sequence.then, self.sequence.without) if did is not None]

    def sql(self, scope: Scope) -> str:
        found = self._firsts(scope) + self._over(scope)
        return of_person(f"exists (select 1 from event e where {found})", unknown=self.unknown)

    def people(self, scope: Scope, between: tuple[str, str] | None = None) -> People | None:
        """Everybody of whom it is true; where time alone may yet make it so, whoever did the first thing."""
        if self.length is None:
            return None
        found = self._firsts(scope) + self._over(scope)
        if "c." in found or (between is not None and self.sequence.without is not None):
            return self.who_did(scope, self.sequence.first.event, 1, between)
        # That the second is in the window as well follows from the first; said, it lets a database match both sets at once.
        theirs = f"f.contact_id = e.contact_id and f.at > {scope.now} - {self.length}"
        mine = f"e.contact_id > {between[0]} and e.contact_id <= {between[1]} and " if between is not None else ""
        found = found.replace(f"e.contact_id {WHO} and ", mine).replace(f"f.contact_id {WHO}", theirs)
        return People(f"select e.contact_id from event e where {found}", is_exact=True)

    def _over(self, scope: Scope) -> str:
        """That nothing came is known only when its time is over."""
        return "" if self.sequence.then is not None else f" and e.at + {self.soon} <= {scope.now}"

    def _firsts(self, scope: Scope) -> str:
        """The lines of the first that were followed, or were not (so far)."""
        first, then = self.sequence.first, self.sequence.then or self.sequence.without
        assert then is not None, "checked above"
        soon = f" and f.at < e.at + {self.soon}" if self.soon is not None else ""
        after = f"(f.at > e.at or (f.at = e.at and f.id > e.id)){soon}"
        second = f"exists (select 1 from event f where {lines(scope, then.event, then.where, 'f')} and f.at >= e.at and {after})"
        follows = second if self.sequence.then is not None else f"not {second}"
        return f"{lines(scope, first.event, first.where, 'e', self)} and {follows}"

    def ends(self, scope: Scope) -> list[str]:
        """The newest pair gets too old; or the time is over in which the second could have come."""
        pair, found, ends = self.sequence, self._firsts(scope), list[str]()
        if self.length is not None:
            ends.append(f"(select max(e.at) + {self.length} from event e where {found}{self._over(scope)})")
        if pair.without is not None:
            ends.append(
                f"(select min(e.at) + {self.soon} from event e where {found} and e.at + {self.soon} > {scope.now})"
            )
        return [of_person(end) for end in ends]

    def depends(self) -> Depends:
        found = Depends(events=frozenset(did.event for did in self._both()))
        for did in self._both():
            for one in did.where:
                found |= one.depends()
        return found

    def sentence(self) -> str:
        pair = self.sequence
        soon = f" within {durations.told(pair.within)}" if pair.within is not None else ""
        if pair.then is not None:
            return f"did {pair.first.words()}{self.window_words()} and then {pair.then.words()}{soon}"
        assert pair.without is not None, "checked above"
        return f"did {pair.first.words()}{self.window_words()} and not {pair.without.words()}{soon} after it"
