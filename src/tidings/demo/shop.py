"""The shop that the demo is about: Fern & Field, plants and tools; its goods, its senders and its documents."""

from __future__ import annotations

from importlib import resources
from typing import Any, NamedTuple

from msgspec import Struct

from tidings import documents
from tidings.channels import loader, service as channels
from tidings.runtime.database import Tx

TITLE = "Fern & Field"
ZONE = "Europe/London"
GATEWAY_WORDS = "401 Unauthorized: this token was revoked"


class Product(NamedTuple):
    """Something that is sold."""

    sku: str
    name: str
    price: int
    kind: str


PRODUCTS = (
    Product("mon-21", "Monstera deliciosa", 34, "plants"),
    Product("fer-12", "Boston fern", 19, "plants"),
    Product("oli-24", "Olive tree", 89, "plants"),
    Product("cal-14", "Calathea orbifolia", 28, "plants"),
    Product("lav-09", "Lavender, tray of six", 24, "plants"),
    Product("cit-19", "Lemon tree", 64, "plants"),
    Product("pil-12", "Pilea peperomioides", 16, "plants"),
    Product("bon-15", "Juniper bonsai", 120, "plants"),
    Product("sec-01", "Secateurs", 42, "tools"),
    Product("can-05", "Watering can, five litres", 38, "tools"),
    Product("spa-02", "Border spade", 56, "tools"),
    Product("kni-01", "Hori hori knife", 47, "tools"),
    Product("pot-22", "Terracotta pot", 12, "pots"),
    Product("pot-40", "Glazed planter", 95, "pots"),
    Product("soi-20", "Peat-free soil, twenty litres", 11, "soil"),
)


class Sender(Struct, frozen=True, kw_only=True):
    """An account of the shop; all are the sandbox."""

    name: str
    channel: str
    config: dict[str, Any]
    is_default: bool = True


SENDERS = (
    Sender(name="letters", channel="email", config={"by_address": True}),
    Sender(name="texts", channel="sms", config={"quiet_hours": True}),
    Sender(name="old-gateway", channel="sms", config={"quiet_hours": True}, is_default=False),
    Sender(name="crm", channel="webhook", config={}),
)
BROKEN = {"fail_for": "+", "fail_why": "account_problem", "fail_words": GATEWAY_WORDS}
"""What is wrong with the old gateway on the last day."""


def open_senders(tx: Tx, now: int) -> None:
    """Every account, as the door for accounts makes it."""
    sandbox = loader.load().found[channels.SANDBOX]
    for one in SENDERS:
        channels.save(tx, sandbox, one.name, one.config, now, channel=one.channel, is_default=one.is_default)


def break_gateway(tx: Tx, now: int) -> None:
    """Its provider takes the token back: whatever it is given next says so."""
    sandbox = loader.load().found[channels.SANDBOX]
    channels.save(tx, sandbox, "old-gateway", {"quiet_hours": True} | BROKEN, now)


def publish(tx: Tx, now: int) -> None:
    """Templates, segments, then journeys, from the files beside this one."""
    folder = resources.files(__package__) / "documents"
    for name in ("templates.yaml", "segments.yaml", "journeys.yaml"):
        for data in documents.parse((folder / name).read_text(encoding="utf-8")):
            documents.publish(tx, documents.check(data), now, actor="Mara")
