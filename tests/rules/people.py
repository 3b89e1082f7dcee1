"""People of the random tests: made of rows in a store, from what the reference knows of them."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.makers import Scene, call
from tests.rules.reference import Here, Person
from tests.rules.turning import turning
from tidings import flow
from tidings.consent import service as consent
from tidings.consent.models import Grant
from tidings.contacts.models import Update
from tidings.messages import service as messages
from tidings.messages.models import Asked as AskedMessage
from tidings.rules.evaluate import Asked, evaluate
from tidings.rules.tree import Condition
from tidings.runtime.sql import Statement

RUN = 77
TUNE = Statement(
    "tune",
    "update message set state = :state, opened_at = cast(:opened as integer), clicked_at = cast(:clicked as integer), "
    "sent_at = cast(:sent_at as integer), ended_at = cast(:ended_at as integer), asked_at = cast(:asked_at as integer), "
    "channel = :channel, topic = :topic where id = :id",
)
ENGAGE = Statement(
    "engage",
    "insert into engagement (message_id, contact_id, kind, at, verdict, url) "
    "values (:id, :contact_id, :kind, :at, :verdict, :url)",
)
SAID = Statement(
    "said", "update consent_state set at = :at where contact_id = :contact_id and channel = :channel and topic = :topic"
)
ZONE = Statement("zone", "insert into setting (name, value, changed_at) values ('zone', {{json zone}}, 0)")
JOURNEY = Statement(
    "journey",
    "insert into journey (name, state, created_at, changed_at) values (:name, 'live', 0, 0) on conflict (name) do nothing",
)
ENTER = Statement(
    "enter",
    "insert into run (contact_id, journey_id, version_id, entry_key, state, started_at, ended_at, trigger_at) "
    "select :contact_id, j.id, 0, :key, :state, :began, cast(:ended as integer), :began from journey j where j.name = :name",
)
SHARE = Statement("share", "update contact set share = :share where id = :id")


def nobody() -> Person:
    """Somebody of whom nothing is known."""
    return Person(attributes={}, tags=set(), events=[], consent={}, messages={})


def here_of(now: int, zone: str = "UTC", since: int = 0) -> Here:
    return Here(now, zone, since)


def set_zone(scene: Scene, zone: str) -> None:
    scene.write(lambda tx: tx.run(ZONE, zone=f'"{zone}"'))


def settle(scene: Scene, name: str, person: Person) -> int:
    """Make a person of flesh and rows."""
    traits = person.attributes | ({"timezone": person.zone} if person.zone else {})
    contact_id = scene.identify(name, **traits)
    update = Update(contact_id=contact_id, add_tags=sorted(person.tags))
    scene.write(lambda tx: flow.changed(tx, [update], scene.setting, scene.now, cause="test"))
    scene.ingest(*[call("track", what, user=name, at=at, properties=given) for what, at, given in person.events])
    if person.company is not None:
        scene.ingest(call("group", user=name, at=scene.now, group_id=name, traits=person.company))
    for (channel, topic), (state, until, at, method) in person.consent.items():
        grant = Grant(
            contact_id=contact_id,
            channel=channel,
            topic=topic,
            state=state,
            expires_at=until,
            method=method,  # type: ignore[arg-type]
        )
        scene.write(lambda tx, one=grant: consent.record(tx, [one], scene.now))
        scene.write(lambda tx, c=channel, t=topic, a=at: tx.run(SAID, at=a, contact_id=contact_id, channel=c, topic=t))
    for step, some in person.messages.items():
        for visit, one in enumerate(some, 1):
            _message(scene, contact_id, step, visit, one)
    for key, (journey, state, began, ended) in enumerate(person.runs):
        names = {"name": journey, "state": state, "began": began, "ended": ended, "key": str(key)}
        scene.write(lambda tx, j=journey: tx.run(JOURNEY, name=j))
        scene.write(lambda tx, n=names: tx.run(ENTER, contact_id=contact_id, **n))
    scene.write(lambda tx: tx.run(SHARE, share=person.share, id=contact_id))
    return contact_id


def _message(scene: Scene, contact_id: int, step: str, visit: int, one: dict[str, Any]) -> None:
    asked = AskedMessage(
        contact_id=contact_id,
        source="journey",
        source_id=RUN,
        step=step,
        visit=visit,
        channel="email",
        due_at=scene.now,
    )
    (message_id,) = scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger)).values()
    human = [kind for kind, _, verdict, _ in one["visits"] if verdict == "human"]
    names = {name: one[name] for name in ("state", "sent_at", "ended_at", "asked_at", "channel", "topic")}
    names |= {"opened": scene.now if human else None, "clicked": scene.now if "clicked" in human else None}
    scene.write(lambda tx: tx.run(TUNE, id=message_id, **names))
    for kind, at, verdict, url in one["visits"]:
        visit_ = {"kind": kind, "at": at, "verdict": verdict, "url": url}
        scene.write(lambda tx, v=visit_: tx.run(ENGAGE, id=message_id, contact_id=contact_id, **v))


def ask(scene: Scene, rule: Condition, batch: list[Asked], now: int | None = None) -> dict[int, bool | None]:
    found: dict[int, bool | None] = scene.read(lambda tx: evaluate(tx, rule, batch, scene.now if now is None else now))
    return found


def turn(scene: Scene, rule: Condition, batch: list[Asked], now: int) -> dict[int, int | None]:
    found: dict[int, int | None] = scene.read(lambda tx: turning(tx, rule, batch, now))
    return found


def batch_of(ids: list[int], properties: list[dict[str, Any]], since: int = 0) -> list[Asked]:
    return [
        Asked(key=key, contact_id=one, run_id=RUN, properties=msgspec.Raw(msgspec.json.encode(given)), since=since)
        for key, (one, given) in enumerate(zip(ids, properties, strict=True))
    ]
