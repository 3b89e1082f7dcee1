"""What people do in the shop: they look, fill carts, order or leave; as calls of the tracking API, in order of time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from tidings.demo.people import Person, encoded
from tidings.demo.shop import PRODUCTS, Product
from tidings.events.calls import Call, Kind
from tidings.runtime.clock import DAY, MINUTE, SECOND
from tidings.runtime.ids import milliseconds_of

PAGES = ("/", "/plants", "/plants/new", "/tools", "/care/water", "/care/light", "/help/delivery")
VISITS_PER_DAY = 0.046
BUYS = 0.48
"""Of the carts that are filled, those that are ordered at once."""


def life(dice: random.Random, person: Person, begin: int, end: int) -> Iterator[Call]:
    """Everything that somebody does between two instants, beside answering messages."""
    if begin <= person.joined_at < end:
        yield from joining(dice, person, person.joined_at)
    day = max(begin, person.joined_at)
    while day < end:
        if dice.random() < VISITS_PER_DAY * person.zeal:
            at = _awake(dice, day, person.zone)
            if max(begin, person.joined_at) < at < end:
                yield from visit(dice, person, at)
        day += DAY


def joining(dice: random.Random, person: Person, at: int) -> Iterator[Call]:
    """They become known: imported from the old shop, or by signing up."""
    context = {"timezone": person.zone, "locale": person.traits["language"]}
    yield _call(dice, "identify", person, at, traits=person.traits, context=context)
    if not person.is_old:
        source = dice.choice(("search", "friend", "fair", "newsletter"))
        yield _call(dice, "track", person, at + SECOND, name="Signed Up", properties={"source": source})


def visit(dice: random.Random, person: Person, at: int, *, eager: float = 0.38) -> Iterator[Call]:
    """Some pages; sometimes, as `eager` as they are, a cart; sometimes an order."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        path = dice.choice(PAGES)
        yield _call(dice, "page", person, at, properties={"path": path, "url": f"https://shop.example.com{path}"})
        at += dice.randint(8, 140) * SECOND
    if dice.random() < eager:
        product = dice.choice(PRODUCTS)
        cart = f"cart-{dice.getrandbits(40):010x}"
        yield _call(dice, "track", person, at, name="Added to Cart", properties=_cart(dice, product, cart))
        if dice.random() < BUYS:
            yield from order(dice, person, product, cart, at + dice.randint(1, 20) * MINUTE)


def order(dice: random.Random, person: Person, product: Product, cart: str, at: int) -> Iterator[Call]:
    """They order."""
    count = dice.choice((1, 1, 1, 2, 3))
    told = {"order_id": f"FF-{dice.getrandbits(32):08x}", "cart_id": cart, "revenue": product.price * count}
    told |= {"currency": "GBP", "products": [{"sku": product.sku, "name": product.name, "quantity": count}]}
    yield _call(dice, "track", person, at, name="Order Completed", properties=told)
    worth = {"lifetime_value": person.traits["lifetime_value"] + told["revenue"], "last_order_at": _day(at)}
    person.traits["lifetime_value"] = worth["lifetime_value"]
    yield _call(dice, "identify", person, at + SECOND, traits=worth)


def _cart(dice: random.Random, product: Product, cart: str) -> dict[str, Any]:
    """The shop's old app forgets to say what the product is called: a template that asks for it fails."""
    goods = {"sku": product.sku, "category": product.kind, "price": product.price}
    if dice.random() > 0.015:
        goods["name"] = product.name
    return {"cart_id": cart, "value": product.price, "currency": "GBP", "product": goods}


def _call(
    dice: random.Random,
    kind: Kind,
    person: Person,
    at: int,
    *,
    name: str = "",
    properties: dict[str, Any] | None = None,
    traits: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
) -> Call:
    return Call(
        kind=kind,
        message_id=f"demo-{dice.getrandbits(64):016x}",
        user_id=person.user_id,
        name=name,
        at=at,
        received_at=at,
        properties=encoded(properties or {}),
        traits=encoded(traits or {}),
        context=encoded(context or {}),
    )


def _awake(dice: random.Random, day: int, zone: str) -> int:
    """An instant of that day at which people are up, in their own zone; evenings are busy."""
    hour = dice.choice((7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20, 21, 21, 22))
    date = dt.datetime.fromtimestamp(day / 1_000, ZoneInfo(zone)).date()
    local = dt.datetime(date.year, date.month, date.day, hour, dice.randint(0, 59), tzinfo=ZoneInfo(zone))
    return milliseconds_of(local) + dice.randint(0, 59_999)


def _day(at: int) -> str:
    return dt.datetime.fromtimestamp(at / 1_000, dt.UTC).date().isoformat()
