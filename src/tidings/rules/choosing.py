"""Where a search among everybody begins: with the few of whom a rule may be true at all, when something tells who they are."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Sequence
from typing import Literal, cast

from msgspec import Struct

from tidings.rules.evaluate import Compiled, Exact
from tidings.rules.narrowing import People, Place
from tidings.rules.tree import Condition, Group, Scope
from tidings.runtime.database import Tx
from tidings.runtime.sql import Dialect, Statement

CANDIDATES = 400_000
"""Above so many candidates, reading everybody is as quick (measured at a million people)."""
FEW = 50_000
"""A page or a count that ends early begins with candidates when they are at most so many."""
STEPS = (1_000,)
"""Candidates are counted up to here first; where they are more, in so many windows that are spread over a tenth of everybody."""
WINDOWS = 50
CROWD = 50_000
"""With fewer people than this, nobody looks who did something: everybody is asked."""
SAMPLE = 1_000
RARE = 0.25
"""Events tell who comes into question where at most this part of people did it; measured in a sample."""
NOTHING = (
    "join (select 0 as key, 0 as contact_id, 0 as run_id, {{json nothing}} as properties, 0 as since) b on b.key = 0"
)
"""One row of nothing: conditions about a run or an event at hand have none to look at here."""
_PATHS = Statement("ready_paths", "select path from contact_value_path where state = 'ready'")
_LAST = Statement("last_person", "select max(id) from contact")

How = Literal["set", "probe"]
Reach = Literal["all", "some", "newest"]
PROBE: Literal["probe"] = "probe"


class Choice(Struct, frozen=True):
    """Which part of a rule tells who comes into question (None: everybody does), and which others are asked of kept values."""

    driver: int | None = None
    is_of_events: bool = False
    others: tuple[tuple[int, How], ...] = ()


class Chosen(Struct, frozen=True, kw_only=True):
    """A choice, with how many come into question where that was counted."""

    choice: Choice
    candidates: int | None = None
    counted_to: int = 0
    """Where there is no number of candidates, they are more than this."""


def parts(rule: Condition | None) -> list[Condition]:
    """Conditions that must all be true: those of groups inside groups as well."""
    if rule is None:
        return []
    if isinstance(rule, Group) and rule.how == "all":
        return [inner for one in rule.rules for inner in parts(one)]
    return [rule]


def place_of(part: Condition) -> Place | None:
    """Where among the kept values everybody is of whom a condition is true, where it says that."""
    asked = getattr(part, "place", None)
    found: Place | None = asked() if asked else None
    return found


def people_of(part: Condition, scope: Scope, between: tuple[str, str] | None = None) -> People | None:
    """Everybody of whom a condition may be true, where it says that; `between`: only ids after the first and up to the second. Time
    alone never brings others in."""
    asked = getattr(part, "people", None)
    found: People | None = asked(scope, between) if asked else None
    return found


def ready_paths(tx: Tx) -> set[str]:
    """The attributes of which every value is kept."""
    return set(tx.values(_PATHS))


def choose(tx: Tx, some: Sequence[Condition], now: int, reach: Reach = "all") -> Chosen:
    """Where to begin, when all are to be found, any few, or the newest few."""
    ready = ready_paths(tx) if any(place_of(part) for part in some) else set()
    places = {i: found for i, part in enumerate(some) if (found := place_of(part)) and found.path in ready}
    most = CANDIDATES if reach == "all" else FEW
    counted = _counted(tx, places, most)
    driver = min(counted, key=lambda i: (counted[i], i)) if counted else None
    if driver is None or counted[driver] > most:
        did = _who_did(tx, some, now) if reach == "all" else None
        if did is not None:
            looks = tuple((i, PROBE) for i, place in sorted(places.items()) if place.is_exact and place.values)
            return Chosen(choice=Choice(driver=did, is_of_events=True, others=looks))
        if driver is None or not _may_be_many(places[driver], reach):
            return Chosen(choice=Choice())
    others = _others(places, counted, driver, reach)
    is_counted = counted[driver] <= most
    return Chosen(
        choice=Choice(driver=driver, others=others), candidates=counted[driver] if is_counted else None, counted_to=most
    )


def _may_be_many(place: Place, reach: Reach) -> bool:
    """Whether kept values are the quickest way in, however many they are: nobody's attributes have to be read. The newest come
    first from a single value alone."""
    return len(place.values) == 1 if reach == "newest" else place.is_exact


def _others(
    places: dict[int, Place], counted: dict[int, int], driver: int, reach: Reach
) -> tuple[tuple[int, How], ...]:
    """Kept values answer for other conditions as well: a look for each candidate; for a range, a set where it is small."""
    found = list[tuple[int, How]]()
    for i, place in places.items():
        if i == driver or not place.is_exact:
            continue
        if place.values:
            found.append((i, PROBE))
        elif reach == "all" and counted[i] <= 2 * counted[driver]:
            found.append((i, "set"))
    return tuple(sorted(found))


def _counted(tx: Tx, places: dict[int, Place], most: int) -> dict[int, int]:
    """Part -> about how many candidates, counted no further than the fewest of them need."""
    found, last = dict[int, int](), int(tx.value(_LAST) or 0) if places else 0
    for limit in (*(step for step in STEPS if step < most), most):
        found = {i: _count(tx, place, limit + 1, last) for i, place in places.items()}
        if any(number <= limit for number in found.values()):
            break
    return found


def _count(tx: Tx, place: Place, limit: int, last: int) -> int:
    scope = Scope(tx.dialect)
    where = within(scope, place, "v")
    if place.values and last >= CROWD and limit > min(STEPS):
        windows = [
            {"first": last * n // WINDOWS, "until": last * n // WINDOWS + last // WINDOWS // 10} for n in range(WINDOWS)
        ]
        one = (
            f"select count(*) from contact_value v where {where} and v.contact_id > w.first and v.contact_id <= w.until"
        )
        text = f"select cast(sum(({one})) as integer) from {{{{rows windows: first integer, until integer}}}} w"
        return 10 * int(tx.value(Statement("spread", text), windows=windows, **scope.parameters))
    text = f"select count(*) from (select 1 from contact_value v where {where} limit :limit) found"
    return int(tx.value(Statement("candidates", text), limit=limit, **scope.parameters))


def within(scope: Scope, place: Place, row: str) -> str:
    """A test of a row of kept values: it is in a place."""
    path = f"{row}.path = {_text(scope, place.path)}"
    if place.values:
        some = [_text(scope, value) for value in place.values]
        return (
            f"{path} and {row}.value = {some[0]}"
            if len(some) == 1
            else f"{path} and {row}.value in ({', '.join(some)})"
        )
    low = f"{row}.value {'>=' if place.is_low_in else '>'} {_text(scope, place.low)}"
    high = f"{row}.value {'<=' if place.is_high_in else '<'} {_text(scope, place.high)}"
    return f"{path} and {low} and {high}"


def _text(scope: Scope, value: str) -> str:
    return f"cast({scope.bind(value)} as text)"


def _who_did(tx: Tx, some: Sequence[Condition], now: int) -> int | None:
    """The part about events that the fewest people fulfil, if they are few: by a sample of everybody."""
    scope = Scope(tx.dialect)
    asked = [i for i, part in enumerate(some) if people_of(part, scope) is not None]
    last = int(tx.value(_LAST) or 0) if asked else 0
    if last < CROWD:
        return None
    ids = [last * n // SAMPLE for n in range(1, SAMPLE + 1)]
    shares = {i: _share(tx, some[i], ids, now) for i in asked}
    rarest = min(shares, key=lambda i: (shares[i], i))
    return rarest if shares[rarest] <= RARE else None


def _share(tx: Tx, part: Condition, ids: list[int], now: int) -> float:
    asked = _sampled(Exact(part), cast(Hashable, tx.dialect))
    return int(tx.value(asked.statement, ids=ids, now=now, nothing={}, **asked.bound(tx, now))) / len(ids)


@functools.lru_cache(maxsize=512)
def _sampled(held: Exact, dialect: Hashable) -> Compiled:
    scope = Scope(cast(Dialect, dialect))
    where = held.rule.sql(scope)
    text = f"select count(*) from contact c {NOTHING} where c.id in {{{{ids ids}}}} and c.merged_into_id is null and {where}"
    return Compiled(Statement("sampled", text), scope.parameters, scope.moving)
