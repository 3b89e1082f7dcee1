"""The people of the page about rules: made of what the page says of them, the way in which people come about."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from tests.makers import Scene, call
from tests.rules.people import ENGAGE, ENTER, JOURNEY, SAID, SHARE
from tidings import flow
from tidings.consent.models import Grant
from tidings.contacts import service as contacts
from tidings.contacts.models import Update
from tidings.events import service as events
from tidings.messages import service as messages
from tidings.messages.models import Asked as AskedMessage
from tidings.rules import durations
from tidings.rules.evaluate import Asked
from tidings.runtime.sql import Statement

TUNE = Statement(
    "tune",
    "update message set state = :state, sent_at = :at, asked_at = :at, ended_at = :at, "
    "opened_at = cast(:opened as integer), clicked_at = cast(:clicked as integer) where id = :id",
)
OVER = Statement("over", "update consent_state set expires_at = :at where contact_id = :contact_id")
CAMPAIGN = Statement(
    "campaign",
    "insert into document (kind, name, created_at, changed_at) values ('campaign', :name, 0, 0) on conflict (kind, name) do nothing",
)
RUN = "select r.id from run r where r.contact_id = :id"


class Consent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What they said about email, how, how long ago, and since when it is over."""

    topic: str
    state: str
    method: str
    ago: str
    over: str = ""


class Journey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journey that they are asked in: since when, and what started it."""

    name: str
    state: str
    ago: str
    ended: str = ""
    trigger: dict[str, Any] = {}


class Message(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An email that they got, and who opened it."""

    ago: str
    template: str
    step: str = ""
    campaign: str = ""
    state: str = "delivered"
    opened_by: str = ""
    clicked: str = ""
    replied: str = ""
    """How long ago they answered it."""


class Person(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the page says of somebody."""

    attributes: dict[str, Any] = {}
    tags: list[str] = []
    lists: list[str] = []
    company: dict[str, Any] | None = None
    events: list[dict[str, Any]] = []
    consent: Consent | None = None
    journey: Journey | None = None
    messages: list[Message] = []
    number: int

    def asked(self, scene: Scene, key: int, contact_id: int) -> Asked:
        """A question about them, from inside their journey where they have one."""
        if self.journey is None:
            return Asked(key=key, contact_id=contact_id)
        return Asked(
            key=key,
            contact_id=contact_id,
            run_id=scene.one(RUN, id=contact_id),
            properties=msgspec.Raw(msgspec.json.encode(self.journey.trigger)),
            since=ago(scene, self.journey.ago),
        )


def ago(scene: Scene, text: str) -> int:
    return scene.now - durations.milliseconds(text)


def settle(scene: Scene, name: str, person: Person) -> int:
    """Make somebody; their id."""
    contact_id = scene.identify(name, **person.attributes)
    update = Update(contact_id=contact_id, add_tags=person.tags)
    scene.write(lambda tx: flow.changed(tx, [update], scene.setting, scene.now, cause="page"))
    for title in person.lists:
        scene.write(lambda tx, t=title: contacts.save_list(tx, t, scene.now))
        scene.write(lambda tx, t=title: contacts.join(tx, t, [contact_id], source="page", now=scene.now))
    if person.company is not None:
        traits = {what: value for what, value in person.company.items() if what != "key"}
        scene.ingest(call("group", user=name, at=scene.now, group_id=person.company["key"], traits=traits))
    for event in person.events:
        properties = {what: value for what, value in event.items() if what not in ("ago", "event")}
        scene.track(name, event["event"], at=ago(scene, event["ago"]), **properties)
    if person.consent is not None:
        _agree(scene, contact_id, person.consent)
    if person.journey is not None:
        _enter(scene, contact_id, person.journey)
    for message in person.messages:
        _send(scene, contact_id, message)
    scene.write(lambda tx: tx.run(SHARE, share=person.number, id=contact_id))
    return contact_id


def _agree(scene: Scene, contact_id: int, said: Consent) -> None:
    about = {"channel": "email", "topic": said.topic}
    grant = msgspec.convert({"contact_id": contact_id, "state": said.state, "method": said.method, **about}, Grant)
    scene.write(lambda tx: flow.consented(tx, [grant], scene.setting, scene.now))
    scene.write(lambda tx: tx.run(SAID, at=ago(scene, said.ago), contact_id=contact_id, **about))
    if said.over:
        scene.write(lambda tx: tx.run(OVER, at=ago(scene, said.over), contact_id=contact_id))


def _enter(scene: Scene, contact_id: int, journey: Journey) -> None:
    times = {"began": ago(scene, journey.ago), "ended": ago(scene, journey.ended) if journey.ended else None}
    names = {"name": journey.name, "state": journey.state, "key": str(contact_id)}
    scene.write(lambda tx: tx.run(JOURNEY, name=journey.name))
    scene.write(lambda tx: tx.run(ENTER, contact_id=contact_id, **names, **times))


def _send(scene: Scene, contact_id: int, message: Message) -> None:
    at = ago(scene, message.ago)
    scene.publish(f"template: {message.template}\nsubject: Hello\ntext: Hello\ntopic: news")
    version = "select v.id from template_version v join template t on t.id = v.template_id where t.name = :name"
    source_id = _campaign(scene, message.campaign) if message.campaign else scene.one(RUN, id=contact_id)
    asked = AskedMessage(
        contact_id=contact_id,
        source="campaign" if message.campaign else "journey",
        source_id=source_id,
        step=message.step,
        channel="email",
        topic="news",
        template_version_id=scene.one(version, name=message.template),
        due_at=scene.now,
    )
    (message_id,) = scene.write(lambda tx: messages.ask(tx, [asked], scene.now, scene.setting.ledger)).values()
    people = {"opened": at if message.opened_by == "person" else None, "clicked": at if message.clicked else None}
    scene.write(lambda tx: tx.run(TUNE, id=message_id, state=message.state, at=at, **people))
    verdict = {"person": "human", "machine": "machine"}.get(message.opened_by)
    visits = [("opened", verdict, "")] if verdict else []
    visits += [("clicked", "human", message.clicked)] if message.clicked else []
    for kind, who, url in visits:
        names = {"id": message_id, "contact_id": contact_id, "kind": kind, "at": at, "verdict": who, "url": url}
        scene.write(lambda tx, n=names: tx.run(ENGAGE, **n))
    if message.replied:
        _reply(scene, contact_id, message_id, ago(scene, message.replied))


def _reply(scene: Scene, contact_id: int, message_id: int, at: int) -> None:
    """An answer came in, as flow/answers tells it."""
    line = events.Line(
        contact_id=contact_id,
        name="message.replied",
        at=at,
        received_at=at,
        kind="reply",
        message_id=f"reply:{message_id}",
        properties=msgspec.Raw(msgspec.json.encode({"channel": "email", "message_id": message_id})),
        context=msgspec.Raw(b"{}"),
    )
    scene.write(lambda tx: events.record(tx, [line]))


def _campaign(scene: Scene, name: str) -> int:
    scene.write(lambda tx: tx.run(CAMPAIGN, name=name))
    return int(scene.one("select id from document where kind = 'campaign' and name = :name", name=name))
