"""Topics over HTTP: what people can be written to about, and how many agreed; they are written as documents."""

from __future__ import annotations

import msgspec
from litestar import get
from msgspec import Struct

from tidings import documents
from tidings.consent import service as consent
from tidings.consent.topics import Topic, Words, all_topics
from tidings.http.served import AnyRequest, database, now
from tidings.runtime.database import Tx


class TopicSaid(Struct, kw_only=True):
    """A topic as its document says it."""

    topic: str
    title: str
    description: str
    channels: list[str]
    public: bool
    double_opt_in: bool
    expires: str | None
    translations: dict[str, Words]


class TopicLine(Struct, kw_only=True):
    """A topic and how people stand; one that is only named somewhere has no document, and one that is only written no people."""

    name: str
    document: TopicSaid | None
    has_draft: bool
    standings: dict[str, dict[str, int]]
    """Channel -> state -> people."""


def _said(topic: Topic) -> TopicSaid:
    return msgspec.convert(msgspec.to_builtins(topic), TopicSaid)


@get("/topics", tags=["consent"])
async def topics(request: AnyRequest) -> list[TopicLine]:
    """Every topic that is described or that somebody agreed to, by name."""
    at = now(request)

    def unit(tx: Tx) -> list[TopicLine]:
        described = {topic.topic: _said(topic) for topic in all_topics(tx)}
        drafts = {draft.name for draft in documents.drafts(tx, "topic")}
        standings: dict[str, dict[str, dict[str, int]]] = {}
        for count in consent.counts(tx, at):
            if count.topic:
                standings.setdefault(count.topic, {}).setdefault(count.channel, {})[count.state] = count.count
        return [
            TopicLine(
                name=name,
                document=described.get(name),
                has_draft=name in drafts,
                standings=standings.get(name, {}),
            )
            for name in sorted({*described, *drafts, *standings})
        ]

    return await database(request).read(unit)
