"""What a rule may ask about events: how often, how much, the first and the last, in which time, with which properties."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from tidings.contacts.aliases import WHO, of_person
from tidings.events.measures import PARTS, How, Measure, Picked
from tidings.events.sequences import Followed
from tidings.events.windows import Name, Property as Property, Where, Window, lines, turns
from tidings.rules.amounts import Times as Times
from tidings.rules.narrowing import People
from tidings.rules.tree import Asks, Depends, Scope

_HOWS: tuple[How, ...] = ("sum", "min", "max", "avg")


class Event(Window, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{event: Order Completed, count: {at_least: 3}, within: 30d, where: [{property: total, gt: 50}]}`."""

    asks: ClassVar[Asks] = Asks(
        "events",
        "What they did",
        "How often, how much, the first or the last, in which time.",
        {"event": "Order Completed", "count": {"at_least": 3}, "within": "30d"},
    )

    event: Name
    count: Annotated[Times | None, Meta(title="How often", description="At least once when nothing is said.")] = None
    sum: Annotated[Measure | None, Meta(title="Sum", description="What a property adds up to.")] = None
    min: Annotated[Measure | None, Meta(title="Smallest", description="The smallest a property was.")] = None
    max: Annotated[Measure | None, Meta(title="Largest", description="The largest a property was.")] = None
    avg: Annotated[Measure | None, Meta(title="Average", description="What a property is on average.")] = None
    first: Annotated[
        Picked | None, Meta(title="The first", description="Of the first: a property, or when it was.")
    ] = None
    last: Annotated[Picked | None, Meta(title="The last", description="Of the last: a property, or when it was.")] = (
        None
    )
    where: Where = ()
    never: Annotated[bool, Meta(title="Never", description="They have not done it.")] = False

    def __post_init__(self) -> None:
        self.check_window()
        if len([name for name in ("count", *_HOWS, "first", "last", "never") if getattr(self, name)]) > 1:
            raise ValueError("Expected one of `count`, `sum`, `min`, `max`, `avg`, `first`, `last`, `never`")
        if self.sum is not None and self.sum.missing != "no":
            raise ValueError("Expected no `missing` beside a sum: of nothing it is 0")

    @property
    def times(self) -> Times:
        return Times(exactly=0) if self.never else (self.count or Times(at_least=1))

    def sql(self, scope: Scope) -> str:
        source = f" from event e where {lines(scope, self.event, self.where, window=self)}"
        if (found := self._measured()) is not None:
            told = found[1].asked_of(scope, found[0], source)
        elif (one := self._picked()) is not None:
            told = one[0].asked_of(scope, source + one[1])
        elif self.is_open and not self.where:
            mine = f"n.contact_id = c.id and n.name = {scope.bind(self.event)}"
            return self.times.sql(scope, f"coalesce((select n.event_count from event_count n where {mine}), 0)")
        else:
            told = self.times.sql(scope, f"(select count(*){source})")
        return of_person(told, unknown=self.unknown)

    def _measured(self) -> tuple[How, Measure] | None:
        return next(((how, found) for how in _HOWS if (found := getattr(self, how)) is not None), None)

    def _picked(self) -> tuple[Picked, str] | None:
        """(the test, which line it is about)."""
        if self.first is not None:
            return self.first, " order by e.at, e.id limit 1"
        return (self.last, " order by e.at desc, e.id desc limit 1") if self.last is not None else None

    def people(self, scope: Scope, between: tuple[str, str] | None = None) -> People | None:
        """Everybody of whom it may be true or become so by time alone; None where that is nearly everybody."""
        least = self._at_least()
        if self.length is None or not least:
            return None
        if self.sum is not None and between is None:
            mine = lines(scope, self.event, self.where, window=self).removeprefix(f"e.contact_id {WHO} and ")
            if "c." not in mine:
                return self.sum.who_has(scope, mine)
        found = self.who_did(scope, self.event, least, between)
        is_exact = not self.where and self._measured() is None and self.times.tests() == [(">=", least)]
        return replace(found, is_exact=is_exact)

    def _at_least(self) -> int:
        """So many lines it takes to be true; 0 where none may do."""
        if self.never or self._picked() is not None:
            return 0
        if self.sum is not None:
            return int((self.sum.gte or 0) > 0 or (self.sum.gt is not None and self.sum.gt >= 0))
        if (found := self._measured()) is not None:
            return int(found[1].missing == "no")
        return self._least

    @property
    def _least(self) -> int:
        """At least so many lines there must be."""
        return max((n for sign, n in self.times.tests() if sign != "<="), default=0)

    def ends(self, scope: Scope) -> list[str]:
        """The instants at which the line that the answer hangs on is too old, or a date in the properties comes or goes."""
        source = f" from event e where {lines(scope, self.event, self.where, window=self)}"
        picked = self._picked()
        ends = turns(scope, self.event, self.where, self)
        if picked is not None and (turn := picked[0].turn(scope, source + picked[1])) is not None:
            ends.append(turn)
        if self.length is not None:
            ends += [f"(select e.at + {self.length}{source} {which})" for which in self._deciding()]
        return [of_person(end) for end in ends]

    def _deciding(self) -> list[str]:
        """Which lines decide while they are in the window."""
        if self._measured() is not None or self.first is not None:
            return ["order by e.at limit 1"]
        if self.last is not None:
            return ["order by e.at desc limit 1"]
        return [f"order by e.at desc limit 1 offset {number - 1}" for number in self.times.thresholds()]

    def depends(self) -> Depends:
        found = Depends(events=frozenset({self.event}))
        for one in self.where:
            found |= one.depends()
        return found

    def sentence(self) -> str:
        where = " with " + " and ".join(one.sentence() for one in self.where) if self.where else ""
        window = self.window_words()
        if (found := self._measured()) is not None:
            return f"{found[1].told(found[0])} over {self.event}{where}{window}"
        if (picked := self._picked()) is not None:
            which = "first" if self.first is not None else "last"
            when = f"of the {which} {self.event}{where}{window}, {picked[0].told()}"
            return when if picked[0].property else f"the {which} {self.event}{where}{window} was {picked[0].told()}"
        if self.never:
            return f"never did {self.event}{where}{window}"
        times = self.count.words() if self.count is not None else ""
        return f"did {self.event}{' ' + times if times else ''}{where}{window}"

    def seen(self, scope: Scope) -> str:
        """How often, how much, or what the first or last was."""
        source = f" from event e where {lines(scope, self.event, self.where, window=self)}"
        if (found := self._measured()) is not None:
            how, measure = found
            value = f"(select {measure.value(scope, how)}{source})"
            return of_person(
                f"cast({value} / {PARTS}e0 as text)" if how in ("sum", "avg") else f"cast({value} as text)"
            )
        picked = self._picked()
        if picked is not None:
            one, which = picked
            shown = one.shown(scope, "e.properties", one.property.split(".")) if one.property else "cast(e.at as text)"
            return of_person(f"(select {shown}{source}{which})")
        return of_person(f"cast((select count(*){source}) as text)")


class Since(Struct, frozen=True):
    """Whether an event has happened since the instant that each question names; for steps that wait."""

    event: str
    where: tuple[Property, ...] = ()

    def sql(self, scope: Scope) -> str:
        return of_person(
            f"(exists (select 1 from event e where {lines(scope, self.event, self.where)} and e.at >= b.since))"
        )

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends(events=frozenset({self.event}))

    def sentence(self) -> str:
        return f"did {self.event}"


CONDITIONS: dict[str, type[Struct]] = {"event": Event, "property": Property, "sequence": Followed}
"""`property` comes after `event`: inside an event's `where` it is part of the event."""
