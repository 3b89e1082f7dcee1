"""Journeys to begin with, each with everything that it needs: letters, a topic, a form. Installed in one go, published by a person."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from msgspec import Struct

from tidings.documents import checking, service
from tidings.documents.drafts import draft, save
from tidings.documents.files import parse
from tidings.runtime.database import Tx
from tidings.runtime.errors import Conflict, NotFound
from tidings.templates.stocked import stock

TOPIC = "news"
"""What the letters are about, where nothing else is said."""


class Starter(Struct, frozen=True, kw_only=True):
    """A journey that comes along. `documents` is what it stands on; its journey apart."""

    name: str
    title: str
    told: str
    templates: tuple[str, ...]
    documents: tuple[dict[str, Any], ...]
    journey: dict[str, Any]


class Installed(Struct, frozen=True, kw_only=True):
    """What was made of a starter: the journey's draft, and what was made live beside it or was there already."""

    journey: str
    made: list[str]
    kept: list[str]


@cache
def starters() -> dict[str, Starter]:
    """Every one of them, by name."""
    folder = resources.files("tidings.documents") / "starter"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return {name: _read(name, parse(file.read_text("utf-8"))) for file in files if (name := file.name[:-5])}


def _read(name: str, data: dict[str, Any]) -> Starter:
    journey = next(one for one in data["documents"] if "journey" in one)
    beside = tuple(one for one in data["documents"] if "journey" not in one)
    told = " ".join(data["told"].split())
    return Starter(
        name=name, title=data["title"], told=told, templates=tuple(data["templates"]), documents=beside, journey=journey
    )


def install(tx: Tx, starter: str, name: str, topic: str, now: int, *, actor: str) -> Installed:
    """Make what a starter needs and is not there, live since alone it sends nothing; and its journey, as a draft named `name`."""
    found = starters().get(starter)
    if found is None:
        raise NotFound(f"There is no starter {starter!r}. There are {', '.join(starters())}.")
    name = name or str(found.journey["journey"])
    if checking.known("journey").number(tx, name) or draft(tx, "journey", name) is not None:
        raise Conflict(f"There is a journey {name!r} already. Choose another name.")
    made, kept = list[str](), list[str]()
    for document in checking.in_order(checking.check(one) for one in _needed(found, topic or TOPIC)):
        kind, title = checking.name(document)
        if checking.known(kind).number(tx, title):
            kept.append(f"{kind} {title}")
        else:
            service.publish(tx, document, now, actor=actor)
            made.append(f"{kind} {title}")
    save(tx, "journey", name, {**found.journey, "journey": name}, now, actor=actor)
    return Installed(journey=name, made=made, kept=kept)


def _needed(starter: Starter, topic: str) -> list[dict[str, Any]]:
    """The documents that a starter stands on; what is about its topic is about the one that was chosen."""
    letters = [stock()[one] for one in starter.templates]
    about = [one if one.get("class") in ("service", "transactional") else one | {"topic": topic} for one in letters]
    beside = [
        one | {"topic": topic} if one.get("topic") == TOPIC and "form" in one else one for one in starter.documents
    ]
    title = "News" if topic == TOPIC else topic.replace("-", " ").capitalize()
    return [{"topic": topic, "title": title}, *beside, *about]
