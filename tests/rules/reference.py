"""Rules as a reader of the manual understands them, in plain Python; it knows no SQL and shares no code with the compiler."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

Answer = bool | None
DAY = 86_400_000
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": DAY, "w": 7 * DAY}
EPOCH = dt.date(1970, 1, 1)


class Here(Struct, frozen=True):
    """The instant of a question, and the zone of the workspace."""

    now: int
    zone: str = "UTC"
    since: int = 0
    """When the run at hand was entered; 0 outside of one."""


class Person(Struct, kw_only=True):
    """All that is known of somebody."""

    attributes: dict[str, Any]
    tags: set[str]
    events: list[tuple[str, int, dict[str, Any]]]
    """(name, instant, properties)."""
    consent: dict[tuple[str, str], tuple[str, int | None, int, str]]
    """(channel, topic) -> (state, expires at, since when, method)."""
    messages: dict[str, list[dict[str, Any]]]
    """Step of the run at hand -> its messages, oldest first: state, channel, topic, times, and `visits`: (kind, at, verdict, url)."""
    zone: str | None = None
    runs: list[tuple[str, str, int, int | None]] = []
    """(journey, state, when it began, when it ended)."""
    share: int = 0
    company: dict[str, Any] | None = None


def truth(rule: Any, person: Person, properties: dict[str, Any], here: Here) -> Answer:
    """Yes, no or unknown."""
    if isinstance(rule, list):
        return _all([truth(one, person, properties, here) for one in rule])
    match rule:
        case {"all": rules}:
            return _all([truth(one, person, properties, here) for one in rules])
        case {"any": rules}:
            return _not(_all([_not(truth(one, person, properties, here)) for one in rules]))
        case {"not": inner}:
            return _not(truth(inner, person, properties, here))
        case {"attribute": path, **test}:
            return compare(value_at(person.attributes, path), test, person, here)
        case {"company_attribute": path, **test}:
            return compare(value_at(person.company, path), test, person, here)
        case {"property": path, **test}:
            return compare(value_at(properties, path), test, person, here)
        case {"tag": name}:
            return name in person.tags
        case {"event": name, **how}:
            return _event(name, how, person, here)
        case {"sequence": pair, **window}:
            return _sequence(pair, window, person, here)
        case {"consent": about}:
            return _consent(about, person, here)
        case {"journey": name, **how}:
            return _journey(name, how, person, here)
        case {"share": share, **how}:
            return _share(share, how, person)
        case {"message": str(step), "did": what}:
            return _message(person, step, what)
        case {"message": about, "did": what, **how}:
            return _history(about, what, how, person, here)
    raise AssertionError(rule)


def _all(answers: list[Answer]) -> Answer:
    if False in answers:
        return False
    return None if None in answers else True


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def value_at(data: Any, path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


def fold(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else "other"


def _pair(stored: Any, written: Any) -> tuple[Any, Any] | None:
    """Both in one type, folded; None when they cannot be compared."""
    if kind(stored) != kind(written) or kind(stored) == "other":
        return None
    if isinstance(stored, str):
        return fold(stored).encode(), fold(written).encode()
    return (stored, written) if isinstance(stored, bool) else (float(stored), float(written))


def _holds(stored: Any, written: Any, test: Callable[[Any, Any], bool]) -> bool:
    pair = _pair(stored, written)
    return pair is not None and test(*pair)


def _equal(stored: Any, written: Any) -> bool:
    return _holds(stored, written, lambda a, b: a == b)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda stored, written: not _equal(stored, written),
    "in": lambda stored, written: any(_equal(stored, one) for one in written),
    "not_in": lambda stored, written: not any(_equal(stored, one) for one in written),
    "contains": lambda stored, written: _holds(stored, written, lambda a, b: b in a),
    "not_contains": lambda stored, written: not _holds(stored, written, lambda a, b: b in a),
    "starts_with": lambda stored, written: _holds(stored, written, lambda a, b: a.startswith(b)),
    "ends_with": lambda stored, written: _holds(stored, written, lambda a, b: a.endswith(b)),
    "gt": lambda stored, written: _holds(stored, written, lambda a, b: a > b),
    "gte": lambda stored, written: _holds(stored, written, lambda a, b: a >= b),
    "lt": lambda stored, written: _holds(stored, written, lambda a, b: a < b),
    "lte": lambda stored, written: _holds(stored, written, lambda a, b: a <= b),
    "between": lambda stored, written: _TESTS["gte"](stored, written[0]) and _TESTS["lte"](stored, written[1]),
    "has": lambda stored, written: any(
        _same(one, written) for one in (stored if isinstance(stored, list) else [stored])
    ),
    "has_any": lambda stored, written: any(_TESTS["has"](stored, one) for one in written),
    "has_all": lambda stored, written: all(_TESTS["has"](stored, one) for one in written),
    "has_none": lambda stored, written: not any(_TESTS["has"](stored, one) for one in written),
    "length": lambda stored, written: isinstance(stored, list) and _so_often(len(stored), written),
    "matches": lambda stored, written: (
        isinstance(stored, str)
        and re.search(re.sub(r"(?<!\\)\$", r"\\Z", written), fold(stored[:1000]), re.ASCII | re.IGNORECASE | re.DOTALL)
        is not None
    ),
}


def _same(stored: Any, written: Any) -> bool:
    """Members of a list are compared as they are written."""
    return kind(stored) == kind(written) != "other" and stored == written


def compare(stored: Any, test: dict[str, Any], person: Person, here: Here) -> Answer:
    (operator, written), *_ = [(name, value) for name, value in test.items() if name not in ("missing", "zone")]
    if operator == "empty":
        return (stored is None or stored in ("", [], {})) is written
    other = None
    if isinstance(written, dict) and "attribute" in written:
        other = value_at(person.attributes, written["attribute"])
    if stored is None or (other is None and isinstance(written, dict) and "attribute" in written):
        return MISSING[test.get("missing", "no")]
    if isinstance(written, dict) and "attribute" in written:
        return _against(stored, operator, other, written)
    is_of_dates = operator in _DATES
    if operator == "between":
        is_of_dates = all(isinstance(one, str) and date_of(one) is not None for one in written)
    if is_of_dates:
        zone = (person.zone or here.zone) if test.get("zone") == "contact" else here.zone
        found = date_of(stored) if isinstance(stored, str) else None
        return found is not None and _DATES[operator](found, written, Here(here.now, zone))
    return _TESTS[operator](stored, written)


MISSING = {"yes": True, "no": False, "unknown": None}


def _against(stored: Any, operator: str, other: Any, written: dict[str, Any]) -> bool:
    times, plus = float(written.get("times", 1)), float(written.get("plus", 0))
    if (times, plus) == (1, 0):
        if operator in ("eq", "ne"):
            return _TESTS[operator](stored, other)
        return kind(stored) == kind(other) == "number" and _TESTS[operator](stored, other)
    if kind(stored) != "number" or kind(other) != "number" or not (other == 0 or 1e-200 <= abs(other) <= 1e200):
        return False
    value = float(other) * times + plus
    return float(stored) != value if operator == "ne" else _TESTS[operator](stored, value)


class Date(Struct, frozen=True):
    """A day as it is written; the instant where a time is written too."""

    day: int
    month: int
    of_month: int
    at: int | None


_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|z|[+-]\d{2}:\d{2}|[+-]\d{4})?)?",
    re.ASCII,
)


def date_of(text: str) -> Date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        day = (dt.date(int(found[1]), int(found[2]), int(found[3])) - EPOCH).days
    except ValueError:
        return None
    if found[4] is None:
        return Date(day, int(found[2]), int(found[3]), None)
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    offset = 0
    if found[8] and found[8] not in "Zz":
        digits = found[8][1:].replace(":", "")
        if int(digits[:2]) > 23 or int(digits[2:]) > 59:
            return None
        offset = (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if found[8][0] == "-" else 1)
    if hour > 23 or minute > 59 or second > 59:
        return None
    at = day * DAY + ((hour * 60 + minute - offset) * 60 + second) * 1000 + int(((found[7] or "") + "000")[:3])
    return Date(day, int(found[2]), int(found[3]), at)


def today(here: Here) -> int:
    return (dt.datetime.fromtimestamp(here.now / 1000, ZoneInfo(here.zone)).date() - EPOCH).days


def begins(day: int, zone: str) -> int:
    """The instant at which a local day begins."""
    naive = dt.datetime.combine(EPOCH + dt.timedelta(days=day), dt.time())
    return int(naive.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _edges(text: str, zone: str) -> tuple[int, int, int]:
    """(the day that is written, the instant at which it begins, the instant at which it is over)."""
    date = date_of(text)
    assert date is not None
    if date.at is None:
        return date.day, begins(date.day, zone), begins(date.day + 1, zone)
    return today(Here(date.at, zone)), date.at, date.at + 1


def _is_before(date: Date, written: str, here: Here) -> bool:
    day, first, _ = _edges(written, here.zone)
    return date.day < day if date.at is None else date.at < first


def _is_after(date: Date, written: str, here: Here) -> bool:
    day, _, end = _edges(written, here.zone)
    return date.day > day if date.at is None else date.at >= end


def length(text: str) -> int:
    return int(text[:-1]) * UNITS[text[-1]]


def _is_yearly(date: Date, written: str, here: Here) -> bool:
    ahead = 0 if written == "today" else length(written) // DAY
    then = EPOCH + dt.timedelta(days=today(here) + ahead)
    is_leap = then.year % 4 == 0 and (then.year % 100 != 0 or then.year % 400 == 0)
    of_month = 28 if (date.month, date.of_month) == (2, 29) and not is_leap else date.of_month
    return (then.month, then.day) == (date.month, of_month)


def _is_month(date: Date, written: Any, here: Here) -> bool:
    return date.month == ((EPOCH + dt.timedelta(days=today(here))).month if written == "this" else written)


_DATES: dict[str, Callable[[Date, Any, Here], bool]] = {
    "before": _is_before,
    "after": _is_after,
    "on": lambda date, written, here: not _is_before(date, written, here) and not _is_after(date, written, here),
    "between": lambda date, written, here: (
        not _is_before(date, written[0], here) and not _is_after(date, written[1], here)
    ),
    "in_last": lambda date, n, here: (
        today(here) - length(n) // DAY <= date.day <= today(here)
        if date.at is None
        else here.now - length(n) < date.at <= here.now
    ),
    "in_next": lambda date, n, here: (
        today(here) <= date.day <= today(here) + length(n) // DAY
        if date.at is None
        else here.now < date.at <= here.now + length(n)
    ),
    "more_than_ago": lambda date, n, here: (
        date.day < today(here) - length(n) // DAY if date.at is None else date.at <= here.now - length(n)
    ),
    "more_than_ahead": lambda date, n, here: (
        date.day > today(here) + length(n) // DAY if date.at is None else date.at > here.now + length(n)
    ),
    "anniversary": _is_yearly,
    "month": _is_month,
}


def _so_often(count: int, times: dict[str, int]) -> bool:
    times = times or {"at_least": 1}
    return (
        count >= times.get("at_least", count)
        and count <= times.get("at_most", count)
        and count == times.get("exactly", count)
    )


Line = tuple[int, int, dict[str, Any]]
"""(instant, number, properties)."""


def _lines(name: str, where: list[Any], window: dict[str, Any], person: Person, here: Here) -> list[Line]:
    """What happened inside a window, oldest first."""
    found = list[Line]()
    for number, (happened, at, properties) in enumerate(person.events):
        tests = [compare(value_at(properties, one["property"]), _rest(one), person, here) for one in where]
        is_inside = "within" not in window or at > here.now - length(window["within"])
        is_inside &= "from" not in window or at >= begins(_day(window["from"]), here.zone)
        is_inside &= "to" not in window or at < begins(_day(window["to"]) + 1, here.zone)
        is_inside &= "since" not in window or at > here.since
        if happened == name and is_inside and _all(tests) is True:
            found.append((at, number, properties))
    return sorted(found, key=lambda line: line[:2])


def _day(text: str) -> int:
    date = date_of(text)
    assert date is not None
    return date.day


def _event(name: str, how: dict[str, Any], person: Person, here: Here) -> Answer:
    if "since" in how and not here.since:
        return None
    lines = _lines(name, how.get("where", []), how, person, here)
    for word in ("sum", "min", "max", "avg"):
        if word in how:
            return _measured(word, how[word], [value_at(line[2], how[word]["property"]) for line in lines])
    for word, which in (("first", 0), ("last", -1)):
        if word in how:
            return _picked(how[word], lines[which] if lines else None, person, here)
    return not lines if how.get("never") else _so_often(len(lines), how.get("count", {}))


def _parts(number: float) -> float:
    exact = float(number) * 10_000
    return float(int(exact + (0.5 if exact >= 0 else -0.5)))


def _measured(word: str, test: dict[str, Any], values: list[Any]) -> Answer:
    numbers = [float(one) for one in values if kind(one) == "number"]
    rest = {key: value for key, value in test.items() if key not in ("property", "missing")}
    if word in ("sum", "avg"):
        numbers = [_parts(one) for one in numbers if abs(one) < 1e11]
        rest = {key: [*map(_parts, value)] if key == "between" else _parts(value) for key, value in rest.items()}
    if not numbers and word != "sum":
        return MISSING[test.get("missing", "no")]
    amount = {"sum": sum, "min": min, "max": max, "avg": lambda some: sum(some) / len(some)}[word](numbers)
    ((operator, written),) = rest.items()
    return amount != written if operator == "ne" else _TESTS[operator](amount, written)


def _picked(test: dict[str, Any], line: Line | None, person: Person, here: Here) -> Answer:
    if line is None:
        return MISSING[test.get("missing", "no")]
    if test.get("property"):
        return compare(value_at(line[2], test["property"]), _rest(test), person, here)
    ((operator, written),) = ((name, value) for name, value in test.items() if name not in ("missing", "property"))
    if operator == "in_last":
        return line[0] > here.now - length(written) and line[0] <= here.now
    date = Date(0, 0, 0, line[0])
    return _DATES[operator](date, written, here)


def _sequence(pair: dict[str, Any], window: dict[str, Any], person: Person, here: Here) -> Answer:
    if "since" in window and not here.since:
        return None
    then = pair.get("then") or pair["without"]
    soon = length(pair["within"]) if "within" in pair else 10**15
    found = False
    for at, number, _ in _lines(pair["first"]["event"], pair["first"].get("where", []), window, person, here):
        seconds = _lines(then["event"], then.get("where", []), {}, person, here)
        follows = any((at, number) < line[:2] and line[0] < at + soon for line in seconds)
        found |= follows if "then" in pair else not follows and at + soon <= here.now
    return found


def _journey(name: str, how: dict[str, Any], person: Person, here: Here) -> bool:
    which = how.get("is", "in")
    states = {"in": ("active", "failed"), "ever": ("active", "failed", "completed", "goal", "exited", "merged")}
    for journey, state, began, ended in person.runs:
        at = began if which in states or ended is None else ended
        is_recent = "within" not in how or at > here.now - length(how["within"])
        if journey == name and state in states.get(which, (which,)) and is_recent:
            return True
    return False


def _share(share: Any, how: dict[str, Any], person: Person) -> bool:
    part = share if isinstance(share, dict) else {"salt": how["salt"], "to": share}
    digest = int.from_bytes(hashlib.blake2b(b"bucket\0" + part["salt"].encode(), digest_size=16).digest(), "big")
    prime = 2**31 - 1
    a, b = digest % (prime - 1) + 1, (digest >> 64) % prime
    return int(part.get("from", 0) * prime) <= (person.share * a + b) % prime < int(part["to"] * prime)


def _rest(test: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in test.items() if name != "property"}


def _consent(about: dict[str, Any], person: Person, here: Here) -> bool:
    """The topic's own word, else the channel's; a withdrawal of the whole channel outweighs both."""
    whole = person.consent.get((about["channel"], ""))
    mine = person.consent.get((about["channel"], about.get("topic", ""))) or whole
    if whole is not None and whole[0] == "unsubscribed":
        mine = whole
    state, expires_at, at, method = mine or ("none", None, None, None)
    if state == "subscribed" and expires_at is not None and expires_at <= here.now:
        state = "expired"
    if state != about.get("state", "subscribed"):
        return False
    if mine is None:
        return not {"method", "within", "since"} & set(about)
    is_recent = "within" not in about or at > here.now - length(about["within"])  # type: ignore[operator]
    is_recent &= "since" not in about or at >= begins(_day(about["since"]), here.zone)  # type: ignore[operator]
    return is_recent and about.get("method", method) == method


_LEFT = ("sent", "delivered", "bounced", "complained", "uncertain")


def _message(person: Person, step: str, what: str) -> Answer:
    if not person.messages.get(step):
        return None
    newest = person.messages[step][-1]
    state = newest["state"]
    if what in ("sent", "failed", "skipped"):
        return _came(newest, what)
    if state not in _LEFT:
        return None
    visits = newest["visits"]
    is_open = any(verdict == "human" for _, _, verdict, _ in visits)
    if what == "opened":
        is_maybe = any(how == "opened" for how, _, _, _ in visits)
        return True if is_open else None if is_maybe else False
    if what == "clicked":
        return any(how == "clicked" and verdict == "human" for how, _, verdict, _ in visits)
    return what != "replied" and _came(newest, what)


def _came(message: dict[str, Any], what: str) -> bool:
    states = {
        "sent": _LEFT,
        "delivered": ("delivered", "complained"),
        "skipped": ("skipped", "expired", "cancelled"),
    }
    return message["state"] in states.get(what, (what,))


def _history(about: dict[str, Any], what: str, how: dict[str, Any], person: Person, here: Here) -> Answer:
    after = here.now - length(how["within"]) if "within" in how else -(2**62)
    times = {"exactly": 0} if how.get("never") else how.get("count") or {"at_least": 1}
    human = machine = 0
    for message in [one for some in person.messages.values() for one in some]:
        if any(message[name] != about[name] for name in ("channel", "topic") if name in about):
            continue
        if what in ("opened", "clicked"):
            visits = [one for one in message["visits"] if one[1] > after and message["state"] in _LEFT]
            visits = [one for one in visits if fold(about.get("link", "")) in fold(one[3])]
            wanted = [one for one in visits if one[0] == "clicked" or what == "opened"]
            is_human = any(one[2] == "human" for one in wanted)
            human += is_human
            machine += not is_human and any(one[0] == what for one in wanted)
        elif what != "replied" and _came(message, what):
            ended = message["ended_at"] or message["asked_at"]
            at = message["sent_at"] or ended if what not in ("failed", "skipped") else ended
            human += at > after
    if how.get("machines"):
        return _so_often(human + machine, times)
    if what != "opened":
        return _so_often(human, times)
    tests = [[_so_often(n, {name: value}) for n in range(human, human + machine + 1)] for name, value in times.items()]
    return _all([one[0] if len(set(one)) == 1 else None for one in tests])
