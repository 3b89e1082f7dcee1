"""Which lines of the log a rule looks at: of which event, in which time, with which properties."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from tidings.contacts.aliases import WHO
from tidings.rules import durations
from tidings.rules.dates import Written
from tidings.rules.local import local, start
from tidings.rules.narrowing import People
from tidings.rules.tree import Asks, Depends, Scope, depends_on, root_of
from tidings.rules.values import Comparison, Date, Duration

Name = Annotated[
    str, Meta(min_length=1, max_length=200, title="Event", description="What they did.", examples=["Order Completed"])
]
Path = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        title="Property",
        description="Of the event; dots go into objects.",
        examples=["total"],
    ),
]


class Property(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{property: plan, eq: pro}`: of the event at hand, or of the one that started the run."""

    asks: ClassVar[Asks] = Asks(
        "events",
        "The event that brought them",
        "A property of the event that started the journey.",
        {"property": "total", "gt": 50},
    )

    property: Path = msgspec.field(default="")

    def sql(self, scope: Scope) -> str:
        return self.compare(scope, "b.properties", self.property.split("."))

    def of_event(self, scope: Scope, line: str = "e") -> str:
        """The same about a line of the log."""
        return self.compare(scope, f"{line}.properties", self.property.split("."))

    def boundary(self, scope: Scope) -> str | None:
        return self.changes(scope, "b.properties", self.property.split("."))

    def boundary_of_event(self, scope: Scope, line: str = "e") -> str | None:
        """The same about a line of the log."""
        return self.changes(scope, f"{line}.properties", self.property.split("."))

    def depends(self) -> Depends:
        return depends_on(*map(root_of, self.others()))

    def sentence(self) -> str:
        return f"{self.property} {self.words()}"

    def seen(self, scope: Scope) -> str:
        return self.shown(scope, "b.properties", self.property.split("."))


Where = Annotated[
    tuple[Property, ...],
    Meta(max_length=20, title="Only where", description="Conditions on the properties of the event."),
]


class Window(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}
):
    """The time that is looked at: the last so long, from a date to a date, or since they entered the journey."""

    within: Annotated[
        Duration | None,
        Meta(title="Within", description="The time that is looked at; always when empty.", examples=["30d"]),
    ] = None
    from_: Annotated[Date | None, Meta(title="From", description="Not before this day.", examples=["2026-01-01"])] = (
        None
    )
    to: Annotated[Date | None, Meta(title="To", description="Not after this day.", examples=["2026-01-31"])] = None
    since: Annotated[
        Literal["entry"] | None, Meta(title="Since", description="`entry`: since they entered the journey.")
    ] = None

    def who_did(self, scope: Scope, name: str, least: int, between: tuple[str, str] | None) -> People:
        """Whoever did something so often within the time that is looked at, whatever else is asked about it."""
        did = f"e.name = {scope.bind(name)} and e.at > {scope.now} - {self.length}"
        if between is not None:
            did += f" and e.contact_id > {between[0]} and e.contact_id <= {between[1]}"
        return People(
            f"select e.contact_id from event e where {did} group by e.contact_id having count(*) >= {scope.bind(least)}"
        )

    def ends(self, scope: Scope) -> list[str]:
        """Instants after now at which time alone may change the answer; the earliest counts."""
        return []

    def boundary(self, scope: Scope) -> str | None:
        ends = self.ends(scope)
        return scope.dialect.least(ends) if ends else None

    def check_window(self) -> None:
        """ValueError says what is wrong with it."""
        if self.within is not None and durations.milliseconds(self.within) <= 0:
            raise ValueError("Expected `within` to be longer than nothing")
        for text in (self.from_, self.to):
            if text is not None and Written(text).day is None:
                raise ValueError("Expected a date like 2026-01-31, without a time")
        if (self.within is not None) + (self.from_ is not None or self.to is not None) + (self.since is not None) > 1:
            raise ValueError("Expected one of `within`, `from` and `to`, `since`")

    @property
    def is_open(self) -> bool:
        """Whether it looks at all the time that there is."""
        return self.within is None and self.from_ is None and self.to is None and self.since is None

    @property
    def length(self) -> int | None:
        return None if self.within is None else durations.milliseconds(self.within)

    def inside(self, scope: Scope, at: str) -> list[str]:
        """Tests of an instant."""
        parts = list[str]()
        if self.length is not None:
            parts.append(f"{at} > {scope.now} - {self.length}")
        if self.from_ is not None:
            parts.append(f"{at} >= {local(scope, 'workspace', start, Written(self.from_).day)}")
        if self.to is not None:
            parts.append(f"{at} < {local(scope, 'workspace', start, (Written(self.to).day or 0) + 1)}")
        return parts + ([f"{at} > b.since"] if self.since is not None else [])

    @property
    def unknown(self) -> str:
        """Outside of a run nobody knows what was since its entry."""
        return "" if self.since is None else "b.since <= 0"

    def window_words(self) -> str:
        """As a person says it, with a space before."""
        if self.within is not None:
            return f" in the last {durations.told(self.within)}"
        if self.since is not None:
            return " since they entered the journey"
        return (f" from {self.from_}" if self.from_ else "") + (f" until {self.to}" if self.to else "")


def lines(scope: Scope, name: str, where: tuple[Property, ...], line: str = "e", window: Window | None = None) -> str:
    """The lines of the log of one person; `WHO` stands for whom it is about."""
    parts = [f"{line}.contact_id {WHO}", f"{line}.name = {scope.bind(name)}"]
    parts += window.inside(scope, f"{line}.at") if window is not None else []
    return " and ".join(parts + [condition.of_event(scope, line) for condition in where])


def turns(scope: Scope, name: str, where: tuple[Property, ...], window: Window) -> list[str]:
    """When lines begin or cease to count because of dates in their properties."""
    base = lines(scope, name, (), "e", window)
    found = [text for one in where if (text := one.boundary_of_event(scope)) is not None]
    return [f"(select min({text}) from event e where {base})" for text in found]
