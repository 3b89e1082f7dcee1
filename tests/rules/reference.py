"""Rules as a reader of the manual understands them, in plain Python; it knows no SQL and shares no code with the compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

Answer = bool | None
UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class Person(Struct, kw_only=True):
    """All that is known of somebody."""

    attributes: dict[str, Any]
    tags: set[str]
    events: list[tuple[str, int, dict[str, Any]]]
    """(name, instant, properties)."""
    consent: dict[tuple[str, str], tuple[str, int | None]]
    """(channel, topic) -> (state, expires at)."""
    messages: dict[str, list[dict[str, Any]]]
    """Step of the run at hand -> its messages, oldest first: state, human_open, machine_open, click."""


def truth(rule: Any, person: Person, properties: dict[str, Any], now: int) -> Answer:
    """Yes, no or unknown."""
    if isinstance(rule, list):
        return _all([truth(one, person, properties, now) for one in rule])
    match rule:
        case {"all": rules}:
            return _all([truth(one, person, properties, now) for one in rules])
        case {"any": rules}:
            return _not(_all([_not(truth(one, person, properties, now)) for one in rules]))
        case {"not": inner}:
            return _not(truth(inner, person, properties, now))
        case {"attribute": path, **test}:
            return compare(value_at(person.attributes, path), test)
        case {"property": path, **test}:
            return compare(value_at(properties, path), test)
        case {"tag": name}:
            return name in person.tags
        case {"event": name, **how}:
            return _event(name, how, person, now)
        case {"consent": about}:
            return _consent(about["channel"], about.get("topic", ""), person, now)
        case {"message": step, "did": what}:
            return _message(person.messages.get(step, []), what)
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
}


def _same(stored: Any, written: Any) -> bool:
    """Members of a list are compared as they are written."""
    return kind(stored) == kind(written) != "other" and stored == written


def compare(stored: Any, test: dict[str, Any]) -> Answer:
    (operator, written), *_ = [(name, value) for name, value in test.items() if name != "missing"]
    if operator == "empty":
        return (stored is None or stored in ("", [], {})) is written
    if stored is None:
        return {"yes": True, "no": False, "unknown": None}[test.get("missing", "no")]
    return _TESTS[operator](stored, written)


def _event(name: str, how: dict[str, Any], person: Person, now: int) -> bool:
    count = 0
    for happened, at, properties in person.events:
        is_inside = "within" not in how or at > now - int(how["within"][:-1]) * UNITS[how["within"][-1]]
        tests = [compare(value_at(properties, one["property"]), _rest(one)) for one in how.get("where", [])]
        count += happened == name and is_inside and _all(tests) is True
    if how.get("never"):
        return count == 0
    times = how.get("count", {}) or {"at_least": 1}
    return (
        count >= times.get("at_least", count)
        and count <= times.get("at_most", count)
        and count == times.get("exactly", count)
    )


def _rest(test: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in test.items() if name != "property"}


def _consent(channel: str, topic: str, person: Person, now: int) -> bool:
    """The topic's own word, else the channel's; a withdrawal of the whole channel outweighs both."""
    whole = person.consent.get((channel, ""))
    if whole is not None and whole[0] == "unsubscribed":
        return False
    state, expires_at = person.consent.get((channel, topic)) or whole or ("none", None)
    return state == "subscribed" and (expires_at is None or expires_at > now)


_LEFT = ("sent", "delivered", "bounced", "complained", "uncertain")


def _message(messages: list[dict[str, Any]], what: str) -> Answer:
    if not messages:
        return None
    newest = messages[-1]
    state = newest["state"]
    if what in ("sent", "failed"):
        return state in _LEFT if what == "sent" else state == "failed"
    if state not in _LEFT:
        return None
    if what == "opened":
        is_open = newest["human_open"] or newest["click"]
        return True if is_open else None if newest["machine_open"] else False
    return {
        "delivered": state in ("delivered", "complained"), "bounced": state == "bounced", "clicked": newest["click"],
    }[what]  # fmt: skip
