"""What a rule may ask about events: how often, since when, with which properties."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tidings.rules import durations
from tidings.rules.tree import Depends, Scope
from tidings.rules.values import Comparison

_OF_PERSON = (
    "{e}.contact_id in (select c.id union all select merged.id from contact merged where merged.merged_into_id = c.id)"
)


class Property(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{property: plan, eq: pro}`: of the event at hand, or of the one that started the run."""

    property: Annotated[
        str, Meta(min_length=1, title="Property", description="Of the event; dots go into objects.", examples=["total"])
    ] = msgspec.field(default="")

    def sql(self, scope: Scope) -> str:
        return self.compare(scope, "b.properties", self.property.split("."))

    def of_event(self, scope: Scope) -> str:
        """The same about a line of the log, `e`."""
        return self.compare(scope, "e.properties", self.property.split("."))

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends()

    def sentence(self) -> str:
        return f"{self.property} {self.words()}"


class Times(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often: any of these."""

    at_least: Annotated[int | None, Meta(title="At least", description="So often or more.", examples=[1])] = None
    at_most: Annotated[int | None, Meta(title="At most", description="So often or less.", examples=[3])] = None
    exactly: Annotated[int | None, Meta(title="Exactly", description="So often.", examples=[2])] = None

    def sql(self, scope: Scope, count: str) -> str:
        tests = [("at_least", ">="), ("at_most", "<="), ("exactly", "=")]
        parts = [f"{count} {op} {scope.bind(n)}" for name, op in tests if (n := getattr(self, name)) is not None]
        return "(" + " and ".join(parts or [f"{count} >= 1"]) + ")"

    def thresholds(self) -> list[int]:
        """The numbers whose newest that many decide: with one less the answer may be another."""
        least = 1 if self.at_least is None and self.at_most is None and self.exactly is None else self.at_least
        most = [n + 1 for n in (self.at_most, self.exactly) if n is not None]
        return sorted({n for n in (least, self.exactly, *most) if n})

    def words(self) -> str:
        """As a person says it, with a space before; nothing when nothing was asked."""
        told = (("at least", self.at_least), ("at most", self.at_most), ("exactly", self.exactly))
        parts = [f"{how} {n} time{'' if n == 1 else 's'}" for how, n in told if n is not None]
        return " " + " and ".join(parts) if parts else ""


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{event: Order Completed, count: {at_least: 3}, within: 30d, where: [{property: total, gt: 50}]}`."""

    event: Annotated[str, Meta(min_length=1, title="Event", description="What they did.", examples=["Order Completed"])]
    count: Annotated[Times | None, Meta(title="How often", description="At least once when nothing is said.")] = None
    within: Annotated[
        str | None, Meta(title="Within", description="The time that is looked at; always when empty.", examples=["30d"])
    ] = None
    where: Annotated[
        tuple[Property, ...], Meta(title="Only where", description="Conditions on the properties of the event.")
    ] = ()
    never: Annotated[bool, Meta(title="Never", description="They have not done it.")] = False

    def __post_init__(self) -> None:
        if self.within is not None:
            durations.parse(self.within)
        if self.never and self.count is not None:
            raise ValueError("Expected `never` or `count`, not both")

    def sql(self, scope: Scope) -> str:
        times = Times(exactly=0) if self.never else (self.count or Times(at_least=1))
        if self.within is None and not self.where:
            name = scope.bind(self.event)
            known = (
                f"coalesce((select n.event_count from event_count n where n.contact_id = c.id and n.name = {name}), 0)"
            )
            return times.sql(scope, known)
        return times.sql(scope, f"(select count(*) from event e where {self._those(scope)})")

    def _those(self, scope: Scope) -> str:
        """The lines of the log that count."""
        parts = [_OF_PERSON.format(e="e"), f"e.name = {scope.bind(self.event)}"]
        if self.within is not None:
            parts.append(f"e.at > {scope.now} - {scope.bind(durations.milliseconds(self.within))}")
        parts += [condition.of_event(scope) for condition in self.where]
        return " and ".join(parts)

    def people(self, scope: Scope, between: tuple[str, str] | None = None) -> str | None:
        """A query for everybody of whom it may be true or become so by time alone, by the ids that they had then; None where that is
        nearly everybody."""
        least = 1 if self.count is None else max(self.count.at_least or 0, self.count.exactly or 0)
        if self.never or self.within is None or least < 1:
            return None
        since = f"{scope.now} - {scope.bind(durations.milliseconds(self.within))}"
        did = f"e.name = {scope.bind(self.event)} and e.at > {since}"
        if between is not None:
            did += f" and e.contact_id > {between[0]} and e.contact_id <= {between[1]}"
        enough = f"having count(*) >= {scope.bind(least)}"
        return f"select e.contact_id from event e where {did} group by e.contact_id {enough}"

    def boundary(self, scope: Scope) -> str | None:
        """The instant at which the event that the number hangs on is too old."""
        if self.within is None:
            return None
        times = Times(exactly=0) if self.never else (self.count or Times(at_least=1))
        ends = [self._falls_out(scope, n) for n in times.thresholds()]
        return scope.dialect.least(ends) if ends else None

    def _falls_out(self, scope: Scope, number: int) -> str:
        window = scope.bind(durations.milliseconds(str(self.within)))
        newest = f"order by e.at desc limit 1 offset {number - 1}"
        return f"(select e.at + {window} from event e where {self._those(scope)} {newest})"

    def depends(self) -> Depends:
        return Depends(events=frozenset({self.event}))

    def sentence(self) -> str:
        happened = "never happened" if self.never else f"happened{self.count.words() if self.count else ''}"
        within = f" within {self.within}" if self.within else ""
        where = " with " + " and ".join(one.sentence() for one in self.where) if self.where else ""
        return f"{self.event} {happened}{within}{where}"


class Since(Struct, frozen=True):
    """Whether an event has happened since the instant that each question names; for steps that wait."""

    event: str
    where: tuple[Property, ...] = ()

    def sql(self, scope: Scope) -> str:
        parts = [_OF_PERSON.format(e="e"), f"e.name = {scope.bind(self.event)}", "e.at >= b.since"]
        parts += [condition.of_event(scope) for condition in self.where]
        return f"exists (select 1 from event e where {' and '.join(parts)})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends(events=frozenset({self.event}))

    def sentence(self) -> str:
        return f"{self.event} since then"


CONDITIONS: dict[str, Any] = {"event": Event, "property": Property}
