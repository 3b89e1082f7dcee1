"""Messages as they looked: from what was kept of them, else made again from the version that was sent and what it was made from.

Our own links and the pixel are taken out, so that whoever looks is not counted as the person who got it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import msgspec
from msgspec import Struct

from tidings.channels import service as channels
from tidings.contacts import service as contacts
from tidings.messages import service as messages, tokens
from tidings.messages.reading import Sent
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.templates import rendering, service as templates
from tidings.templates.models import VersionRow
from tidings.templates.sandbox import Budget


class Source(Struct, frozen=True, kw_only=True):
    """What is known of a message's content, read inside a unit; it becomes a letter outside."""

    sent: Sent
    kept: dict[str, Any] | None
    attributes: str
    version: VersionRow | None


class Letter(Struct, frozen=True, kw_only=True):
    """A message as it looked; `html` and `text` are empty where the channel has none."""

    message_id: int
    channel: str
    address: str
    state: str
    at: int
    subject: str
    html: str
    text: str
    data: str
    """JSON that went to a machine, as text; empty for people."""
    is_rendered_again: bool
    """Nothing was kept of it: it is made again, from what we know of the person now."""
    problem: str
    """Why there is nothing to show."""


def of_person(tx: Tx, contact_id: int, *, after: int, limit: int) -> list[Source]:
    """What left for somebody, oldest first, behind an id."""
    everybody = contacts.with_aliases(tx, contacts.get(tx, contact_id).id)
    return _sources(tx, messages.letters_of(tx, everybody, after=after, limit=limit))


def of_message(tx: Tx, message_id: int) -> Source:
    """One message, also one that has not left."""
    found = messages.letters(tx, [message_id])
    if not found:
        raise NotFound(f"There is no message {message_id}.")
    return _sources(tx, found)[0]


def _sources(tx: Tx, sent: Sequence[Sent]) -> list[Source]:
    alive = contacts.survivors(tx, [row.contact_id for row in sent])
    people = contacts.load(tx, alive.values())
    kept = {row.key: channels.decoded(row) for row in channels.inbox_of(tx, [row.key for row in sent])}
    names = {row.id: str(msgspec.json.decode(row.body).get("template") or "") for row in sent}
    live = templates.current(tx, {names[row.id] for row in sent if row.template_version_id is None})
    versions = {i: templates.version(tx, i) for i in {row.template_version_id for row in sent} if i is not None}
    found = list[Source]()
    for row in sent:
        person = people.get(alive.get(row.contact_id, 0))
        version = versions.get(row.template_version_id) if row.template_version_id else live.get(names[row.id])
        found.append(
            Source(sent=row, kept=kept.get(row.key), attributes=person.attributes if person else "{}", version=version)
        )
    return found


def letter(source: Source, secret: bytes, monotonic: Callable[[], float]) -> Letter:
    """How it looked. Renders, so never inside a unit."""
    sent, kept = source.sent, source.kept
    if kept is not None:
        links = templates.links_of(source.version) if source.version else []
        return _letter(
            sent,
            subject=str(kept.get("subject") or ""),
            html=inert(str(kept.get("html") or ""), secret, sent.id, links),
            text=inert(str(kept.get("text") or ""), secret, sent.id, links, is_html=False),
            data=_data(kept.get("data")),
        )
    if source.version is None:
        given = msgspec.json.decode(sent.body).get("data")
        return _letter(sent, data=_data(given), problem="" if given else "Its template is not there any more.")
    try:
        content = rendering.render(
            rendering.compiled(templates.document_of(source.version)),
            rendering.variables(source.attributes, sent.body),
            rendering.Signed(),
            Budget(monotonic),
        )
    except rendering.Unrenderable as error:
        return _letter(sent, is_rendered_again=True, problem=f"It cannot be made again: {error}")
    return _letter(sent, subject=content.subject, html=content.html, text=content.text, is_rendered_again=True)


def _data(given: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(given)).decode() if given else ""


def _letter(
    sent: Sent,
    *,
    subject: str = "",
    html: str = "",
    text: str = "",
    data: str = "",
    is_rendered_again: bool = False,
    problem: str = "",
) -> Letter:
    return Letter(
        message_id=sent.id,
        channel=sent.channel,
        address=sent.address,
        state=sent.state,
        at=sent.at,
        subject=subject,
        html=html,
        text=text,
        data=data,
        is_rendered_again=is_rendered_again,
        problem=problem,
    )


def inert(content: str, secret: bytes, message_id: int, links: Sequence[str], *, is_html: bool = True) -> str:
    """Content without what would be counted: links lead straight to their targets, the pixel is gone. Pure."""
    click, pixel = tokens.make(secret, "click", message_id), tokens.make(secret, "open", message_id)
    if pixel in content:
        content = re.sub(rf'<img src="[^"<>]*/o/{re.escape(pixel)}"[^<>]*>', "", content)
    if click not in content:
        return content

    def target(found: re.Match[str]) -> str:
        number = int(found[1])
        link = links[number] if number < len(links) else "#"
        return escape(link) if is_html else link

    return re.sub(rf"https?://[^\s\"'<>()]*/c/{re.escape(click)}\.(\d+)", target, content)
