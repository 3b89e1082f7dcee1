"""The people of the demo: the same dice make the same people."""

from __future__ import annotations

import datetime as dt
import random
import re
import unicodedata
from typing import Any

import msgspec
from msgspec import Struct

from tidings.demo.names import LANDS, Land
from tidings.runtime.clock import DAY, HOUR, SECOND
from tidings.runtime.ids import iso

PLANS = ("free", "free", "free", "free", "plus", "plus", "trade")
TROUBLES = ("bounces", "full", "refuses")
"""Words in addresses that the sandbox acts upon; one in forty people has one of them."""
LATEST = (*TROUBLES, "hangs")
"""Those of the last ones who came: their trouble is fresh when somebody looks."""
LATELY = 9 * HOUR
COARSE = 3 * HOUR
"""How often the older part of a history is looked at."""
RECENT = 14 * DAY
"""What is younger is looked at more closely."""


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who knows the shop."""

    user_id: str
    traits: dict[str, Any]
    zone: str
    joined_at: int
    is_old: bool
    """Was a customer before the history begins: imported, without having signed up."""
    zeal: float
    """How often they come by: 1 is usual."""
    interest: float
    """How likely they read and follow what they are sent."""


def people(dice: random.Random, count: int, begin: int, end: int) -> list[Person]:
    """So many people who come between two instants; about a third of them were there before."""
    weights, every = [land.weight for land in LANDS], max(5, count // 48)
    found = list[Person]()
    for number in range(1, count + 1):
        trouble, since = "", begin
        if number % every == every // 2:
            turn = (count - number) // every
            trouble = LATEST[turn] if turn < len(LATEST) else TROUBLES[turn % len(TROUBLES)]
            since = end - LATELY if turn < len(LATEST) else begin
        found.append(_person(dice, f"p{number}", dice.choices(LANDS, weights)[0], since, end, trouble=trouble))
    return found


def newcomer(dice: random.Random, user_id: str, at: int) -> Person:
    """Somebody who signs up now."""
    land = dice.choices(LANDS, [land.weight for land in LANDS])[0]
    return _person(dice, user_id, land, at, at, trouble="")


def _person(dice: random.Random, user_id: str, land: Land, begin: int, end: int, *, trouble: str) -> Person:
    given, family = dice.choice(land.given), dice.choice(land.family)
    city, zone = dice.choice(land.cities)
    is_old = begin < end and dice.random() < 0.35 and not trouble
    joined = begin if is_old else begin + int((end - begin) * dice.random())
    if begin < joined < end - RECENT:  # shortly before somebody looks, so that nobody waits for a welcome
        joined += -(joined - first_look(begin)) % COARSE - dice.randint(5, 170) * SECOND
    traits: dict[str, Any] = {
        "first_name": given,
        "last_name": family,
        "country": land.code,
        "language": land.language,
        "city": city,
        "plan": dice.choice(PLANS),
        "lifetime_value": 0,
        "birthday": _birthday(dice),
    }
    if is_old:
        traits["lifetime_value"] = dice.randint(1, 40) * 12
        traits["customer_since"] = (iso(begin - dice.randint(30, 900) * DAY) or "")[:10]
    email = _email(dice, user_id, given, family, trouble)
    has_email, has_phone = trouble or dice.random() < 0.96, bool(land.phone) and dice.random() < 0.55
    if has_email:
        traits["email"] = email
    if has_phone:
        traits["phone"] = "".join(str(dice.randint(0, 9)) if sign == "#" else sign for sign in land.phone)
    traits["consent"] = _consent(dice, has_phone=has_phone)
    zeal = dice.choice((0.3, 0.5, 0.8, 1.0, 1.0, 1.5, 3.0))
    return Person(
        user_id=user_id,
        traits=traits,
        zone=zone,
        joined_at=joined,
        is_old=is_old,
        zeal=max(zeal, 1.5) if trouble else zeal,
        interest=dice.random(),
    )


def first_look(begin: int) -> int:
    """The full hour after the beginning."""
    return begin - begin % HOUR + HOUR


def _birthday(dice: random.Random) -> str:
    return (dt.date(1948, 1, 1) + dt.timedelta(days=dice.randint(0, 21_000))).isoformat()


def _email(dice: random.Random, user_id: str, given: str, family: str, trouble: str) -> str:
    plain = re.sub(r"[^a-z.]", "", _latin(f"{given}.{family}")).strip(".")[:40] or "hello"
    number = user_id.lstrip("pn")
    return f"{plain}.{number}{'+' + trouble if trouble else ''}@{dice.choice(('example.com', 'example.org'))}"


def _latin(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l").replace("ı", "i"))


def _consent(dice: random.Random, *, has_phone: bool) -> dict[str, dict[str, str]]:
    """What they agreed to; one in eight wants no news, one in twenty said nothing of care letters."""
    given = {"care": "subscribed" if dice.random() < 0.95 else "none"}
    given["news"] = "subscribed" if dice.random() < 0.88 else "none"
    found = {"email": given}
    if has_phone:
        found["sms"] = {"": "subscribed" if dice.random() < 0.75 else "none"}
    return found


def encoded(values: dict[str, Any]) -> str:
    """JSON text as calls carry it."""
    return msgspec.json.encode(values).decode()
