"""Topics as a kind of document."""

from __future__ import annotations

from tidings.channels import form_schema
from tidings.consent import topics
from tidings.documents.kinds import shelved
from tidings.runtime.database import Tx
from tidings.templates import service as templates


def _used(tx: Tx, name: str) -> list[str]:
    return [f"template {one.name}" for one in templates.live(tx).values() if one.topic == name]


TOPIC = shelved("topic", "topics", topics.Topic, topics.check, schema=lambda: form_schema(topics.Topic), used=_used)
