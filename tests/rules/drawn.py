"""Random rules and random people, drawn around an instant."""

from __future__ import annotations

import datetime as dt
import functools
import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings, strategies as st

from tests.makers import DAY, HOUR
from tests.rules.reference import Person

NOW = 1_767_600_000_000
"""5 January 2026, 08:00 UTC."""
MANY = float(os.environ.get("TIDINGS_TEST_EXAMPLES", "1"))
"""How many times as many examples as usual."""
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham")


def laws(examples: int) -> settings:
    """So many examples; a long run does not make what it finds smaller, since that takes longer than the run."""
    phases = [phase for phase in Phase if MANY == 1 or phase not in (Phase.shrink, Phase.explain)]
    return settings(
        max_examples=int(examples * MANY), deadline=None, suppress_health_check=list(HealthCheck), phases=phases
    )


LAWS = laws(80)

# --- what is written -------------------------------------------------------------------------------------------------


def _day(base: int, days: int) -> str:
    return (dt.datetime.fromtimestamp(base / 1000, dt.UTC) + dt.timedelta(days=days)).date().isoformat()


def _time(base: int, ago: int, form: int) -> str:
    at = dt.datetime.fromtimestamp((base - ago) / 1000, dt.UTC)
    if form == 0:
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if form == 1:
        return at.astimezone(dt.timezone(dt.timedelta(hours=-5, minutes=-30))).isoformat(timespec="milliseconds")
    if form == 2:
        return at.strftime("%Y-%m-%d %H:%M:%S")
    return at.astimezone(dt.timezone(dt.timedelta(hours=12, minutes=45))).strftime("%Y-%m-%dT%H:%M%z")


DAYS = st.sampled_from([-400, -366, -365, -31, -30, -8, -7, -2, -1, 0, 1, 2, 3, 7, 8, 30, 31, 365])
AGO = st.sampled_from([0, 1, HOUR - 1, HOUR, DAY - 1, DAY, 2 * DAY, 3 * DAY, 9 * DAY])
AROUND = st.one_of(AGO, AGO.map(lambda ago: -ago))
ODD = (
    "2026-02-30", "2026-13-01", "2024-02-29", "2025-02-28", "2026-00-10", "2026-1-5", "2026-01-05T25:00:00Z", "2026-01-05T08:00",
    "2026-01-05T08:00:00.1234567Z", "2026-01-05T08:00:00.Z", "2026-01-05T08:00:00+0530", "2026-01-05T08:00:00+05", "0001-01-01",
    "0000-01-01", "9999-12-31T23:59:59-12:00", "2026-01-05Z", "2026-01-05T", "2026-01-05T08:0a:00Z", "２026-01-05", "2026-01-05t08:00z",
    "1900-02-29", "2000-02-29", "2026-01-05T08:00:00:00Z", "2026-01-05T08:00:60Z", "2026-01-05-05:00",
    "+026-01-05", "2026-01-05T08:00:00+24:00",
)  # fmt: skip


def dates(base: int) -> st.SearchStrategy[str]:
    """Dates and times around an instant, and what looks like some."""
    return st.one_of(
        DAYS.map(lambda days: _day(base, days)),
        st.builds(lambda ago, form: _time(base, ago, form), AROUND, st.integers(0, 3)),
        st.sampled_from(ODD),
    )


def days(base: int) -> st.SearchStrategy[str]:
    return DAYS.map(lambda days: _day(base, days))


def written(base: int) -> st.SearchStrategy[str]:
    return st.one_of(days(base), st.builds(lambda ago, form: _time(base, ago, form), AROUND, st.integers(0, 2)))


# --- rules -----------------------------------------------------------------------------------------------------------

PATHS = st.sampled_from(["plan", "n", "a.b", "a", "l", "a b", "é", "when", "when"])
TEXTS = st.sampled_from(
    ["pro", "Pro", "PRO%", "p_o", "é", "É", "", "!", "10", "2026-01-31", "true", "[]", "{}", "a\\b", "ß"]
)
NUMBERS = st.sampled_from([0, 1, -1, 10, 0.1, 0.3, 0.1 + 0.2, 2**53 + 1, 1e300, 1.0])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans())
ORDERED = st.one_of(TEXTS, NUMBERS)
SPANS = st.sampled_from(["0d", "1h", "1d", "3d", "30d", "1w", "36h"])
OTHER = st.fixed_dictionaries(
    {"attribute": st.sampled_from(["n", "plan", "a.b"])},
    optional={"times": st.sampled_from([1, 0.8, -2, 0.1]), "plus": st.sampled_from([0, 1, -0.5])},
)
times = st.dictionaries(st.sampled_from(["at_least", "at_most", "exactly"]), st.integers(0, 3), max_size=2)
zoned = st.one_of(st.just({}), st.just({"zone": "contact"}), st.just({"zone": "workspace"}))


def one_of(**tests: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One operator with what stands under it."""
    return st.one_of(*(st.fixed_dictionaries({name: value}) for name, value in tests.items()))


def of_dates(base: int) -> st.SearchStrategy[dict[str, Any]]:
    """A comparison with dates."""
    tests = one_of(
        before=written(base),
        after=written(base),
        on=days(base),
        between=st.tuples(written(base), written(base)).map(list),
        in_last=SPANS,
        in_next=SPANS,
        more_than_ago=SPANS,
        more_than_ahead=SPANS,
        anniversary=st.sampled_from(["today", "1d", "3d", "30d"]),
        month=st.one_of(st.integers(1, 12), st.just("this")),
    )
    return st.builds(lambda test, zone: test | zone, tests, zoned)


PLAIN = st.one_of(
    one_of(eq=SCALARS, ne=SCALARS, has=SCALARS, contains=TEXTS, empty=st.booleans()),
    one_of(gt=ORDERED, lte=ORDERED, between=st.tuples(NUMBERS, NUMBERS).map(list)),
)


def tests(base: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        one_of(eq=SCALARS, ne=SCALARS, has=SCALARS),
        one_of(**{name: st.lists(SCALARS, max_size=3) for name in ("in", "not_in", "has_any", "has_all", "has_none")}),
        one_of(**dict.fromkeys(("contains", "not_contains", "starts_with", "ends_with"), TEXTS)),
        one_of(**{name: st.one_of(ORDERED, OTHER) for name in ("gt", "gte", "lt", "lte")}),
        one_of(between=st.tuples(ORDERED, ORDERED).map(list), empty=st.booleans(), length=times, eq=OTHER, ne=OTHER),
        of_dates(base),
        of_dates(base),
    )


missing = st.one_of(st.just({}), st.sampled_from(["yes", "no", "unknown"]).map(lambda word: {"missing": word}))


def compared(key: str, base: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda path, test, word: {key: path} | test | word, PATHS, tests(base), missing)


AMOUNTS = one_of(
    **{name: st.sampled_from([0, 1, -1, 10, 0.1, 0.3, 1.00005]) for name in ("eq", "ne", "gt", "gte", "lt", "lte")},
    between=st.tuples(st.sampled_from([0, 0.1]), st.sampled_from([1, 10])).map(list),
)
MEASURES = st.builds(
    lambda path, test, word: {"property": path} | test | word, st.sampled_from(["n", "plan", "a.b"]), AMOUNTS, missing
)
SUMS = st.builds(lambda path, test: {"property": path} | test, st.sampled_from(["n", "plan", "a.b"]), AMOUNTS)


def picked(base: int) -> st.SearchStrategy[dict[str, Any]]:
    when = one_of(
        before=written(base), after=written(base), on=days(base), between=st.tuples(written(base), written(base)).map(list),
        in_last=SPANS, more_than_ago=SPANS,
    )  # fmt: skip
    return st.one_of(compared("property", base), st.builds(lambda test, word: test | word, when, missing))


def windows(base: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.just({}),
        st.sampled_from(["1h", "1d", "3d", "1w"]).map(lambda text: {"within": text}),
        st.fixed_dictionaries({}, optional={"from": days(base), "to": days(base)}),
        st.just({"since": "entry"}),
    )


def events(base: int) -> st.SearchStrategy[dict[str, Any]]:
    how = st.one_of(
        one_of(count=times, never=st.just(True), sum=SUMS, min=MEASURES, max=MEASURES, avg=MEASURES),
        one_of(first=picked(base), last=picked(base)),
        st.just({}),
    )
    where = st.one_of(st.just({}), st.lists(compared("property", base), max_size=2).map(lambda some: {"where": some}))
    name = st.sampled_from("AB").map(lambda name: {"event": name})
    return st.builds(lambda *parts: {k: v for part in parts for k, v in part.items()}, name, how, windows(base), where)


def sequences(base: int) -> st.SearchStrategy[dict[str, Any]]:
    plain = st.builds(lambda path, test, word: {"property": path} | test | word, PATHS, PLAIN, missing)
    where = st.one_of(st.just({}), st.lists(plain, max_size=1).map(lambda some: {"where": some}))
    did = st.builds(lambda name, some: {"event": name} | some, st.sampled_from("AB"), where)
    soon = st.sampled_from(["1h", "1d", "2d"])
    then = st.fixed_dictionaries({"first": did, "then": did}, optional={"within": soon})
    without = st.fixed_dictionaries({"first": did, "without": did, "within": soon})
    window = windows(base).filter(lambda window: window.get("within") not in ("1h", "1d"))
    return st.builds(lambda pair, window: {"sequence": pair} | window, st.one_of(then, without), window)


def timed(base: int) -> st.SearchStrategy[dict[str, Any]]:
    """What they did in the last days: events tell who comes into question."""
    others = ("from", "to", "since")
    return st.builds(
        lambda tree, length: {key: value for key, value in tree.items() if key not in others} | {"within": length},
        st.one_of(events(base), sequences(base)),
        st.sampled_from(["3d", "1w"]),
    )


SAYS = ("subscribed", "unsubscribed", "pending", "none", "expired")
DIDS = ("sent", "delivered", "opened", "clicked", "bounced", "complained", "failed", "skipped")
SHORT = st.sampled_from(["1h", "1d", "3d"])


def abouts(base: int) -> st.SearchStrategy[dict[str, Any]]:
    said = st.fixed_dictionaries(
        {"channel": st.sampled_from(["email", "sms"])},
        optional={
            "topic": st.sampled_from(["", "news"]),
            "state": st.sampled_from(SAYS),
            "method": st.sampled_from(["form", "import"]),
        },
    )
    when = st.one_of(
        st.just({}), st.fixed_dictionaries({"within": SHORT}), st.fixed_dictionaries({"since": days(base)})
    )
    return st.builds(lambda one, window: {"consent": one | window}, said, when)


def _history(did: str) -> st.SearchStrategy[dict[str, Any]]:
    about = {"channel": st.sampled_from(["email", "sms"]), "topic": st.sampled_from(["news", "offers"])}
    about |= {"link": st.sampled_from(["/a", "/P", "%"])} if did == "clicked" else {}
    often = st.one_of(st.just({}), st.fixed_dictionaries({"count": times}), st.just({"never": True}))
    machines = st.sampled_from([{}, {"machines": True}]) if did in ("opened", "clicked") else st.just({})
    window = st.one_of(st.just({}), st.fixed_dictionaries({"within": SHORT}))
    return st.builds(
        lambda one, *more: {"message": one, "did": did} | {k: v for part in more for k, v in part.items()},
        st.fixed_dictionaries({}, optional=about), often, machines, window,
    )  # fmt: skip


histories = st.sampled_from(DIDS).flatmap(_history)
shares = st.one_of(
    st.builds(lambda to, salt: {"share": to, "salt": salt}, st.sampled_from([0, 0.1, 0.5, 1]), st.sampled_from("xy")),
    st.builds(lambda salt: {"share": {"salt": salt, "from": 0.25, "to": 0.75}}, st.sampled_from("xy")),
)
journeys = st.fixed_dictionaries(
    {
        "journey": st.sampled_from(["welcome", "other"]),
        "is": st.sampled_from(["in", "ever", "completed", "goal", "exited"]),
    },
    optional={"within": SHORT},
)


@st.composite
def one_condition(draw: st.DrawFn, base: int) -> Any:
    """It is a composite, so that nobody writes out all of what it may be."""
    return draw(_conditions(base))


@functools.lru_cache
def _conditions(base: int) -> st.SearchStrategy[Any]:
    return st.one_of(
        compared("attribute", base),
        compared("attribute", base),
        compared("company_attribute", base),
        compared("property", base),
        events(base),
        events(base),
        sequences(base),
        abouts(base),
        histories,
        shares,
        journeys,
        st.fixed_dictionaries({"tag": st.sampled_from(["vip", "VIP", "x"])}),
        st.fixed_dictionaries(
            {"message": st.sampled_from(["hello", "bye", "none"]), "did": st.sampled_from(DIDS)},
        ),
    )


@st.composite
def rules_at(draw: st.DrawFn, base: int, leaves: int = 6) -> Any:
    return draw(_rules(base, leaves))


@functools.lru_cache
def _rules(base: int, leaves: int) -> st.SearchStrategy[Any]:
    return st.recursive(
        one_condition(base),
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
            st.lists(inner, max_size=2),
        ),
        max_leaves=leaves,
    )


rules = rules_at(NOW)

# --- people ----------------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=2),
    st.just([["pro"]]),
    st.dictionaries(st.sampled_from("bc"), SCALARS, max_size=2),
)
DATA = st.dictionaries(st.sampled_from(["plan", "n", "a", "l", "a b", "é"]), VALUES, max_size=4)
WITH_NULL = st.dictionaries(st.sampled_from(["plan", "n", "a", "l"]), st.one_of(VALUES, st.none()), max_size=4)
STATES = ("queued", "held", "deferred", "sending", "committing", "sent", "sent", "delivered", "delivered", "bounced", "complained",
          "failed", "skipped", "cancelled", "expired", "uncertain")  # fmt: skip


def _dated(data: st.SearchStrategy[dict[str, Any]], base: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, when: one | when, data, st.fixed_dictionaries({}, optional={"when": dates(base)}))


def _maybe(at: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.one_of(at, st.none())


@st.composite
def people(draw: st.DrawFn, base: int) -> Person:
    return draw(_people(base))


@functools.lru_cache
def _people(base: int) -> st.SearchStrategy[Person]:
    at = AGO.map(lambda ago: base - ago)
    visits = st.tuples(
        st.sampled_from(["opened", "clicked"]), at, st.sampled_from(["human", "proxy"]), st.sampled_from(["/a", "/b%p"])
    )
    message = st.fixed_dictionaries(
        {
            "state": st.sampled_from(STATES),
            "sent_at": _maybe(at),
            "ended_at": _maybe(at),
            "asked_at": at,
            "channel": st.sampled_from(["email", "sms"]),
            "topic": st.sampled_from(["news", "offers"]),
            "visits": st.lists(visits, max_size=3),
        }
    )
    said = st.tuples(
        st.sampled_from(["none", "pending", "subscribed", "subscribed", "unsubscribed"]),
        st.sampled_from([None, base - 1, base, base + 1, base + DAY]),
        at,
        st.sampled_from(["form", "import"]),
    )
    run = st.tuples(
        st.just("welcome"),
        st.sampled_from(["active", "failed", "completed", "goal", "exited", "merged"]),
        at,
        _maybe(at),
    )
    return st.builds(
        Person,
        attributes=_dated(DATA, base),
        tags=st.sets(st.sampled_from(["vip", "x"])),
        events=st.lists(st.tuples(st.sampled_from("AABBC"), at, _dated(WITH_NULL, base)), max_size=5),
        consent=st.dictionaries(st.sampled_from([("email", ""), ("email", "news"), ("sms", "")]), said),
        messages=st.dictionaries(st.sampled_from(["hello", "bye"]), st.lists(message, min_size=1, max_size=2)),
        zone=st.sampled_from([None, *ZONES]),
        runs=st.lists(run, max_size=2),
        share=st.sampled_from([0, 1, 2**30, 2**31 - 2]),
        company=_maybe(_dated(DATA, base)),  # type: ignore[arg-type]
    )
